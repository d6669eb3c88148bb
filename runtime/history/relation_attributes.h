// Attributes of the events of child workflows, of signals and cancels sent to other workflows, and
// of Nexus operations (SEMANTICS a.2). See run_attributes.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/history/attribute_parts.h"
#include "runtime/history/enums.h"
#include "runtime/history/failure.h"
#include "runtime/history/payload.h"
#include "runtime/history/retry_policy.h"
#include "runtime/history/shared.h"
#include "runtime/history/time.h"

namespace groundhog::history {

struct StartChildWorkflowExecutionInitiated {
  std::string namespace_ = {};
  std::string namespace_id = {};
  std::string workflow_id = {};
  std::string workflow_type = {};
  TaskQueue task_queue = {};
  Payloads input = {};
  Duration workflow_execution_timeout{0};
  Duration workflow_run_timeout{0};
  Duration workflow_task_timeout{0};
  ParentClosePolicy parent_close_policy = ParentClosePolicy::kUnspecified;
  std::string control = {};
  EventId workflow_task_completed_event_id = 0;
  WorkflowIdReusePolicy workflow_id_reuse_policy = WorkflowIdReusePolicy::kUnspecified;
  std::optional<RetryPolicy> retry_policy = {};
  std::string cron_schedule = {};
  PayloadMap header = {};
  PayloadMap memo = {};
  PayloadMap search_attributes = {};
  std::string unknown_fields = {};
  friend bool operator==(const StartChildWorkflowExecutionInitiated&,
                         const StartChildWorkflowExecutionInitiated&) = default;
};
struct StartChildWorkflowExecutionFailed {
  std::string namespace_ = {};
  std::string namespace_id = {};
  std::string workflow_id = {};
  std::string workflow_type = {};
  StartChildWorkflowExecutionFailedCause cause =
      StartChildWorkflowExecutionFailedCause::kUnspecified;
  std::string control = {};
  EventId initiated_event_id = 0;
  EventId workflow_task_completed_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const StartChildWorkflowExecutionFailed&,
                         const StartChildWorkflowExecutionFailed&) = default;
};
struct ChildWorkflowExecutionStarted {
  std::string namespace_ = {};
  std::string namespace_id = {};
  EventId initiated_event_id = 0;
  WorkflowExecution workflow_execution = {};
  std::string workflow_type = {};
  PayloadMap header = {};
  std::string unknown_fields = {};
  friend bool operator==(const ChildWorkflowExecutionStarted&,
                         const ChildWorkflowExecutionStarted&) = default;
};
struct ChildWorkflowExecutionCompleted {
  Payloads result = {};
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string workflow_type = {};
  EventId initiated_event_id = 0;
  EventId started_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const ChildWorkflowExecutionCompleted&,
                         const ChildWorkflowExecutionCompleted&) = default;
};
struct ChildWorkflowExecutionFailed {
  FailurePtr failure = {};
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string workflow_type = {};
  EventId initiated_event_id = 0;
  EventId started_event_id = 0;
  RetryState retry_state = RetryState::kUnspecified;
  std::string unknown_fields = {};
  friend bool operator==(const ChildWorkflowExecutionFailed&,
                         const ChildWorkflowExecutionFailed&) = default;
};
struct ChildWorkflowExecutionCanceled {
  Payloads details = {};
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string workflow_type = {};
  EventId initiated_event_id = 0;
  EventId started_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const ChildWorkflowExecutionCanceled&,
                         const ChildWorkflowExecutionCanceled&) = default;
};
struct ChildWorkflowExecutionTimedOut {
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string workflow_type = {};
  EventId initiated_event_id = 0;
  EventId started_event_id = 0;
  RetryState retry_state = RetryState::kUnspecified;
  std::string unknown_fields = {};
  friend bool operator==(const ChildWorkflowExecutionTimedOut&,
                         const ChildWorkflowExecutionTimedOut&) = default;
};
struct ChildWorkflowExecutionTerminated {
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string workflow_type = {};
  EventId initiated_event_id = 0;
  EventId started_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const ChildWorkflowExecutionTerminated&,
                         const ChildWorkflowExecutionTerminated&) = default;
};

