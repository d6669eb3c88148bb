#include "runtime/server/version_routing.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/protocol/errors.h"
#include "runtime/server/commands.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"

namespace groundhog::server {
namespace {

using Version = std::optional<WorkerDeploymentVersion>;

bool PrefersRamping(const ExecutionInfo& info) {
  return info.previous_started_event_id == 0 && info.versioning &&
         info.versioning->initial_behavior ==
             history::ContinueAsNewVersioningBehavior::kUseRampingVersion;
}

RoutingTarget TargetOfRun(const Engine& engine, const RunStart& start, const ExecutionInfo& info) {
  const VersionTaskQueue queue{start.event->task_queue.name, TaskQueueType::kWorkflow};
  return FindTarget(engine.durable().deployments(), queue, start.workflow_id, PrefersRamping(info));
}

Version VersionOf(const history::VersionPtr& version) {
  return version ? Version(*version) : std::nullopt;
}

template <class Queue>
Queue& Choose(Engine& engine, Queue& unversioned, const Version& version) {
  return version ? engine.matching().OfVersion(unversioned, *version) : unversioned;
}

void BeginTransition(Transition& t, Version version, std::int64_t revision) {
  t.info().versioning = InTransitionTo(t.info().versioning, std::move(version), revision);
  t.info().sticky = {};  // the worker that has the run in its cache is another version's
}

// Takes whatever waits on the queues of one name, and adds it anew.
template <class Queue, class Add>
void SortQueue(Queue& unversioned, const Add& add) {
  if (!unversioned.has_versions) return;
  auto tasks = unversioned.tasks.TakeTasks();
  for (auto& [version, queue] : *unversioned.versions) {
    for (auto& task : queue->tasks.TakeTasks()) tasks.push_back(std::move(task));
  }
  for (const auto& task : tasks) add(task);
}

void SortWorkflowTasks(Engine& engine, const std::string& name) {
  SortQueue(engine.matching().WorkflowQueueOf(name), [&engine](const WorkflowTaskRef& ref) {
    if (!engine.alive() || ref.run >= engine.durable().NextRunIndex()) return;
    WorkflowQueue& queue = NormalQueueOf(engine, ref.run);
    queue.tasks.AddTask(ref);
    MatchWorkflowTasks(engine, queue);
  });
}

void SortActivityTasks(Engine& engine, const std::string& name) {
  SortQueue(engine.matching().ActivityQueueOf(name), [&engine](const ActivityTaskRef& ref) {
    Run* run = engine.alive() ? engine.OpenRun(ref.run) : nullptr;
    if (run == nullptr) return;
    const auto activity = run->state.activities.find(ref.scheduled_event_id);
    if (activity == run->state.activities.end() || activity->second.attempt != ref.attempt) return;
    engine.DispatchActivity(*run, activity->second);
  });
}

void SortTasks(Engine& engine, const VersionTaskQueue& queue) {
  if (queue.type == TaskQueueType::kActivity) return SortActivityTasks(engine, queue.name);
  SortWorkflowTasks(engine, queue.name);
}

// Temporal's limits for one deployment, in its words.
absl::Status CheckRoom(const DeploymentRecord* deployment, const WorkerDeploymentVersion& version,
                       const std::string& queue) {
  constexpr std::size_t kMostVersions = 100;
  constexpr std::size_t kMostTaskQueues = 100;
  if (deployment == nullptr) return absl::OkStatus();
  const auto known = deployment->versions.find(version.build_id);
  if (known == deployment->versions.end()) {
    if (deployment->versions.size() < kMostVersions) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        fmt::format("cannot add version {}.{} since maximum number of versions ({}) have been "
                    "registered in the deployment",
                    version.deployment_name, version.build_id, kMostVersions));
  }
  absl::btree_set<std::string> names;
  for (const VersionTaskQueue& polled : known->second.task_queues) names.insert(polled.name);
  if (names.contains(queue) || names.size() < kMostTaskQueues) return absl::OkStatus();
  return absl::ResourceExhaustedError(fmt::format(
      "maximum number of task queues ({}) have been registered in deployment", kMostTaskQueues));
}

// Activities that wait for a worker do so on the queue of the run's version.
void DispatchAnew(Transition& t) {
  for (const auto& [id, activity] : t.state().activities) {
    const bool waits =
        !activity.is_started() && !activity.pause && activity.scheduled_time <= t.now();
    if (waits) t.DispatchActivity(id);
  }
}

}  // namespace

