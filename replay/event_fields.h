// The fields of every struct of a history, each described once: JSON name, member, and shape where
// it is not the plain one. Reader and writer are both derived from these descriptions, so they
// cannot disagree (SEMANTICS a.2).
//
//     ForEachField(attributes, field);      // attributes may be const; `field` is a FieldReader or
//     a FieldWriter
//
// A visitor offers   field(name, member)               the member's type says how it looks in JSON
//                    field.Named(name, string)         an object around one name: {"name":
//                    "withdraw"} field.Map(name, key, payloads)    names with payloads inside an
//                    object: {"fields": {…}} field.Attempt(name, number)       counts from 1;
//                    absent or 0 means 1 field.Group(name, fields)         members that JSON puts
//                    into an object of their own field.OneOf(variant)              at most one of
//                    several objects, told apart by kInfoName
// with `Presence::kAlways` behind it where Temporal's server writes the field also when it is zero.
// The order is that of Temporal's protobuf definitions, which is the order in which its tools
// print.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

#include "runtime/history/event.h"

namespace groundhog::replay {

enum class Presence : bool { kIfSet, kAlways };

// S is T or const T.
template <class S, class T>
concept Described = std::same_as<std::remove_const_t<S>, T>;

template <class Info>
inline constexpr std::string_view kInfoName = "";
template <>
inline constexpr std::string_view kInfoName<history::ApplicationFailureInfo> =
    "applicationFailureInfo";
template <>
inline constexpr std::string_view kInfoName<history::TimeoutFailureInfo> = "timeoutFailureInfo";
template <>
inline constexpr std::string_view kInfoName<history::CanceledFailureInfo> = "canceledFailureInfo";
template <>
inline constexpr std::string_view kInfoName<history::TerminatedFailureInfo> =
    "terminatedFailureInfo";
template <>
inline constexpr std::string_view kInfoName<history::ServerFailureInfo> = "serverFailureInfo";
template <>
inline constexpr std::string_view kInfoName<history::ResetWorkflowFailureInfo> =
    "resetWorkflowFailureInfo";
template <>
inline constexpr std::string_view kInfoName<history::ActivityFailureInfo> = "activityFailureInfo";
template <>
inline constexpr std::string_view kInfoName<history::ChildWorkflowExecutionFailureInfo> =
    "childWorkflowExecutionFailureInfo";

// Parts.

template <Described<history::TaskQueue> S, class V>
void ForEachField(S& queue, V& field) {
  field("name", queue.name);
  field("kind", queue.kind);
  field("normalName", queue.normal_name);
}
template <Described<history::RetryPolicy> S, class V>
void ForEachField(S& policy, V& field) {
  field("initialInterval", policy.initial_interval);
  field("backoffCoefficient", policy.backoff_coefficient);
  field("maximumInterval", policy.maximum_interval);
  field("maximumAttempts", policy.maximum_attempts);
  field("nonRetryableErrorTypes", policy.non_retryable_error_types);
}

// Failures.

template <Described<history::Failure> S, class V>
void ForEachField(S& failure, V& field) {
  field("message", failure.message);
  field("source", failure.source);
  field("stackTrace", failure.stack_trace);
  field("cause", failure.cause);
  field.OneOf(failure.info);
}
template <Described<history::ApplicationFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("type", info.type);
  field("nonRetryable", info.non_retryable);
  field("details", info.details);
  field("nextRetryDelay", info.next_retry_delay);
  field("category", info.category);
}
template <Described<history::TimeoutFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("timeoutType", info.timeout_type);
  field("lastHeartbeatDetails", info.last_heartbeat_details);
}
template <Described<history::CanceledFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("details", info.details);
  field("identity", info.identity);
}
template <Described<history::TerminatedFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("identity", info.identity);
}
template <Described<history::ServerFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("nonRetryable", info.non_retryable);
}
template <Described<history::ResetWorkflowFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("lastHeartbeatDetails", info.last_heartbeat_details);
}
template <Described<history::ActivityFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("scheduledEventId", info.scheduled_event_id);
  field("startedEventId", info.started_event_id);
  field("identity", info.identity);
  field.Named("activityType", info.activity_type);
  field("activityId", info.activity_id);
  field("retryState", info.retry_state);
}
template <Described<history::ChildWorkflowExecutionFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("namespace", info.namespace_);
  field.Group("workflowExecution", [&info](auto& execution) {
    execution("workflowId", info.workflow_id);
    execution("runId", info.run_id);
  });
  field.Named("workflowType", info.workflow_type);
  field("initiatedEventId", info.initiated_event_id);
  field("startedEventId", info.started_event_id);
  field("retryState", info.retry_state);
}

