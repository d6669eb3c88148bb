// Worker: the process that runs workflows and activities: pollers, slots, sticky cache,
// activity executor.
//
// Nothing of it survives a crash: cached runs, running activities, unsent reports. A restarted
// worker polls again and replays from history. Stop() is the graceful way: it takes no new tasks,
// lets running ones end (activities for as long as WorkerOptions::graceful_shutdown_timeout says),
// gives its sticky queue up and exits. Rules: SEMANTICS d.5, h; recorded README 6 (only the first
// failure of a workflow task is reported).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/protocol/workflow_service.h"
#include "runtime/worker/activity_executor.h"
#include "runtime/worker/options.h"
#include "runtime/worker/service_calls.h"
#include "runtime/worker/workflow_task_handler.h"
#include "sim/coro.h"
#include "sim/network.h"
#include "sim/process.h"
#include "sim/semaphore.h"

namespace groundhog::worker {

class Worker final : public sim::ProcessBody, private EagerActivities {
 public:
  // `log` gets the lines that author code writes.
  Worker(sim::Process& process, sim::Network& network, sim::Process& server, WorkerOptions options,
         WriteLog log);
  ~Worker() override;

  void Stop(sim::Process& process) override;

  // For a workflow task that comes without a poll: takes a slot, if there is a free one; gives it
  // back; does the task in it.
  bool ReserveWorkflowTask(const std::string& task_queue) {
    return !stopping_ && options_.polls_workflow_tasks && task_queue == options_.task_queue &&
           workflow_slots_.TryAcquire();
  }
  void ReleaseWorkflowTask() { workflow_slots_.Release(); }
  void RunReservedTask(protocol::PollWorkflowTaskQueueResponse task, const sim::Label& label) {
    TaskBegins();
    process_.Spawn(RunWorkflowTask(sim::MakeMessage(std::move(task)), label));
  }

 private:
  sim::Coro<void> PollWorkflowTasks(history::TaskQueue queue);
  sim::Coro<void> PollActivityTasks();
  template <class Task>
  using TaskMessage = std::unique_ptr<sim::MessageOf<Task>>;
  sim::Coro<void> RunWorkflowTask(TaskMessage<protocol::PollWorkflowTaskQueueResponse> task,
                                  sim::Label label);
  sim::Coro<void> RunActivityTask(TaskMessage<protocol::PollActivityTaskQueueResponse> task,
                                  sim::Label label);
  sim::Coro<void> SayGoodbye();
  sim::Coro<void> EndGrace(history::Duration length);
  // Until another activity may begin.
  sim::Coro<void> AwaitTurn();
  bool Reserve() override { return !stopping_ && activity_slots_.TryAcquire(); }
  void Release() override { activity_slots_.Release(); }
  void Run(protocol::PollActivityTaskQueueResponse task, const sim::Label& label) override {
    TaskBegins();
    process_.Spawn(RunActivityTask(sim::MakeMessage(std::move(task)), label));
  }
  void TaskBegins() { ++running_tasks_; }
  void TaskEnds();
  std::string NewRequestId();

  sim::Process& process_;
  WorkerOptions options_;
  history::VersionPtr deployment_version_;  // null: the worker does not use worker versioning
  std::string identity_;
  std::string sticky_queue_;
  ServiceCalls calls_;
  ActivityExecutor activities_;
  WorkflowTaskHandler workflow_tasks_;
  sim::Semaphore workflow_slots_;
  sim::Semaphore activity_slots_;
  std::vector<sim::Process::TaskId> pollers_;
  std::uint64_t requests_ = 0;
  std::uint32_t running_tasks_ = 0;
  sim::Time next_activity_ = {};
  bool stopping_ = false;
};

}  // namespace groundhog::worker
