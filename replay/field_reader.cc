#include "replay/field_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace groundhog::replay {
namespace {

using history::IsFieldName;
using history::IsShorthandOf;
using history::kUnsetTime;
using history::ParseBase64;
using history::ParseDuration;
using history::ParseTimestamp;
using history::PayloadContent;

std::string Shown(const Json& json) {
  switch (json.type()) {
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::string:
      return Quoted(json.get_ref<const std::string&>());
    case Json::value_t::null:
    case Json::value_t::boolean:
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
    case Json::value_t::binary:
    case Json::value_t::discarded:
      return json.dump();
  }
  return "";
}

std::int64_t ReadWholeNumber(const Json& json, std::int64_t min, std::int64_t max,
                             const Place& place) {
  std::optional<std::int64_t> value;
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (number <= static_cast<std::uint64_t>(max)) value = static_cast<std::int64_t>(number);
  } else if (json.is_number_integer()) {
    value = json.get<std::int64_t>();
  } else if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && rest == end) value = number;
  }
  if (!value || *value < min || *value > max) {
    Expected(place, fmt::format("a whole number from {} to {}, as number or as string", min, max),
             json);
  }
  return *value;
}

const std::string& ReadText(const Json& json, std::string_view wanted, const Place& place) {
  if (!json.is_string()) Expected(place, wanted, json);
  return json.get_ref<const std::string&>();
}

std::string ReadBytes(const Json& json, const Place& place) {
  constexpr std::string_view kWanted = "bytes in base64 (a string)";
  auto bytes = ParseBase64(ReadText(json, kWanted, place));
  if (!bytes) Expected(place, kWanted, json);
  return *std::move(bytes);
}

void ReadMetadata(Json& json, PayloadContent& content, const Place& place) {
  if (!json.is_object()) Expected(place, "an object of names with base64 values", json);
  for (auto& [key, value] : MembersOf(json)) {
    std::string bytes = ReadBytes(value, place.Field(key));
    if (key == "encoding") {
      content.encoding = std::move(bytes);
    } else {
      content.metadata.emplace_back(key, std::move(bytes));
    }
  }
}

}  // namespace

std::string Place::ToString() const {
  if (outer == nullptr) return fmt::format("event {}", number);
  std::string text = outer->ToString();
  if (name.empty()) return text + fmt::format("[{}]", number);
  text += outer->outer == nullptr ? ": " : ".";
  // A name that is not of the format comes out of the file.
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  return text + (plain && name.size() <= 100 ? std::string(name) : Quoted(name));
}

void Refuse(const Place& place, std::string_view problem) {
  throw Refusal{absl::InvalidArgumentError(fmt::format("{}: {}", place.ToString(), problem))};
}

void Expected(const Place& place, std::string_view wanted, const Json& got) {
  Refuse(place, fmt::format("expected {}, got {}", wanted, Shown(got)));
}

Json Read(Json& json, std::string& value, const Place& place) {
  if (!json.is_string()) Expected(place, "a string", json);
  value = std::move(json.get_ref<std::string&>());
  return nullptr;
}

Json Read(Json& json, bool& value, const Place& place) {
  if (!json.is_boolean()) Expected(place, "true or false", json);
  value = json.get<bool>();
  return nullptr;
}

Json Read(Json& json, std::int32_t& value, const Place& place) {
  using Limits = std::numeric_limits<std::int32_t>;
  value = static_cast<std::int32_t>(ReadWholeNumber(json, Limits::min(), Limits::max(), place));
  return nullptr;
}

Json Read(Json& json, std::int64_t& value, const Place& place) {
  using Limits = std::numeric_limits<std::int64_t>;
  value = ReadWholeNumber(json, Limits::min(), Limits::max(), place);
  return nullptr;
}

Json Read(Json& json, double& value, const Place& place) {
  constexpr std::string_view kWanted = "a finite number";
  if (json.is_number()) {
    value = json.get<double>();
    return nullptr;
  }
  const std::string& text = ReadText(json, kWanted, place);
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || !std::isfinite(value)) Expected(place, kWanted, json);
  return nullptr;
}

Json Read(Json& json, history::Duration& value, const Place& place) {
  constexpr std::string_view kWanted =
      "a duration in seconds like \"5s\" or \"1.500s\", up to 292 years";
  const auto duration = ParseDuration(ReadText(json, kWanted, place));
  if (!duration) Expected(place, kWanted, json);
  value = *duration;
  return nullptr;
}

Json Read(Json& json, history::Timestamp& value, const Place& place) {
  constexpr std::string_view kWanted =
      "a time like \"2026-11-23T00:32:39.340384470Z\", in the years 1678 to 2262";
  const auto time = ParseTimestamp(ReadText(json, kWanted, place));
  if (!time) Expected(place, kWanted, json);
  value = *time;
  return nullptr;
}

