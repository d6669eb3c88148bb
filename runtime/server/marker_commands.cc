// RecordMarker (SEMANTICS e.1, f.8): it only leaves an event.
#include <utility>

#include <fmt/format.h>

#include "runtime/server/commands.h"

namespace groundhog::server {
namespace {

using Cause = history::WorkflowTaskFailedCause;

}  // namespace

CommandOutcome Apply(Transition& t, CommandContext& context, history::RecordMarker& command) {
  constexpr Cause kBad = Cause::kBadRecordMarkerAttributes;
  const std::string& name = command.marker_name;
  if (name.empty()) return Bad(kBad, "MarkerName is not set on RecordMarkerCommand.");
  if (name.size() > kLongestName) {
    return Bad(kBad, fmt::format("MarkerName on RecordMarkerCommand exceeds length limit. "
                                 "MarkerName={} Length={} Limit={}",
                                 name, name.size(), kLongestName));
  }
  auto recorded = history::MakeShared<history::MarkerRecorded>(
      history::MarkerRecorded{.marker_name = std::move(command.marker_name),
                              .details = std::move(command.details),
                              .workflow_task_completed_event_id = context.completed_id,
                              .header = std::move(command.header),
                              .failure = std::move(command.failure)});
  t.AddAt(t.now(), std::move(recorded), std::move(command.user_metadata));
  return std::nullopt;
}

}  // namespace groundhog::server
