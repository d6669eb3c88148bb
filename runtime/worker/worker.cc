#include "runtime/worker/worker.h"

#include <stdexcept>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/uuid.h"

namespace groundhog::worker {
namespace {

std::uint64_t LifeHash(const sim::Process& process) {
  return CombineHash(process.name().hash(), process.incarnation());
}

// As Temporal's core refuses it: one poll, which holds the only slot, would starve the other.
WorkerOptions&& Checked(WorkerOptions&& options) {
  const bool starves = options.polls_workflow_tasks && options.max_cached_workflows > 0 &&
                       options.workflow_task_slots < 2;
  if (starves) {
    throw std::invalid_argument("max_cached_workflows > 0 requires workflow_task_slots >= 2");
  }
  return std::move(options);
}

// Each life of a worker has a sticky queue of its own, so that nobody waits for a dead one's.
std::string StickyQueueName(const sim::Process& process) {
  const std::uint64_t life = LifeHash(process);
  return std::string(process.name().text()) + "-" + UuidText(life, MixBits(life));
}

// What Temporal's SDKs refuse as well. Gives the version that the worker's polls name; null: none.
history::VersionPtr CheckedVersion(const WorkerOptions& options) {
  if (!options.deployment_options) return nullptr;
  const WorkerDeploymentOptions& deployment = *options.deployment_options;
  const auto refuse = [](const std::string& text) { throw std::invalid_argument(text); };
  if (!options.build_id.empty()) refuse("deployment_options already name a build: leave build_id");
  if (!deployment.use_worker_versioning) {
    if (deployment.default_versioning_behavior != VersioningBehavior::kUnspecified) {
      refuse("default_versioning_behavior needs use_worker_versioning");
    }
    return nullptr;
  }
  for (const workflow::WorkflowRegistration& workflow : options.workflows) {
    if (workflow.versioning_behavior() != VersioningBehavior::kUnspecified ||
        deployment.default_versioning_behavior != VersioningBehavior::kUnspecified) {
      continue;
    }
    refuse("workflow '" + workflow.name() +
           "' needs a versioning behavior: give one to Register, or set "
           "default_versioning_behavior");
  }
  return history::MakeShared<WorkerDeploymentVersion>(deployment.version);
}

}  // namespace

Worker::Worker(sim::Process& process, sim::Network& network, sim::Process& server,
               WorkerOptions options, WriteLog log)
    : process_(process),
      options_(Checked(std::move(options))),
      deployment_version_(CheckedVersion(options_)),
      identity_(process.name().text()),
      sticky_queue_(StickyQueueName(process)),
      calls_(process, network, server, options_.namespace_),
      activities_(process, calls_, options_, log),
      workflow_tasks_(process, calls_, options_, deployment_version_, activities_, *this,
                      sticky_queue_, log),
      workflow_slots_(process.kernel(), options_.workflow_task_slots),
      activity_slots_(process.kernel(), options_.activity_slots) {
  const auto poll = [this](sim::Coro<void> poller) {
    pollers_.push_back(process_.Spawn(std::move(poller)));
  };
  for (std::uint32_t i = 0; options_.polls_workflow_tasks && i < options_.workflow_task_pollers;
       ++i) {
    poll(PollWorkflowTasks(history::TaskQueue{.name = options_.task_queue}));
    if (options_.max_cached_workflows == 0) continue;
    poll(PollWorkflowTasks(history::TaskQueue{.name = sticky_queue_,
                                              .kind = history::TaskQueueKind::kSticky,
                                              .normal_name = options_.task_queue}));
  }
  for (std::uint32_t i = 0; options_.polls_activity_tasks && i < options_.activity_task_pollers;
       ++i) {
    poll(PollActivityTasks());
  }
}

Worker::~Worker() = default;

std::string Worker::NewRequestId() {
  const std::uint64_t request = CombineHash(LifeHash(process_), ++requests_);
  return UuidText(request, MixBits(request));
}

sim::Coro<void> Worker::PollWorkflowTasks(history::TaskQueue queue) {
  protocol::CallBackoff backoff(std::chrono::seconds(10));
  const auto make = [this, &queue] {
    return protocol::PollWorkflowTaskQueueRequest{.task_queue = queue,
                                                  .identity = identity_,
                                                  .request_id = NewRequestId(),
                                                  .deployment_version = deployment_version_};
  };
  for (;;) {
    co_await workflow_slots_.Acquire();
    auto request = sim::MakeMessageBy(make);
    sim::Label label;
    absl::StatusOr<TaskMessage<protocol::PollWorkflowTaskQueueResponse>> task =
        co_await calls_.Poll(std::move(request), &label);
    if (task.ok() && (*task)->value.has_task) {
      backoff.Reset();
      TaskBegins();
      process_.Spawn(RunWorkflowTask(*std::move(task), label));
      continue;
    }
    workflow_slots_.Release();
    if (task.ok()) continue;
    const sim::Duration wait = backoff.Next();
    // Whoever waits for a namespace that nobody registers keeps no simulation going.
    const bool foreground = !absl::IsNotFound(task.status());
    co_await process_.Sleep(wait, foreground);
  }
}

sim::Coro<void> Worker::PollActivityTasks() {
  protocol::CallBackoff backoff(std::chrono::seconds(10));
  const auto make = [this] {
    return protocol::PollActivityTaskQueueRequest{
        .task_queue = options_.task_queue,
        .identity = identity_,
        .request_id = NewRequestId(),
        .max_tasks_per_second = options_.max_task_queue_activities_per_second,
        .deployment_version = deployment_version_};
  };
  for (;;) {
    co_await activity_slots_.Acquire();
    if (options_.max_activities_per_second > 0) co_await AwaitTurn();
    auto request = sim::MakeMessageBy(make);
    sim::Label label;
    absl::StatusOr<TaskMessage<protocol::PollActivityTaskQueueResponse>> task =
        co_await calls_.Poll(std::move(request), &label);
    if (task.ok() && (*task)->value.has_task) {
      backoff.Reset();
      if (options_.max_activities_per_second > 0) {
        next_activity_ = sim::After(process_.kernel().now(),
                                    history::IntervalOf(options_.max_activities_per_second));
      }
      TaskBegins();
      process_.Spawn(RunActivityTask(*std::move(task), label));
      continue;
    }
    activity_slots_.Release();
    if (task.ok()) continue;
    const sim::Duration wait = backoff.Next();
    // Whoever waits for a namespace that nobody registers keeps no simulation going.
    const bool foreground = !absl::IsNotFound(task.status());
    co_await process_.Sleep(wait, foreground);
  }
}

sim::Coro<void> Worker::RunWorkflowTask(TaskMessage<protocol::PollWorkflowTaskQueueResponse> task,
                                        sim::Label label) {
  co_await workflow_tasks_.Handle(task->value, label);
  workflow_slots_.Release();
  TaskEnds();
}

sim::Coro<void> Worker::RunActivityTask(TaskMessage<protocol::PollActivityTaskQueueResponse> task,
                                        sim::Label label) {
  co_await activities_.Run(task->value, label);
  activity_slots_.Release();
  TaskEnds();
}

void Worker::TaskEnds() {
  --running_tasks_;
  if (stopping_ && running_tasks_ == 0) process_.Spawn(SayGoodbye());
}

void Worker::Stop(sim::Process& process) {
  if (stopping_) return;
  stopping_ = true;
  for (const sim::Process::TaskId poller : pollers_) process.Abort(poller);
  if (running_tasks_ == 0) {
    process.Spawn(SayGoodbye());
  } else if (options_.graceful_shutdown_timeout) {
    process.Spawn(EndGrace(*options_.graceful_shutdown_timeout));
  }
}

sim::Coro<void> Worker::EndGrace(history::Duration length) {
  co_await process_.Sleep(length);
  activities_.CancelAll();
}

sim::Coro<void> Worker::AwaitTurn() {
  const sim::Duration wait = next_activity_ - process_.kernel().now();
  if (wait > sim::Duration{0}) co_await process_.Sleep(wait);
}

sim::Coro<void> Worker::SayGoodbye() {
  const auto goodbye = [this] {
    return protocol::ShutdownWorkerRequest{.sticky_task_queue = sticky_queue_,
                                           .identity = identity_};
  };
  static constexpr sim::SymbolEntry kWorker{"worker"};
  const sim::Label label(sim::Symbol(kWorker), process_.name(), sim::Symbol(), 0);
  std::ignore = co_await calls_.Report(goodbye, label);
  process_.Exit();
}

}  // namespace groundhog::worker
