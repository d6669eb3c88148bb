#include "replay/history_json.h"

#include <utility>

#include <fmt/format.h>

#include "base/read_file.h"
#include "replay/field_reader.h"
#include "replay/field_writer.h"
#include "replay/json_text.h"
#include "runtime/history/spelling.h"

namespace groundhog::replay {
namespace {

using history::EventHistory;
using history::EventId;
using history::EventType;
using history::HistoryEvent;
using history::IsFieldName;

constexpr std::string_view kAttributesSuffix = "EventAttributes";
constexpr std::string_view kAttributesSuffixSnake = "_event_attributes";

// Reading.

absl::StatusOr<EventType> TypeNumbered(std::uint64_t number, const Place& place) {
#define X(Name, type_number, proto, json, role) \
  if (number == type_number) return EventType::k##Name;
  GROUNDHOG_EVENT_TYPES(X)
#undef X
  return absl::UnimplementedError(
      fmt::format("{}: an event of type number {} is not known yet", place.ToString(), number));
}

absl::StatusOr<EventType> TypeNamed(std::string_view text, const Place& place) {
#define X(Name, number, proto, json, role) \
  if (text == #Name || text == "EVENT_TYPE_" proto) return EventType::k##Name;
  GROUNDHOG_EVENT_TYPES(X)
#undef X
  return absl::UnimplementedError(
      fmt::format("{}: an event of type {} is not known yet", place.ToString(), Quoted(text)));
}

EventType ReadType(const Json* json, const Place& place) {
  constexpr std::string_view kWanted = "an event type like \"EVENT_TYPE_TIMER_FIRED\"";
  if (json == nullptr) Refuse(place, fmt::format("is missing; expected {}", kWanted));
  const bool number = json->is_number_unsigned();
  if (!number && !json->is_string()) Expected(place, kWanted, *json);
  const auto type = number ? TypeNumbered(json->get<std::uint64_t>(), place)
                           : TypeNamed(json->get_ref<const std::string&>(), place);
  if (!type.ok()) throw Refusal{type.status()};
  return *type;
}

std::string_view AttributesKeyOf(EventType type) {
  switch (type) {
#define X(Name, number, proto, json, role) \
  case EventType::k##Name:                 \
    return json "EventAttributes";
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return "";
}

history::EventAttributes ReadAttributes(EventType type, Json& json, const Place& place) {
  switch (type) {
#define X(Name, number, proto, key, role) \
  case EventType::k##Name:                \
    return history::MakeShared<history::Name>(ReadWhole<history::Name>(json, place));
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return {};
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Attributes of another type beside (or instead of) the right ones mean that type or key is wrong.
void RefuseOtherAttributes(Json& event, std::string_view expected, const Place& place) {
  for (const auto& [key, value] : MembersOf(event)) {
    const bool attributes =
        EndsWith(key, kAttributesSuffix) || EndsWith(key, kAttributesSuffixSnake);
    if (attributes && !value.is_null() && !IsFieldName(key, expected)) {
      Refuse(place, fmt::format("has {}; an event of this type has {} and no other attributes",
                                Quoted(key), expected));
    }
  }
}

EventId ReadId(FieldReader& reader, EventId expected, const Place& place) {
  EventId id = 0;
  reader("eventId", id);
  if (id != expected) {
    Refuse(place.Field("eventId"),
           fmt::format(
               "expected {}, got {}; the events of a history have the ids 1, 2, 3, …, oldest first",
               expected, id));
  }
  return id;
}

HistoryEvent ReadEvent(Json& json, EventId expected_id) {
  const Place place{.number = static_cast<std::size_t>(expected_id)};
  FieldReader reader(json, place);
  HistoryEvent event;
  event.event_id = ReadId(reader, expected_id, place);
  reader("eventTime", event.event_time);
  reader("version", event.version);
  reader("taskId", event.task_id);

  const EventType type = ReadType(reader.Take("eventType"), place.Field("eventType"));
  const std::string_view key = AttributesKeyOf(type);
  RefuseOtherAttributes(json, key, place);
  Json* attributes = reader.Take(key);
  if (attributes == nullptr) {
    Refuse(place, fmt::format("an event of type {} must have {}", history::NameOf(type), key));
  }
  event.attributes = ReadAttributes(type, *attributes, place.Field(key));
  *attributes = nullptr;
  if (history::UserMetadata metadata; reader.Has("userMetadata")) {
    reader("userMetadata", metadata);
    event.user_metadata = history::MakeShared<history::UserMetadata>(std::move(metadata));
  }
  if (const Json remainder = reader.Remainder(); !remainder.is_null()) {
    event.unknown_fields = history::MakeShared<std::string>(remainder.dump());
  }
  return event;
}

Json* Member(Json& json, std::string_view name) {
  if (!json.is_object()) return nullptr;
  for (auto& [key, value] : MembersOf(json)) {
    if (IsFieldName(key, name)) return &value;
  }
  return nullptr;
}

EventHistory ReadEvents(Json& root) {
  if (const Json* token = Member(root, "nextPageToken");
      token != nullptr && token->is_string() && !token->get_ref<const std::string&>().empty()) {
    throw Refusal{absl::InvalidArgumentError(
        "this is one page of a history (nextPageToken is set); fetch all pages into one file")};
  }
  Json* outer = Member(root, "history");
  Json* events = Member(outer != nullptr ? *outer : root, "events");
  if (events == nullptr || !events->is_array()) {
    throw Refusal{absl::InvalidArgumentError(
        "no history in it; expected {\"events\": [...]} or {\"history\": {\"events\": [...]}}")};
  }
  EventHistory history;
  history.reserve(events->size());
  for (Json& event : *events) {
    history.push_back(ReadEvent(event, static_cast<EventId>(history.size()) + 1));
    event = nullptr;  // the tree is larger than what was read from it
  }
  return history;
}

// Writing.

Json WriteEvent(const HistoryEvent& event) {
  const EventType type = TypeOf(event);
  Json object = Json::object();
  FieldWriter writer(object);
  writer("eventId", event.event_id);
  writer("eventTime", event.event_time);
  AddMember(object, "eventType", Json(std::string(history::ProtoNameOf(type))));
  writer("version", event.version);
  writer("taskId", event.task_id);
  AddMember(object, AttributesKeyOf(type),
            history::Visit(event, [](const auto& attributes) { return WriteWhole(attributes); }));
  if (event.user_metadata) writer("userMetadata", *event.user_metadata, Presence::kAlways);
  if (event.unknown_fields) MergeUnknownFields(object, *event.unknown_fields);
  return object;
}

}  // namespace

absl::StatusOr<EventHistory> ReadHistory(std::string_view json_text, const std::string& file_name) {
  if (json_text.size() > kMaxHistoryFileBytes) {
    return absl::ResourceExhaustedError(fmt::format("{}: larger than {} MiB, the most that is read",
                                                    file_name, kMaxHistoryFileBytes >> 20));
  }
  absl::StatusOr<Json> json = ParseJsonText(json_text, file_name);
  if (!json.ok()) return json.status();
  try {
    return ReadEvents(*json);
  } catch (const Refusal& refusal) {
    return absl::Status(refusal.status.code(),
                        fmt::format("{}: {}", file_name, std::string(refusal.status.message())));
  }
}

absl::StatusOr<EventHistory> ReadHistoryFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxHistoryFileBytes);
  if (!text.ok()) return text.status();
  return ReadHistory(*text, path);
}

std::string WriteHistory(const EventHistory& events) {
  Json list = Json::array();
  for (const HistoryEvent& event : events) list.push_back(WriteEvent(event));
  Json root = Json::object();
  AddMember(root, "events", std::move(list));
  return root.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace groundhog::replay
