// The fields of what is said of worker versioning. event_fields.h says how to read this.
#pragma once

#include "runtime/history/part_fields.h"
#include "runtime/history/versioning.h"

namespace groundhog::history {

template <Described<WorkerDeploymentVersion> S, class V>
void ForEachField(S& version, V& field) {
  field("buildId", version.build_id);
  field("deploymentName", version.deployment_name);
}
template <Described<PinnedOverride> S, class V>
void ForEachField(S& pinned, V& field) {
  field("behavior", pinned.behavior);
  field("version", pinned.version);
}
template <Described<VersioningOverride> S, class V>
void ForEachField(S& versioning_override, V& field) {
  field("pinned", versioning_override.pinned);
  field("autoUpgrade", versioning_override.auto_upgrade);
}
template <Described<InheritedAutoUpgradeInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("sourceDeploymentVersion", info.source_deployment_version);
  field("sourceDeploymentRevisionNumber", info.source_deployment_revision_number);
  field("continueAsNewInitialVersioningBehavior", info.continue_as_new_initial_versioning_behavior);
}
template <Described<DeclinedTargetVersionUpgrade> S, class V>
void ForEachField(S& declined, V& field) {
  field("deploymentVersion", declined.deployment_version);
  field("revisionNumber", declined.revision_number);
}
template <Described<StartedVersioning> S, class V>
void ForEachField(S& started, V& field) {
  field("versioningOverride", started.versioning_override);
  field("parentPinnedWorkerDeploymentVersion", started.parent_pinned_worker_deployment_version);
  field("inheritedPinnedVersion", started.inherited_pinned_version);
  field("inheritedAutoUpgradeInfo", started.inherited_auto_upgrade_info);
  field("declinedTargetVersionUpgrade", started.declined_target_version_upgrade);
}
template <Described<CompletedVersioning> S, class V>
void ForEachField(S& completed, V& field) {
  field("versioningBehavior", completed.versioning_behavior);
  field("workerDeploymentVersion", completed.worker_deployment_version);
  field("workerDeploymentName", completed.worker_deployment_name);
  field("deploymentVersion", completed.deployment_version);
}

}  // namespace groundhog::history
