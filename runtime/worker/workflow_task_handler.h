// WorkflowTaskHandler: answers one workflow task: finds or rebuilds the run,
// lets it run, reports what it wants.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/container/btree_map.h>

#include "runtime/protocol/workflow_service.h"
#include "runtime/worker/local_activity_executor.h"
#include "runtime/worker/options.h"
#include "runtime/worker/service_calls.h"
#include "runtime/worker/sticky_cache.h"
#include "runtime/workflow/registry.h"
#include "runtime/workflow/run_context.h"
#include "sim/coro.h"
#include "sim/process.h"

namespace groundhog::worker {

// Room for activities that come with the answer to a workflow task, instead of by a poll.
class EagerActivities {
 public:
  virtual bool Reserve() = 0;  // whether there is room for another one
  virtual void Release() = 0;  // it did not come
  virtual void Run(protocol::PollActivityTaskQueueResponse task, const sim::Label& label) = 0;

 protected:
  ~EagerActivities() = default;
};

class WorkflowTaskHandler {
 public:
  WorkflowTaskHandler(sim::Process& process, ServiceCalls& calls, const WorkerOptions& options,
                      history::VersionPtr deployment_version, ActivityExecutor& activities,
                      EagerActivities& eager, std::string sticky_queue, WriteLog log);
  ~WorkflowTaskHandler();

  sim::Coro<void> Handle(protocol::PollWorkflowTaskQueueResponse& task, sim::Label label);

 private:
  class Log;

  // The run that the task's events continue; null if they are no beginning and it is not cached.
  std::shared_ptr<CachedRun> FindRun(protocol::PollWorkflowTaskQueueResponse& task);
  // For that case: fetches the whole history into the task. Null if that failed.
  sim::Coro<std::shared_ptr<CachedRun>> FetchRun(protocol::PollWorkflowTaskQueueResponse& task,
                                                 sim::Label label);
  std::shared_ptr<CachedRun> Rebuild(const protocol::PollWorkflowTaskQueueResponse& task);
  // Executes what the code waits for and goes on with it. Whether the task is still to be answered:
  // not if it was ended by a heartbeat, or the run was evicted.
  sim::Coro<bool> DoLocalActivities(const protocol::PollWorkflowTaskQueueResponse& task,
                                    CachedRun& run, workflow::TaskResult& result, sim::Label label);
  // Time passes that the run's code has taken of its thread (block_thread.h).
  sim::Coro<void> PassBlockedTime(std::string run_id, workflow::BlockedTime blocked);
  sim::Coro<void> WaitForThread(std::string run_id);
  void HandOverLocalActivities(const protocol::PollWorkflowTaskQueueResponse& task, CachedRun& run,
                               const sim::Label& label);
  std::vector<protocol::WorkflowQueryResult> AnswerQueries(
      workflow::WorkflowRun& run, const std::vector<protocol::WorkflowQuery>& queries);
  sim::Coro<void> HandleQueryTask(protocol::PollWorkflowTaskQueueResponse& task, sim::Label label);
  // The answer to a task.
  struct Completion {
    history::Commands commands = {};
    history::Messages messages = {};
    std::vector<protocol::WorkflowQueryResult> answers = {};
    bool force_new_task = false;
  };
  sim::Coro<void> ReportCompleted(const protocol::PollWorkflowTaskQueueResponse& task,
                                  Completion& completion, sim::Label label);
  // What the answer says of the code that gives it.
  void NameVersion(protocol::RespondWorkflowTaskCompletedRequest& request,
                   const std::string& workflow_type) const;
  // Asks for those activities to be started at once for which there is room; how many.
  int ReserveEager(history::Commands& commands);
  void RunEager(std::vector<protocol::PollActivityTaskQueueResponse> tasks, int reserved,
                const sim::Label& label);
  sim::Coro<void> ReportFailed(const protocol::PollWorkflowTaskQueueResponse& task,
                               const workflow::TaskFailure& failure, sim::Label label);

  sim::Process& process_;
  ServiceCalls& calls_;
  const WorkerOptions& options_;
  history::VersionPtr deployment_version_;  // null: the worker does not use worker versioning
  EagerActivities& eager_;
  std::string identity_;
  std::string sticky_queue_;
  std::unique_ptr<Log> log_;
  workflow::WorkflowRegistry registry_;
  LocalActivityExecutor local_activities_;
  StickyCache cache_;
  // When the threads of runs that were given up as deadlocked are seen to be free again; by run id.
  absl::btree_map<std::string, sim::Time> stuck_;
};

}  // namespace groundhog::worker
