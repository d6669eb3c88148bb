// The markers that Temporal's SDKs write, as values: core's patch and local activity, Go's version,
// side effect, mutable side effect and local activity (SEMANTICS f.8). Both are read; each is
// written in the format of the SDK that invented it.
//
// A marker that bears one of these names and does not decode is a history::PayloadError with the
// marker's name and what is wrong with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/history/command.h"
#include "runtime/history/event.h"

namespace groundhog::workflow::internal {

struct PatchMarker {
  std::string id = {};
  bool deprecated = false;
};

struct VersionMarker {
  std::string change_id = {};
  std::int32_t version = 0;
  // Whether TemporalChangeVersion was upserted beside it: not if it had become too long.
  bool attribute_updated = true;
};

struct SideEffectMarker {
  std::int64_t id = 0;  // counts from 1 within the run
  history::Payloads value = {};
};

struct MutableSideEffectMarker {
  std::string id = {};
  std::string counted_id = {};  // with the id that the event was expected to have: "cfg_5"
  std::int64_t call = 0;        // how often the code had asked for this id
  history::Payloads value = {};
};

enum class LocalActivityFormat : std::uint8_t { kCore, kGo };

struct LocalActivityMarker {
  LocalActivityFormat format = LocalActivityFormat::kCore;
  std::uint32_t seq = 0;  // core's; of a Go marker: its activity id, which counts likewise
  std::int32_t attempt = 1;
  std::string activity_id = {};
  std::string activity_type = {};
  std::optional<history::Timestamp> complete_time = {};  // the workflow's time moves there
  std::optional<history::Duration> backoff = {};         // wait so long by a timer, then try again
  std::optional<history::Timestamp> original_schedule_time = {};
  // In which activation of its task it was resolved (those of one are resolved together); -1: the
  // marker does not tell.
  std::int64_t activation_index = -1;
  history::Payloads result = {};
  history::FailurePtr failure = {};  // null: it completed
};

// monostate: a marker that is none of these.
using Marker = std::variant<std::monostate, PatchMarker, VersionMarker, SideEffectMarker,
                            MutableSideEffectMarker, LocalActivityMarker>;
Marker ReadMarker(const history::MarkerRecorded& recorded);

history::RecordMarker WriteMarker(const PatchMarker& marker);
history::RecordMarker WriteMarker(const VersionMarker& marker);
history::RecordMarker WriteMarker(const SideEffectMarker& marker);
history::RecordMarker WriteMarker(const MutableSideEffectMarker& marker);
history::RecordMarker WriteMarker(const LocalActivityMarker& marker);

// The search attribute that says by which versions of its code a run went. Nothing if it would be
// too long for the server: then it is not upserted (as in both SDKs).
std::optional<history::UpsertWorkflowSearchAttributesCommand> UpsertChangeVersions(
    const std::vector<std::string>& versions);
bool UpsertsChangeVersions(const history::HistoryEvent& event);

}  // namespace groundhog::workflow::internal