// Attributes of the workflow's own events.

template <Described<history::WorkflowExecutionStarted> S, class V>
void ForEachField(S& started, V& field) {
  field.Named("workflowType", started.workflow_type);
  field("taskQueue", started.task_queue);
  field("input", started.input);
  field("workflowExecutionTimeout", started.workflow_execution_timeout);
  field("workflowRunTimeout", started.workflow_run_timeout);
  field("workflowTaskTimeout", started.workflow_task_timeout);
  field("continuedExecutionRunId", started.continued_execution_run_id);
  field("initiator", started.initiator);
  field("continuedFailure", started.continued_failure);
  field("lastCompletionResult", started.last_completion_result);
  field("originalExecutionRunId", started.original_execution_run_id);
  field("identity", started.identity);
  field("firstExecutionRunId", started.first_execution_run_id);
  field("retryPolicy", started.retry_policy);
  field.Attempt("attempt", started.attempt);
  field("workflowExecutionExpirationTime", started.workflow_execution_expiration_time);
  field("cronSchedule", started.cron_schedule);
  field("firstWorkflowTaskBackoff", started.first_workflow_task_backoff, Presence::kAlways);
  field.Map("memo", "fields", started.memo);
  field.Map("searchAttributes", "indexedFields", started.search_attributes);
  field.Map("header", "fields", started.header);
  field("workflowId", started.workflow_id);
}
template <Described<history::WorkflowExecutionCompleted> S, class V>
void ForEachField(S& completed, V& field) {
  field("result", completed.result);
  field("workflowTaskCompletedEventId", completed.workflow_task_completed_event_id);
  field("newExecutionRunId", completed.new_execution_run_id);
}
template <Described<history::WorkflowExecutionFailed> S, class V>
void ForEachField(S& failed, V& field) {
  field("failure", failed.failure);
  field("retryState", failed.retry_state);
  field("workflowTaskCompletedEventId", failed.workflow_task_completed_event_id);
  field("newExecutionRunId", failed.new_execution_run_id);
}
template <Described<history::WorkflowExecutionTimedOut> S, class V>
void ForEachField(S& timed_out, V& field) {
  field("retryState", timed_out.retry_state);
  field("newExecutionRunId", timed_out.new_execution_run_id);
}
template <Described<history::WorkflowExecutionTerminated> S, class V>
void ForEachField(S& terminated, V& field) {
  field("reason", terminated.reason);
  field("details", terminated.details);
  field("identity", terminated.identity);
}
template <Described<history::WorkflowExecutionCancelRequested> S, class V>
void ForEachField(S& requested, V& field) {
  field("cause", requested.cause);
  field("externalInitiatedEventId", requested.external_initiated_event_id);
  field("identity", requested.identity);
}
template <Described<history::WorkflowExecutionCanceled> S, class V>
void ForEachField(S& canceled, V& field) {
  field("workflowTaskCompletedEventId", canceled.workflow_task_completed_event_id);
  field("details", canceled.details);
}
template <Described<history::WorkflowExecutionSignaled> S, class V>
void ForEachField(S& signaled, V& field) {
  field("signalName", signaled.signal_name);
  field("input", signaled.input);
  field("identity", signaled.identity);
  field.Map("header", "fields", signaled.header);
  field("requestId", signaled.request_id);
}

// Attributes of workflow tasks.

template <Described<history::WorkflowTaskScheduled> S, class V>
void ForEachField(S& scheduled, V& field) {
  field("taskQueue", scheduled.task_queue);
  field("startToCloseTimeout", scheduled.start_to_close_timeout);
  field.Attempt("attempt", scheduled.attempt);
}
template <Described<history::WorkflowTaskStarted> S, class V>
void ForEachField(S& started, V& field) {
  field("scheduledEventId", started.scheduled_event_id);
  field("identity", started.identity);
  field("requestId", started.request_id);
  field("suggestContinueAsNew", started.suggest_continue_as_new);
  field("historySizeBytes", started.history_size_bytes);
}
template <Described<history::WorkflowTaskCompleted> S, class V>
void ForEachField(S& completed, V& field) {
  field("scheduledEventId", completed.scheduled_event_id);
  field("startedEventId", completed.started_event_id);
  field("identity", completed.identity);
}
template <Described<history::WorkflowTaskTimedOut> S, class V>
void ForEachField(S& timed_out, V& field) {
  field("scheduledEventId", timed_out.scheduled_event_id);
  field("startedEventId", timed_out.started_event_id);
  field("timeoutType", timed_out.timeout_type);
}
template <Described<history::WorkflowTaskFailed> S, class V>
void ForEachField(S& failed, V& field) {
  field("scheduledEventId", failed.scheduled_event_id);
  field("startedEventId", failed.started_event_id);
  field("cause", failed.cause);
  field("failure", failed.failure);
  field("identity", failed.identity);
  field("baseRunId", failed.base_run_id);
  field("newRunId", failed.new_run_id);
}

