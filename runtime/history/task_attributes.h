// Attributes of the events of workflow tasks, activities,
// timers and markers (SEMANTICS a.2). See run_attributes.h.
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
  bool target_worker_deployment_version_changed = false;  // a pinned run could go on elsewhere
  std::int64_t history_size_bytes = 0;
  std::string unknown_fields = {};
  friend bool operator==(const WorkflowTaskStarted&, const WorkflowTaskStarted&) = default;
};
struct WorkflowTaskCompleted {
  EventId scheduled_event_id = 0;
  EventId started_event_id = 0;
  std::string identity = {};
  Shared<CompletedVersioning> versioning = {};  // null: by an unversioned worker
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
  std::int64_t fork_event_version = 0;
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
struct ActivityPropertiesModifiedExternally {
  EventId scheduled_event_id = 0;
  std::optional<RetryPolicy> new_retry_policy = {};
  std::string unknown_fields = {};
  friend bool operator==(const ActivityPropertiesModifiedExternally&,
                         const ActivityPropertiesModifiedExternally&) = default;
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

// Details by name; a local activity that failed has its failure (SEMANTICS f.8).
struct MarkerRecorded {
  std::string marker_name = {};
  PayloadsMap details = {};
  EventId workflow_task_completed_event_id = 0;
  PayloadMap header = {};
  FailurePtr failure = {};
  std::string unknown_fields = {};
  friend bool operator==(const MarkerRecorded&, const MarkerRecorded&) = default;
};

}  // namespace groundhog::history
