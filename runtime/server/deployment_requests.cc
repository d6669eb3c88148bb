// What clients ask about worker deployments, and change of them. Each change is one write; whoever
// waits for a worker is sorted anew.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/version_routing.h"

namespace groundhog::server {
namespace {

using protocol::WorkerDeploymentVersionStatus;
using Status = WorkerDeploymentVersionStatus;
using Version = std::optional<WorkerDeploymentVersion>;

constexpr std::size_t kLongestField = 480;  // of half a workflow id, after Temporal's own prefix
constexpr std::int32_t kDeploymentsInPage = 100;  // unless another number is asked for

absl::Status Precondition(const std::string& text) { return absl::FailedPreconditionError(text); }

absl::Status NoDeployment(const std::string& name) {
  return absl::NotFoundError(fmt::format(
      "no Worker Deployment found with name '{}'; does your Worker Deployment have pollers?",
      name));
}
absl::Status NoVersion(const WorkerDeploymentVersion& version) {
  return absl::NotFoundError(fmt::format("build ID '{}' not found in Worker Deployment '{}'",
                                         version.build_id, version.deployment_name));
}

absl::Status CheckField(const std::string& text, const char* field) {
  if (text.empty()) return absl::InvalidArgumentError(fmt::format("{} cannot be empty", field));
  if (text.size() > kLongestField) {
    return absl::InvalidArgumentError(
        fmt::format("size of {} larger than the maximum allowed", field));
  }
  if (text.starts_with("__"))
    return absl::InvalidArgumentError(fmt::format("{} cannot start with '__'", field));
  return absl::OkStatus();
}

absl::Status CheckDeploymentName(const std::string& name) {
  if (name.empty()) return absl::InvalidArgumentError("deployment name cannot be empty");
  absl::Status bad = CheckField(name, "WorkerDeploymentName");
  bad.Update(CheckDelimiters(name));
  return bad;
}

absl::Status CheckVersion(const WorkerDeploymentVersion& version) {
  if (version == WorkerDeploymentVersion{})
    return absl::InvalidArgumentError("deployment version cannot be empty");
  absl::Status bad = CheckDeploymentName(version.deployment_name);
  bad.Update(CheckField(version.build_id, "BuildID"));
  return bad;
}

std::string TokenOf(const DeploymentRecord& record) { return std::to_string(record.modifications); }

const DeploymentRecord* Find(const Engine& engine, const std::string& name) {
  const Deployments& deployments = engine.durable().deployments();
  const auto found = deployments.find(name);
  return found == deployments.end() ? nullptr : found->second.get();
}

// ---- What is told ----

bool IsPinnedTo(const RunRecord& run, const WorkerDeploymentVersion& version) {
  const ExecutionInfo& info = run.state.info;
  return info.running() && IsPinned(info.versioning) &&
         EffectiveVersion(info.versioning) == version;
}

Status StatusOf(const Engine& engine, const DeploymentRecord& deployment,
                const WorkerDeploymentVersion& version, const VersionRecord& record) {
  if (deployment.routing.current_deployment_version == version) return Status::kCurrent;
  if (deployment.routing.ramping_deployment_version == version) return Status::kRamping;
  if (!record.last_deactivation_time) return Status::kInactive;
  const auto& runs = engine.durable().runs();
  const bool drains = std::any_of(runs.begin(), runs.end(),
                                  [&](const RunRecord& run) { return IsPinnedTo(run, version); });
  return drains ? Status::kDraining : Status::kDrained;
}

protocol::WorkerDeploymentInfo Tell(const Engine& engine, const DeploymentRecord& record) {
  protocol::WorkerDeploymentInfo told{.name = record.name,
                                      .create_time = record.create_time,
                                      .routing_config = record.routing,
                                      .last_modifier_identity = record.last_modifier_identity};
  for (const auto& [build_id, version] : record.versions) {
    const WorkerDeploymentVersion of{.build_id = build_id, .deployment_name = record.name};
    told.version_summaries.push_back({.deployment_version = of,
                                      .status = StatusOf(engine, record, of, version),
                                      .create_time = version.create_time});
  }
  std::stable_sort(told.version_summaries.begin(), told.version_summaries.end(),
                   [](const auto& a, const auto& b) { return a.create_time > b.create_time; });
  return told;
}

// ---- What is changed ----

// Whether it is written for certain. If not, the caller is told.
bool Put(Engine& engine, DeploymentRecord record, sim::Reply& reply) {
  const PutDeployment write{record.name, history::MakeShared<DeploymentRecord>(record)};
  const bool written = engine.CommitAlone(reply.label(), write);
  if (!engine.alive()) return false;
  if (!written) engine.Refuse(reply, protocol::ShardReloading());
  SortTasksAnew(engine, record);  // perhaps it was, though that is not certain
  return written && engine.alive();
}

// A queue that the version does not have, though somebody waits on it for the present one.
bool IsMissingTaskQueues(Engine& engine, const DeploymentRecord& record, const Version& present,
                         const Version& proposed) {
  if (!present || !proposed) return false;
  const Deployments& deployments = engine.durable().deployments();
  const auto now = record.versions.find(present->build_id);
  if (now == record.versions.end()) return false;
  const auto waits = [](auto& queue, const WorkerDeploymentVersion& version) {
    if (!queue.has_versions) return false;
    const auto of_version = queue.versions->find(version);
    return queue.tasks.backlog() != 0 ||
           (of_version != queue.versions->end() && of_version->second->tasks.backlog() != 0);
  };
  Matching& matching = engine.matching();
  return std::any_of(now->second.task_queues.begin(), now->second.task_queues.end(),
                     [&](const VersionTaskQueue& queue) {
                       if (HasTaskQueue(deployments, *proposed, queue)) return false;
                       return queue.type == TaskQueueType::kActivity
                                  ? waits(matching.ActivityQueueOf(queue.name), *present)
                                  : waits(matching.WorkflowQueueOf(queue.name), *present);
                     });
}

template <class Request>
absl::Status CheckChange(const Engine& engine, const Request& request) {
  if (absl::Status bad = CheckDeploymentName(request.deployment_name); !bad.ok()) return bad;
  if (!request.build_id.empty()) {
    if (absl::Status bad = CheckField(request.build_id, "BuildID"); !bad.ok()) return bad;
  }
  const DeploymentRecord* record = Find(engine, request.deployment_name);
  if (record == nullptr) {
    return request.allow_no_pollers ? absl::OkStatus() : NoDeployment(request.deployment_name);
  }
  if (!request.conflict_token.empty() && request.conflict_token != TokenOf(*record)) {
    return Precondition("conflict token mismatch");
  }
  const bool known = request.build_id.empty() || record->versions.contains(request.build_id);
  if (known || request.allow_no_pollers) return absl::OkStatus();
  return NoVersion({.build_id = request.build_id, .deployment_name = request.deployment_name});
}

DeploymentRecord Present(Engine& engine, const std::string& name) {
  const DeploymentRecord* record = Find(engine, name);
  if (record != nullptr) return *record;
  return DeploymentRecord{.name = name, .create_time = engine.now()};
}

Version Proposed(const std::string& deployment_name, const std::string& build_id) {
  if (build_id.empty()) return std::nullopt;
  return WorkerDeploymentVersion{.build_id = build_id, .deployment_name = deployment_name};
}

}  // namespace

void Handle(Engine& engine, protocol::SetWorkerDeploymentCurrentVersionRequest& request,
            sim::Reply reply) {
  const Version proposed = Proposed(request.deployment_name, request.build_id);
  const DeploymentRecord* known = Find(engine, request.deployment_name);
  if (known != nullptr && known->routing.current_deployment_version == proposed &&
      known->last_modifier_identity == request.identity) {  // a repeated request, perhaps
    return engine.Answer(
        reply, protocol::SetWorkerDeploymentCurrentVersionResponse{
                   .conflict_token = TokenOf(*known), .previous_deployment_version = proposed});
  }
  if (absl::Status bad = CheckChange(engine, request); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  const DeploymentRecord before = Present(engine, request.deployment_name);
  const Version present = before.routing.current_deployment_version;
  if (!request.ignore_missing_task_queues && present != proposed &&
      IsMissingTaskQueues(engine, before, present, proposed)) {
    return engine.Refuse(
        reply, Precondition(fmt::format(
                   "proposed current version '{}' is missing active task queues from the current "
                   "version; these would become unversioned if it is set as the current version",
                   TextOf(*proposed))));
  }
  DeploymentRecord after = WithCurrent(before, request.build_id, engine.now());
  after.last_modifier_identity = std::move(request.identity);
  protocol::SetWorkerDeploymentCurrentVersionResponse response{
      .conflict_token = TokenOf(after), .previous_deployment_version = present};
  if (Put(engine, std::move(after), reply)) engine.Answer(reply, std::move(response));
}

void Handle(Engine& engine, protocol::SetWorkerDeploymentRampingVersionRequest& request,
            sim::Reply reply) {
  if (!(request.percentage >= 0 && request.percentage <= 100)) {
    return engine.Refuse(
        reply, absl::InvalidArgumentError("Percentage must be between 0 and 100 (inclusive)"));
  }
  const Version proposed = Proposed(request.deployment_name, request.build_id);
  const DeploymentRecord* known = Find(engine, request.deployment_name);
  if (known != nullptr && known->routing.ramping_deployment_version == proposed &&
      known->routing.ramping_version_percentage == request.percentage &&
      known->last_modifier_identity == request.identity) {  // as above
    return engine.Answer(reply, protocol::SetWorkerDeploymentRampingVersionResponse{
                                    .conflict_token = TokenOf(*known),
                                    .previous_deployment_version = proposed,
                                    .previous_percentage = request.percentage});
  }
  if (absl::Status bad = CheckChange(engine, request); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  const DeploymentRecord before = Present(engine, request.deployment_name);
  const Version present = before.routing.current_deployment_version;
  if (proposed == present && !(!proposed && request.percentage == 0)) {
    return engine.Refuse(reply, Precondition(fmt::format(
                                    "requested ramping version {} is already current",
                                    proposed ? proposed->deployment_name + "." + proposed->build_id
                                             : std::string("__unversioned__"))));
  }
  if (!request.ignore_missing_task_queues &&
      before.routing.ramping_deployment_version != proposed &&
      IsMissingTaskQueues(engine, before, present, proposed)) {
    return engine.Refuse(
        reply, Precondition(fmt::format(
                   "proposed ramping version '{}' is missing active task queues from the current "
                   "version; these would become unversioned if it is set as the ramping version",
                   TextOf(*proposed))));
  }
  DeploymentRecord after = WithRamping(before, request.build_id, request.percentage, engine.now());
  after.last_modifier_identity = std::move(request.identity);
  protocol::SetWorkerDeploymentRampingVersionResponse response{
      .conflict_token = TokenOf(after),
      .previous_deployment_version = before.routing.ramping_deployment_version,
      .previous_percentage = before.routing.ramping_version_percentage};
  if (Put(engine, std::move(after), reply)) engine.Answer(reply, std::move(response));
}

void Handle(Engine& engine, protocol::DescribeWorkerDeploymentRequest& request, sim::Reply reply) {
  if (absl::Status bad = CheckDeploymentName(request.deployment_name); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  const DeploymentRecord* record = Find(engine, request.deployment_name);
  if (record == nullptr) return engine.Refuse(reply, NoDeployment(request.deployment_name));
  engine.Answer(reply, protocol::DescribeWorkerDeploymentResponse{
                           .conflict_token = TokenOf(*record),
                           .worker_deployment_info = Tell(engine, *record)});
}

void Handle(Engine& engine, protocol::DescribeWorkerDeploymentVersionRequest& request,
            sim::Reply reply) {
  const WorkerDeploymentVersion& version = request.deployment_version;
  if (absl::Status bad = CheckVersion(version); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  const VersionRecord* record = FindVersion(engine.durable().deployments(), version);
  if (record == nullptr) {
    return engine.Refuse(reply, absl::NotFoundError("Worker Deployment Version not found"));
  }
  const DeploymentRecord& deployment = *Find(engine, version.deployment_name);
  const bool ramps = deployment.routing.ramping_deployment_version == version;
  engine.Answer(
      reply,
      protocol::DescribeWorkerDeploymentVersionResponse{
          .worker_deployment_version_info = {
              .deployment_version = version,
              .status = StatusOf(engine, deployment, version, *record),
              .create_time = record->create_time,
              .routing_changed_time = record->routing_changed_time,
              .current_since_time = record->current_since_time,
              .ramping_since_time = record->ramping_since_time,
              .first_activation_time = record->first_activation_time,
              .last_deactivation_time = record->last_deactivation_time,
              .ramp_percentage = ramps ? deployment.routing.ramping_version_percentage : 0,
              .version_task_queues = {record->task_queues.begin(), record->task_queues.end()}}});
}

void Handle(Engine& engine, protocol::ListWorkerDeploymentsRequest& request, sim::Reply reply) {
  const Deployments& deployments = engine.durable().deployments();
  const auto size =
      static_cast<std::size_t>(request.page_size > 0 ? request.page_size : kDeploymentsInPage);
  protocol::ListWorkerDeploymentsResponse response;
  // The token is the last name that was told.
  auto at = request.next_page_token.empty() ? deployments.begin()
                                            : deployments.upper_bound(request.next_page_token);
  for (; at != deployments.end() && response.worker_deployments.size() < size; ++at) {
    response.worker_deployments.push_back({.name = at->first,
                                           .create_time = at->second->create_time,
                                           .routing_config = at->second->routing});
  }
  if (at != deployments.end()) response.next_page_token = response.worker_deployments.back().name;
  engine.Answer(reply, std::move(response));
}

namespace {

bool HasPollers(Engine& engine, const WorkerDeploymentVersion& version,
                const VersionRecord& record) {
  Matching& matching = engine.matching();
  return std::any_of(
      record.task_queues.begin(), record.task_queues.end(), [&](const VersionTaskQueue& queue) {
        return queue.type == TaskQueueType::kActivity
                   ? matching.OfVersion(matching.ActivityQueueOf(queue.name), version)
                         .tasks.HasPoller()
                   : matching.OfVersion(matching.WorkflowQueueOf(queue.name), version)
                         .tasks.HasPoller();
      });
}

absl::Status CheckDeletion(Engine& engine, const DeploymentRecord& deployment,
                           const WorkerDeploymentVersion& version, const VersionRecord& record,
                           bool skip_drainage) {
  const auto refused = [&](const char* why) {
    return Precondition(
        fmt::format("version '{}' cannot be deleted since it {}", TextOf(version), why));
  };
  const Status status = StatusOf(engine, deployment, version, record);
  if (status == Status::kCurrent || status == Status::kRamping) {
    return refused("is current or ramping");
  }
  if (status == Status::kDraining && !skip_drainage) return refused("is draining");
  if (HasPollers(engine, version, record)) return refused("has active pollers");
  return absl::OkStatus();
}

}  // namespace

void Handle(Engine& engine, protocol::DeleteWorkerDeploymentVersionRequest& request,
            sim::Reply reply) {
  const WorkerDeploymentVersion& version = request.deployment_version;
  absl::Status bad = CheckVersion(version);
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  const VersionRecord* record = FindVersion(engine.durable().deployments(), version);
  if (record == nullptr) {  // deleted already
    return engine.Answer(reply, protocol::DeleteWorkerDeploymentVersionResponse{});
  }
  DeploymentRecord after = *Find(engine, version.deployment_name);
  bad = CheckDeletion(engine, after, version, *record, request.skip_drainage);
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  after.versions.erase(version.build_id);
  after.last_modifier_identity = std::move(request.identity);
  if (Put(engine, std::move(after), reply)) {
    engine.Answer(reply, protocol::DeleteWorkerDeploymentVersionResponse{});
  }
}

}  // namespace groundhog::server