Json Read(Json& json, std::optional<history::Timestamp>& value, const Place& place) {
  if (json.is_string() && json.get_ref<const std::string&>() == kUnsetTime) return nullptr;
  return Read(json, value.emplace(), place);
}

Json Read(Json& json, std::vector<std::string>& value, const Place& place) {
  if (!json.is_array()) Expected(place, "a list of strings", json);
  value.resize(json.size());
  for (std::size_t i = 0; i < value.size(); ++i) Read(json[i], value[i], place.Element(i));
  return nullptr;
}

Json Read(Json& json, history::Payload& value, const Place& place) {
  FieldReader reader(json, place);
  PayloadContent content;
  if (Json* metadata = reader.Take("metadata")) {
    ReadMetadata(*metadata, content, place.Field("metadata"));
  }
  if (Json* data = reader.Take("data")) content.data = ReadBytes(*data, place.Field("data"));
  value = history::Payload(std::move(content));
  return reader.Remainder();
}

Json Read(Json& json, history::Payloads& value, const Place& place) {
  if (!json.is_object()) Expected(place, "an object {\"payloads\": [...]}", json);
  FieldReader reader(json, place);
  Json rests;  // a list like that of the payloads, as long as the last remainder needs it
  if (Json* list = reader.Take("payloads")) {
    const Place list_place = place.Field("payloads");
    if (!list->is_array()) Expected(list_place, "a list of payloads", *list);
    value.resize(list->size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      Json rest = Read((*list)[i], value[i], list_place.Element(i));
      if (!rest.is_null()) rests[i] = std::move(rest);
    }
  }
  Json remainder = reader.Remainder();
  if (!rests.is_null()) AddMember(remainder, "payloads", std::move(rests));
  return remainder;
}

Json Read(Json& json, history::FailurePtr& value, const Place& place) {
  if (place.causes > kMaxCauses) {
    Refuse(place, fmt::format("a failure has at most {} causes, one inside the other", kMaxCauses));
  }
  value = history::MakeShared<history::Failure>(ReadWhole<history::Failure>(json, place));
  return nullptr;
}

std::size_t ReadEnumerator(const Json& json, std::string_view prefix, const std::string_view* names,
                           std::size_t count, const Place& place) {
  if (json.is_number_integer()) {
    // A negative number becomes a huge one.
    const auto number = static_cast<std::uint64_t>(json.get<std::int64_t>());
    if (number < count) return static_cast<std::size_t>(number);
  } else if (json.is_string()) {
    std::string_view text = json.get_ref<const std::string&>();
    const bool full = text.substr(0, prefix.size()) == prefix;
    if (full) text.remove_prefix(prefix.size());
    for (std::size_t i = 0; i < count; ++i) {
      if (full ? text == names[i] : IsShorthandOf(text, names[i])) return i;
    }
  }
  Expected(place,
           fmt::format("a name like {}{} or a number below {}", prefix, names[count > 1], count),
           json);
}

FieldReader::FieldReader(Json& object, const Place& place) : place_(place) {
  if (!object.is_object()) Expected(place, "an object", object);
  members_ = &MembersOf(object);
  taken_.resize(members_->size());
}

bool FieldReader::Has(std::string_view name) const {
  return std::any_of(members_->begin(), members_->end(), [name](const auto& member) {
    return IsFieldName(member.first, name) && !member.second.is_null();
  });
}

Json* FieldReader::Take(std::string_view name) {
  Json* found = nullptr;
  for (std::size_t i = 0; i < members_->size(); ++i) {
    auto& [key, value] = (*members_)[i];
    if (taken_[i] || !IsFieldName(key, name)) continue;
    taken_[i] = true;
    if (value.is_null()) continue;
    if (found != nullptr) Refuse(place_.Field(name), "is given twice, in two spellings; leave one");
    found = &value;
  }
  return found;
}

void FieldReader::Named(std::string_view name, std::string& value) {
  Group(name, [&value](FieldReader& inner) { inner("name", value); });
}

void FieldReader::Attempt(std::string_view name, std::int32_t& value) {
  value = 0;
  (*this)(name, value);
  if (value == 0) value = 1;
}

void FieldReader::Keep(std::string_view name, Json remainder) {
  if (!remainder.is_null()) AddMember(remainder_, name, std::move(remainder));
}

Json FieldReader::Remainder() {
  for (std::size_t i = 0; i < members_->size(); ++i) {
    auto& [key, value] = (*members_)[i];
    if (!taken_[i]) AddMember(remainder_, key, std::move(value));
  }
  return std::move(remainder_);
}

}  // namespace groundhog::replay
