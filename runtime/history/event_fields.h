// The fields of every struct of a history, each described once: JSON name, member, and shape where
// it is not the plain one. The JSON reader and writer and the content digest are all derived from
// these descriptions, so they cannot disagree (SEMANTICS a.2).
//
//     ForEachField(attributes, visitor);      // attributes may be const
//
// A visitor offers
//     visitor(name, member)               the member's type says how it looks in JSON
//     visitor.Named(name, string)         an object around one name: {"name": "withdraw"}
//     visitor.Map(name, key, map)         names with payloads inside an object: {"fields": {…}}; without a key, not inside one
//     visitor.Attempt(name, number)       counts from 1; absent or 0 means 1
//     visitor.Group(name, fields)         members that JSON puts into an object of their own
//     visitor.OneOf(variant)              at most one of several objects, told apart by kInfoName
//     visitor.Rare(name, member)          what few have: the content digest knows of it only where it is set
//     visitor.Rare(shared)                the same of several members, which are in a struct of their own here, beside the others in JSON
// with `Presence::kAlways` behind it where Temporal's server writes the field also when it is zero.
// The order is that of Temporal's protobuf definitions,
// which is the order in which its tools print.
#pragma once

#include <string_view>

#include "runtime/history/event.h"
#include "runtime/history/part_fields.h"
#include "runtime/history/relation_fields.h"
#include "runtime/history/versioning_fields.h"

