// Temporal's enumerations as histories use them: numbers and names of the protobuf definitions
// (SEMANTICS a.3).
//
// `NameOf(value)` gives the name without the enum's prefix ("MAXIMUM_ATTEMPTS_REACHED");
// `kPrefix<E>` is that prefix as JSON spells it ("RETRY_STATE_"). Index 0 is UNSPECIFIED
// everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace groundhog::history {

enum class RetryState : std::uint8_t {
  kUnspecified,
  kInProgress,
  kNonRetryableFailure,
  kTimeout,
  kMaximumAttemptsReached,
  kRetryPolicyNotSet,
  kInternalServerError,
  kCancelRequested,
};

enum class TimeoutType : std::uint8_t {
  kUnspecified,
  kStartToClose,
  kScheduleToStart,
  kScheduleToClose,
  kHeartbeat,
};

enum class TaskQueueKind : std::uint8_t { kUnspecified, kNormal, kSticky };

enum class ContinueAsNewInitiator : std::uint8_t { kUnspecified, kWorkflow, kRetry, kCronSchedule };

enum class ApplicationErrorCategory : std::uint8_t { kUnspecified, kBenign };

enum class WorkflowExecutionStatus : std::uint8_t {
  kUnspecified,
  kRunning,
  kCompleted,
  kFailed,
  kCanceled,
  kTerminated,
  kContinuedAsNew,
  kTimedOut,
};

enum class WorkflowTaskFailedCause : std::uint8_t {
  kUnspecified,
  kUnhandledCommand,
  kBadScheduleActivityAttributes,
  kBadRequestCancelActivityAttributes,
  kBadStartTimerAttributes,
  kBadCancelTimerAttributes,
  kBadRecordMarkerAttributes,
  kBadCompleteWorkflowExecutionAttributes,
  kBadFailWorkflowExecutionAttributes,
  kBadCancelWorkflowExecutionAttributes,
  kBadRequestCancelExternalWorkflowExecutionAttributes,
  kBadContinueAsNewAttributes,
  kStartTimerDuplicateId,
  kResetStickyTaskQueue,
  kWorkflowWorkerUnhandledFailure,
  kBadSignalWorkflowExecutionAttributes,
  kBadStartChildExecutionAttributes,
  kForceCloseCommand,
  kFailoverCloseCommand,
  kBadSignalInputSize,
  kResetWorkflow,
  kBadBinary,
  kScheduleActivityDuplicateId,
  kBadSearchAttributes,
  kNonDeterministicError,
  kBadModifyWorkflowPropertiesAttributes,
  kPendingChildWorkflowsLimitExceeded,
  kPendingActivitiesLimitExceeded,
  kPendingSignalsLimitExceeded,
  kPendingRequestCancelLimitExceeded,
  kBadUpdateWorkflowExecutionMessage,
  kUnhandledUpdate,
  kBadScheduleNexusOperationAttributes,
  kPendingNexusOperationsLimitExceeded,
  kBadRequestCancelNexusOperationAttributes,
  kFeatureDisabled,
  kGrpcMessageTooLarge,
  kPayloadsTooLarge,
  kExternalStorageFailure,
};

// What a call of StartWorkflowExecution does when the workflow id is taken (SEMANTICS f.10).
enum class WorkflowIdReusePolicy : std::uint8_t {
  kUnspecified,
  kAllowDuplicate,
  kAllowDuplicateFailedOnly,
  kRejectDuplicate,
  kTerminateIfRunning,
};
enum class WorkflowIdConflictPolicy : std::uint8_t {
  kUnspecified,
  kFail,
  kUseExisting,
  kTerminateExisting,
};

// What becomes of a child when its parent closes (SEMANTICS f.6).
enum class ParentClosePolicy : std::uint8_t { kUnspecified, kTerminate, kAbandon, kRequestCancel };

