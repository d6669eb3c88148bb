// The fields of the events of other workflows and of Nexus operations.
// event_fields.h says how to read this.
#pragma once

#include <string_view>

#include "runtime/history/part_fields.h"
#include "runtime/history/relation_attributes.h"

namespace groundhog::history {

template <Described<StartChildWorkflowExecutionInitiated> S, class V>
void ForEachField(S& event, V& field) {
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowId", event.workflow_id);
  field.Named("workflowType", event.workflow_type);
  field("taskQueue", event.task_queue);
  field("input", event.input);
  field("workflowExecutionTimeout", event.workflow_execution_timeout);
  field("workflowRunTimeout", event.workflow_run_timeout);
  field("workflowTaskTimeout", event.workflow_task_timeout);
  field("parentClosePolicy", event.parent_close_policy);
  field("control", event.control);
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field("workflowIdReusePolicy", event.workflow_id_reuse_policy);
  field("retryPolicy", event.retry_policy);
  field("cronSchedule", event.cron_schedule);
  field.Map("header", "fields", event.header);
  field.Map("memo", "fields", event.memo);
  field.Map("searchAttributes", "indexedFields", event.search_attributes);
}
template <Described<StartChildWorkflowExecutionFailed> S, class V>
void ForEachField(S& event, V& field) {
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowId", event.workflow_id);
  field.Named("workflowType", event.workflow_type);
  field("cause", event.cause);
  field("control", event.control);
  field("initiatedEventId", event.initiated_event_id);
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
}
template <Described<ChildWorkflowExecutionStarted> S, class V>
void ForEachField(S& event, V& field) {
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("initiatedEventId", event.initiated_event_id);
  field("workflowExecution", event.workflow_execution);
  field.Named("workflowType", event.workflow_type);
  field.Map("header", "fields", event.header);
}
template <Described<ChildWorkflowExecutionCompleted> S, class V>
void ForEachField(S& event, V& field) {
  field("result", event.result);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field.Named("workflowType", event.workflow_type);
  field("initiatedEventId", event.initiated_event_id);
  field("startedEventId", event.started_event_id);
}
template <Described<ChildWorkflowExecutionFailed> S, class V>
void ForEachField(S& event, V& field) {
  field("failure", event.failure);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field.Named("workflowType", event.workflow_type);
  field("initiatedEventId", event.initiated_event_id);
  field("startedEventId", event.started_event_id);
  field("retryState", event.retry_state);
}
template <Described<ChildWorkflowExecutionCanceled> S, class V>
void ForEachField(S& event, V& field) {
  field("details", event.details);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field.Named("workflowType", event.workflow_type);
  field("initiatedEventId", event.initiated_event_id);
  field("startedEventId", event.started_event_id);
}
template <Described<ChildWorkflowExecutionTimedOut> S, class V>
void ForEachField(S& event, V& field) {
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field.Named("workflowType", event.workflow_type);
  field("initiatedEventId", event.initiated_event_id);
  field("startedEventId", event.started_event_id);
  field("retryState", event.retry_state);
}
template <Described<ChildWorkflowExecutionTerminated> S, class V>
void ForEachField(S& event, V& field) {
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field.Named("workflowType", event.workflow_type);
  field("initiatedEventId", event.initiated_event_id);
  field("startedEventId", event.started_event_id);
}
template <Described<RequestCancelExternalWorkflowExecutionInitiated> S, class V>
void ForEachField(S& event, V& field) {
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field("control", event.control);
  field("childWorkflowOnly", event.child_workflow_only);
  field("reason", event.reason);
}
template <Described<RequestCancelExternalWorkflowExecutionFailed> S, class V>
void ForEachField(S& event, V& field) {
  field("cause", event.cause);
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field("initiatedEventId", event.initiated_event_id);
  field("control", event.control);
}
template <Described<ExternalWorkflowExecutionCancelRequested> S, class V>
void ForEachField(S& event, V& field) {
  field("initiatedEventId", event.initiated_event_id);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
}
template <Described<SignalExternalWorkflowExecutionInitiated> S, class V>
void ForEachField(S& event, V& field) {
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field("signalName", event.signal_name);
  field("input", event.input);
  field("control", event.control);
  field("childWorkflowOnly", event.child_workflow_only);
  field.Map("header", "fields", event.header);
}
template <Described<SignalExternalWorkflowExecutionFailed> S, class V>
void ForEachField(S& event, V& field) {
  field("cause", event.cause);
  field("workflowTaskCompletedEventId", event.workflow_task_completed_event_id);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field("initiatedEventId", event.initiated_event_id);
  field("control", event.control);
}
template <Described<ExternalWorkflowExecutionSignaled> S, class V>
void ForEachField(S& event, V& field) {
  field("initiatedEventId", event.initiated_event_id);
  field("namespace", event.namespace_);
  field("namespaceId", event.namespace_id);
  field("workflowExecution", event.workflow_execution);
  field("control", event.control);
}
template <Described<NexusOperationScheduled> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationStarted> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationCompleted> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationFailed> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationCanceled> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationTimedOut> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationCancelRequested> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationCancelRequestCompleted> S, class V>
void ForEachField(S&, V&) {}
template <Described<NexusOperationCancelRequestFailed> S, class V>
void ForEachField(S&, V&) {}

}  // namespace groundhog::history