namespace groundhog::history {

// Attributes of the workflow's own events.

template <Described<WorkflowExecutionStarted> S, class V>
void ForEachField(S& started, V& field) {
  field.Named("workflowType", started.workflow_type);
  field("parentWorkflowNamespace", started.parent_workflow_namespace);
  field("parentWorkflowNamespaceId", started.parent_workflow_namespace_id);
  field("parentWorkflowExecution", started.parent_workflow_execution);
  field("parentInitiatedEventId", started.parent_initiated_event_id);
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
  field("rootWorkflowExecution", started.root_workflow_execution);
  field.Rare(started.versioning);
  field("eagerExecutionAccepted", started.eager_execution_accepted);
}
template <Described<WorkflowExecutionCompleted> S, class V>
void ForEachField(S& completed, V& field) {
  field("result", completed.result);
  field("workflowTaskCompletedEventId", completed.workflow_task_completed_event_id);
  field("newExecutionRunId", completed.new_execution_run_id);
}
template <Described<WorkflowExecutionFailed> S, class V>
void ForEachField(S& failed, V& field) {
  field("failure", failed.failure);
  field("retryState", failed.retry_state);
  field("workflowTaskCompletedEventId", failed.workflow_task_completed_event_id);
  field("newExecutionRunId", failed.new_execution_run_id);
}
template <Described<WorkflowExecutionTimedOut> S, class V>
void ForEachField(S& timed_out, V& field) {
  field("retryState", timed_out.retry_state);
  field("newExecutionRunId", timed_out.new_execution_run_id);
}
template <Described<WorkflowExecutionTerminated> S, class V>
void ForEachField(S& terminated, V& field) {
  field("reason", terminated.reason);
  field("details", terminated.details);
  field("identity", terminated.identity);
}
template <Described<WorkflowExecutionCancelRequested> S, class V>
void ForEachField(S& requested, V& field) {
  field("cause", requested.cause);
  field("externalInitiatedEventId", requested.external_initiated_event_id);
  field("externalWorkflowExecution", requested.external_workflow_execution);
  field("identity", requested.identity);
}
template <Described<WorkflowExecutionCanceled> S, class V>
void ForEachField(S& canceled, V& field) {
  field("workflowTaskCompletedEventId", canceled.workflow_task_completed_event_id);
  field("details", canceled.details);
}
template <Described<WorkflowExecutionSignaled> S, class V>
void ForEachField(S& signaled, V& field) {
  field("signalName", signaled.signal_name);
  field("input", signaled.input);
  field("identity", signaled.identity);
  field.Map("header", "fields", signaled.header);
  field("externalWorkflowExecution", signaled.external_workflow_execution);
  field("requestId", signaled.request_id);
}

// Attributes of workflow tasks.

template <Described<WorkflowTaskScheduled> S, class V>
void ForEachField(S& scheduled, V& field) {
  field("taskQueue", scheduled.task_queue);
  field("startToCloseTimeout", scheduled.start_to_close_timeout);
  field.Attempt("attempt", scheduled.attempt);
}
template <Described<WorkflowTaskStarted> S, class V>
void ForEachField(S& started, V& field) {
  field("scheduledEventId", started.scheduled_event_id);
  field("identity", started.identity);
  field("requestId", started.request_id);
  field("suggestContinueAsNew", started.suggest_continue_as_new);
  field.Rare("targetWorkerDeploymentVersionChanged",
             started.target_worker_deployment_version_changed);
  field("historySizeBytes", started.history_size_bytes);
}
template <Described<WorkflowTaskCompleted> S, class V>
void ForEachField(S& completed, V& field) {
  field("scheduledEventId", completed.scheduled_event_id);
  field("startedEventId", completed.started_event_id);
  field("identity", completed.identity);
  field.Rare(completed.versioning);
}
template <Described<WorkflowTaskTimedOut> S, class V>
void ForEachField(S& timed_out, V& field) {
  field("scheduledEventId", timed_out.scheduled_event_id);
  field("startedEventId", timed_out.started_event_id);
  field("timeoutType", timed_out.timeout_type);
}
template <Described<WorkflowTaskFailed> S, class V>
void ForEachField(S& failed, V& field) {
  field("scheduledEventId", failed.scheduled_event_id);
  field("startedEventId", failed.started_event_id);
  field("cause", failed.cause);
  field("failure", failed.failure);
  field("identity", failed.identity);
  field("baseRunId", failed.base_run_id);
  field("newRunId", failed.new_run_id);
  field("forkEventVersion", failed.fork_event_version);
}

// Attributes of activities.

template <Described<ActivityTaskScheduled> S, class V>
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
template <Described<ActivityTaskStarted> S, class V>
void ForEachField(S& started, V& field) {
  field("scheduledEventId", started.scheduled_event_id);
  field("identity", started.identity);
  field("requestId", started.request_id);
  field.Attempt("attempt", started.attempt);
  field("lastFailure", started.last_failure);
}
template <Described<ActivityTaskCompleted> S, class V>
void ForEachField(S& completed, V& field) {
  field("result", completed.result);
  field("scheduledEventId", completed.scheduled_event_id);
  field("startedEventId", completed.started_event_id);
  field("identity", completed.identity);
}
template <Described<ActivityTaskFailed> S, class V>
void ForEachField(S& failed, V& field) {
  field("failure", failed.failure);
  field("scheduledEventId", failed.scheduled_event_id);
  field("startedEventId", failed.started_event_id);
  field("identity", failed.identity);
  field("retryState", failed.retry_state);
}
template <Described<ActivityTaskTimedOut> S, class V>
void ForEachField(S& timed_out, V& field) {
  field("failure", timed_out.failure);
  field("scheduledEventId", timed_out.scheduled_event_id);
  field("startedEventId", timed_out.started_event_id);
  field("retryState", timed_out.retry_state);
}
template <Described<ActivityTaskCancelRequested> S, class V>
void ForEachField(S& requested, V& field) {
  field("scheduledEventId", requested.scheduled_event_id);
  field("workflowTaskCompletedEventId", requested.workflow_task_completed_event_id);
}
template <Described<ActivityTaskCanceled> S, class V>
void ForEachField(S& canceled, V& field) {
  field("details", canceled.details);
  field("latestCancelRequestedEventId", canceled.latest_cancel_requested_event_id);
  field("scheduledEventId", canceled.scheduled_event_id);
  field("startedEventId", canceled.started_event_id);
  field("identity", canceled.identity);
}

// Attributes of timers.

template <Described<TimerStarted> S, class V>
void ForEachField(S& started, V& field) {
  field("timerId", started.timer_id);
  field("startToFireTimeout", started.start_to_fire_timeout);
  field("workflowTaskCompletedEventId", started.workflow_task_completed_event_id);
}
template <Described<TimerFired> S, class V>
void ForEachField(S& fired, V& field) {
  field("timerId", fired.timer_id);
  field("startedEventId", fired.started_event_id);
}
template <Described<TimerCanceled> S, class V>
void ForEachField(S& canceled, V& field) {
  field("timerId", canceled.timer_id);
  field("startedEventId", canceled.started_event_id);
  field("workflowTaskCompletedEventId", canceled.workflow_task_completed_event_id);
  field("identity", canceled.identity);
}

// A run that goes on, its properties, updates.

template <Described<WorkflowExecutionContinuedAsNew> S, class V>
void ForEachField(S& event, V& field) {
  field("newExecutionRunId", event.new_execution_run_id);
  field.Named("workflowType", event.workflow_type);
  field("taskQueue", event.task_queue);
  field("input", event.input);
  field("workflowRunTimeout", event.workflow_run_timeout);
  field("workflowTaskTimeout", event.workflow_task_timeout);
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field("backoffStartInterval", event.backoff_start_interval);
  field("initiator", event.initiator);
  field("failure", event.failure);
  field("lastCompletionResult", event.last_completion_result);
  field.Map("header", "fields", event.header);
  field.Map("memo", "fields", event.memo);
  field.Map("searchAttributes", "indexedFields", event.search_attributes);
  field.Rare("initialVersioningBehavior", event.initial_versioning_behavior);
}
template <Described<UpsertWorkflowSearchAttributes> S, class V>
void ForEachField(S& event, V& field) {
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field.Map("searchAttributes", "indexedFields", event.search_attributes);
}
template <Described<WorkflowPropertiesModified> S, class V>
void ForEachField(S& event, V& field) {
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field.Map("upsertedMemo", "fields", event.upserted_memo);
}
template <Described<WorkflowPropertiesModifiedExternally> S, class V>
void ForEachField(S& event, V& field) {
  field("newTaskQueue", event.new_task_queue);
  field("newWorkflowTaskTimeout", event.new_workflow_task_timeout);
  field("newWorkflowRunTimeout", event.new_workflow_run_timeout);
  field("newWorkflowExecutionTimeout", event.new_workflow_execution_timeout);
  field.Map("upsertedMemo", "fields", event.upserted_memo);
}
template <Described<WorkflowExecutionUpdateAccepted> S, class V>
void ForEachField(S& event, V& field) {
  field("protocolInstanceId", event.protocol_instance_id);
  field("acceptedRequestMessageId", event.accepted_request_message_id);
  field("acceptedRequestSequencingEventId", event.accepted_request_sequencing_event_id);
  field("acceptedRequest", event.accepted_request);
}
template <Described<WorkflowExecutionUpdateRejected> S, class V>
void ForEachField(S& event, V& field) {
  field("protocolInstanceId", event.protocol_instance_id);
  field("rejectedRequestMessageId", event.rejected_request_message_id);
  field("rejectedRequestSequencingEventId", event.rejected_request_sequencing_event_id);
  field("rejectedRequest", event.rejected_request);
  field("failure", event.failure);
}
template <Described<WorkflowExecutionUpdateCompleted> S, class V>
void ForEachField(S& event, V& field) {
  field("meta", event.meta);
  field("acceptedEventId", event.accepted_event_id);
  field("outcome", event.outcome);
}
template <Described<WorkflowExecutionUpdateAdmitted> S, class V>
void ForEachField(S& event, V& field) {
  field("request", event.request);
  field("origin", event.origin);
}
template <Described<WorkflowExecutionOptionsUpdated> S, class V>
void ForEachField(S& event, V& field) {
  field("versioningOverride", event.versioning_override);
  field("unsetVersioningOverride", event.unset_versioning_override);
  field("attachedRequestId", event.attached_request_id);
  field("identity", event.identity);
}
template <Described<WorkflowExecutionPaused> S, class V>
void ForEachField(S&, V&) {}
template <Described<WorkflowExecutionUnpaused> S, class V>
void ForEachField(S&, V&) {}
template <Described<WorkflowExecutionTimeSkippingTransitioned> S, class V>
void ForEachField(S&, V&) {}

// Markers.

template <Described<ActivityPropertiesModifiedExternally> S, class V>
void ForEachField(S& event, V& field) {
  field("scheduledEventId", event.scheduled_event_id);
  field("newRetryPolicy", event.new_retry_policy);
}
template <Described<MarkerRecorded> S, class V>
void ForEachField(S& event, V& field) {
  field("markerName", event.marker_name);
  field.Map("details", "", event.details);
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field.Map("header", "fields", event.header);
  field("failure", event.failure);
}

}  // namespace groundhog::history
