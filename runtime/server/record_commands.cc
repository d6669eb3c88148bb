#include "runtime/server/record_commands.h"

#include <utility>

#include <fmt/format.h>

namespace groundhog::server {
namespace {

using Cause = history::WorkflowTaskFailedCause;

}  // namespace

std::optional<BadCommand> Apply(Transition& t, CommandContext& context,
                                history::RecordMarker& command) {
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

std::optional<BadCommand> Apply(Transition& t, CommandContext& context,
                                history::UpsertWorkflowSearchAttributesCommand& command) {
  if (command.search_attributes.empty()) {
    return Bad(Cause::kBadSearchAttributes,
               "IndexedFields is not set on UpsertWorkflowSearchAttributesCommand.");
  }
  t.Add(history::UpsertWorkflowSearchAttributes{
      .workflow_task_completed_event_id = context.completed_id,
      .search_attributes = std::move(command.search_attributes)});
  return std::nullopt;
}

}  // namespace groundhog::server
