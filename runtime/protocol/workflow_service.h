// What workers and clients say to the server, named and meant as in Temporal's WorkflowService.
//
// Plain values; each request names its response. Errors are gRPC codes with the server's texts:
// absl::Status (see errors.h). A task token is a value of its own instead of opaque bytes, so that
// a report can be named; the server checks it as Temporal's does (SEMANTICS d.4, c.4).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/command.h"
#include "runtime/history/event.h"
#include "runtime/history/message.h"
#include "runtime/protocol/deployments.h"
#include "runtime/protocol/reset_workflow.h"
#include "runtime/protocol/start_workflow.h"
#include "runtime/protocol/update_workflow.h"

namespace groundhog::protocol {

struct WorkflowTaskToken {
  WorkflowExecution execution = {};
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  Timestamp started_time = {};
  std::int32_t attempt = 0;
};

struct ActivityTaskToken {
  WorkflowExecution execution = {};
  EventId scheduled_event_id = 0;
  std::string activity_id = {};
  std::string activity_type = {};
  std::int32_t attempt = 0;
  // Counts the starts of this activity: a token of an earlier start is stale.
  std::int64_t start_version = 0;
};

// ---- Client ----

struct SignalWorkflowExecutionResponse {};
struct SignalWorkflowExecutionRequest {
  using Response = SignalWorkflowExecutionResponse;
  static constexpr std::string_view kName = "SignalWorkflowExecution";
  WorkflowExecution execution = {};
  std::string signal_name = {};
  history::Payloads input = {};
  history::PayloadMap header = {};
  std::string identity = {};
  std::string request_id = {};
};

struct RequestCancelWorkflowExecutionResponse {};
struct RequestCancelWorkflowExecutionRequest {
  using Response = RequestCancelWorkflowExecutionResponse;
  static constexpr std::string_view kName = "RequestCancelWorkflowExecution";
  WorkflowExecution execution = {};
  // If set: the current run, which has to belong to the chain that began with this one.
  std::string first_execution_run_id = {};
  std::string reason = {};
  std::string identity = {};
  std::string request_id = {};
};

struct TerminateWorkflowExecutionResponse {};
struct TerminateWorkflowExecutionRequest {
  using Response = TerminateWorkflowExecutionResponse;
  static constexpr std::string_view kName = "TerminateWorkflowExecution";
  WorkflowExecution execution = {};
  std::string first_execution_run_id = {};  // as above
  std::string reason = {};
  history::Payloads details = {};
  std::string identity = {};
};

// A closed run disappears half a minute later,
// an open one is terminated first (SEMANTICS f.11, recorded README 11).
struct DeleteWorkflowExecutionResponse {};
struct DeleteWorkflowExecutionRequest {
  using Response = DeleteWorkflowExecutionResponse;
  static constexpr std::string_view kName = "DeleteWorkflowExecution";
  WorkflowExecution execution = {};
};

struct QueryWorkflowResponse {
  history::Payloads result = {};
  // The status of the run, if the condition forbids to ask it.
  std::optional<history::WorkflowExecutionStatus> rejected = {};
};
struct QueryWorkflowRequest {
  using Response = QueryWorkflowResponse;
  static constexpr std::string_view kName = "QueryWorkflow";
  WorkflowExecution execution = {};
  std::string query_type = {};
  history::Payloads arguments = {};
  history::PayloadMap header = {};
  history::QueryRejectCondition reject_condition = history::QueryRejectCondition::kNone;
  Duration timeout{0};  // how long the caller waits, as gRPC tells a server; 0: for ever
};

enum class PendingActivityState : std::uint8_t {
  kScheduled,
  kStarted,
  kCancelRequested,
  kPaused,
  kPauseRequested,  // an attempt runs still
};
struct ActivityPauseInfo {
  Timestamp time = {};
  std::string identity = {};
  std::string reason = {};
};
struct PendingActivityInfo {
  std::string activity_id = {};
  std::string activity_type = {};
  PendingActivityState state = PendingActivityState::kScheduled;
  std::int32_t attempt = 1;
  std::int32_t maximum_attempts = 0;
  std::optional<Timestamp> scheduled_time = {};
  std::optional<Timestamp> last_started_time = {};
  std::optional<Timestamp> last_attempt_complete_time = {};
  std::optional<Timestamp> next_attempt_schedule_time = {};
  std::optional<Duration> current_retry_interval = {};
  history::FailurePtr last_failure = {};
  std::string last_worker_identity = {};
  history::Payloads heartbeat_details = {};
  std::optional<Timestamp> last_heartbeat_time = {};
  std::optional<Timestamp> expiration_time = {};  // the end of schedule-to-close
  std::optional<ActivityPauseInfo> paused = {};
  std::string task_queue = {};
  Duration schedule_to_close_timeout{0};
  Duration schedule_to_start_timeout{0};
  Duration start_to_close_timeout{0};
  Duration heartbeat_timeout{0};
  history::RetryPolicy retry_policy = {};
};
struct PendingWorkflowTaskInfo {
  bool started = false;
  std::int32_t attempt = 1;
  Timestamp scheduled_time = {};
};
struct PendingChildExecutionInfo {
  WorkflowExecution execution = {};  // its first run; without a run id until it was started
  std::string workflow_type = {};
  EventId initiated_id = 0;
  history::ParentClosePolicy parent_close_policy = history::ParentClosePolicy::kUnspecified;
};
struct WorkflowExecutionInfo {
  WorkflowExecution execution = {};
  std::string workflow_type = {};
  std::string task_queue = {};
  history::WorkflowExecutionStatus status = history::WorkflowExecutionStatus::kUnspecified;
  Timestamp start_time = {};
  std::optional<Timestamp> close_time = {};
  // When the first task is due: after the start delay or the back-off.
  Timestamp execution_time = {};
  std::int64_t history_length = 0;
  std::int64_t history_size_bytes = 0;
  std::string first_run_id = {};
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
  std::optional<WorkflowExecution> parent_execution = {};
  std::optional<WorkflowExecution> root_execution = {};  // of a child
  // Null: no versioned worker ever had it, and nobody has said where it is to be.
  history::Shared<WorkflowExecutionVersioningInfo> versioning_info = {};
  std::string worker_deployment_name = {};
};
struct DescribeWorkflowExecutionResponse {
  WorkflowExecutionInfo info = {};
  // Static summary and details; null if there are none.
  history::UserMetadataPtr user_metadata = {};
  std::vector<PendingActivityInfo> pending_activities = {};
  std::vector<PendingChildExecutionInfo> pending_children = {};
  std::optional<PendingWorkflowTaskInfo> pending_workflow_task = {};
};
struct DescribeWorkflowExecutionRequest {
  using Response = DescribeWorkflowExecutionResponse;
  static constexpr std::string_view kName = "DescribeWorkflowExecution";
  WorkflowExecution execution = {};
};

struct GetWorkflowExecutionHistoryResponse {
  history::EventHistory history = {};
  std::string run_id = {};  // whose it is
};
struct GetWorkflowExecutionHistoryRequest {
  using Response = GetWorkflowExecutionHistoryResponse;
  static constexpr std::string_view kName = "GetWorkflowExecutionHistory";
  WorkflowExecution execution = {};
  // Wait until the run is closed, and give only its closing event (how clients wait for a result).
  bool wait_for_close_event = false;
  EventId first_event_id = 1;   // the events from this one on: a page token
  bool wait_new_event = false;  // wait until there are any, or the run is closed
};

// ---- Worker ----

struct WorkflowQuery {
  std::uint64_t id = 0;  // which of the task's queries
  std::string query_type = {};
  history::Payloads arguments = {};
  history::PayloadMap header = {};
};
struct WorkflowQueryResult {
  std::uint64_t id = 0;
  std::optional<history::Payloads> answer = {};
  std::string error = {};  // when there is no answer
};

struct PollWorkflowTaskQueueResponse {
  bool has_task = false;  // false: the long poll ended without one
  WorkflowTaskToken token = {};
  std::string workflow_type = {};
  EventId previous_started_event_id = 0;
  EventId started_event_id = 0;
  std::int32_t attempt = 1;
  // Of a sticky task only what follows previous_started_event_id, else the whole history.
  history::EventHistory history = {};
  std::vector<WorkflowQuery> queries = {};
  history::Messages messages = {};  // updates to be handled
  // Answer with RespondQueryTaskCompleted; there is no workflow task to complete.
  bool query_only = false;
};
struct PollWorkflowTaskQueueRequest {
  using Response = PollWorkflowTaskQueueResponse;
  static constexpr std::string_view kName = "PollWorkflowTaskQueue";
  history::TaskQueue task_queue = {};
  std::string identity = {};
  std::string request_id = {};
  VersionPtr deployment_version = {};  // of the worker's code, if it uses worker versioning
};

struct PollActivityTaskQueueResponse {
  bool has_task = false;
  ActivityTaskToken token = {};
  std::string workflow_type = {};
  history::PayloadMap header = {};
  history::Payloads input = {};
  history::Payloads heartbeat_details = {};
  Timestamp scheduled_time = {};  // of the first attempt
  Timestamp current_attempt_scheduled_time = {};
  Timestamp started_time = {};
  Duration schedule_to_close_timeout{0};
  Duration start_to_close_timeout{0};
  Duration heartbeat_timeout{0};
  history::RetryPolicy retry_policy = {};
};
struct PollActivityTaskQueueRequest {
  using Response = PollActivityTaskQueueResponse;
  static constexpr std::string_view kName = "PollActivityTaskQueue";
  std::string task_queue = {};
  std::string identity = {};
  std::string request_id = {};
  double max_tasks_per_second = 0;     // of the task queue, from now on; 0: any number
  VersionPtr deployment_version = {};  // as above
};

struct StickyAttributes {
  std::string worker_task_queue = {};
  Duration schedule_to_start_timeout{0};
};
struct RespondWorkflowTaskCompletedResponse {
  // The next task, if it was asked for and there is one; null otherwise.
  std::shared_ptr<const PollWorkflowTaskQueueResponse> workflow_task = {};
  std::vector<PollActivityTaskQueueResponse> activity_tasks = {};  // eager ones: started already
  // Not 0: the task was dropped, and the history goes on after this
  // WorkflowTaskStarted (SEMANTICS d.2).
  EventId reset_history_event_id = 0;
};
struct RespondWorkflowTaskCompletedRequest {
  using Response = RespondWorkflowTaskCompletedResponse;
  static constexpr std::string_view kName = "RespondWorkflowTaskCompleted";
  WorkflowTaskToken token = {};
  history::Commands commands = {};
  std::string identity = {};
  std::optional<StickyAttributes> sticky_attributes = {};
  bool force_create_new_workflow_task = false;
  // If there is one now, it is started and comes with the answer.
  bool return_new_workflow_task = false;
  std::vector<WorkflowQueryResult> query_results = {};
  history::Messages messages = {};  // the answers to updates
  std::string build_id = {};        // of the worker's code; empty: it does not say
  // The worker can be given events again that a dropped task has shown it.
  bool discard_speculative_workflow_task_with_events = false;
  VersioningBehavior versioning_behavior = VersioningBehavior::kUnspecified;  // of the workflow
  VersionPtr deployment_version = {};  // of the worker's code, if it uses worker versioning
};

struct RespondWorkflowTaskFailedResponse {};
struct RespondWorkflowTaskFailedRequest {
  using Response = RespondWorkflowTaskFailedResponse;
  static constexpr std::string_view kName = "RespondWorkflowTaskFailed";
  WorkflowTaskToken token = {};
  history::WorkflowTaskFailedCause cause = history::WorkflowTaskFailedCause::kUnspecified;
  history::FailurePtr failure = {};
  std::string identity = {};
};

struct RespondQueryTaskCompletedResponse {};
struct RespondQueryTaskCompletedRequest {
  using Response = RespondQueryTaskCompletedResponse;
  static constexpr std::string_view kName = "RespondQueryTaskCompleted";
  WorkflowExecution execution = {};
  WorkflowQueryResult result = {};
};

struct RespondActivityTaskCompletedResponse {};
struct RespondActivityTaskCompletedRequest {
  using Response = RespondActivityTaskCompletedResponse;
  static constexpr std::string_view kName = "RespondActivityTaskCompleted";
  ActivityTaskToken token = {};
  history::Payloads result = {};
  std::string identity = {};
};
struct RespondActivityTaskFailedResponse {};
struct RespondActivityTaskFailedRequest {
  using Response = RespondActivityTaskFailedResponse;
  static constexpr std::string_view kName = "RespondActivityTaskFailed";
  ActivityTaskToken token = {};
  history::FailurePtr failure = {};
  std::optional<history::Payloads> last_heartbeat_details = {};
  std::string identity = {};
};
struct RespondActivityTaskCanceledResponse {};
struct RespondActivityTaskCanceledRequest {
  using Response = RespondActivityTaskCanceledResponse;
  static constexpr std::string_view kName = "RespondActivityTaskCanceled";
  ActivityTaskToken token = {};
  history::Payloads details = {};
  std::string identity = {};
};
struct RecordActivityTaskHeartbeatResponse {
  bool cancel_requested = false;
  bool activity_paused = false;
  bool activity_reset = false;
};
struct RecordActivityTaskHeartbeatRequest {
  using Response = RecordActivityTaskHeartbeatResponse;
  static constexpr std::string_view kName = "RecordActivityTaskHeartbeat";
  ActivityTaskToken token = {};
  history::Payloads details = {};
  std::string identity = {};
};

// A worker says goodbye: its sticky queue is given up (SEMANTICS h).
struct ShutdownWorkerResponse {};
struct ShutdownWorkerRequest {
  using Response = ShutdownWorkerResponse;
  static constexpr std::string_view kName = "ShutdownWorker";
  std::string sticky_task_queue = {};
  std::string identity = {};
};

}  // namespace groundhog::protocol
