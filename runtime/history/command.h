// Command: what workflow code asks of the server at the end of a Workflow Task (SEMANTICS e.1). Each becomes an event.
//
// Values of one Workflow Task's answer: moved, never shared. Timeouts and policies are what the author wrote; the server
// normalises them (SEMANTICS c.1).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "runtime/history/event.h"

namespace groundhog::history {

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
};
struct RequestCancelActivityTask {
  EventId scheduled_event_id = 0;
};
struct StartTimer {
  std::string timer_id = {};
  Duration start_to_fire_timeout{0};
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

using Command =
    std::variant<ScheduleActivityTask, RequestCancelActivityTask, StartTimer, CancelTimer,
                 CompleteWorkflowExecution, FailWorkflowExecution, CancelWorkflowExecution>;
using Commands = std::vector<Command>;

// "ScheduleActivityTask"
std::string_view NameOf(const Command& command);
// Whether the command ends the run; nothing may follow it (SEMANTICS d.4).
bool IsClosing(const Command& command);
// One line for a message: "ScheduleActivityTask(deposit, id 2)".
std::string Describe(const Command& command);

}  // namespace groundhog::history
