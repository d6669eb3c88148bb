// HistoryEvent: one fact in the life of a Workflow Execution, named and shaped as Temporal's (SEMANTICS a.2).
//
// An event is a small value: id, times, and a shared pointer to its immutable attributes. Copying one copies a pointer, so a
// history can stand in the store, in a response and in a worker's cache at once. The set of attributes is closed; visit it with
//
//     Visit(event, Overloaded{[](const TimerFired& fired) {…}, [](const auto&) …});     // prefer one overload a type
//
// Fields that Temporal has and this project gives no member are kept as JSON text in `unknown_fields` (of the event: its
// envelope's; of an attributes struct: its own), so that a history read from JSON is written back whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/history/enums.h"
#include "runtime/history/failure.h"
#include "runtime/history/payload.h"
#include "runtime/history/retry_policy.h"
#include "runtime/history/shared.h"
#include "runtime/history/time.h"

namespace groundhog::history {

using EventId = std::int64_t;  // 1..n inside a run; 0 stands for "none"

struct TaskQueue {
  std::string name = {};
  TaskQueueKind kind = TaskQueueKind::kNormal;
  std::string normal_name = {};  // of a sticky queue: the queue it stands in for
  friend bool operator==(const TaskQueue&, const TaskQueue&) = default;
};

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
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowExecutionSignaled&,
                         const WorkflowExecutionSignaled&) = default;
};

struct WorkflowTaskScheduled {
  TaskQueue task_queue = {};
  Duration start_to_close_timeout{0};
  std::int32_t attempt = 1;
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowTaskScheduled&, const WorkflowTaskScheduled&) = default;
};
struct WorkflowTaskStarted {
  EventId scheduled_event_id = 0;
  std::string identity = {};
  std::string request_id = {};
  bool suggest_continue_as_new = false;
  std::int64_t history_size_bytes = 0;
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowTaskStarted&, const WorkflowTaskStarted&) = default;
};
struct WorkflowTaskCompleted {
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  std::string identity = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowTaskCompleted&, const WorkflowTaskCompleted&) = default;
};
struct WorkflowTaskTimedOut {
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  TimeoutType timeout_type = TimeoutType::kUnspecified;
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowTaskTimedOut&, const WorkflowTaskTimedOut&) = default;
};
struct WorkflowTaskFailed {
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  WorkflowTaskFailedCause cause = WorkflowTaskFailedCause::kUnspecified;
  FailurePtr failure = {};
  std::string identity = {};
  std::string base_run_id = {};
  std::string new_run_id = {};
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowTaskFailed&, const WorkflowTaskFailed&) = default;
};

struct ActivityTaskScheduled {
  std::string activity_id = {};
  std::string activity_type = {};
  TaskQueue task_queue = {};
  PayloadMap header = {};
  Payloads input = {};
  Duration schedule_to_close_timeout{0};
  Duration schedule_to_start_timeout{0};
  Duration start_to_close_timeout{0};
  Duration heartbeat_timeout{0};
  EventId workflow_task_completed_event_id = 0;
  RetryPolicy retry_policy = {};
  std::string unknown_fields = {};
  friend bool operator==(const ActivityTaskScheduled&, const ActivityTaskScheduled&) = default;
};
struct ActivityTaskStarted {
  EventId scheduled_event_id = 0;
  std::string identity = {};
  std::string request_id = {};
  std::int32_t attempt = 1;
  FailurePtr last_failure = {};
  std::string unknown_fields = {};
  friend bool operator==(const ActivityTaskStarted&, const ActivityTaskStarted&) = default;
};
struct ActivityTaskCompleted {
  Payloads result = {};
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  std::string identity = {};
  std::string unknown_fields = {};
  friend bool operator==(const ActivityTaskCompleted&, const ActivityTaskCompleted&) = default;
};
struct ActivityTaskFailed {
  FailurePtr failure = {};
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  std::string identity = {};
  RetryState retry_state = RetryState::kUnspecified;
  std::string unknown_fields = {};
  friend bool operator==(const ActivityTaskFailed&, const ActivityTaskFailed&) = default;
};
struct ActivityTaskTimedOut {
  FailurePtr failure = {};
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  RetryState retry_state = RetryState::kUnspecified;
  std::string unknown_fields = {};
  friend bool operator==(const ActivityTaskTimedOut&, const ActivityTaskTimedOut&) = default;
};
struct ActivityTaskCancelRequested {
  EventId scheduled_event_id = 0;
  EventId workflow_task_completed_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const ActivityTaskCancelRequested&,
                         const ActivityTaskCancelRequested&) = default;
};
struct ActivityTaskCanceled {
  Payloads details = {};
  EventId latest_cancel_requested_event_id = 0;
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  std::string identity = {};
  std::string unknown_fields = {};
  friend bool operator==(const ActivityTaskCanceled&, const ActivityTaskCanceled&) = default;
};