WorkflowQueue& QueueOfRun(Engine& engine, WorkflowQueue& unversioned, const RunStart& start,
                          const ExecutionInfo& info) {
  const Version version = IsPinned(info.versioning) ? EffectiveVersion(info.versioning)
                                                    : TargetOfRun(engine, start, info).version;
  return Choose(engine, unversioned, version);
}

WorkflowQueue& NormalQueueOf(Engine& engine, RunIndex index) {
  const RunRecord& record = engine.durable().run(index);
  const Run* run = engine.OpenRun(index);
  const ExecutionInfo& info = run != nullptr ? run->state.info : record.state.info;
  WorkflowQueue& queue = engine.matching().WorkflowQueueOf(record.start->event->task_queue.name);
  return queue.has_versions ? QueueOfRun(engine, queue, *record.start, info) : queue;
}

ActivityQueue& QueueOfActivity(Engine& engine, ActivityQueue& unversioned, const Run& run,
                               const PendingActivity& activity) {
  const Deployments& deployments = engine.durable().deployments();
  const VersionTaskQueue queue{activity.scheduled->task_queue.name, TaskQueueType::kActivity};
  if (IsPinned(run.state.info.versioning)) {
    const Version version = EffectiveVersion(run.state.info.versioning);
    if (version && HasTaskQueue(deployments, *version, queue)) {
      return Choose(engine, unversioned, version);
    }
  }
  return Choose(engine, unversioned,
                FindTarget(deployments, queue, run.start->workflow_id).version);
}

bool FitsStickyQueue(const Engine& engine, const Run& run) {
  const ExecutionInfo& info = run.state.info;
  if (IsPinned(info.versioning)) return true;
  const Version target = TargetOfRun(engine, *run.start, info).version;
  return !target || target == EffectiveVersion(info.versioning);
}

void NoteStartOnQueue(const Engine& engine, Transition& t, const WorkflowQueue& queue) {
  const RunVersioningPtr& versioning = t.info().versioning;
  Version version = VersionOf(queue.version);
  if (version == EffectiveVersion(versioning) || IsPinned(versioning)) return;
  const std::int64_t revision = TargetOfRun(engine, t.start(), t.info()).revision_number;
  BeginTransition(t, std::move(version), revision);
}

bool HasToMoveFirst(const Engine& engine, const Run& run, const ActivityQueue& queue) {
  const ExecutionInfo& info = run.state.info;
  const Version version = VersionOf(queue.version);
  if (IsPinned(info.versioning) || version == EffectiveVersion(info.versioning)) return false;
  return TargetOfRun(engine, *run.start, info).version == version;
}

void MoveRun(const Engine& engine, Transition& t, const ActivityQueue& queue) {
  const std::int64_t revision = TargetOfRun(engine, t.start(), t.info()).revision_number;
  BeginTransition(t, VersionOf(queue.version), revision);
  DispatchWaitingTask(t);
}

void DispatchWaitingTask(Transition& t) {
  const WorkflowTask& task = t.info().workflow_task;
  if (task.phase == TaskPhase::kScheduled && !task.speculative) t.DispatchWorkflowTask();
}

