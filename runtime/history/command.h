// Command: what workflow code asks of the server at the end of a
// Workflow Task (SEMANTICS e.1). Each becomes an event.
//
// Values of one Workflow Task's answer: moved, never shared. Timeouts and policies are what the
// author wrote; the server normalises them (SEMANTICS c.1).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "runtime/history/event.h"

namespace groundhog::history {

// What an author wrote beside the command, for people;
// null if nothing (it becomes the event's `user_metadata`).
using UserMetadataPtr = Shared<UserMetadata>;

struct ScheduleActivityTask {
  std::string activity_id = {};
  std::string activity_type = {};
  std::string task_queue = {};  // empty: the workflow's
  PayloadMap header = {};
  Payloads input = {};
  Duration schedule_to_close_timeout{0};
  Duration schedule_to_start_timeout{0};
  Duration start_to_close_timeout{0};
  Duration heartbeat_timeout{0};
  std::optional<RetryPolicy> retry_policy = {};
  bool request_eager_execution = false;  // the worker has room to run it at once
  UserMetadataPtr user_metadata = {};
};
struct RequestCancelActivityTask {
  EventId scheduled_event_id = 0;
};
struct StartTimer {
  std::string timer_id = {};
  Duration start_to_fire_timeout{0};
  UserMetadataPtr user_metadata = {};
};
struct CancelTimer {
  std::string timer_id = {};
};
struct CompleteWorkflowExecution {
  Payloads result = {};
};
struct FailWorkflowExecution {
  FailurePtr failure = {};
};
struct CancelWorkflowExecution {
  Payloads details = {};
};
struct RequestCancelExternalWorkflowExecution {
  WorkflowExecution execution = {};
  bool child_workflow_only = false;
  std::string reason = {};
};
struct RecordMarker {
  std::string marker_name = {};
  PayloadsMap details = {};
  PayloadMap header = {};
  FailurePtr failure = {};
  UserMetadataPtr user_metadata = {};
};
// What is not set is taken over from the present run by the code that issues the command, not by
// the server (SEMANTICS f.7).
struct ContinueAsNewWorkflowExecution {
  std::string workflow_type = {};
  std::string task_queue = {};
  Payloads input = {};
  Duration workflow_run_timeout{0};
  Duration workflow_task_timeout{0};
  Duration backoff_start_interval{0};
  std::optional<RetryPolicy> retry_policy = {};
  ContinueAsNewInitiator initiator = ContinueAsNewInitiator::kWorkflow;
  ContinueAsNewVersioningBehavior initial_versioning_behavior =
      ContinueAsNewVersioningBehavior::kUnspecified;
  FailurePtr failure = {};
  Payloads last_completion_result = {};
  std::string cron_schedule = {};
  PayloadMap header = {};
  PayloadMap memo = {};
  PayloadMap search_attributes = {};
};
struct StartChildWorkflowExecution {
  std::string workflow_id = {};
  std::string workflow_type = {};
  std::string task_queue = {};  // empty: the parent's
  Payloads input = {};
  Duration workflow_execution_timeout{0};
  Duration workflow_run_timeout{0};
  Duration workflow_task_timeout{0};
  ParentClosePolicy parent_close_policy = ParentClosePolicy::kTerminate;
  WorkflowIdReusePolicy workflow_id_reuse_policy = WorkflowIdReusePolicy::kAllowDuplicate;
  std::optional<RetryPolicy> retry_policy = {};
  std::string cron_schedule = {};
  PayloadMap header = {};
  PayloadMap memo = {};
  PayloadMap search_attributes = {};
  UserMetadataPtr user_metadata = {};
};
struct SignalExternalWorkflowExecution {
  WorkflowExecution execution = {};
  std::string signal_name = {};
  Payloads input = {};
  bool child_workflow_only = false;
  PayloadMap header = {};
};
struct UpsertWorkflowSearchAttributesCommand {
  PayloadMap search_attributes = {};
};
// Stands where the protocol message of that id takes effect among the
// other commands (SEMANTICS d.4, f.3).
struct ProtocolMessageCommand {
  std::string message_id = {};
};
struct ModifyWorkflowProperties {
  PayloadMap upserted_memo = {};
};

// The one list of commands: C++ type, Temporal's name, whether it ends the run.
#define GROUNDHOG_COMMANDS(X)                                                                \
  X(ScheduleActivityTask, "ScheduleActivityTask", false)                                     \
  X(RequestCancelActivityTask, "RequestCancelActivityTask", false)                           \
  X(StartTimer, "StartTimer", false)                                                         \
  X(CancelTimer, "CancelTimer", false)                                                       \
  X(CompleteWorkflowExecution, "CompleteWorkflowExecution", true)                            \
  X(FailWorkflowExecution, "FailWorkflowExecution", true)                                    \
  X(CancelWorkflowExecution, "CancelWorkflowExecution", true)                                \
  X(RequestCancelExternalWorkflowExecution, "RequestCancelExternalWorkflowExecution", false) \
  X(RecordMarker, "RecordMarker", false)                                                     \
  X(ContinueAsNewWorkflowExecution, "ContinueAsNewWorkflowExecution", true)                  \
  X(StartChildWorkflowExecution, "StartChildWorkflowExecution", false)                       \
  X(SignalExternalWorkflowExecution, "SignalExternalWorkflowExecution", false)               \
  X(UpsertWorkflowSearchAttributesCommand, "UpsertWorkflowSearchAttributes", false)          \
  X(ProtocolMessageCommand, "ProtocolMessage", false)                                        \
  X(ModifyWorkflowProperties, "ModifyWorkflowProperties", false)

// In the order of the list above.
using Command =
    std::variant<ScheduleActivityTask, RequestCancelActivityTask, StartTimer, CancelTimer,
                 CompleteWorkflowExecution, FailWorkflowExecution, CancelWorkflowExecution,
                 RequestCancelExternalWorkflowExecution, RecordMarker,
                 ContinueAsNewWorkflowExecution, StartChildWorkflowExecution,
                 SignalExternalWorkflowExecution, UpsertWorkflowSearchAttributesCommand,
                 ProtocolMessageCommand, ModifyWorkflowProperties>;
using Commands = std::vector<Command>;

// "ScheduleActivityTask"
std::string_view NameOf(const Command& command);
// Whether the command ends the run; nothing may follow it (SEMANTICS d.4).
bool IsClosing(const Command& command);
// One line for a message: "ScheduleActivityTask(deposit, id 2)".
std::string Describe(const Command& command);

}  // namespace groundhog::history