// Attributes of activities.

template <Described<history::ActivityTaskScheduled> S, class V>
void ForEachField(S& scheduled, V& field) {
  field("activityId", scheduled.activity_id);
  field.Named("activityType", scheduled.activity_type);
  field("taskQueue", scheduled.task_queue);
  field.Map("header", "fields", scheduled.header, Presence::kAlways);
  field("input", scheduled.input);
  field("scheduleToCloseTimeout", scheduled.schedule_to_close_timeout, Presence::kAlways);
  field("scheduleToStartTimeout", scheduled.schedule_to_start_timeout, Presence::kAlways);
  field("startToCloseTimeout", scheduled.start_to_close_timeout, Presence::kAlways);
  field("heartbeatTimeout", scheduled.heartbeat_timeout, Presence::kAlways);
  field("workflowTaskCompletedEventId", scheduled.workflow_task_completed_event_id);
  field("retryPolicy", scheduled.retry_policy);
}
template <Described<history::ActivityTaskStarted> S, class V>
void ForEachField(S& started, V& field) {
  field("scheduledEventId", started.scheduled_event_id);
  field("identity", started.identity);
  field("requestId", started.request_id);
  field.Attempt("attempt", started.attempt);
  field("lastFailure", started.last_failure);
}
template <Described<history::ActivityTaskCompleted> S, class V>
void ForEachField(S& completed, V& field) {
  field("result", completed.result);
  field("scheduledEventId", completed.scheduled_event_id);
  field("startedEventId", completed.started_event_id);
  field("identity", completed.identity);
}
template <Described<history::ActivityTaskFailed> S, class V>
void ForEachField(S& failed, V& field) {
  field("failure", failed.failure);
  field("scheduledEventId", failed.scheduled_event_id);
  field("startedEventId", failed.started_event_id);
  field("identity", failed.identity);
  field("retryState", failed.retry_state);
}
template <Described<history::ActivityTaskTimedOut> S, class V>
void ForEachField(S& timed_out, V& field) {
  field("failure", timed_out.failure);
  field("scheduledEventId", timed_out.scheduled_event_id);
  field("startedEventId", timed_out.started_event_id);
  field("retryState", timed_out.retry_state);
}
template <Described<history::ActivityTaskCancelRequested> S, class V>
void ForEachField(S& requested, V& field) {
  field("scheduledEventId", requested.scheduled_event_id);
  field("workflowTaskCompletedEventId", requested.workflow_task_completed_event_id);
}
template <Described<history::ActivityTaskCanceled> S, class V>
void ForEachField(S& canceled, V& field) {
  field("details", canceled.details);
  field("latestCancelRequestedEventId", canceled.latest_cancel_requested_event_id);
  field("scheduledEventId", canceled.scheduled_event_id);
  field("startedEventId", canceled.started_event_id);
  field("identity", canceled.identity);
}

// Attributes of timers.

template <Described<history::TimerStarted> S, class V>
void ForEachField(S& started, V& field) {
  field("timerId", started.timer_id);
  field("startToFireTimeout", started.start_to_fire_timeout);
  field("workflowTaskCompletedEventId", started.workflow_task_completed_event_id);
}
template <Described<history::TimerFired> S, class V>
void ForEachField(S& fired, V& field) {
  field("timerId", fired.timer_id);
  field("startedEventId", fired.started_event_id);
}
template <Described<history::TimerCanceled> S, class V>
void ForEachField(S& canceled, V& field) {
  field("timerId", canceled.timer_id);
  field("startedEventId", canceled.started_event_id);
  field("workflowTaskCompletedEventId", canceled.workflow_task_completed_event_id);
  field("identity", canceled.identity);
}

}  // namespace groundhog::replay
