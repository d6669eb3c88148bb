// WorkflowTaskHandler: answers one workflow task: finds or rebuilds the run, lets it run, reports what it wants.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/protocol/workflow_service.h"
#include "runtime/worker/options.h"
#include "runtime/worker/service_calls.h"
#include "runtime/worker/sticky_cache.h"
#include "runtime/workflow/registry.h"
#include "runtime/workflow/run_context.h"
#include "sim/coro.h"
#include "sim/process.h"

namespace groundhog::worker {

// Takes a line that author code logged.
using WriteLog = std::function<void(std::string line)>;

class WorkflowTaskHandler {
 public:
  WorkflowTaskHandler(sim::Process& process, ServiceCalls& calls, const WorkerOptions& options,
                      std::string sticky_queue, WriteLog log);
  ~WorkflowTaskHandler();

  sim::Coro<void> Handle(protocol::PollWorkflowTaskQueueResponse& task, sim::Label label);

 private:
  class Log;

  sim::Coro<workflow::WorkflowRun*> FindRun(protocol::PollWorkflowTaskQueueResponse& task,
                                            sim::Label label);
  workflow::WorkflowRun& Rebuild(const protocol::PollWorkflowTaskQueueResponse& task);
  std::vector<protocol::WorkflowQueryResult> AnswerQueries(
      workflow::WorkflowRun& run, const std::vector<protocol::WorkflowQuery>& queries);
  sim::Coro<void> HandleQueryTask(protocol::PollWorkflowTaskQueueResponse& task, sim::Label label);
  sim::Coro<void> ReportCompleted(const protocol::PollWorkflowTaskQueueResponse& task,
                                  history::Commands commands,
                                  std::vector<protocol::WorkflowQueryResult> answers,
                                  sim::Label label);
  sim::Coro<void> ReportFailed(const protocol::PollWorkflowTaskQueueResponse& task,
                               const workflow::TaskFailure& failure, sim::Label label);

  sim::Process& process_;
  ServiceCalls& calls_;
  const WorkerOptions& options_;
  std::string identity_;
  std::string sticky_queue_;
  std::unique_ptr<Log> log_;
  workflow::WorkflowRegistry registry_;
  StickyCache cache_;
};

}  // namespace groundhog::worker
