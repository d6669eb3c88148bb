// Worker versioning by deployment, as events and requests speak of it: which build of the workers'
// code a run is on, and whether it may move to another one.
//
// A deployment is the set of workers that serve one application; a version of it is one build of
// their code. A run that is pinned stays on its version; one that is auto-upgraded goes to the
// deployment's current (or ramping) version with its next workflow task.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/enums.h"
#include "runtime/history/shared.h"

namespace groundhog::history {

enum class VersioningBehavior : std::uint8_t { kUnspecified, kPinned, kAutoUpgrade };

// How the next run begins, if not as the versioning of this one says.
enum class ContinueAsNewVersioningBehavior : std::uint8_t {
  kUnspecified,
  kAutoUpgrade,
  kUseRampingVersion,
};

enum class PinnedOverrideBehavior : std::uint8_t { kUnspecified, kPinned };

template <>
struct EnumNames<VersioningBehavior> {
  static constexpr std::string_view prefix = "VERSIONING_BEHAVIOR_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "PINNED", "AUTO_UPGRADE"});
};
template <>
struct EnumNames<ContinueAsNewVersioningBehavior> {
  static constexpr std::string_view prefix = "CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "AUTO_UPGRADE", "USE_RAMPING_VERSION"});
};
template <>
struct EnumNames<PinnedOverrideBehavior> {
  static constexpr std::string_view prefix = "PINNED_OVERRIDE_BEHAVIOR_";
  static constexpr auto names = std::to_array<std::string_view>({"UNSPECIFIED", "PINNED"});
};

struct WorkerDeploymentVersion {
  std::string build_id = {};
  std::string deployment_name = {};
  friend bool operator==(const WorkerDeploymentVersion&, const WorkerDeploymentVersion&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): it takes the order's 0 for a pointer
  friend auto operator<=>(const WorkerDeploymentVersion&, const WorkerDeploymentVersion&) = default;
};
// Null: unversioned workers.
using VersionPtr = Shared<WorkerDeploymentVersion>;

// "billing:2.0"
inline std::string TextOf(const WorkerDeploymentVersion& version) {
  return version.deployment_name + ":" + version.build_id;
}

// What somebody said of one run, which goes before what its code says: it is pinned,
// or it is auto-upgraded.
struct PinnedOverride {
  PinnedOverrideBehavior behavior = PinnedOverrideBehavior::kPinned;
  std::optional<WorkerDeploymentVersion> version = {};
  friend bool operator==(const PinnedOverride&, const PinnedOverride&) = default;
};
struct VersioningOverride {
  std::optional<PinnedOverride> pinned = {};
  bool auto_upgrade = false;
  friend bool operator==(const VersioningOverride&, const VersioningOverride&) = default;
};
inline VersioningOverride PinTo(WorkerDeploymentVersion version) {
  return {.pinned = PinnedOverride{.version = std::move(version)}};
}
inline VersioningOverride AutoUpgradeOverride() { return {.auto_upgrade = true}; }

// Where the run before an auto-upgraded one, or its parent, was.
struct InheritedAutoUpgradeInfo {
  std::optional<WorkerDeploymentVersion> source_deployment_version = {};
  std::int64_t source_deployment_revision_number = 0;
  ContinueAsNewVersioningBehavior continue_as_new_initial_versioning_behavior =
      ContinueAsNewVersioningBehavior::kUnspecified;
  friend bool operator==(const InheritedAutoUpgradeInfo&,
                         const InheritedAutoUpgradeInfo&) = default;
};

// A pinned run was told of this version and stayed on its own.
struct DeclinedTargetVersionUpgrade {
  std::optional<WorkerDeploymentVersion> deployment_version = {};
  std::int64_t revision_number = 0;
  friend bool operator==(const DeclinedTargetVersionUpgrade&,
                         const DeclinedTargetVersionUpgrade&) = default;
};

// What a WorkflowExecutionStarted says of all this, if it does.
struct StartedVersioning {
  std::optional<VersioningOverride> versioning_override = {};
  std::string parent_pinned_worker_deployment_version = {};  // of older servers
  std::optional<WorkerDeploymentVersion> inherited_pinned_version = {};
  std::optional<InheritedAutoUpgradeInfo> inherited_auto_upgrade_info = {};
  std::optional<DeclinedTargetVersionUpgrade> declined_target_version_upgrade = {};
  friend bool operator==(const StartedVersioning&, const StartedVersioning&) = default;
};

// What a WorkflowTaskCompleted says of the worker that completed it.
struct CompletedVersioning {
  VersioningBehavior versioning_behavior = VersioningBehavior::kUnspecified;
  std::string worker_deployment_version = {};  // of older servers
  std::string worker_deployment_name = {};
  std::optional<WorkerDeploymentVersion> deployment_version = {};
  friend bool operator==(const CompletedVersioning&, const CompletedVersioning&) = default;
};

}  // namespace groundhog::history
