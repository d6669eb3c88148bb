#include "runtime/history/search_attributes.h"

#include <array>

#include "runtime/history/converter.h"
#include "runtime/history/time_text.h"

namespace groundhog {

std::string_view NameOf(IndexedValueType type) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"Text", "Keyword", "Int", "Double", "Bool", "Datetime", "KeywordList"});
  return kNames[static_cast<std::size_t>(type)];
}

namespace internal {
namespace {

using history::Payload;
using history::PayloadContent;

Payload Typed(std::string_view encoding, std::string data, IndexedValueType type) {
  return Payload(PayloadContent{.encoding = std::string(encoding),
                                .data = std::move(data),
                                .metadata = {{"type", std::string(NameOf(type))}}});
}

template <class T>
Payload TypedJson(const T& value, IndexedValueType type) {
  return Typed(history::kEncodingJson, history::ToPayload(value).data(), type);
}

}  // namespace

Payload EncodeIndexed(const std::string& value, IndexedValueType type) {
  return TypedJson(value, type);
}
Payload EncodeIndexed(std::int64_t value, IndexedValueType type) { return TypedJson(value, type); }
Payload EncodeIndexed(double value, IndexedValueType type) { return TypedJson(value, type); }
Payload EncodeIndexed(bool value, IndexedValueType type) { return TypedJson(value, type); }
Payload EncodeIndexed(history::Timestamp value, IndexedValueType type) {
  return TypedJson(history::FormatTimestamp(value), type);
}
Payload EncodeIndexed(const std::vector<std::string>& value, IndexedValueType type) {
  return TypedJson(value, type);
}
Payload UnsetIndexed(IndexedValueType type) { return Typed(history::kEncodingNull, "", type); }

void DecodeIndexed(const Payload& payload, std::string& value) {
  value = history::FromPayload<std::string>(payload);
}
void DecodeIndexed(const Payload& payload, std::int64_t& value) {
  value = history::FromPayload<std::int64_t>(payload);
}
void DecodeIndexed(const Payload& payload, double& value) {
  value = history::FromPayload<double>(payload);
}
void DecodeIndexed(const Payload& payload, bool& value) {
  value = history::FromPayload<bool>(payload);
}
void DecodeIndexed(const Payload& payload, history::Timestamp& value) {
  const auto text = history::FromPayload<std::string>(payload);
  const std::optional<history::Timestamp> time = history::ParseTimestamp(text);
  if (!time) throw history::PayloadError("search attribute '" + text + "' is no RFC 3339 time");
  value = *time;
}
void DecodeIndexed(const Payload& payload, std::vector<std::string>& value) {
  value = history::FromPayload<std::vector<std::string>>(payload);
}

}  // namespace internal
}  // namespace groundhog
