#include "runtime/server/run_versioning.h"

#include <algorithm>
#include <utility>

namespace groundhog::server {
namespace {

using history::VersioningOverride;
using protocol::WorkflowExecutionVersioningInfo;
using Version = std::optional<WorkerDeploymentVersion>;

VersioningBehavior BehaviorOf(const VersioningOverride& said) {
  if (said.auto_upgrade) return VersioningBehavior::kAutoUpgrade;
  return said.pinned ? VersioningBehavior::kPinned : VersioningBehavior::kUnspecified;
}

Version PinnedVersionOf(const std::optional<VersioningOverride>& said) {
  return said && said->pinned ? said->pinned->version : std::nullopt;
}

VersioningBehavior BehaviorOf(const WorkflowExecutionVersioningInfo& info) {
  if (info.version_transition) return VersioningBehavior::kAutoUpgrade;
  return info.versioning_override ? BehaviorOf(*info.versioning_override) : info.behavior;
}

Version VersionOf(const WorkflowExecutionVersioningInfo& info) {
  if (info.version_transition) return info.version_transition->deployment_version;
  if (Version pinned = PinnedVersionOf(info.versioning_override)) return pinned;
  return BehaviorOf(info) == VersioningBehavior::kUnspecified ? std::nullopt
                                                              : info.deployment_version;
}

RunVersioning Known(const RunVersioningPtr& before) { return before ? *before : RunVersioning{}; }

RunVersioningPtr Keep(RunVersioning state) {
  if (state == RunVersioning{}) return nullptr;
  return history::MakeShared<RunVersioning>(std::move(state));
}

void NoteUse(RunVersioning& state, const WorkerDeploymentVersion& version) {
  std::string text = TextOf(version);
  auto& used = state.used_versions;
  if (std::find(used.begin(), used.end(), text) == used.end()) used.push_back(std::move(text));
}

}  // namespace

VersioningBehavior EffectiveBehavior(const RunVersioningPtr& versioning) {
  return versioning ? BehaviorOf(versioning->info) : VersioningBehavior::kUnspecified;
}

Version EffectiveVersion(const RunVersioningPtr& versioning) {
  return versioning ? VersionOf(versioning->info) : std::nullopt;
}

ShownVersioning ShownOf(const RunVersioningPtr& versioning) {
  if (!versioning) return {};
  const WorkflowExecutionVersioningInfo& info = versioning->info;
  Version version = PinnedVersionOf(info.versioning_override);
  if (!version) version = info.deployment_version;
  return {
      .deployment = version ? version->deployment_name : versioning->worker_deployment_name,
      .version = version ? TextOf(*version) : std::string(),
      .behavior = info.versioning_override ? BehaviorOf(*info.versioning_override) : info.behavior};
}

RunVersioningPtr AfterStart(const history::WorkflowExecutionStarted& started) {
  if (!started.versioning) return nullptr;
  const history::StartedVersioning& said = *started.versioning;
  RunVersioning state;
  state.info.versioning_override = said.versioning_override;
  if (said.inherited_pinned_version) {
    state.info.deployment_version = said.inherited_pinned_version;
    state.info.behavior = VersioningBehavior::kPinned;
    if (!started.continued_execution_run_id.empty()) {
      state.declined = said.declined_target_version_upgrade;
    }
  }
  if (const auto& inherited = said.inherited_auto_upgrade_info) {
    state.info.deployment_version = inherited->source_deployment_version;
    state.info.behavior = VersioningBehavior::kAutoUpgrade;
    state.info.revision_number = inherited->source_deployment_revision_number;
    state.initial_behavior = inherited->continue_as_new_initial_versioning_behavior;
  }
  if (const Version version = VersionOf(state.info)) {
    state.worker_deployment_name = version->deployment_name;
  }
  return Keep(std::move(state));
}

RunVersioningPtr AfterCompletion(const RunVersioningPtr& before,
                                 const history::WorkflowTaskCompleted& completed) {
  if (!before && !completed.versioning) return nullptr;
  const auto said = completed.versioning ? *completed.versioning : history::CompletedVersioning{};
  RunVersioning state = Known(before);
  WorkflowExecutionVersioningInfo& info = state.info;
  const auto& transition = info.version_transition;
  if (transition && transition->deployment_version == said.deployment_version) {
    info.version_transition.reset();
  }
  info.behavior = said.versioning_behavior;
  info.deployment_version = said.versioning_behavior == VersioningBehavior::kUnspecified
                                ? std::nullopt
                                : said.deployment_version;
  state.worker_deployment_name = said.worker_deployment_name;
  if (said.deployment_version) NoteUse(state, *said.deployment_version);
  return Keep(std::move(state));
}

RunVersioningPtr AfterOptions(const RunVersioningPtr& before,
                              const history::WorkflowExecutionOptionsUpdated& updated) {
  if (!updated.versioning_override && !updated.unset_versioning_override) return before;
  RunVersioning state = Known(before);
  WorkflowExecutionVersioningInfo& info = state.info;
  info.versioning_override = updated.versioning_override;
  if (const Version pinned = PinnedVersionOf(info.versioning_override)) {
    state.worker_deployment_name = pinned->deployment_name;
  } else if (!info.versioning_override) {
    state.worker_deployment_name =
        info.deployment_version ? info.deployment_version->deployment_name : std::string();
  }
  return Keep(std::move(state));
}

RunVersioningPtr InTransitionTo(const RunVersioningPtr& before, Version version,
                                std::int64_t revision) {
  RunVersioning state = Known(before);
  state.info.version_transition =
      protocol::DeploymentVersionTransition{.deployment_version = std::move(version)};
  state.info.revision_number = revision;
  return Keep(std::move(state));
}

}  // namespace groundhog::server
