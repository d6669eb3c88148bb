// SearchAttributes: what a workflow execution can be found by. Each has a name and a type; its
// payload says which (metadata "type", SEMANTICS f.9).
//
//     inline constexpr KeywordKey kCustomer{"CustomerId"};
//     inline constexpr IntKey kItems{"Items"};
//     const SearchAttributes attributes{kCustomer.ValueSet("c-17"), kItems.ValueSet(3)};
//     std::optional<std::int64_t> items = attributes.Get(kItems);
//     workflow::UpsertSearchAttributes(kItems.ValueSet(4), kCustomer.ValueUnset());
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/history/payload_map.h"
#include "runtime/history/time.h"

namespace groundhog {

enum class IndexedValueType : std::uint8_t {
  kText,
  kKeyword,
  kInt,
  kDouble,
  kBool,
  kDatetime,
  kKeywordList,
};

// "KeywordList": as payloads name it.
std::string_view NameOf(IndexedValueType type);

class SearchAttributes;

// A change of one search attribute.
class SearchAttributeUpdate {
 public:
  SearchAttributeUpdate(std::string_view name, history::Payload payload)
      : name_(name), payload_(std::move(payload)) {}
  const std::string& name() const { return name_; }
  const history::Payload& payload() const { return payload_; }  // null: it is taken away

 private:
  std::string name_;
  history::Payload payload_;
};

namespace internal {

template <IndexedValueType type>
struct IndexedValue;
template <>
struct IndexedValue<IndexedValueType::kText> {
  using Type = std::string;
};
template <>
struct IndexedValue<IndexedValueType::kKeyword> {
  using Type = std::string;
};
template <>
struct IndexedValue<IndexedValueType::kInt> {
  using Type = std::int64_t;
};
template <>
struct IndexedValue<IndexedValueType::kDouble> {
  using Type = double;
};
template <>
struct IndexedValue<IndexedValueType::kBool> {
  using Type = bool;
};
template <>
struct IndexedValue<IndexedValueType::kDatetime> {
  using Type = history::Timestamp;
};
template <>
struct IndexedValue<IndexedValueType::kKeywordList> {
  using Type = std::vector<std::string>;
};

history::Payload EncodeIndexed(const std::string& value, IndexedValueType type);
history::Payload EncodeIndexed(std::int64_t value, IndexedValueType type);
history::Payload EncodeIndexed(double value, IndexedValueType type);
history::Payload EncodeIndexed(bool value, IndexedValueType type);
history::Payload EncodeIndexed(history::Timestamp value, IndexedValueType type);  // RFC 3339, UTC
history::Payload EncodeIndexed(const std::vector<std::string>& value, IndexedValueType type);
history::Payload UnsetIndexed(IndexedValueType type);

// Throw PayloadError if the payload holds something else.
void DecodeIndexed(const history::Payload& payload, std::string& value);
void DecodeIndexed(const history::Payload& payload, std::int64_t& value);
void DecodeIndexed(const history::Payload& payload, double& value);
void DecodeIndexed(const history::Payload& payload, bool& value);
void DecodeIndexed(const history::Payload& payload, history::Timestamp& value);
void DecodeIndexed(const history::Payload& payload, std::vector<std::string>& value);

}  // namespace internal

template <IndexedValueType indexed_type>
struct SearchAttributeKey {
  using Value = typename internal::IndexedValue<indexed_type>::Type;
  static constexpr IndexedValueType type = indexed_type;
  std::string_view name;

  SearchAttributeUpdate ValueSet(const Value& value) const {
    return SearchAttributeUpdate(name, internal::EncodeIndexed(value, type));
  }
  SearchAttributeUpdate ValueUnset() const {
    return SearchAttributeUpdate(name, internal::UnsetIndexed(type));
  }
};
using TextKey = SearchAttributeKey<IndexedValueType::kText>;
using KeywordKey = SearchAttributeKey<IndexedValueType::kKeyword>;
using IntKey = SearchAttributeKey<IndexedValueType::kInt>;
using DoubleKey = SearchAttributeKey<IndexedValueType::kDouble>;
using BoolKey = SearchAttributeKey<IndexedValueType::kBool>;
using DatetimeKey = SearchAttributeKey<IndexedValueType::kDatetime>;
using KeywordListKey = SearchAttributeKey<IndexedValueType::kKeywordList>;

class SearchAttributes {
 public:
  SearchAttributes() = default;
  SearchAttributes(std::initializer_list<SearchAttributeUpdate> updates) {
    for (const SearchAttributeUpdate& update : updates) {
      history::Put(fields_, update.name(), update.payload());
    }
  }
  explicit SearchAttributes(history::PayloadMap fields) : fields_(std::move(fields)) {}

  // Nothing if it is not set; PayloadError if it is of another type.
  template <IndexedValueType type>
  std::optional<typename SearchAttributeKey<type>::Value> Get(
      const SearchAttributeKey<type>& key) const {
    const history::Payload* payload = history::Find(fields_, key.name);
    if (payload == nullptr) return std::nullopt;
    typename SearchAttributeKey<type>::Value value{};
    internal::DecodeIndexed(*payload, value);
    return value;
  }
  bool empty() const { return fields_.empty(); }
  const history::PayloadMap& fields() const { return fields_; }

  friend bool operator==(const SearchAttributes&, const SearchAttributes&) = default;

 private:
  history::PayloadMap fields_;
};

}  // namespace groundhog
