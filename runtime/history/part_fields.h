// The fields of what attributes are made of, failures among them.
// event_fields.h says how to read this.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

#include "runtime/history/attribute_parts.h"
#include "runtime/history/retry_policy.h"

namespace groundhog::history {

enum class Presence : bool { kIfSet, kAlways };

// S is T or const T.
template <class S, class T>
concept Described = std::same_as<std::remove_const_t<S>, T>;

template <class Info>
inline constexpr std::string_view kInfoName = "";
template <>
inline constexpr std::string_view kInfoName<ApplicationFailureInfo> = "applicationFailureInfo";
template <>
inline constexpr std::string_view kInfoName<TimeoutFailureInfo> = "timeoutFailureInfo";
template <>
inline constexpr std::string_view kInfoName<CanceledFailureInfo> = "canceledFailureInfo";
template <>
inline constexpr std::string_view kInfoName<TerminatedFailureInfo> = "terminatedFailureInfo";
template <>
inline constexpr std::string_view kInfoName<ServerFailureInfo> = "serverFailureInfo";
template <>
inline constexpr std::string_view kInfoName<ResetWorkflowFailureInfo> = "resetWorkflowFailureInfo";
template <>
inline constexpr std::string_view kInfoName<ActivityFailureInfo> = "activityFailureInfo";
template <>
inline constexpr std::string_view kInfoName<ChildWorkflowExecutionFailureInfo> =
    "childWorkflowExecutionFailureInfo";

// Parts.

template <Described<WorkflowExecution> S, class V>
void ForEachField(S& execution, V& field) {
  field("workflowId", execution.workflow_id);
  field("runId", execution.run_id);
}
template <Described<UserMetadata> S, class V>
void ForEachField(S& metadata, V& field) {
  field("summary", metadata.summary);
  field("details", metadata.details);
}
template <Described<UpdateMeta> S, class V>
void ForEachField(S& meta, V& field) {
  field("updateId", meta.update_id);
  field("identity", meta.identity);
}
template <Described<UpdateInput> S, class V>
void ForEachField(S& input, V& field) {
  field.Map("header", "fields", input.header);
  field("name", input.name);
  field("args", input.args);
}
template <Described<UpdateRequest> S, class V>
void ForEachField(S& request, V& field) {
  field("meta", request.meta);
  field("input", request.input);
  field("requestId", request.request_id);
}
template <Described<UpdateOutcome> S, class V>
void ForEachField(S& outcome, V& field) {
  field("success", outcome.success);
  field("failure", outcome.failure);
}
template <Described<TaskQueue> S, class V>
void ForEachField(S& queue, V& field) {
  field("name", queue.name);
  field("kind", queue.kind);
  field("normalName", queue.normal_name);
}
template <Described<RetryPolicy> S, class V>
void ForEachField(S& policy, V& field) {
  field("initialInterval", policy.initial_interval);
  field("backoffCoefficient", policy.backoff_coefficient);
  field("maximumInterval", policy.maximum_interval);
  field("maximumAttempts", policy.maximum_attempts);
  field("nonRetryableErrorTypes", policy.non_retryable_error_types);
}

// Failures.

template <Described<Failure> S, class V>
void ForEachField(S& failure, V& field) {
  field("message", failure.message);
  field("source", failure.source);
  field("stackTrace", failure.stack_trace);
  field("encodedAttributes", failure.encoded_attributes);
  field("cause", failure.cause);
  field.OneOf(failure.info);
}
template <Described<ApplicationFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("type", info.type);
  field("nonRetryable", info.non_retryable);
  field("details", info.details);
  field("nextRetryDelay", info.next_retry_delay);
  field("category", info.category);
}
template <Described<TimeoutFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("timeoutType", info.timeout_type);
  field("lastHeartbeatDetails", info.last_heartbeat_details);
}
template <Described<CanceledFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("details", info.details);
  field("identity", info.identity);
}
template <Described<TerminatedFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("identity", info.identity);
}
template <Described<ServerFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("nonRetryable", info.non_retryable);
}
template <Described<ResetWorkflowFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("lastHeartbeatDetails", info.last_heartbeat_details);
}
template <Described<ActivityFailureInfo> S, class V>
void ForEachField(S& info, V& field) {
  field("scheduledEventId", info.scheduled_event_id);
  field("startedEventId", info.started_event_id);
  field("identity", info.identity);
  field.Named("activityType", info.activity_type);
  field("activityId", info.activity_id);
  field("retryState", info.retry_state);
}
template <Described<ChildWorkflowExecutionFailureInfo> S, class V>
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

}  // namespace groundhog::history