struct TimerStarted {
  std::string timer_id = {};
  Duration start_to_fire_timeout{0};
  EventId workflow_task_completed_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const TimerStarted&, const TimerStarted&) = default;
};
struct TimerFired {
  std::string timer_id = {};
  EventId started_event_id = 0;
  std::string unknown_fields = {};
  friend bool operator==(const TimerFired&, const TimerFired&) = default;
};
struct TimerCanceled {
  std::string timer_id = {};
  EventId started_event_id = 0;
  EventId workflow_task_completed_event_id = 0;
  std::string identity = {};
  std::string unknown_fields = {};
  friend bool operator==(const TimerCanceled&, const TimerCanceled&) = default;
};

// The one list of event types: C++ name, number, protobuf name without EVENT_TYPE_, JSON key of the attributes.
#define GROUNDHOG_EVENT_TYPES(X)                                                                 \
  X(WorkflowExecutionStarted, 1, "WORKFLOW_EXECUTION_STARTED", "workflowExecutionStarted")       \
  X(WorkflowExecutionCompleted, 2, "WORKFLOW_EXECUTION_COMPLETED", "workflowExecutionCompleted") \
  X(WorkflowExecutionFailed, 3, "WORKFLOW_EXECUTION_FAILED", "workflowExecutionFailed")          \
  X(WorkflowExecutionTimedOut, 4, "WORKFLOW_EXECUTION_TIMED_OUT", "workflowExecutionTimedOut")   \
  X(WorkflowTaskScheduled, 5, "WORKFLOW_TASK_SCHEDULED", "workflowTaskScheduled")                \
  X(WorkflowTaskStarted, 6, "WORKFLOW_TASK_STARTED", "workflowTaskStarted")                      \
  X(WorkflowTaskCompleted, 7, "WORKFLOW_TASK_COMPLETED", "workflowTaskCompleted")                \
  X(WorkflowTaskTimedOut, 8, "WORKFLOW_TASK_TIMED_OUT", "workflowTaskTimedOut")                  \
  X(WorkflowTaskFailed, 9, "WORKFLOW_TASK_FAILED", "workflowTaskFailed")                         \
  X(ActivityTaskScheduled, 10, "ACTIVITY_TASK_SCHEDULED", "activityTaskScheduled")               \
  X(ActivityTaskStarted, 11, "ACTIVITY_TASK_STARTED", "activityTaskStarted")                     \
  X(ActivityTaskCompleted, 12, "ACTIVITY_TASK_COMPLETED", "activityTaskCompleted")               \
  X(ActivityTaskFailed, 13, "ACTIVITY_TASK_FAILED", "activityTaskFailed")                        \
  X(ActivityTaskTimedOut, 14, "ACTIVITY_TASK_TIMED_OUT", "activityTaskTimedOut")                 \
  X(ActivityTaskCancelRequested, 15, "ACTIVITY_TASK_CANCEL_REQUESTED",                           \
    "activityTaskCancelRequested")                                                               \
  X(ActivityTaskCanceled, 16, "ACTIVITY_TASK_CANCELED", "activityTaskCanceled")                  \
  X(TimerStarted, 17, "TIMER_STARTED", "timerStarted")                                           \
  X(TimerFired, 18, "TIMER_FIRED", "timerFired")                                                 \
  X(TimerCanceled, 19, "TIMER_CANCELED", "timerCanceled")                                        \
  X(WorkflowExecutionCancelRequested, 20, "WORKFLOW_EXECUTION_CANCEL_REQUESTED",                 \
    "workflowExecutionCancelRequested")                                                          \
  X(WorkflowExecutionCanceled, 21, "WORKFLOW_EXECUTION_CANCELED", "workflowExecutionCanceled")   \
  X(WorkflowExecutionSignaled, 26, "WORKFLOW_EXECUTION_SIGNALED", "workflowExecutionSignaled")   \
  X(WorkflowExecutionTerminated, 27, "WORKFLOW_EXECUTION_TERMINATED", "workflowExecutionTerminated")

