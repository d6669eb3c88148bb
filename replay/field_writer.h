// FieldWriter: makes a JSON tree from structs by the descriptions in
// runtime/history/event_fields.h. The
// counterpart of FieldReader.
//
// A field is written when it differs from what absence means, or always where the description says
// so. Then the remainder that the reader kept in `unknown_fields` is merged in: new keys are added,
// objects and lists present on both sides are merged member by member, and what the struct itself
// says wins.
//
// Errors: std::invalid_argument if `unknown_fields` is no JSON object; only code that builds
// structs by hand can cause it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "replay/json_text.h"
#include "runtime/history/event_fields.h"

namespace groundhog::replay {

using history::kInfoName;
using history::Presence;

// The value as JSON, null if it equals what absence means and `presence` does not ask for it all
// the same.
Json Write(const std::string& value, Presence presence);
Json Write(bool value, Presence presence);
Json Write(std::int32_t value, Presence presence);
Json Write(std::int64_t value, Presence presence);
Json Write(double value, Presence presence);
Json Write(history::Duration value, Presence presence);
Json Write(history::Timestamp value, Presence presence);
Json Write(const std::vector<std::string>& value, Presence presence);
Json Write(const history::Payload& value, Presence presence);
Json Write(const history::Payloads& value, Presence presence);
Json Write(const history::FailurePtr& value, Presence presence);

template <class E>
requires std::is_enum_v<E> Json Write(E value, Presence presence) {
  if (value == E{} && presence == Presence::kIfSet) return nullptr;
  return Json(std::string(history::EnumNames<E>::prefix) + std::string(history::NameOf(value)));
}

class FieldWriter;
template <class T>
concept WritablePart = requires(const T& part, FieldWriter& writer) {
  ForEachField(part, writer);
};
template <WritablePart T>
Json Write(const T& part, Presence presence);

// What is there is written, even if it is empty.
template <class T>
Json Write(const std::optional<T>& value, Presence) {
  return value ? Write(*value, Presence::kAlways) : Json();
}

// Merges the JSON object text `unknown_fields` (may be empty) into `object`.
void MergeUnknownFields(Json& object, const std::string& unknown_fields);

class FieldWriter {
 public:
  // `object` must be a JSON object and outlive the writer.
  explicit FieldWriter(Json& object) : object_(object) {}

  template <class T>
  void operator()(std::string_view name, const T& value, Presence presence = Presence::kIfSet) {
    if (Json json = Write(value, presence); !json.is_null())
      AddMember(object_, name, std::move(json));
  }

  void Named(std::string_view name, const std::string& value);
  template <class Value>
  void Map(std::string_view name, std::string_view key,
           const std::vector<std::pair<std::string, Value>>& map,
           Presence presence = Presence::kIfSet) {
    Json object = Json::object();
    if (!map.empty()) {
      Json entries = Json::object();
      for (const auto& [entry, value] : map) {
        AddMember(entries, entry, Write(value, Presence::kAlways));
      }
      if (key.empty()) {
        object = std::move(entries);
      } else {
        AddMember(object, key, std::move(entries));
      }
    }
    if (!object.empty() || presence == Presence::kAlways)
      AddMember(object_, name, std::move(object));
  }
  void Attempt(std::string_view name, std::int32_t value) { AddMember(object_, name, Json(value)); }

  template <class Fields>
  void Group(std::string_view name, const Fields& fields) {
    Json group = Json::object();
    FieldWriter inner(group);
    fields(inner);
    if (!group.empty()) AddMember(object_, name, std::move(group));
  }

  template <class... Infos>
  void OneOf(const std::variant<std::monostate, Infos...>& info) {
    (WriteAlternative(std::get_if<Infos>(&info)), ...);
  }
  template <class T>
  void Rare(std::string_view name, const T& value) {
    (*this)(name, value);
  }
  template <class T>
  void Rare(const history::Shared<T>& part) {
    if (part) ForEachField(*part, *this);
  }

 private:
  template <class Info>
  void WriteAlternative(const Info* info) {
    if (info == nullptr) return;
    Json object = Json::object();
    FieldWriter inner(object);
    ForEachField(*info, inner);
    AddMember(object_, kInfoName<Info>,
              std::move(object));  // even if empty: its presence is the info
  }

  Json& object_;
};

template <WritablePart T>
Json Write(const T& part, Presence presence) {
  Json object = Json::object();
  FieldWriter writer(object);
  ForEachField(part, writer);
  if (object.empty() && presence == Presence::kIfSet) return nullptr;
  return object;
}

// Writes all fields of a struct that has `unknown_fields`.
template <class T>
Json WriteWhole(const T& value) {
  Json object = Json::object();
  FieldWriter writer(object);
  ForEachField(value, writer);
  MergeUnknownFields(object, value.unknown_fields);
  return object;
}

}  // namespace groundhog::replay
