// NamedValues: values by name, each encoded on its own. What is the same of a Memo and a Header;
// the tag keeps one from being taken for the other.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/payload_map.h"

namespace groundhog::history {

template <class Tag>
class NamedValues {
 public:
  class Field {
   public:
    template <class T>
    Field(std::string_view name, const T& value)  // NOLINT(google-explicit-constructor)
        : name_(name), value_(ToPayload(value)) {}

   private:
    friend class NamedValues;
    std::string name_;
    Payload value_;
  };

  NamedValues() = default;
  NamedValues(std::initializer_list<Field> fields) {
    for (const Field& field : fields) Put(fields_, field.name_, field.value_);
  }
  explicit NamedValues(PayloadMap fields) : fields_(std::move(fields)) {}

  template <class T>
  void Set(std::string_view name, const T& value) {
    Put(fields_, name, ToPayload(value));
  }
  // Nothing if there is no such field; PayloadError if it is no T.
  template <class T>
  std::optional<T> Get(std::string_view name) const {
    const Payload* payload = Find(fields_, name);
    if (payload == nullptr) return std::nullopt;
    return FromPayload<T>(*payload);
  }
  bool empty() const { return fields_.empty(); }
  const PayloadMap& fields() const { return fields_; }

  friend bool operator==(const NamedValues&, const NamedValues&) = default;

 private:
  PayloadMap fields_;
};

}  // namespace groundhog::history