enum class StartChildWorkflowExecutionFailedCause : std::uint8_t {
  kUnspecified,
  kWorkflowAlreadyExists,
  kNamespaceNotFound,
  kInvalidVersioningOverride,
};
enum class SignalExternalWorkflowExecutionFailedCause : std::uint8_t {
  kUnspecified,
  kExternalWorkflowExecutionNotFound,
  kNamespaceNotFound,
  kSignalCountLimitExceeded,
};
enum class CancelExternalWorkflowExecutionFailedCause : std::uint8_t {
  kUnspecified,
  kExternalWorkflowExecutionNotFound,
  kNamespaceNotFound,
};

// Which runs a query is not to be asked of (SEMANTICS f.2).
enum class QueryRejectCondition : std::uint8_t {
  kUnspecified,
  kNone,
  kNotOpen,
  kNotCompletedCleanly
};

enum class UpdateAdmittedEventOrigin : std::uint8_t { kUnspecified, kReapply };

template <class E>
struct EnumNames;  // { static constexpr std::string_view prefix; static constexpr std::array names;
                   // }

template <>
struct EnumNames<RetryState> {
  static constexpr std::string_view prefix = "RETRY_STATE_";
  static constexpr auto names = std::to_array<std::string_view>(
      {"UNSPECIFIED", "IN_PROGRESS", "NON_RETRYABLE_FAILURE", "TIMEOUT", "MAXIMUM_ATTEMPTS_REACHED",
       "RETRY_POLICY_NOT_SET", "INTERNAL_SERVER_ERROR", "CANCEL_REQUESTED"});
};
template <>
struct EnumNames<TimeoutType> {
  static constexpr std::string_view prefix = "TIMEOUT_TYPE_";
  static constexpr auto names = std::to_array<std::string_view>(
      {"UNSPECIFIED", "START_TO_CLOSE", "SCHEDULE_TO_START", "SCHEDULE_TO_CLOSE", "HEARTBEAT"});
};
template <>
struct EnumNames<TaskQueueKind> {
  static constexpr std::string_view prefix = "TASK_QUEUE_KIND_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "NORMAL", "STICKY"});
};
template <>
struct EnumNames<ContinueAsNewInitiator> {
  static constexpr std::string_view prefix = "CONTINUE_AS_NEW_INITIATOR_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "WORKFLOW", "RETRY", "CRON_SCHEDULE"});
};
template <>
struct EnumNames<ApplicationErrorCategory> {
  static constexpr std::string_view prefix = "APPLICATION_ERROR_CATEGORY_";
  static constexpr auto names = std::to_array<std::string_view>({"UNSPECIFIED", "BENIGN"});
};
template <>
struct EnumNames<WorkflowExecutionStatus> {
  static constexpr std::string_view prefix = "WORKFLOW_EXECUTION_STATUS_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "RUNNING", "COMPLETED", "FAILED", "CANCELED",
                                       "TERMINATED", "CONTINUED_AS_NEW", "TIMED_OUT"});
};
template <>
struct EnumNames<WorkflowTaskFailedCause> {
  static constexpr std::string_view prefix = "WORKFLOW_TASK_FAILED_CAUSE_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED",
                                       "UNHANDLED_COMMAND",
                                       "BAD_SCHEDULE_ACTIVITY_ATTRIBUTES",
                                       "BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES",
                                       "BAD_START_TIMER_ATTRIBUTES",
                                       "BAD_CANCEL_TIMER_ATTRIBUTES",
                                       "BAD_RECORD_MARKER_ATTRIBUTES",
                                       "BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES",
                                       "BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES",
                                       "BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES",
                                       "BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES",
                                       "BAD_CONTINUE_AS_NEW_ATTRIBUTES",
                                       "START_TIMER_DUPLICATE_ID",
                                       "RESET_STICKY_TASK_QUEUE",
                                       "WORKFLOW_WORKER_UNHANDLED_FAILURE",
                                       "BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES",
                                       "BAD_START_CHILD_EXECUTION_ATTRIBUTES",
                                       "FORCE_CLOSE_COMMAND",
                                       "FAILOVER_CLOSE_COMMAND",
                                       "BAD_SIGNAL_INPUT_SIZE",
                                       "RESET_WORKFLOW",
                                       "BAD_BINARY",
                                       "SCHEDULE_ACTIVITY_DUPLICATE_ID",
                                       "BAD_SEARCH_ATTRIBUTES",
                                       "NON_DETERMINISTIC_ERROR",
                                       "BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES",
                                       "PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED",
                                       "PENDING_ACTIVITIES_LIMIT_EXCEEDED",
                                       "PENDING_SIGNALS_LIMIT_EXCEEDED",
                                       "PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED",
                                       "BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE",
                                       "UNHANDLED_UPDATE",
                                       "BAD_SCHEDULE_NEXUS_OPERATION_ATTRIBUTES",
                                       "PENDING_NEXUS_OPERATIONS_LIMIT_EXCEEDED",
                                       "BAD_REQUEST_CANCEL_NEXUS_OPERATION_ATTRIBUTES",
                                       "FEATURE_DISABLED",
                                       "GRPC_MESSAGE_TOO_LARGE",
                                       "PAYLOADS_TOO_LARGE",
                                       "EXTERNAL_STORAGE_FAILURE"});
};
template <>
struct EnumNames<WorkflowIdReusePolicy> {
  static constexpr std::string_view prefix = "WORKFLOW_ID_REUSE_POLICY_";
  static constexpr auto names = std::to_array<std::string_view>(
      {"UNSPECIFIED", "ALLOW_DUPLICATE", "ALLOW_DUPLICATE_FAILED_ONLY", "REJECT_DUPLICATE",
       "TERMINATE_IF_RUNNING"});
};
template <>
struct EnumNames<WorkflowIdConflictPolicy> {
  static constexpr std::string_view prefix = "WORKFLOW_ID_CONFLICT_POLICY_";
  static constexpr auto names = std::to_array<std::string_view>(
      {"UNSPECIFIED", "FAIL", "USE_EXISTING", "TERMINATE_EXISTING"});
};

