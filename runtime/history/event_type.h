// EventType: the kinds of events, and what each is in the making of a
// history (SEMANTICS a.2, a.4, e.3).
#pragma once

#include <cstdint>
#include <string_view>

namespace groundhog::history {

// What an event is in the making of a history.
enum class EventRole : std::uint8_t {
  kRecord,          // written by the server where it happens
  kCommand,         // what a command of the workflow became (SEMANTICS e.3)
  kClosingCommand,  // such a one that ends the run
  kClosing,         // ends the run without a command
  kBuffered,        // waits while a workflow task is started (SEMANTICS a.4 rule 3)
};

// The one list of event types: C++ name, number, protobuf name without EVENT_TYPE_,
// JSON key of the attributes, role.
// clang-format off
#define GROUNDHOG_EVENT_TYPES(X) \
  X(WorkflowExecutionStarted, 1, "WORKFLOW_EXECUTION_STARTED", "workflowExecutionStarted", kRecord) \
  X(WorkflowExecutionCompleted, 2, "WORKFLOW_EXECUTION_COMPLETED", "workflowExecutionCompleted", kClosingCommand) \
  X(WorkflowExecutionFailed, 3, "WORKFLOW_EXECUTION_FAILED", "workflowExecutionFailed", kClosingCommand) \
  X(WorkflowExecutionTimedOut, 4, "WORKFLOW_EXECUTION_TIMED_OUT", "workflowExecutionTimedOut", kClosing) \
  X(WorkflowTaskScheduled, 5, "WORKFLOW_TASK_SCHEDULED", "workflowTaskScheduled", kRecord) \
  X(WorkflowTaskStarted, 6, "WORKFLOW_TASK_STARTED", "workflowTaskStarted", kRecord) \
  X(WorkflowTaskCompleted, 7, "WORKFLOW_TASK_COMPLETED", "workflowTaskCompleted", kRecord) \
  X(WorkflowTaskTimedOut, 8, "WORKFLOW_TASK_TIMED_OUT", "workflowTaskTimedOut", kRecord) \
  X(WorkflowTaskFailed, 9, "WORKFLOW_TASK_FAILED", "workflowTaskFailed", kRecord) \
  X(ActivityTaskScheduled, 10, "ACTIVITY_TASK_SCHEDULED", "activityTaskScheduled", kCommand) \
  X(ActivityTaskStarted, 11, "ACTIVITY_TASK_STARTED", "activityTaskStarted", kBuffered) \
  X(ActivityTaskCompleted, 12, "ACTIVITY_TASK_COMPLETED", "activityTaskCompleted", kBuffered) \
  X(ActivityTaskFailed, 13, "ACTIVITY_TASK_FAILED", "activityTaskFailed", kBuffered) \
  X(ActivityTaskTimedOut, 14, "ACTIVITY_TASK_TIMED_OUT", "activityTaskTimedOut", kBuffered) \
  X(ActivityTaskCancelRequested, 15, "ACTIVITY_TASK_CANCEL_REQUESTED", "activityTaskCancelRequested", kCommand) \
  X(ActivityTaskCanceled, 16, "ACTIVITY_TASK_CANCELED", "activityTaskCanceled", kBuffered) \
  X(TimerStarted, 17, "TIMER_STARTED", "timerStarted", kCommand) \
  X(TimerFired, 18, "TIMER_FIRED", "timerFired", kBuffered) \
  X(TimerCanceled, 19, "TIMER_CANCELED", "timerCanceled", kCommand) \
  X(WorkflowExecutionCancelRequested, 20, "WORKFLOW_EXECUTION_CANCEL_REQUESTED", "workflowExecutionCancelRequested", kBuffered) \
  X(WorkflowExecutionCanceled, 21, "WORKFLOW_EXECUTION_CANCELED", "workflowExecutionCanceled", kClosingCommand) \
  X(RequestCancelExternalWorkflowExecutionInitiated, 22, "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED", "requestCancelExternalWorkflowExecutionInitiated", kCommand) \
  X(RequestCancelExternalWorkflowExecutionFailed, 23, "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED", "requestCancelExternalWorkflowExecutionFailed", kBuffered) \
  X(ExternalWorkflowExecutionCancelRequested, 24, "EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED", "externalWorkflowExecutionCancelRequested", kBuffered) \
  X(MarkerRecorded, 25, "MARKER_RECORDED", "markerRecorded", kCommand) \
  X(WorkflowExecutionSignaled, 26, "WORKFLOW_EXECUTION_SIGNALED", "workflowExecutionSignaled", kBuffered) \
  X(WorkflowExecutionTerminated, 27, "WORKFLOW_EXECUTION_TERMINATED", "workflowExecutionTerminated", kClosing) \
  X(WorkflowExecutionContinuedAsNew, 28, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW", "workflowExecutionContinuedAsNew", kClosingCommand) \
  X(StartChildWorkflowExecutionInitiated, 29, "START_CHILD_WORKFLOW_EXECUTION_INITIATED", "startChildWorkflowExecutionInitiated", kCommand) \
  X(StartChildWorkflowExecutionFailed, 30, "START_CHILD_WORKFLOW_EXECUTION_FAILED", "startChildWorkflowExecutionFailed", kBuffered) \
  X(ChildWorkflowExecutionStarted, 31, "CHILD_WORKFLOW_EXECUTION_STARTED", "childWorkflowExecutionStarted", kBuffered) \
  X(ChildWorkflowExecutionCompleted, 32, "CHILD_WORKFLOW_EXECUTION_COMPLETED", "childWorkflowExecutionCompleted", kBuffered) \
  X(ChildWorkflowExecutionFailed, 33, "CHILD_WORKFLOW_EXECUTION_FAILED", "childWorkflowExecutionFailed", kBuffered) \
  X(ChildWorkflowExecutionCanceled, 34, "CHILD_WORKFLOW_EXECUTION_CANCELED", "childWorkflowExecutionCanceled", kBuffered) \
  X(ChildWorkflowExecutionTimedOut, 35, "CHILD_WORKFLOW_EXECUTION_TIMED_OUT", "childWorkflowExecutionTimedOut", kBuffered) \
  X(ChildWorkflowExecutionTerminated, 36, "CHILD_WORKFLOW_EXECUTION_TERMINATED", "childWorkflowExecutionTerminated", kBuffered) \
  X(SignalExternalWorkflowExecutionInitiated, 37, "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED", "signalExternalWorkflowExecutionInitiated", kCommand) \
  X(SignalExternalWorkflowExecutionFailed, 38, "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED", "signalExternalWorkflowExecutionFailed", kBuffered) \
  X(ExternalWorkflowExecutionSignaled, 39, "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED", "externalWorkflowExecutionSignaled", kBuffered) \
  X(UpsertWorkflowSearchAttributes, 40, "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "upsertWorkflowSearchAttributes", kCommand) \
  X(WorkflowExecutionUpdateAccepted, 41, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED", "workflowExecutionUpdateAccepted", kCommand) \
  X(WorkflowExecutionUpdateRejected, 42, "WORKFLOW_EXECUTION_UPDATE_REJECTED", "workflowExecutionUpdateRejected", kCommand) \
  X(WorkflowExecutionUpdateCompleted, 43, "WORKFLOW_EXECUTION_UPDATE_COMPLETED", "workflowExecutionUpdateCompleted", kCommand) \
  X(WorkflowPropertiesModifiedExternally, 44, "WORKFLOW_PROPERTIES_MODIFIED_EXTERNALLY", "workflowPropertiesModifiedExternally", kRecord) \
  X(ActivityPropertiesModifiedExternally, 45, "ACTIVITY_PROPERTIES_MODIFIED_EXTERNALLY", "activityPropertiesModifiedExternally", kRecord) \
  X(WorkflowPropertiesModified, 46, "WORKFLOW_PROPERTIES_MODIFIED", "workflowPropertiesModified", kCommand) \
  X(WorkflowExecutionUpdateAdmitted, 47, "WORKFLOW_EXECUTION_UPDATE_ADMITTED", "workflowExecutionUpdateAdmitted", kBuffered) \
  X(NexusOperationScheduled, 48, "NEXUS_OPERATION_SCHEDULED", "nexusOperationScheduled", kCommand) \
  X(NexusOperationStarted, 49, "NEXUS_OPERATION_STARTED", "nexusOperationStarted", kBuffered) \
  X(NexusOperationCompleted, 50, "NEXUS_OPERATION_COMPLETED", "nexusOperationCompleted", kBuffered) \
  X(NexusOperationFailed, 51, "NEXUS_OPERATION_FAILED", "nexusOperationFailed", kBuffered) \
  X(NexusOperationCanceled, 52, "NEXUS_OPERATION_CANCELED", "nexusOperationCanceled", kBuffered) \
  X(NexusOperationTimedOut, 53, "NEXUS_OPERATION_TIMED_OUT", "nexusOperationTimedOut", kBuffered) \
  X(NexusOperationCancelRequested, 54, "NEXUS_OPERATION_CANCEL_REQUESTED", "nexusOperationCancelRequested", kCommand) \
  X(WorkflowExecutionOptionsUpdated, 55, "WORKFLOW_EXECUTION_OPTIONS_UPDATED", "workflowExecutionOptionsUpdated", kBuffered) \
  X(NexusOperationCancelRequestCompleted, 56, "NEXUS_OPERATION_CANCEL_REQUEST_COMPLETED", "nexusOperationCancelRequestCompleted", kBuffered) \
  X(NexusOperationCancelRequestFailed, 57, "NEXUS_OPERATION_CANCEL_REQUEST_FAILED", "nexusOperationCancelRequestFailed", kBuffered) \
  X(WorkflowExecutionPaused, 58, "WORKFLOW_EXECUTION_PAUSED", "workflowExecutionPaused", kBuffered) \
  X(WorkflowExecutionUnpaused, 59, "WORKFLOW_EXECUTION_UNPAUSED", "workflowExecutionUnpaused", kBuffered) \
  X(WorkflowExecutionTimeSkippingTransitioned, 60, "WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED", "workflowExecutionTimeSkippingTransitioned", kBuffered)
// clang-format on

enum class EventType : std::uint8_t {
#define X(Name, number, proto, json, role) k##Name = number,
  GROUNDHOG_EVENT_TYPES(X)
#undef X
};

// "ActivityTaskScheduled": the name people use, and the older JSON spelling.
std::string_view NameOf(EventType type);
// "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"
std::string_view ProtoNameOf(EventType type);
constexpr EventRole RoleOf(EventType type) {
  switch (type) {
#define X(Name, number, proto, json, role) \
  case EventType::k##Name:                 \
    return EventRole::role;
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return EventRole::kRecord;
}
constexpr bool IsClosing(EventType type) {
  const EventRole role = RoleOf(type);
  return role == EventRole::kClosing || role == EventRole::kClosingCommand;
}
constexpr bool IsCommandEvent(EventType type) {
  const EventRole role = RoleOf(type);
  return role == EventRole::kCommand || role == EventRole::kClosingCommand;
}
constexpr bool IsBuffered(EventType type) { return RoleOf(type) == EventRole::kBuffered; }
}  // namespace groundhog::history