struct RequestCancelExternalWorkflowExecutionInitiated {
  EventId workflow_task_completed_event_id = 0;
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string control = {};
  bool child_workflow_only = false;
  std::string reason = {};
  std::string unknown_fields = {};
  friend bool operator==(const RequestCancelExternalWorkflowExecutionInitiated&,
                         const RequestCancelExternalWorkflowExecutionInitiated&) = default;
};
struct RequestCancelExternalWorkflowExecutionFailed {
  CancelExternalWorkflowExecutionFailedCause cause =
      CancelExternalWorkflowExecutionFailedCause::kUnspecified;
  EventId workflow_task_completed_event_id = 0;
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  EventId initiated_event_id = 0;
  std::string control = {};
  std::string unknown_fields = {};
  friend bool operator==(const RequestCancelExternalWorkflowExecutionFailed&,
                         const RequestCancelExternalWorkflowExecutionFailed&) = default;
};
struct ExternalWorkflowExecutionCancelRequested {
  EventId initiated_event_id = 0;
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string unknown_fields = {};
  friend bool operator==(const ExternalWorkflowExecutionCancelRequested&,
                         const ExternalWorkflowExecutionCancelRequested&) = default;
};
struct SignalExternalWorkflowExecutionInitiated {
  EventId workflow_task_completed_event_id = 0;
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string signal_name = {};
  Payloads input = {};
  std::string control = {};
  bool child_workflow_only = false;
  PayloadMap header = {};
  std::string unknown_fields = {};
  friend bool operator==(const SignalExternalWorkflowExecutionInitiated&,
                         const SignalExternalWorkflowExecutionInitiated&) = default;
};
struct SignalExternalWorkflowExecutionFailed {
  SignalExternalWorkflowExecutionFailedCause cause =
      SignalExternalWorkflowExecutionFailedCause::kUnspecified;
  EventId workflow_task_completed_event_id = 0;
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  EventId initiated_event_id = 0;
  std::string control = {};
  std::string unknown_fields = {};
  friend bool operator==(const SignalExternalWorkflowExecutionFailed&,
                         const SignalExternalWorkflowExecutionFailed&) = default;
};
struct ExternalWorkflowExecutionSignaled {
  EventId initiated_event_id = 0;
  std::string namespace_ = {};
  std::string namespace_id = {};
  WorkflowExecution workflow_execution = {};
  std::string control = {};
  std::string unknown_fields = {};
  friend bool operator==(const ExternalWorkflowExecutionSignaled&,
                         const ExternalWorkflowExecutionSignaled&) = default;
};

// Nexus operations are read, kept and written back; no code produces them,
// and a replay that meets one is refused.
struct NexusOperationScheduled {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationScheduled&, const NexusOperationScheduled&) = default;
};
struct NexusOperationStarted {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationStarted&, const NexusOperationStarted&) = default;
};
struct NexusOperationCompleted {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationCompleted&, const NexusOperationCompleted&) = default;
};
struct NexusOperationFailed {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationFailed&, const NexusOperationFailed&) = default;
};
struct NexusOperationCanceled {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationCanceled&, const NexusOperationCanceled&) = default;
};
struct NexusOperationTimedOut {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationTimedOut&, const NexusOperationTimedOut&) = default;
};
struct NexusOperationCancelRequested {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationCancelRequested&,
                         const NexusOperationCancelRequested&) = default;
};
struct NexusOperationCancelRequestCompleted {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationCancelRequestCompleted&,
                         const NexusOperationCancelRequestCompleted&) = default;
};
struct NexusOperationCancelRequestFailed {
  std::string unknown_fields = {};
  friend bool operator==(const NexusOperationCancelRequestFailed&,
                         const NexusOperationCancelRequestFailed&) = default;
};

}  // namespace groundhog::history