template <>
struct EnumNames<ParentClosePolicy> {
  static constexpr std::string_view prefix = "PARENT_CLOSE_POLICY_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "TERMINATE", "ABANDON", "REQUEST_CANCEL"});
};
template <>
struct EnumNames<StartChildWorkflowExecutionFailedCause> {
  static constexpr std::string_view prefix = "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "WORKFLOW_ALREADY_EXISTS",
                                       "NAMESPACE_NOT_FOUND", "INVALID_VERSIONING_OVERRIDE"});
};
template <>
struct EnumNames<SignalExternalWorkflowExecutionFailedCause> {
  static constexpr std::string_view prefix = "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_";
  static constexpr auto names =
      std::to_array<std::string_view>({"UNSPECIFIED", "EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND",
                                       "NAMESPACE_NOT_FOUND", "SIGNAL_COUNT_LIMIT_EXCEEDED"});
};
template <>
struct EnumNames<CancelExternalWorkflowExecutionFailedCause> {
  static constexpr std::string_view prefix = "CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_";
  static constexpr auto names = std::to_array<std::string_view>(
      {"UNSPECIFIED", "EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND", "NAMESPACE_NOT_FOUND"});
};
template <>
struct EnumNames<UpdateAdmittedEventOrigin> {
  static constexpr std::string_view prefix = "UPDATE_ADMITTED_EVENT_ORIGIN_";
  static constexpr auto names = std::to_array<std::string_view>({"UNSPECIFIED", "REAPPLY"});
};

template <class E>
requires std::is_enum_v<E>
constexpr std::string_view NameOf(E value) {
  return EnumNames<E>::names[static_cast<std::size_t>(value)];
}

}  // namespace groundhog::history
