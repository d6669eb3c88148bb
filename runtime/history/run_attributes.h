// Attributes of the events that tell a run's own life: start, end,
// requests from outside, its properties, updates.
//
// Each struct has Temporal's fields of that name (SEMANTICS a.2). Fields that it has no member for
// are kept as JSON text in `unknown_fields`.
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
#include "runtime/history/versioning.h"

namespace groundhog::history {

struct WorkflowExecutionStarted {
  std::string workflow_type = {};
  TaskQueue task_queue = {};
  Payloads input = {};
  Duration workflow_execution_timeout{0};
  Duration workflow_run_timeout{0};
  Duration workflow_task_timeout{0};
  std::string workflow_id = {};
  std::string original_execution_run_id = {};
  std::string first_execution_run_id = {};
  std::string continued_execution_run_id = {};
  ContinueAsNewInitiator initiator = ContinueAsNewInitiator::kUnspecified;
  FailurePtr continued_failure = {};
  Payloads last_completion_result = {};
  std::string identity = {};
  std::optional<RetryPolicy> retry_policy = {};
  std::int32_t attempt = 1;
  std::optional<Timestamp> workflow_execution_expiration_time = {};
  std::string cron_schedule = {};
  Duration first_workflow_task_backoff{0};
  PayloadMap header = {};
  PayloadMap memo = {};
  PayloadMap search_attributes = {};
  std::string parent_workflow_namespace = {};
  std::string parent_workflow_namespace_id = {};
  WorkflowExecution parent_workflow_execution = {};
  EventId parent_initiated_event_id = 0;
  WorkflowExecution root_workflow_execution = {};  // of a child: where its tree of parents begins
  bool eager_execution_accepted = false;
  Shared<StartedVersioning> versioning = {};  // null: nothing is said of it
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionStarted&,
                         const WorkflowExecutionStarted&) = default;
};
struct WorkflowExecutionCompleted {
  Payloads result = {};
  EventId workflow_task_completed_event_id = 0;
  std::string new_execution_run_id = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionCompleted&,
                         const WorkflowExecutionCompleted&) = default;
};
struct WorkflowExecutionFailed {
  FailurePtr failure = {};
  RetryState retry_state = RetryState::kUnspecified;
  EventId workflow_task_completed_event_id = 0;
  std::string new_execution_run_id = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionFailed&, const WorkflowExecutionFailed&) = default;
};
struct WorkflowExecutionTimedOut {
  RetryState retry_state = RetryState::kUnspecified;
  std::string new_execution_run_id = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionTimedOut&,
                         const WorkflowExecutionTimedOut&) = default;
};
struct WorkflowExecutionTerminated {
  std::string reason = {};
  Payloads details = {};
  std::string identity = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionTerminated&,
                         const WorkflowExecutionTerminated&) = default;
};
struct WorkflowExecutionCancelRequested {
  std::string cause = {};
  EventId external_initiated_event_id = 0;
  std::string identity = {};
  WorkflowExecution external_workflow_execution = {};  // the workflow that asked, if one did
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionCancelRequested&,
                         const WorkflowExecutionCancelRequested&) = default;
};
struct WorkflowExecutionCanceled {
  Payloads details = {};
  EventId workflow_task_completed_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionCanceled&,
                         const WorkflowExecutionCanceled&) = default;
};
struct WorkflowExecutionSignaled {
  std::string signal_name = {};
  Payloads input = {};
  std::string identity = {};
  PayloadMap header = {};
  std::string request_id = {};
  WorkflowExecution external_workflow_execution = {};  // the workflow that asked, if one did
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionSignaled&,
                         const WorkflowExecutionSignaled&) = default;
};
struct WorkflowExecutionContinuedAsNew {
  std::string new_execution_run_id = {};
  std::string workflow_type = {};
  TaskQueue task_queue = {};
  Payloads input = {};
  Duration workflow_run_timeout{0};
  Duration workflow_task_timeout{0};
  EventId workflow_task_completed_event_id = 0;
  Duration backoff_start_interval{0};
  ContinueAsNewInitiator initiator = ContinueAsNewInitiator::kUnspecified;
  ContinueAsNewVersioningBehavior initial_versioning_behavior =
      ContinueAsNewVersioningBehavior::kUnspecified;
  FailurePtr failure = {};
  Payloads last_completion_result = {};
  PayloadMap header = {};
  PayloadMap memo = {};
  PayloadMap search_attributes = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionContinuedAsNew&,
                         const WorkflowExecutionContinuedAsNew&) = default;
};
struct UpsertWorkflowSearchAttributes {
  EventId workflow_task_completed_event_id = 0;
  PayloadMap search_attributes = {};
  std::string unknown_fields = {};
  friend bool operator==(const UpsertWorkflowSearchAttributes&,
                         const UpsertWorkflowSearchAttributes&) = default;
};
struct WorkflowPropertiesModified {
  EventId workflow_task_completed_event_id = 0;
  PayloadMap upserted_memo = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowPropertiesModified&,
                         const WorkflowPropertiesModified&) = default;
};
struct WorkflowPropertiesModifiedExternally {
  std::string new_task_queue = {};
  std::optional<Duration> new_workflow_task_timeout = {};
  std::optional<Duration> new_workflow_run_timeout = {};
  std::optional<Duration> new_workflow_execution_timeout = {};
  PayloadMap upserted_memo = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowPropertiesModifiedExternally&,
                         const WorkflowPropertiesModifiedExternally&) = default;
};
struct WorkflowExecutionUpdateAccepted {
  std::string protocol_instance_id = {};
  std::string accepted_request_message_id = {};
  EventId accepted_request_sequencing_event_id = 0;
  std::optional<UpdateRequest> accepted_request = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionUpdateAccepted&,
                         const WorkflowExecutionUpdateAccepted&) = default;
};
struct WorkflowExecutionUpdateRejected {
  std::string protocol_instance_id = {};
  std::string rejected_request_message_id = {};
  EventId rejected_request_sequencing_event_id = 0;
  std::optional<UpdateRequest> rejected_request = {};
  FailurePtr failure = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionUpdateRejected&,
                         const WorkflowExecutionUpdateRejected&) = default;
};
struct WorkflowExecutionUpdateCompleted {
  UpdateMeta meta = {};
  EventId accepted_event_id = 0;
  UpdateOutcome outcome = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionUpdateCompleted&,
                         const WorkflowExecutionUpdateCompleted&) = default;
};
struct WorkflowExecutionUpdateAdmitted {
  UpdateRequest request = {};
  UpdateAdmittedEventOrigin origin = UpdateAdmittedEventOrigin::kUnspecified;
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionUpdateAdmitted&,
                         const WorkflowExecutionUpdateAdmitted&) = default;
};
struct WorkflowExecutionOptionsUpdated {
  std::optional<VersioningOverride> versioning_override = {};
  bool unset_versioning_override = false;
  std::string attached_request_id = {};
  std::string identity = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionOptionsUpdated&,
                         const WorkflowExecutionOptionsUpdated&) = default;
};

// These are read, kept and written back; no code produces them or asks what they say.
struct WorkflowExecutionPaused {
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionPaused&, const WorkflowExecutionPaused&) = default;
};
struct WorkflowExecutionUnpaused {
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionUnpaused&,
                         const WorkflowExecutionUnpaused&) = default;
};
struct WorkflowExecutionTimeSkippingTransitioned {
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionTimeSkippingTransitioned&,
                         const WorkflowExecutionTimeSkippingTransitioned&) = default;
};

}  // namespace groundhog::history
