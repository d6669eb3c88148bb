// Deployments: what a namespace knows of the versions of its workers' code, and which of them a
// task goes to that is not pinned.
//
// A version is known from the first poll of one of its workers on, with the task queues that its
// workers poll. What is known, and which version is current or ramping, stands in the store
// (PutDeployment): it survives the server. Memory keeps nothing of it.
//
// A task queue is served by one deployment at a time, as far as unpinned runs are concerned: by the
// one whose current version it belongs to; of several the one whose change was the last. A ramp
// takes the share of the workflow ids that its percentage says, by FarmHash's fingerprint of the
// id: the same ids as Temporal's server takes, and the same ones at every higher percentage.
//
// Drainage is derived from the open runs when somebody asks, so it is punctual. (Temporal's server
// looks every few minutes.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/status/status.h>

#include "runtime/history/shared.h"
#include "runtime/protocol/deployments.h"

namespace groundhog::server {

using protocol::TaskQueueType;
using protocol::VersionTaskQueue;

struct VersionRecord {
  history::Timestamp create_time = {};
  std::optional<history::Timestamp> routing_changed_time = {};
  std::optional<history::Timestamp> current_since_time = {};
  std::optional<history::Timestamp> ramping_since_time = {};
  std::optional<history::Timestamp> first_activation_time = {};
  std::optional<history::Timestamp> last_deactivation_time = {};
  absl::btree_set<VersionTaskQueue> task_queues = {};
};
struct DeploymentRecord {
  std::string name = {};
  history::Timestamp create_time = {};
  protocol::RoutingConfig routing = {};
  absl::btree_map<std::string, VersionRecord> versions = {};  // by build id
  std::string last_modifier_identity = {};
  std::int64_t modifications = 0;  // the conflict token
};
// By name.
using Deployments = absl::btree_map<std::string, history::Shared<DeploymentRecord>>;

// Null if it is not known.
const VersionRecord* FindVersion(const Deployments& deployments,
                                 const history::WorkerDeploymentVersion& version);
// Whether workers of the version poll the queue.
bool HasTaskQueue(const Deployments& deployments, const history::WorkerDeploymentVersion& version,
                  const VersionTaskQueue& queue);

// Where a task of this workflow id goes that is not pinned.
struct RoutingTarget {
  std::optional<history::WorkerDeploymentVersion> version = {};  // none: unversioned workers
  std::int64_t revision_number = 0;
};
RoutingTarget FindTarget(const Deployments& deployments, const VersionTaskQueue& queue,
                         const std::string& workflow_id, bool prefers_ramping = false);

// InvalidArgument for what stands between the two names of a version in its text.
absl::Status CheckDelimiters(const std::string& deployment_name);
// InvalidArgument, in the words that a worker's poll is refused with.
absl::Status CheckPollersVersion(const history::WorkerDeploymentVersion& version);

// ---- Changes; each makes the record as it is afterwards ----
// A worker of the version polls the queue. REQUIRES: HasTaskQueue is false.
DeploymentRecord WithPoller(const DeploymentRecord* before,
                            const history::WorkerDeploymentVersion& version,
                            const VersionTaskQueue& queue, history::Timestamp now);
// An empty build id: unversioned workers.
DeploymentRecord WithCurrent(const DeploymentRecord& before, const std::string& build_id,
                             history::Timestamp now);
// Without a build id and a percentage there is no ramp.
DeploymentRecord WithRamping(const DeploymentRecord& before, const std::string& build_id,
                             double percentage, history::Timestamp now);

}  // namespace groundhog::server
