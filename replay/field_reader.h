// FieldReader: fills structs from a JSON tree by the descriptions in
// runtime/history/event_fields.h.
//
// A reader takes the fields it knows out of one JSON object; what is left is the remainder, which
// the struct keeps as `unknown_fields`. A struct without such a member hands its remainder to the
// struct around it, under the same keys, so nothing is lost: {"retryPolicy": {"newField": 1}}.
// Absent and null both mean "not set".
//
// Errors: throws Refusal, which names the place as event and field path and says what would be
// right. It never leaves replay/.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <absl/container/inlined_vector.h>
#include <absl/status/status.h>

#include "replay/json_text.h"
#include "runtime/history/event_fields.h"
#include "runtime/history/spelling.h"

namespace groundhog::replay {

using history::kInfoName;
using history::Presence;

// Where the reader is. Lives on the stack, one for each level; text is made only for an error.
struct Place {
  const Place* outer = nullptr;
  std::string_view name = {};  // of a field; empty for an element of a list
  std::size_t number = 0;      // of an event (then there is no outer place) or of an element
  int causes = 0;              // how many failures of one chain lie around this place

  Place Field(std::string_view field) const { return {this, field, 0, causes}; }
  Place Element(std::size_t index) const { return {this, {}, index, causes}; }
  Place Cause(std::string_view field) const { return {this, field, 0, causes + 1}; }
  // "event 5: activityTaskScheduledEventAttributes.input.payloads[0]"
  std::string ToString() const;
};

// A chain of causes longer than this is refused.
inline constexpr int kMaxCauses = 100;

struct Refusal {
  absl::Status status;
};
[[noreturn]] void Refuse(const Place& place, std::string_view problem);
// "expected WANTED, got …"
[[noreturn]] void Expected(const Place& place, std::string_view wanted, const Json& got);

// Each reads `json` into the value and returns the remainder, null if there is none.
Json Read(Json& json, std::string& value, const Place& place);
Json Read(Json& json, bool& value, const Place& place);
Json Read(Json& json, std::int32_t& value, const Place& place);
Json Read(Json& json, std::int64_t& value, const Place& place);
Json Read(Json& json, double& value, const Place& place);
Json Read(Json& json, history::Duration& value, const Place& place);
Json Read(Json& json, history::Timestamp& value, const Place& place);
Json Read(Json& json, std::optional<history::Timestamp>& value, const Place& place);
Json Read(Json& json, std::vector<std::string>& value, const Place& place);
Json Read(Json& json, history::Payload& value, const Place& place);
Json Read(Json& json, history::Payloads& value, const Place& place);
Json Read(Json& json, history::FailurePtr& value, const Place& place);

// The index of the enumerator that `json` spells as number, protobuf name or shorthand.
std::size_t ReadEnumerator(const Json& json, std::string_view prefix, const std::string_view* names,
                           std::size_t count, const Place& place);

template <class E>
requires std::is_enum_v<E> Json Read(Json& json, E& value, const Place& place) {
  const auto& names = history::EnumNames<E>::names;
  if constexpr (std::is_same_v<E, history::UpdateAdmittedEventOrigin>) {
    // Its name in histories of early servers.
    if (json == "UPDATE_REQUESTED_EVENT_ORIGIN_REAPPLY") {
      json = "UPDATE_ADMITTED_EVENT_ORIGIN_REAPPLY";
    }
  }
  value = static_cast<E>(
      ReadEnumerator(json, history::EnumNames<E>::prefix, names.data(), names.size(), place));
  return nullptr;
}

template <class T>
Json Read(Json& json, std::optional<T>& value, const Place& place) {
  return Read(json, value.emplace(), place);
}

class FieldReader;
// A struct that is a part of others: it has fields, and keeps no remainder.
template <class T>
concept Part = requires(T& part, FieldReader& reader) {
  ForEachField(part, reader);
};
template <Part T>
Json Read(Json& json, T& part, const Place& place);

class FieldReader {
 public:
  // `object` is emptied of what is read. Both must outlive the reader.
  FieldReader(Json& object, const Place& place);

