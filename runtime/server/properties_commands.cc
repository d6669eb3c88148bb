// UpsertWorkflowSearchAttributes and ModifyWorkflowProperties (SEMANTICS e.1, f.9).
// The event has only what changes.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/payload_map.h"
#include "runtime/history/search_attributes.h"
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
  const bool is_unversioned = EffectiveBehavior(t.info().versioning) == VersioningBehavior{};
  ChangeProperties(t, [&](RunProperties& properties) {
    if (properties.build_ids.empty() && is_unversioned) {
      properties.build_ids.emplace_back(kUnversioned);
    }
    properties.build_ids.push_back(std::move(versioned));
  });
}

namespace {

using namespace std::string_view_literals;

// As Temporal spells them in this search attribute.
std::string_view SpellBehavior(VersioningBehavior behavior) {
  switch (behavior) {
    case VersioningBehavior::kPinned:
      return "Pinned";
    case VersioningBehavior::kAutoUpgrade:
      return "AutoUpgrade";
    case VersioningBehavior::kUnspecified:
      break;
  }
  return "";
}

void Show(RunProperties& properties, const char* name, const std::string& value) {
  const KeywordKey key{name};
  history::PayloadMap one;
  if (value.empty()) {
    const SearchAttributeUpdate unset = key.ValueUnset();
    history::Put(one, unset.name(), unset.payload());
  } else {
    const SearchAttributeUpdate set = key.ValueSet(value);
    history::Put(one, set.name(), set.payload());
  }
  history::Merge(properties.search_attributes, one);
}

// At most one of them says how the run is versioned now; those that say which code it was on stay.
void ShowInBuildIds(std::vector<std::string>& build_ids, const ShownVersioning& shown) {
  constexpr std::string_view kPinned = "pinned:";
  std::erase_if(build_ids, [&](const std::string& one) {
    return one == kUnversioned || one.starts_with(kPinned);
  });
  if (shown.behavior == VersioningBehavior::kPinned) {
    build_ids.insert(build_ids.begin(), std::string(kPinned) + shown.version);
  } else if (shown.behavior == VersioningBehavior::kUnspecified) {
    build_ids.insert(build_ids.begin(), std::string(kUnversioned));
  }
}

}  // namespace

void ShowVersioning(Transition& t) {
  const RunVersioningPtr& versioning = t.info().versioning;
  const ShownVersioning shown = ShownOf(versioning);
  ChangeProperties(t, [&](RunProperties& properties) {
    Show(properties, "TemporalWorkerDeployment", shown.deployment);
    Show(properties, "TemporalWorkerDeploymentVersion", shown.version);
    Show(properties, "TemporalWorkflowVersioningBehavior",
         std::string(SpellBehavior(shown.behavior)));
    if (versioning && !versioning->used_versions.empty()) {
      const KeywordListKey key{"TemporalUsedWorkerDeploymentVersions"};
      const SearchAttributeUpdate used = key.ValueSet(versioning->used_versions);
      history::Put(properties.search_attributes, used.name(), used.payload());
    }
    ShowInBuildIds(properties.build_ids, shown);
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