void NoteTargetVersion(const Engine& engine, Transition& t) {
  ExecutionInfo& info = t.info();
  if (!info.versioning) return;
  RunVersioning state = *info.versioning;
  if (state.info.versioning_override) {
    state.notified.reset();
    state.declined.reset();
  } else if (IsPinned(info.versioning)) {
    const RoutingTarget target = TargetOfRun(engine, t.start(), info);
    const std::int64_t heard =
        std::max(state.notified ? state.notified->revision_number : std::int64_t{0},
                 state.declined ? state.declined->revision_number : std::int64_t{0});
    const bool stays = target.version == EffectiveVersion(info.versioning);
    if (stays && target.revision_number >= heard) {
      state.notified.reset();
      state.declined.reset();
    } else if (!(state.declined && target.revision_number <= heard) &&
               target.revision_number >= heard) {
      state.notified = history::DeclinedTargetVersionUpgrade{
          .deployment_version = target.version, .revision_number = target.revision_number};
      state.declined.reset();
    }
  }
  if (state != *info.versioning) {
    info.versioning = history::MakeShared<RunVersioning>(std::move(state));
  }
}

void SettleVersioning(Transition& t, const RunVersioningPtr& before) {
  const RunVersioningPtr& after = t.info().versioning;
  if (after == before) return;
  ShowVersioning(t);
  const bool moved = EffectiveVersion(after) != EffectiveVersion(before) ||
                     EffectiveBehavior(after) != EffectiveBehavior(before);
  if (moved || (InTransition(before) && !InTransition(after))) DispatchAnew(t);
}

void ApplyOptions(Transition& t, const history::WorkflowExecutionOptionsUpdated& updated) {
  const RunVersioningPtr before = t.info().versioning;
  t.Add(updated);
  t.info().versioning = AfterOptions(before, updated);
  SettleVersioning(t, before);
  const RunVersioningPtr& after = t.info().versioning;
  if (EffectiveVersion(after) == EffectiveVersion(before) &&
      EffectiveBehavior(after) == EffectiveBehavior(before)) {
    return;
  }
  t.info().sticky = {};
  DispatchWaitingTask(t);
}

bool AdmitPoller(Engine& engine, const WorkerDeploymentVersion& version,
                 const VersionTaskQueue& queue, sim::Reply& reply) {
  const Deployments& deployments = engine.durable().deployments();
  if (HasTaskQueue(deployments, version, queue)) return true;
  const auto known = deployments.find(version.deployment_name);
  const DeploymentRecord* before = known == deployments.end() ? nullptr : known->second.get();
  absl::Status bad = CheckPollersVersion(version);
  if (bad.ok()) bad = CheckRoom(before, version, queue.name);
  if (!bad.ok()) {
    engine.Refuse(reply, std::move(bad));
    return false;
  }
  DeploymentRecord record = WithPoller(before, version, queue, engine.now());
  const sim::Label label(sim::Symbol(kRegisterVersion),
                         engine.causes().Intern(version.deployment_name),
                         engine.causes().Intern(version.build_id), 0);
  const bool written = engine.CommitAlone(
      label, PutDeployment{version.deployment_name,
                           history::MakeShared<DeploymentRecord>(std::move(record))});
  if (!engine.alive()) return false;
  OpenVersionQueues(engine);  // perhaps it was written, though that is not certain
  SortTasks(engine, queue);
  if (!engine.alive()) return false;
  if (!written) engine.Refuse(reply, protocol::ShardReloading());
  return written;
}

void OpenVersionQueues(Engine& engine) {
  Matching& matching = engine.matching();
  for (const auto& [name, record] : engine.durable().deployments()) {
    for (const auto& [build_id, version] : record->versions) {
      const WorkerDeploymentVersion of{.build_id = build_id, .deployment_name = name};
      for (const VersionTaskQueue& queue : version.task_queues) {
        if (queue.type == TaskQueueType::kActivity) {
          matching.OfVersion(matching.ActivityQueueOf(queue.name), of);
        } else {
          matching.OfVersion(matching.WorkflowQueueOf(queue.name), of);
        }
      }
    }
  }
}

void SortTasksAnew(Engine& engine, const DeploymentRecord& deployment) {
  absl::btree_set<VersionTaskQueue> queues;
  for (const auto& [build_id, version] : deployment.versions) {
    queues.insert(version.task_queues.begin(), version.task_queues.end());
  }
  for (const VersionTaskQueue& queue : queues) {
    if (engine.alive()) SortTasks(engine, queue);
  }
}

}  // namespace groundhog::server
