// UpsertWorkflowSearchAttributes and ModifyWorkflowProperties (SEMANTICS e.1, f.9). The event has only what changes.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/payload_map.h"
#include "runtime/server/commands.h"

namespace groundhog::server {
namespace {

using Cause = history::WorkflowTaskFailedCause;

// Changes the run's properties, which start as those of its first event.
template <class Change>
void ChangeProperties(Transition& t, const Change& change) {
  const Shared<RunProperties>& before = t.info().properties;
  RunProperties properties =
      before ? *before
             : RunProperties{.memo = t.start().event->memo,
                             .search_attributes = t.start().event->search_attributes};
  change(properties);
  t.info().properties = history::MakeShared<RunProperties>(std::move(properties));
}

constexpr std::string_view kUnversioned = "unversioned";

}  // namespace

void NoteBuildId(Transition& t, const std::string& build_id) {
  if (build_id.empty()) return;
  std::string versioned = std::string(kUnversioned) + ":" + build_id;
  const Shared<RunProperties>& before = t.info().properties;
  if (before && std::find(before->build_ids.begin(), before->build_ids.end(), versioned) !=
                    before->build_ids.end()) {
    return;
  }
  ChangeProperties(t, [&versioned](RunProperties& properties) {
    if (properties.build_ids.empty()) properties.build_ids.emplace_back(kUnversioned);
    properties.build_ids.push_back(std::move(versioned));
  });
}

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::UpsertWorkflowSearchAttributesCommand& command) {
  if (command.search_attributes.empty()) {
    return Bad(Cause::kBadSearchAttributes,
               "IndexedFields is not set on UpsertWorkflowSearchAttributesCommand.");
  }
  ChangeProperties(t, [&command](RunProperties& properties) {
    history::Merge(properties.search_attributes, command.search_attributes);
  });
  t.Add(history::UpsertWorkflowSearchAttributes{
      .workflow_task_completed_event_id = context.completed_id,
      .search_attributes = std::move(command.search_attributes)});
  return std::nullopt;
}

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::ModifyWorkflowProperties& command) {
  if (command.upserted_memo.empty()) {
    return Bad(Cause::kBadModifyWorkflowPropertiesAttributes,
               "UpsertedMemo.Fields is not set on ModifyWorkflowPropertiesCommand.");
  }
  ChangeProperties(t, [&command](RunProperties& properties) {
    history::Merge(properties.memo, command.upserted_memo);
  });
  t.Add(
      history::WorkflowPropertiesModified{.workflow_task_completed_event_id = context.completed_id,
                                          .upserted_memo = std::move(command.upserted_memo)});
  return std::nullopt;
}

}  // namespace groundhog::server
