#include "replay/field_writer.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "runtime/history/spelling.h"

namespace groundhog::replay {
namespace {

using history::FormatBase64;
using history::FormatDuration;
using history::FormatTimestamp;

bool Skips(bool is_default, Presence presence) {
  return is_default && presence == Presence::kIfSet;
}

void Merge(Json& into, Json& other) {
  if (into.is_array() && other.is_array()) {
    const std::size_t count = std::min(into.size(), other.size());
    for (std::size_t i = 0; i < count; ++i) Merge(into[i], other[i]);
  }
  if (!into.is_object() || !other.is_object()) return;
  const std::size_t own = into.size();
  for (auto& [key, value] : MembersOf(other)) {
    std::size_t at = 0;
    while (at < own && MembersOf(into)[at].first != key) ++at;
    if (at < own) {
      Merge(MembersOf(into)[at].second, value);
    } else {
      AddMember(into, key, std::move(value));
    }
  }
}

}  // namespace

Json Write(const std::string& value, Presence presence) {
  return Skips(value.empty(), presence) ? Json() : Json(value);
}

Json Write(bool value, Presence presence) { return Skips(!value, presence) ? Json() : Json(value); }

Json Write(std::int32_t value, Presence presence) {
  return Skips(value == 0, presence) ? Json() : Json(value);
}

Json Write(std::int64_t value, Presence presence) {
  return Skips(value == 0, presence) ? Json() : Json(fmt::format("{}", value));
}

Json Write(double value, Presence presence) {
  if (Skips(value == 0, presence)) return nullptr;
  // Temporal prints 2, not 2.0. Above 2^53 a double is a whole number anyway, and too large for the
  // integer.
  constexpr double kExact = 9007199254740992.0;
  if (std::floor(value) == value && std::abs(value) < kExact) {
    return Json(static_cast<std::int64_t>(value));
  }
  return Json(value);
}

Json Write(history::Duration value, Presence presence) {
  return Skips(value.count() == 0, presence) ? Json() : Json(FormatDuration(value));
}

Json Write(history::Timestamp value, Presence) { return Json(FormatTimestamp(value)); }

Json Write(const std::vector<std::string>& value, Presence presence) {
  return Skips(value.empty(), presence) ? Json() : Json(value);
}

Json Write(const history::Payload& payload, Presence) {
  const history::PayloadContent& content = payload.content();
  Json metadata = Json::object();
  if (!content.encoding.empty()) {
    AddMember(metadata, "encoding", Json(FormatBase64(content.encoding)));
  }
  for (const auto& [key, value] : content.metadata) {
    AddMember(metadata, key, Json(FormatBase64(value)));
  }
  Json object = Json::object();
  if (!metadata.empty()) AddMember(object, "metadata", std::move(metadata));
  if (!content.data.empty()) AddMember(object, "data", Json(FormatBase64(content.data)));
  return object;
}

Json Write(const history::Payloads& value, Presence presence) {
  if (Skips(value.empty(), presence)) return nullptr;
  Json list = Json::array();
  for (const history::Payload& payload : value) list.push_back(Write(payload, Presence::kAlways));
  Json object = Json::object();
  AddMember(object, "payloads", std::move(list));
  return object;
}

Json Write(const history::FailurePtr& value, Presence) {
  return value ? WriteWhole(*value) : Json();
}

void MergeUnknownFields(Json& object, const std::string& unknown_fields) {
  if (unknown_fields.empty()) return;
  Json other = Json::parse(unknown_fields, nullptr, /*allow_exceptions=*/false);
  if (!other.is_object()) {
    throw std::invalid_argument(fmt::format(
        "unknown_fields must be the text of a JSON object, got {}", Quoted(unknown_fields)));
  }
  Merge(object, other);
}

void FieldWriter::Named(std::string_view name, const std::string& value) {
  Group(name, [&value](FieldWriter& inner) { inner("name", value); });
}

}  // namespace groundhog::replay
