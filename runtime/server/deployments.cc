#include "runtime/server/deployments.h"

#include <utility>

#include <fmt/format.h>

#include "base/fingerprint32.h"

namespace groundhog::server {
namespace {

using history::Timestamp;
using history::WorkerDeploymentVersion;
using protocol::RoutingConfig;
using Version = std::optional<WorkerDeploymentVersion>;

// From 0 to 100, as in Temporal's server (common/worker_versioning, calcRampThreshold).
double ThresholdOf(const std::string& workflow_id) {
  constexpr double kBound = 4294967296.0;
  return 100 * (static_cast<double>(Fingerprint32(workflow_id)) / kBound);
}

bool HasRamp(const RoutingConfig& routing) {
  return routing.ramping_deployment_version || routing.ramping_version_percentage != 0;
}

// The routing that the queue goes by: the last one changed of those whose version it belongs to,
// else of those without a version.
class Choice {
 public:
  void Offer(const Deployments& deployments, const VersionTaskQueue& queue,
             const RoutingConfig& routing, const Version& version,
             const std::optional<Timestamp>& since) {
    if (version && !HasTaskQueue(deployments, *version, queue)) return;
    const bool better = (version.has_value() && !versioned_) ||
                        (version.has_value() == versioned_ && (!since_ || since > since_));
    if (!since || !better) return;
    chosen_ = &routing;
    versioned_ = version.has_value();
    since_ = since;
  }
  const RoutingConfig* chosen() const { return chosen_; }

 private:
  const RoutingConfig* chosen_ = nullptr;
  bool versioned_ = false;
  std::optional<Timestamp> since_;
};

void Deactivate(VersionRecord& version, Timestamp now) {
  version.current_since_time.reset();
  version.ramping_since_time.reset();
  version.routing_changed_time = now;
  version.last_deactivation_time = now;
}

void Activate(VersionRecord& version, Timestamp now) {
  version.routing_changed_time = now;
  if (!version.first_activation_time) version.first_activation_time = now;
}

Version VersionNamed(const DeploymentRecord& record, const std::string& build_id) {
  if (build_id.empty()) return std::nullopt;
  return WorkerDeploymentVersion{.build_id = build_id, .deployment_name = record.name};
}

VersionRecord& VersionOf(DeploymentRecord& record, const std::string& build_id, Timestamp now) {
  const auto [at, made] = record.versions.try_emplace(build_id);
  if (made) at->second.create_time = now;
  return at->second;
}

}  // namespace

const VersionRecord* FindVersion(const Deployments& deployments,
                                 const WorkerDeploymentVersion& version) {
  const auto deployment = deployments.find(version.deployment_name);
  if (deployment == deployments.end()) return nullptr;
  const auto& versions = deployment->second->versions;
  const auto found = versions.find(version.build_id);
  return found == versions.end() ? nullptr : &found->second;
}

bool HasTaskQueue(const Deployments& deployments, const WorkerDeploymentVersion& version,
                  const VersionTaskQueue& queue) {
  const VersionRecord* record = FindVersion(deployments, version);
  return record != nullptr && record->task_queues.contains(queue);
}

RoutingTarget FindTarget(const Deployments& deployments, const VersionTaskQueue& queue,
                         const std::string& workflow_id, bool prefers_ramping) {
  Choice current;
  Choice ramping;
  for (const auto& [name, record] : deployments) {
    const RoutingConfig& routing = record->routing;
    current.Offer(deployments, queue, routing, routing.current_deployment_version,
                  routing.current_version_changed_time);
    if (!HasRamp(routing)) continue;
    ramping.Offer(deployments, queue, routing, routing.ramping_deployment_version,
                  routing.ramping_version_percentage_changed_time);
  }
  if (const RoutingConfig* ramp = ramping.chosen()) {
    const double share = ramp->ramping_version_percentage;
    const bool is_in = (prefers_ramping && ramp->ramping_deployment_version) || share == 100 ||
                       (share > 0 && ThresholdOf(workflow_id) <= share);
    if (is_in) return {ramp->ramping_deployment_version, ramp->revision_number};
  }
  if (current.chosen() == nullptr) return {};
  return {current.chosen()->current_deployment_version, current.chosen()->revision_number};
}

absl::Status CheckDelimiters(const std::string& deployment_name) {
  for (const char delimiter : {'.', ':'}) {
    if (deployment_name.find(delimiter) == std::string::npos) continue;
    return absl::InvalidArgumentError(
        fmt::format("worker deployment name cannot contain '{}'", delimiter));
  }
  return absl::OkStatus();
}

absl::Status CheckPollersVersion(const WorkerDeploymentVersion& version) {
  if (version.deployment_name.empty() || version.build_id.empty()) {
    return absl::InvalidArgumentError("Deployment name and build id must be set together.");
  }
  return CheckDelimiters(version.deployment_name);
}

DeploymentRecord WithPoller(const DeploymentRecord* before, const WorkerDeploymentVersion& version,
                            const VersionTaskQueue& queue, Timestamp now) {
  DeploymentRecord record =
      before != nullptr ? *before
                        : DeploymentRecord{.name = version.deployment_name, .create_time = now};
  VersionOf(record, version.build_id, now).task_queues.insert(queue);
  return record;
}

DeploymentRecord WithCurrent(const DeploymentRecord& before, const std::string& build_id,
                             Timestamp now) {
  DeploymentRecord record = before;
  RoutingConfig& routing = record.routing;
  ++record.modifications;
  const Version current = VersionNamed(record, build_id);
  if (routing.current_deployment_version == current) return record;
  if (routing.current_deployment_version) {
    Deactivate(VersionOf(record, routing.current_deployment_version->build_id, now), now);
  }
  if (current) {
    VersionRecord& version = VersionOf(record, build_id, now);
    Activate(version, now);
    version.current_since_time = now;
    version.ramping_since_time.reset();
    if (routing.ramping_deployment_version == current) {  // it is promoted
      routing.ramping_deployment_version.reset();
      routing.ramping_version_percentage = 0;
      routing.ramping_version_changed_time = now;
      routing.ramping_version_percentage_changed_time = now;
    }
  }
  routing.current_deployment_version = current;
  routing.current_version_changed_time = now;
  ++routing.revision_number;
  return record;
}

DeploymentRecord WithRamping(const DeploymentRecord& before, const std::string& build_id,
                             double percentage, Timestamp now) {
  DeploymentRecord record = before;
  RoutingConfig& routing = record.routing;
  ++record.modifications;
  const Version ramping = VersionNamed(record, build_id);
  const bool another = routing.ramping_deployment_version != ramping;
  if (!another && routing.ramping_version_percentage == percentage) return record;
  if (another && routing.ramping_deployment_version) {
    Deactivate(VersionOf(record, routing.ramping_deployment_version->build_id, now), now);
  }
  if (another && ramping) {
    VersionRecord& version = VersionOf(record, build_id, now);
    Activate(version, now);
    version.ramping_since_time = now;
  }
  if (another) routing.ramping_version_changed_time = now;
  routing.ramping_deployment_version = ramping;
  routing.ramping_version_percentage = percentage;
  routing.ramping_version_percentage_changed_time = now;
  ++routing.revision_number;
  return record;
}

}  // namespace groundhog::server
