// Worker deployments and their versions: which one is current, which one is ramping, which ones are
// no longer used; and which of them one run is on,
// or is told to be on (history/versioning.h has the words).
//
// Temporal keeps each deployment in a workflow of its own and tells the task queues a little later;
// here a change takes effect at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/attribute_parts.h"
#include "runtime/history/time.h"
#include "runtime/history/versioning.h"

namespace groundhog::protocol {

using history::Timestamp;
using history::VersioningBehavior;
using history::VersioningOverride;
using history::VersionPtr;
using history::WorkerDeploymentVersion;

enum class WorkerDeploymentVersionStatus : std::uint8_t {
  kUnspecified,
  kInactive,  // it was neither current nor ramping yet
  kCurrent,
  kRamping,
  kDraining,  // it was, and open runs are pinned to it
  kDrained,   // it was, and no open run is pinned to it
};
enum class TaskQueueType : std::uint8_t { kUnspecified, kWorkflow, kActivity };

// Where runs go that are not pinned. No current version: to unversioned workers.
struct RoutingConfig {
  std::optional<WorkerDeploymentVersion> current_deployment_version = {};
  std::optional<WorkerDeploymentVersion> ramping_deployment_version = {};
  double ramping_version_percentage = 0;
  std::optional<Timestamp> current_version_changed_time = {};
  std::optional<Timestamp> ramping_version_changed_time = {};
  std::optional<Timestamp> ramping_version_percentage_changed_time = {};
  std::int64_t revision_number = 0;  // counts the changes
};

struct WorkerDeploymentVersionSummary {
  WorkerDeploymentVersion deployment_version = {};
  WorkerDeploymentVersionStatus status = WorkerDeploymentVersionStatus::kUnspecified;
  Timestamp create_time = {};
};
struct WorkerDeploymentInfo {
  std::string name = {};
  std::vector<WorkerDeploymentVersionSummary> version_summaries = {};  // newest first
  Timestamp create_time = {};
  RoutingConfig routing_config = {};
  std::string last_modifier_identity = {};
};

struct VersionTaskQueue {
  std::string name = {};
  TaskQueueType type = TaskQueueType::kUnspecified;
  friend bool operator==(const VersionTaskQueue&, const VersionTaskQueue&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): it takes the order's 0 for a pointer
  friend auto operator<=>(const VersionTaskQueue&, const VersionTaskQueue&) = default;
};
struct WorkerDeploymentVersionInfo {
  WorkerDeploymentVersion deployment_version = {};
  WorkerDeploymentVersionStatus status = WorkerDeploymentVersionStatus::kUnspecified;
  Timestamp create_time = {};
  std::optional<Timestamp> routing_changed_time = {};
  std::optional<Timestamp> current_since_time = {};
  std::optional<Timestamp> ramping_since_time = {};
  std::optional<Timestamp> first_activation_time = {};
  std::optional<Timestamp> last_deactivation_time = {};
  double ramp_percentage = 0;
  std::vector<VersionTaskQueue> version_task_queues = {};
};

struct SetWorkerDeploymentCurrentVersionResponse {
  std::string conflict_token = {};
  std::optional<WorkerDeploymentVersion> previous_deployment_version = {};
};
struct SetWorkerDeploymentCurrentVersionRequest {
  using Response = SetWorkerDeploymentCurrentVersionResponse;
  static constexpr std::string_view kName = "SetWorkerDeploymentCurrentVersion";
  std::string deployment_name = {};
  std::string build_id = {};        // empty: unversioned workers
  std::string conflict_token = {};  // if set, that of the last change
  std::string identity = {};
  bool ignore_missing_task_queues = false;  // leave those behind that wait on queues it has not
  bool allow_no_pollers = false;            // also a version that nobody has heard of
};

struct SetWorkerDeploymentRampingVersionResponse {
  std::string conflict_token = {};
  std::optional<WorkerDeploymentVersion> previous_deployment_version = {};
  double previous_percentage = 0;
};
struct SetWorkerDeploymentRampingVersionRequest {
  using Response = SetWorkerDeploymentRampingVersionResponse;
  static constexpr std::string_view kName = "SetWorkerDeploymentRampingVersion";
  std::string deployment_name = {};
  std::string build_id = {};  // empty: no ramp; with a percentage: unversioned workers
  double percentage = 0;      // of workflow ids, from 0 to 100
  std::string conflict_token = {};
  std::string identity = {};
  bool ignore_missing_task_queues = false;
  bool allow_no_pollers = false;
};

struct DescribeWorkerDeploymentResponse {
  std::string conflict_token = {};
  WorkerDeploymentInfo worker_deployment_info = {};
};
struct DescribeWorkerDeploymentRequest {
  using Response = DescribeWorkerDeploymentResponse;
  static constexpr std::string_view kName = "DescribeWorkerDeployment";
  std::string deployment_name = {};
};

struct DescribeWorkerDeploymentVersionResponse {
  WorkerDeploymentVersionInfo worker_deployment_version_info = {};
};
struct DescribeWorkerDeploymentVersionRequest {
  using Response = DescribeWorkerDeploymentVersionResponse;
  static constexpr std::string_view kName = "DescribeWorkerDeploymentVersion";
  WorkerDeploymentVersion deployment_version = {};
};

struct WorkerDeploymentSummary {
  std::string name = {};
  Timestamp create_time = {};
  RoutingConfig routing_config = {};
};
struct ListWorkerDeploymentsResponse {
  std::vector<WorkerDeploymentSummary> worker_deployments = {};  // by name
  std::string next_page_token = {};
};
struct ListWorkerDeploymentsRequest {
  using Response = ListWorkerDeploymentsResponse;
  static constexpr std::string_view kName = "ListWorkerDeployments";
  std::int32_t page_size = 0;  // 0: 100
  std::string next_page_token = {};
};

// Neither current nor ramping, no worker polls for it,
// and no open run is pinned to it (unless that is to be overlooked).
struct DeleteWorkerDeploymentVersionResponse {};
struct DeleteWorkerDeploymentVersionRequest {
  using Response = DeleteWorkerDeploymentVersionResponse;
  static constexpr std::string_view kName = "DeleteWorkerDeploymentVersion";
  WorkerDeploymentVersion deployment_version = {};
  bool skip_drainage = false;
  std::string identity = {};
};

struct WorkflowExecutionOptions {
  std::optional<VersioningOverride> versioning_override = {};
};
struct UpdateWorkflowExecutionOptionsResponse {
  WorkflowExecutionOptions workflow_execution_options = {};
};
struct UpdateWorkflowExecutionOptionsRequest {
  using Response = UpdateWorkflowExecutionOptionsResponse;
  static constexpr std::string_view kName = "UpdateWorkflowExecutionOptions";
  history::WorkflowExecution workflow_execution = {};
  WorkflowExecutionOptions workflow_execution_options = {};  // without an override: removes it
  std::string identity = {};
};

// The version that an unpinned run is moving to: its next task is that version's. None:
// unversioned workers.
struct DeploymentVersionTransition {
  std::optional<WorkerDeploymentVersion> deployment_version = {};
  friend bool operator==(const DeploymentVersionTransition&,
                         const DeploymentVersionTransition&) = default;
};
// What describe says of a run.
struct WorkflowExecutionVersioningInfo {
  VersioningBehavior behavior = VersioningBehavior::kUnspecified;  // as the last task's worker said
  std::optional<WorkerDeploymentVersion> deployment_version = {};  // that worker's
  std::optional<VersioningOverride> versioning_override = {};
  std::optional<DeploymentVersionTransition> version_transition = {};
  std::int64_t revision_number = 0;  // of the routing that the run's last move was made by
  friend bool operator==(const WorkflowExecutionVersioningInfo&,
                         const WorkflowExecutionVersioningInfo&) = default;
};

}  // namespace groundhog::protocol
