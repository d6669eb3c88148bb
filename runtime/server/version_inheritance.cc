#include "runtime/server/version_inheritance.h"

#include <optional>
#include <utility>

namespace groundhog::server {
namespace {

using history::ContinueAsNewVersioningBehavior;
using history::StartedVersioning;
using Version = std::optional<WorkerDeploymentVersion>;

StartedVersioningPtr Keep(StartedVersioning said) {
  if (said == StartedVersioning{}) return nullptr;
  return history::MakeShared<StartedVersioning>(std::move(said));
}

// Whether the heir's workflow tasks can go to that version at all.
bool MayHave(const Engine& engine, const RunStart& from, const std::string& task_queue,
             const Version& version) {
  if (task_queue == from.event->task_queue.name) return true;
  return version && HasTaskQueue(engine.durable().deployments(), *version,
                                 {task_queue, TaskQueueType::kWorkflow});
}

bool HasPinnedOverride(const RunVersioning& versioning) {
  return versioning.info.versioning_override && versioning.info.versioning_override->pinned;
}

std::optional<history::InheritedAutoUpgradeInfo> AutoUpgradeFrom(
    const RunVersioningPtr& versioning, ContinueAsNewVersioningBehavior initial_behavior) {
  const Version version = EffectiveVersion(versioning);
  const std::int64_t revision = versioning->info.revision_number;
  if (!version || revision == 0) return std::nullopt;
  return history::InheritedAutoUpgradeInfo{
      .source_deployment_version = version,
      .source_deployment_revision_number = revision,
      .continue_as_new_initial_versioning_behavior = initial_behavior};
}

}  // namespace

StartedVersioningPtr VersioningOfChild(const Engine& engine, const Run& parent,
                                       const std::string& task_queue) {
  const RunVersioningPtr& versioning = parent.state.info.versioning;
  if (!versioning) return nullptr;
  const Version version = EffectiveVersion(versioning);
  if (!MayHave(engine, *parent.start, task_queue, version)) return nullptr;
  StartedVersioning said;
  if (HasPinnedOverride(*versioning)) {
    said.versioning_override = versioning->info.versioning_override;
  }
  if (IsPinned(versioning)) {
    said.inherited_pinned_version = version;
  } else if (EffectiveBehavior(versioning) == VersioningBehavior::kAutoUpgrade) {
    said.inherited_auto_upgrade_info =
        AutoUpgradeFrom(versioning, ContinueAsNewVersioningBehavior::kUnspecified);
  }
  return Keep(std::move(said));
}

StartedVersioningPtr VersioningOfContinuation(const Engine& engine, Transition& t,
                                              const std::string& task_queue,
                                              ContinueAsNewVersioningBehavior initial_behavior) {
  const RunVersioningPtr& versioning = t.info().versioning;
  if (!versioning) return nullptr;
  const Version version = EffectiveVersion(versioning);
  if (!MayHave(engine, t.start(), task_queue, version)) return nullptr;
  StartedVersioning said;
  if (HasPinnedOverride(*versioning)) {
    said.versioning_override = versioning->info.versioning_override;
  }
  const bool as_before = initial_behavior == ContinueAsNewVersioningBehavior::kUnspecified;
  if (IsPinned(versioning) && as_before) {
    said.inherited_pinned_version = version;
    said.declined_target_version_upgrade =
        versioning->notified ? versioning->notified : versioning->declined;
  } else if (EffectiveBehavior(versioning) != VersioningBehavior::kUnspecified) {
    said.inherited_auto_upgrade_info = AutoUpgradeFrom(versioning, initial_behavior);
  }
  return Keep(std::move(said));
}

StartedVersioningPtr VersioningOfSequel(Transition& t, history::ContinueAsNewInitiator initiator) {
  const RunVersioningPtr& versioning = t.info().versioning;
  if (!versioning) return nullptr;
  StartedVersioning said;
  if (HasPinnedOverride(*versioning)) {
    said.versioning_override = versioning->info.versioning_override;
  }
  if (initiator == history::ContinueAsNewInitiator::kRetry) {
    const StartedVersioningPtr& inherited = t.start().event->versioning;
    if (IsPinned(versioning)) {
      if (inherited && inherited->inherited_pinned_version) {
        said.inherited_pinned_version = EffectiveVersion(versioning);
      }
    } else if (EffectiveBehavior(versioning) == VersioningBehavior::kAutoUpgrade) {
      said.inherited_auto_upgrade_info = AutoUpgradeFrom(versioning, versioning->initial_behavior);
    }
    if (inherited) {
      said.declined_target_version_upgrade = inherited->declined_target_version_upgrade;
    }
  }
  return Keep(std::move(said));
}

}  // namespace groundhog::server
