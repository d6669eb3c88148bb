#include "runtime/workflow/marker_formats.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/history/converter.h"
#include "runtime/history/spelling.h"

namespace groundhog::workflow::internal {
namespace {

using history::FromPayload;
using history::Payload;
using history::PayloadError;
using history::Payloads;
using history::PayloadsMap;
using history::ToPayload;
using nlohmann::json;

constexpr std::string_view kPatch = "core_patch";
constexpr std::string_view kCoreLocalActivity = "core_local_activity";
constexpr std::string_view kVersion = "Version";
constexpr std::string_view kSideEffect = "SideEffect";
constexpr std::string_view kMutableSideEffect = "MutableSideEffect";
constexpr std::string_view kGoLocalActivity = "LocalActivity";

constexpr std::string_view kChangeVersions = "TemporalChangeVersion";
constexpr std::size_t kLongestAttribute = 2048;  // the server's limit of a search attribute's value

constexpr std::string_view kProtobufJson = "json/protobuf";
constexpr std::string_view kPayloadsMessage = "temporal.api.common.v1.Payloads";

// The details of a marker by key.
class Details {
 public:
  explicit Details(const history::MarkerRecorded& recorded) : recorded_(recorded) {}

  const Payloads* Find(std::string_view key) const {
    const auto found = std::find_if(recorded_.details.begin(), recorded_.details.end(),
                                    [key](const auto& entry) { return entry.first == key; });
    return found == recorded_.details.end() ? nullptr : &found->second;
  }
  const Payload& One(std::string_view key) const {
    const Payloads* found = Find(key);
    if (found == nullptr || found->empty()) {
      throw PayloadError(fmt::format("its details have no '{}'", key));
    }
    return found->front();
  }
  template <class T>
  T Get(std::string_view key) const {
    return FromPayload<T>(One(key));
  }