enum class EventType : std::uint8_t {
#define X(Name, number, proto, json) k##Name = number,
  GROUNDHOG_EVENT_TYPES(X)
#undef X
};

// The variant's alternatives stand in the order of the list above; the first one is what a default event holds.
using EventAttributes = std::variant<
    Shared<WorkflowExecutionStarted>, Shared<WorkflowExecutionCompleted>,
    Shared<WorkflowExecutionFailed>, Shared<WorkflowExecutionTimedOut>,
    Shared<WorkflowTaskScheduled>, Shared<WorkflowTaskStarted>, Shared<WorkflowTaskCompleted>,
    Shared<WorkflowTaskTimedOut>, Shared<WorkflowTaskFailed>, Shared<ActivityTaskScheduled>,
    Shared<ActivityTaskStarted>, Shared<ActivityTaskCompleted>, Shared<ActivityTaskFailed>,
    Shared<ActivityTaskTimedOut>, Shared<ActivityTaskCancelRequested>, Shared<ActivityTaskCanceled>,
    Shared<TimerStarted>, Shared<TimerFired>, Shared<TimerCanceled>,
    Shared<WorkflowExecutionCancelRequested>, Shared<WorkflowExecutionCanceled>,
    Shared<WorkflowExecutionSignaled>, Shared<WorkflowExecutionTerminated>>;

struct HistoryEvent {
  EventId event_id = 0;
  Timestamp event_time = {};
  std::int64_t version = 0;
  std::int64_t task_id = 0;
  EventAttributes attributes = {};
  Shared<std::string> unknown_fields = {};

  friend bool operator==(const HistoryEvent&, const HistoryEvent&) = default;
};

using EventHistory = std::vector<HistoryEvent>;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

template <class F>
decltype(auto) Visit(const HistoryEvent& event, F&& f) {
  return std::visit([&f](const auto& attributes) -> decltype(auto) { return f(*attributes); },
                    event.attributes);
}

// The attributes if the event is of type T, else null.
template <class T>
const T* As(const HistoryEvent& event) {
  const auto* attributes = std::get_if<Shared<T>>(&event.attributes);
  return attributes == nullptr ? nullptr : attributes->get();
}

template <class T>
HistoryEvent MakeEvent(EventId id, Timestamp time, T attributes) {
  return HistoryEvent{
      .event_id = id, .event_time = time, .attributes = MakeShared<T>(std::move(attributes))};
}

EventType TypeOf(const HistoryEvent& event);
// "ActivityTaskScheduled": the name people use, and the older JSON spelling.
std::string_view NameOf(EventType type);
// "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"
std::string_view ProtoNameOf(EventType type);
// Whether the event ends the run (SEMANTICS a.4).
bool IsClosing(EventType type);
// Whether the event is what a command of the workflow became (SEMANTICS e.3).
bool IsCommandEvent(EventType type);

}  // namespace groundhog::history
