// The commands that end a run, and what follows (SEMANTICS d.3, e.1, f.7).
#include <utility>

#include <fmt/format.h>

#include "runtime/history/retry.h"
#include "runtime/server/chain.h"
#include "runtime/server/close.h"
#include "runtime/server/commands.h"
#include "runtime/server/start_run.h"

namespace groundhog::server {
namespace {

using history::ContinueAsNewWorkflowExecution;
using history::WorkflowExecutionStatus;
using Cause = history::WorkflowTaskFailedCause;

// The workflow has to see first what happened while it decided to end.
CommandOutcome CheckNoNews(const CommandContext& context) {
  if (!context.has_news) return std::nullopt;
  return BadCommand{Cause::kUnhandledCommand, SpellCause(Cause::kUnhandledCommand)};
}

BadCommand BadContinuation(const ContinueAsNewWorkflowExecution& command, std::string_view text) {
  return Bad(Cause::kBadContinueAsNewAttributes,
             fmt::format("{}. WorkflowType={} TaskQueue={}", text, command.workflow_type,
                         command.task_queue));
}

CommandOutcome CheckDuration(const ContinueAsNewWorkflowExecution& command, Duration duration,
                             std::string_view field) {
  if (duration.count() >= 0) return std::nullopt;
  return BadContinuation(
      command,
      fmt::format("Invalid {} on ContinueAsNewWorkflowExecutionCommand: negative duration", field));
}

CommandOutcome Check(const ContinueAsNewWorkflowExecution& command) {
  if (command.workflow_type.size() > kLongestName) {
    return Bad(Cause::kBadContinueAsNewAttributes,
               fmt::format("WorkflowType on ContinueAsNewWorkflowExecutionCommand exceeds length "
                           "limit. WorkflowType={} Length={} Limit={}",
                           command.workflow_type, command.workflow_type.size(), kLongestName));
  }
  if (command.task_queue.size() > kLongestName) {
    return BadContinuation(
        command,
        "error validating ContinueAsNewWorkflowExecutionCommand TaskQueue: taskQueue length "
        "exceeds limit");
  }
  if (auto bad = CheckDuration(command, command.workflow_run_timeout, "WorkflowRunTimeout")) {
    return bad;
  }
  if (auto bad = CheckDuration(command, command.workflow_task_timeout, "WorkflowTaskTimeout")) {
    return bad;
  }
  if (auto bad = CheckDuration(command, command.backoff_start_interval, "BackoffStartInterval")) {
    return bad;
  }
  if (!command.retry_policy) return std::nullopt;
  const absl::Status policy = history::ValidateRetryPolicy(*command.retry_policy);
  if (policy.ok()) return std::nullopt;
  return BadContinuation(
      command,
      fmt::format("invalid WorkflowRetryPolicy on ContinueAsNewWorkflowExecutionCommand: {}",
                  std::string_view(policy.message().data(), policy.message().size())));
}

// What is not set is as it was (SEMANTICS f.7: type, queue and timeouts only).
void Complete(ContinueAsNewWorkflowExecution& command,
              const history::WorkflowExecutionStarted& started) {
  if (command.workflow_type.empty()) command.workflow_type = started.workflow_type;
  if (command.task_queue.empty()) command.task_queue = started.task_queue.name;
  Duration& run_timeout = command.workflow_run_timeout;
  if (run_timeout.count() == 0) run_timeout = started.workflow_run_timeout;
  run_timeout = RunTimeoutFor(run_timeout, started.workflow_execution_timeout);
  Duration& task_timeout = command.workflow_task_timeout;
  if (task_timeout.count() == 0) task_timeout = started.workflow_task_timeout;
  task_timeout = TaskTimeoutFor(task_timeout, run_timeout);
  if (command.retry_policy) {
    command.retry_policy = history::WithDefaults(*std::move(command.retry_policy));
  }
}

}  // namespace

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::CompleteWorkflowExecution& command) {
  if (CommandOutcome bad = CheckNoNews(context)) return bad;
  const Sequel sequel = AfterCompletion(t);
  std::string run_id = SequelRunId(context.engine, t, sequel);
  CloseRun(
      t, WorkflowExecutionStatus::kCompleted,
      history::WorkflowExecutionCompleted{.result = command.result,
                                          .workflow_task_completed_event_id = context.completed_id,
                                          .new_execution_run_id = run_id});
  if (sequel.follows()) {
    StartSequel(context.engine, t, sequel, std::move(run_id),
                {.last_completion_result = std::move(command.result)});
  }
  return std::nullopt;
}

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::FailWorkflowExecution& command) {
  if (CommandOutcome bad = CheckNoNews(context)) return bad;
  if (!command.failure) {
    return Bad(Cause::kBadFailWorkflowExecutionAttributes,
               "Failure is not set on FailWorkflowExecutionCommand.");
  }
  const Sequel sequel = AfterFailure(t, command.failure);
  std::string run_id = SequelRunId(context.engine, t, sequel);
  CloseRun(
      t, WorkflowExecutionStatus::kFailed,
      history::WorkflowExecutionFailed{.failure = command.failure,
                                       .retry_state = sequel.retry_state,
                                       .workflow_task_completed_event_id = context.completed_id,
                                       .new_execution_run_id = run_id});
  if (sequel.follows()) {
    Inheritance inheritance{.failure = std::move(command.failure)};
    if (sequel.initiator == history::ContinueAsNewInitiator::kCronSchedule) {
      inheritance.last_completion_result = t.start().event->last_completion_result;
    }
    StartSequel(context.engine, t, sequel, std::move(run_id), std::move(inheritance));
  }
  return std::nullopt;
}

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::CancelWorkflowExecution& command) {
  if (CommandOutcome bad = CheckNoNews(context)) return bad;
  CloseRun(
      t, WorkflowExecutionStatus::kCanceled,
      history::WorkflowExecutionCanceled{.details = std::move(command.details),
                                         .workflow_task_completed_event_id = context.completed_id});
  return std::nullopt;
}

CommandOutcome Apply(Transition& t, CommandContext& context,
                     ContinueAsNewWorkflowExecution& command) {
  if (CommandOutcome bad = CheckNoNews(context)) return bad;
  Complete(command, *t.start().event);
  if (CommandOutcome bad = Check(command)) return bad;
  ContinueAsNew(context.engine, t, std::move(command), context.completed_id);
  return std::nullopt;
}

}  // namespace groundhog::server
