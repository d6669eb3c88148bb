#include "runtime/server/chain.h"

#include <utility>

#include "runtime/history/cron_schedule.h"
#include "runtime/history/payload_map.h"
#include "runtime/history/retry.h"
#include "runtime/server/close.h"
#include "runtime/server/start_run.h"
#include "runtime/server/version_inheritance.h"

namespace groundhog::server {
namespace {

using history::ContinueAsNewInitiator;
using history::RetryState;

constexpr Duration kLeastTimeBetweenRuns = std::chrono::seconds(1);

// A run's life counts from the end of its own back-off.
Duration AtLeastApart(Transition& t, Duration backoff) {
  const Duration lifetime = t.now() - t.info().first_task_time;
  return lifetime + backoff < kLeastTimeBetweenRuns ? kLeastTimeBetweenRuns - lifetime : backoff;
}

Sequel Retry(Transition& t, const FailurePtr& failure) {
  const history::WorkflowExecutionStarted& started = *t.start().event;
  if (!started.retry_policy) return {.retry_state = RetryState::kRetryPolicyNotSet};
  if (!history::IsRetryable(failure, *started.retry_policy)) {
    return {.retry_state = RetryState::kNonRetryableFailure};
  }
  const history::RetryDecision decision = history::NextRetry(
      *started.retry_policy, {.attempt = started.attempt,
                              .now = t.now(),
                              .expiration = t.info().expiration,
                              .next_retry_delay = history::NextRetryDelayOf(failure),
                              .of = history::RetryOf::kWorkflow});
  if (!decision.retries()) return {.retry_state = decision.state};
  return {.initiator = ContinueAsNewInitiator::kRetry,
          .backoff = decision.interval,
          .retry_state = decision.state};
}

// The next tick of the cron schedule, where a retry does not take place.
Sequel OrNextTick(Transition& t, Sequel retry) {
  const std::string& cron = t.start().event->cron_schedule;
  if (retry.follows() || cron.empty()) return retry;
  const auto schedule = history::CronSchedule::Parse(cron);
  if (!schedule.ok()) return retry;
  const auto backoff = history::CronBackoff(*schedule, t.info().first_task_time, t.now());
  if (!backoff) return retry;
  return {.initiator = ContinueAsNewInitiator::kCronSchedule,
          .backoff = *backoff,
          .retry_state = retry.retry_state};
}

// What the next run of a chain has in common with the one before it, whatever made it.
history::WorkflowExecutionStarted InheritedBy(Transition& t, ContinueAsNewInitiator initiator,
                                              Duration backoff) {
  history::WorkflowExecutionStarted event = *t.start().event;
  event.continued_execution_run_id = t.start().run_id;
  event.initiator = initiator;
  event.workflow_execution_expiration_time = t.info().expiration;
  event.first_workflow_task_backoff = AtLeastApart(t, backoff);
  event.identity = {};
  event.eager_execution_accepted = false;
  event.versioning = {};
  return event;
}

}  // namespace

Sequel AfterCompletion(Transition& t) { return OrNextTick(t, {}); }

Sequel AfterFailure(Transition& t, const FailurePtr& failure) {
  return OrNextTick(t, Retry(t, failure));
}

Sequel AfterTimeout(Transition& t, const FailurePtr& timeout) {
  const auto& expiration = t.info().expiration;
  if (expiration && *expiration <= t.now()) return {.retry_state = RetryState::kTimeout};
  return OrNextTick(t, Retry(t, timeout));
}

std::string SequelRunId(const Engine& engine, Transition& t, const Sequel& sequel) {
  return sequel.follows() ? NextRunId(engine, t.start().workflow_id) : std::string();
}

void StartSequel(Engine& engine, Transition& closed, const Sequel& sequel, std::string run_id,
                 Inheritance inheritance) {
  history::WorkflowExecutionStarted event = InheritedBy(closed, sequel.initiator, sequel.backoff);
  event.versioning = VersioningOfSequel(closed, sequel.initiator);
  event.attempt = sequel.initiator == ContinueAsNewInitiator::kRetry ? event.attempt + 1 : 1;
  event.continued_failure = std::move(inheritance.failure);
  event.last_completion_result = std::move(inheritance.last_completion_result);
  Transition& next =
      StartRun(engine, std::move(run_id), closed.start().workflow_id, std::move(event), {});
  ScheduleFirstWorkflowTask(next);
}

void ContinueAsNew(Engine& engine, Transition& t, history::ContinueAsNewWorkflowExecution command,
                   EventId workflow_task_completed_event_id) {
  const std::string run_id = NextRunId(engine, t.start().workflow_id);
  const ContinueAsNewInitiator initiator = command.initiator == ContinueAsNewInitiator::kUnspecified
                                               ? ContinueAsNewInitiator::kWorkflow
                                               : command.initiator;
  history::WorkflowExecutionStarted event =
      InheritedBy(t, initiator, command.backoff_start_interval);
  event.workflow_type = std::move(command.workflow_type);
  event.task_queue = history::TaskQueue{.name = std::move(command.task_queue)};
  event.input = std::move(command.input);
  event.workflow_run_timeout = command.workflow_run_timeout;
  event.workflow_task_timeout = command.workflow_task_timeout;
  event.retry_policy = std::move(command.retry_policy);
  event.cron_schedule = std::move(command.cron_schedule);
  event.header = std::move(command.header);
  event.continued_failure = std::move(command.failure);
  event.last_completion_result = std::move(command.last_completion_result);
  event.attempt = initiator == ContinueAsNewInitiator::kRetry ? event.attempt + 1 : 1;
  event.versioning = VersioningOfContinuation(engine, t, event.task_queue.name,
                                              command.initial_versioning_behavior);
  CloseRun(t, history::WorkflowExecutionStatus::kContinuedAsNew,
           history::WorkflowExecutionContinuedAsNew{
               .new_execution_run_id = run_id,
               .workflow_type = event.workflow_type,
               .task_queue = event.task_queue,
               .input = event.input,
               .workflow_run_timeout = event.workflow_run_timeout,
               .workflow_task_timeout = event.workflow_task_timeout,
               .workflow_task_completed_event_id = workflow_task_completed_event_id,
               .backoff_start_interval = command.backoff_start_interval,
               .initiator = command.initiator,
               .failure = event.continued_failure,
               .last_completion_result = event.last_completion_result,
               .header = event.header,
               .memo = command.memo,
               .search_attributes = command.search_attributes});
  event.memo = history::WithoutNulls(std::move(command.memo));
  event.search_attributes = history::WithoutNulls(std::move(command.search_attributes));
  Transition& next = StartRun(engine, run_id, t.start().workflow_id, std::move(event), {});
  ScheduleFirstWorkflowTask(next);
}

}  // namespace groundhog::server