  // The member called `name` in either spelling, or null if it is absent or null; it is then no
  // part of the remainder.
  Json* Take(std::string_view name);

  // Whether there is such a member that is not null.
  bool Has(std::string_view name) const;

  template <class T>
  void operator()(std::string_view name, T& value, Presence = Presence::kIfSet) {
    if (Json* json = Take(name)) {
      const bool cause = std::is_same_v<T, history::FailurePtr> && name == "cause";
      Keep(name, Read(*json, value, cause ? place_.Cause(name) : place_.Field(name)));
    } else if constexpr (std::is_enum_v<T>) {
      value = T{};  // what absence means in JSON, whatever the struct's own default
    } else if constexpr (std::is_same_v<T, history::TaskQueue>) {
      value.kind = history::TaskQueueKind::kUnspecified;
    }
  }

  void Named(std::string_view name, std::string& value);
  template <class Value>
  void Map(std::string_view name, std::string_view key,
           std::vector<std::pair<std::string, Value>>& map, Presence = Presence::kIfSet) {
    if (key.empty()) {
      ReadMap(name, map);
    } else {
      Group(name, [&map, key](FieldReader& inner) { inner.ReadMap(key, map); });
    }
  }
  void Attempt(std::string_view name, std::int32_t& value);

  template <class Fields>
  void Group(std::string_view name, const Fields& fields) {
    if (Json* json = Take(name)) {
      const Place place = place_.Field(name);
      FieldReader inner(*json, place);
      fields(inner);
      Keep(name, inner.Remainder());
    }
  }

  template <class... Infos>
  void OneOf(std::variant<std::monostate, Infos...>& info) {
    (ReadAlternative<Infos>(info), ...);
  }

  template <class T>
  void Rare(std::string_view name, T& value) {
    (*this)(name, value);
  }
  template <class T>
  void Rare(history::Shared<T>& part) {
    T value;
    ForEachField(value, *this);
    if (value != T{}) part = history::MakeShared<T>(std::move(value));
  }

  // What was not taken, null if nothing. To be called last, once.
  Json Remainder();

 private:
  template <class Info, class Variant>
  void ReadAlternative(Variant& info) {
    Json* json = Take(kInfoName<Info>);
    if (json == nullptr) return;
    const Place place = place_.Field(kInfoName<Info>);
    if (info.index() != 0) Refuse(place, "a failure has only one info; leave one of them");
    FieldReader inner(*json, place);
    ForEachField(info.template emplace<Info>(), inner);
    Keep(kInfoName<Info>, inner.Remainder());
  }
  template <class Value>
  void ReadMap(std::string_view name, std::vector<std::pair<std::string, Value>>& map) {
    Json* entries = Take(name);
    if (entries == nullptr) return;
    const Place place = place_.Field(name);
    if (!entries->is_object()) Expected(place, "an object of names with payloads", *entries);
    Json rests;
    for (auto& [entry, json] : MembersOf(*entries)) {
      Json rest = Read(json, map.emplace_back(entry, Value()).second, place.Field(entry));
      if (!rest.is_null()) AddMember(rests, entry, std::move(rest));
    }
    std::sort(map.begin(), map.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    Keep(name, std::move(rests));
  }
  void Keep(std::string_view name, Json remainder);

  JsonMembers* members_;
  const Place& place_;
  absl::InlinedVector<bool, 32> taken_;
  Json remainder_;
};

template <Part T>
Json Read(Json& json, T& part, const Place& place) {
  FieldReader reader(json, place);
  ForEachField(part, reader);
  return reader.Remainder();
}

// Reads all fields of a struct that has `unknown_fields`.
template <class T>
T ReadWhole(Json& json, const Place& place) {
  FieldReader reader(json, place);
  T value;
  ForEachField(value, reader);
  if (const Json remainder = reader.Remainder(); !remainder.is_null()) {
    value.unknown_fields = remainder.dump();
  }
  return value;
}

}  // namespace groundhog::replay