 private:
  const history::MarkerRecorded& recorded_;
};

// --- parts of JSON

json TimeToJson(const std::optional<history::Timestamp>& time) {
  if (!time) return nullptr;
  const std::int64_t nanos = history::ToUnixNanos(*time);
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  return json{{"seconds", nanos / kNanosPerSecond}, {"nanos", nanos % kNanosPerSecond}};
}

// {"seconds": …, "nanos": …} as nanoseconds; nothing if it is null or absent.
std::optional<std::int64_t> NanosFromJson(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(found->at("seconds").get<std::int64_t>(), std::int64_t{1'000'000'000},
                             &nanos) ||
      __builtin_add_overflow(nanos, found->value("nanos", std::int64_t{0}), &nanos)) {
    throw PayloadError(fmt::format("its '{}' lies beyond 64 bits of nanoseconds", key));
  }
  return nanos;
}

std::optional<history::Timestamp> TimeFromJson(const json& object, const char* key) {
  const std::optional<std::int64_t> nanos = NanosFromJson(object, key);
  if (!nanos) return std::nullopt;
  return history::FromUnixNanos(*nanos);
}

// Go wraps the value of a mutable side effect once more, as protobuf JSON.
Payload WrapPayloads(const Payloads& payloads) {
  std::string text;
  for (const Payload& payload : payloads) {
    text += fmt::format(R"({}{{"metadata":{{"encoding":"{}"}}, "data":"{}"}})",
                        text.empty() ? "" : ", ", history::FormatBase64(payload.encoding()),
                        history::FormatBase64(payload.data()));
  }
  return Payload(
      history::PayloadContent{.encoding = std::string(kProtobufJson),
                              .data = R"({"payloads":[)" + text + "]}",
                              .metadata = {{"messageType", std::string(kPayloadsMessage)}}});
}

std::string Base64Field(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  std::optional<std::string> bytes = history::ParseBase64(found->get<std::string>());
  if (!bytes) throw PayloadError(fmt::format("its '{}' is no base64", key));
  return *std::move(bytes);
}

Payloads UnwrapPayloads(const Payload& wrapped) {
  const json object = json::parse(wrapped.data());
  Payloads payloads;
  for (const json& entry : object.value("payloads", json::array())) {
    const json metadata = entry.value("metadata", json::object());
    payloads.emplace_back(Base64Field(metadata, "encoding"), Base64Field(entry, "data"));
  }
  return payloads;
}

// --- reading

PatchMarker ReadPatch(const Details& details) {
  if (details.Find("patch-data") == nullptr) {  // as core wrote it once: plain bytes
    return {.id = details.One("patch_id").data(),
            .deprecated = !details.One("deprecated").data().empty() &&
                          details.One("deprecated").data().front() != '\0'};
  }
  const auto data = details.Get<json>("patch-data");
  return {.id = data.at("id").get<std::string>(), .deprecated = data.value("deprecated", false)};
}

VersionMarker ReadVersion(const Details& details) {
  VersionMarker marker{.change_id = details.Get<std::string>("change-id"),
                       .version = details.Get<std::int32_t>("version")};
  if (details.Find("version-search-attribute-updated") != nullptr) {
    marker.attribute_updated = details.Get<bool>("version-search-attribute-updated");
  }
  return marker;
}

const Payloads& Value(const Details& details, std::string_view key) {
  static const Payloads kNone;
  const Payloads* found = details.Find(key);
  return found == nullptr ? kNone : *found;
}

SideEffectMarker ReadSideEffect(const Details& details) {
  return {.id = details.Get<std::int64_t>("side-effect-id"), .value = Value(details, "data")};
}

MutableSideEffectMarker ReadMutableSideEffect(const Details& details) {
  const Payloads& data = Value(details, "data");
  if (data.size() < 2) throw PayloadError("its 'data' is not an id and a value");
  MutableSideEffectMarker marker{.id = FromPayload<std::string>(data[0]),
                                 .counted_id = details.Get<std::string>("side-effect-id"),
                                 .value = UnwrapPayloads(data[1])};
  if (details.Find("mutable-side-effect-call-counter") != nullptr) {
    marker.call = details.Get<std::int64_t>("mutable-side-effect-call-counter");
  }
  return marker;
}

LocalActivityMarker ReadCoreLocalActivity(const Details& details) {
  const auto data = details.Get<json>("data");
  LocalActivityMarker marker{.seq = data.at("seq").get<std::uint32_t>(),
                             .attempt = data.value("attempt", std::int32_t{1}),
                             .activity_id = data.value("activity_id", ""),
                             .activity_type = data.value("activity_type", ""),
                             .complete_time = TimeFromJson(data, "complete_time"),
                             .original_schedule_time = TimeFromJson(data, "original_schedule_time"),
                             .activation_index = data.value("activation_index", std::int64_t{-1}),
                             .result = Value(details, "result")};
  if (const auto backoff = NanosFromJson(data, "backoff")) {
    marker.backoff = history::Duration(*backoff);
  }
  return marker;
}

LocalActivityMarker ReadGoLocalActivity(const Details& details) {
  const auto data = details.Get<json>("data");
  LocalActivityMarker marker{.format = LocalActivityFormat::kGo,
                             .attempt = data.value("Attempt", std::int32_t{1}),
                             .activity_id = data.at("ActivityID").get<std::string>(),
                             .activity_type = data.value("ActivityType", ""),
                             .complete_time = history::ParseTimestamp(data.value("ReplayTime", "")),
                             .result = Value(details, "result")};
  const std::string& id = marker.activity_id;
  if (std::from_chars(id.data(), id.data() + id.size(), marker.seq).ptr != id.data() + id.size()) {
    throw PayloadError(fmt::format("its ActivityID '{}' is no number", id));
  }
  if (const auto backoff = data.value("Backoff", std::int64_t{0}); backoff != 0) {
    marker.backoff = history::Duration(backoff);
  }
  return marker;
}

Marker Read(const history::MarkerRecorded& recorded) {
  const std::string_view name = recorded.marker_name;
  const Details details(recorded);
  if (name == kPatch) return ReadPatch(details);
  if (name == kVersion) return ReadVersion(details);
  if (name == kSideEffect) return ReadSideEffect(details);
  if (name == kMutableSideEffect) return ReadMutableSideEffect(details);
  if (name != kCoreLocalActivity && name != kGoLocalActivity) return std::monostate{};
  LocalActivityMarker marker =
      name == kCoreLocalActivity ? ReadCoreLocalActivity(details) : ReadGoLocalActivity(details);
  marker.failure = recorded.failure;
  return marker;
}

history::RecordMarker MakeMarker(std::string_view name, PayloadsMap details) {
  return history::RecordMarker{.marker_name = std::string(name), .details = std::move(details)};
}

std::string CoreData(const LocalActivityMarker& marker) {
  nlohmann::ordered_json data{{"seq", marker.seq},
                              {"attempt", marker.attempt},
                              {"activity_id", marker.activity_id},
                              {"activity_type", marker.activity_type},
                              {"complete_time", TimeToJson(marker.complete_time)},
                              {"backoff", nullptr},
                              {"original_schedule_time", TimeToJson(marker.original_schedule_time)},
                              {"activation_index", marker.activation_index}};
  if (marker.backoff) {
    data["backoff"] = TimeToJson(history::FromUnixNanos(marker.backoff->count()));
  }
  return data.dump();
}

std::string GoData(const LocalActivityMarker& marker) {
  const history::Timestamp time = marker.complete_time.value_or(history::Timestamp{});
  return nlohmann::ordered_json{{"ActivityID", marker.activity_id},
                                {"ActivityType", marker.activity_type},
                                {"ReplayTime", history::FormatTimestamp(time)},
                                {"Attempt", marker.attempt},
                                {"Backoff", marker.backoff.value_or(history::Duration{0}).count()}}
      .dump();
}

}  // namespace

Marker ReadMarker(const history::MarkerRecorded& recorded) {
  try {
    return Read(recorded);
  } catch (const std::exception& error) {  // of the payload or of the JSON in it
    throw PayloadError(fmt::format("marker '{}': {}", recorded.marker_name, error.what()));
  }
}

history::RecordMarker WriteMarker(const PatchMarker& marker) {
  std::string data = fmt::format(R"({{"id":{},"deprecated":{}}})",
                                 history::internal::QuoteJson(marker.id), marker.deprecated);
  return MakeMarker(kPatch, {{"patch-data", {Payload(history::kEncodingJson, std::move(data))}}});
}

history::RecordMarker WriteMarker(const VersionMarker& marker) {
  PayloadsMap details{{"change-id", {ToPayload(marker.change_id)}},
                      {"version", {ToPayload(marker.version)}}};
  if (!marker.attribute_updated) {
    details.emplace_back("version-search-attribute-updated", Payloads{ToPayload(false)});
  }
  return MakeMarker(kVersion, std::move(details));
}

history::RecordMarker WriteMarker(const SideEffectMarker& marker) {
  return MakeMarker(kSideEffect,
                    {{"data", marker.value}, {"side-effect-id", {ToPayload(marker.id)}}});
}

history::RecordMarker WriteMarker(const MutableSideEffectMarker& marker) {
  return MakeMarker(kMutableSideEffect,
                    {{"data", {ToPayload(marker.id), WrapPayloads(marker.value)}},
                     {"mutable-side-effect-call-counter", {ToPayload(marker.call)}},
                     {"side-effect-id", {ToPayload(marker.counted_id)}}});
}

history::RecordMarker WriteMarker(const LocalActivityMarker& marker) {
  const bool core = marker.format == LocalActivityFormat::kCore;
  PayloadsMap details{
      {"data", {Payload(history::kEncodingJson, core ? CoreData(marker) : GoData(marker))}}};
  if (!marker.failure && !marker.result.empty()) details.emplace_back("result", marker.result);
  history::RecordMarker command =
      MakeMarker(core ? kCoreLocalActivity : kGoLocalActivity, std::move(details));
  command.failure = marker.failure;
  return command;
}

std::optional<history::UpsertWorkflowSearchAttributesCommand> UpsertChangeVersions(
    const std::vector<std::string>& versions) {
  std::string data = json(versions).dump();
  if (data.size() >= kLongestAttribute) return std::nullopt;
  Payload value(history::PayloadContent{.encoding = std::string(history::kEncodingJson),
                                        .data = std::move(data),
                                        .metadata = {{"type", "KeywordList"}}});
  return history::UpsertWorkflowSearchAttributesCommand{
      .search_attributes = {{std::string(kChangeVersions), std::move(value)}}};
}

bool UpsertsChangeVersions(const history::HistoryEvent& event) {
  const auto* upsert = history::As<history::UpsertWorkflowSearchAttributes>(event);
  return upsert != nullptr &&
         std::any_of(upsert->search_attributes.begin(), upsert->search_attributes.end(),
                     [](const auto& entry) { return entry.first == kChangeVersions; });
}

}  // namespace groundhog::workflow::internal
