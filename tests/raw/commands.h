// Commands, payloads and failures as a hand-driven worker writes them.
#pragma once

#include <string>
#include <utility>

#include "runtime/history/command.h"
#include "runtime/history/failure.h"
#include "runtime/history/payload.h"
#include "runtime/history/time.h"

namespace groundhog::server::testing {

inline constexpr const char* kQueue = "probe-task-queue";

history::Payloads Text(const std::string& text);  // one json/plain string
history::Payloads Json(const std::string& json);
history::Command StartTimer(const std::string& timer_id, history::Duration timeout);
history::Command CancelTimer(const std::string& timer_id);
history::Command CancelActivity(history::EventId scheduled_event_id);
history::Command CompleteWorkflow(const std::string& text = "done");
history::Command CompleteWorkflowJson(const std::string& json);
history::Command FailWorkflow(const std::string& message);
history::Command CancelWorkflow();
// An activity "step"; change what the test is about.
history::ScheduleActivityTask Activity(const std::string& activity_id,
                                       history::Duration start_to_close = {});
history::Command Step(const std::string& activity_id, history::Duration start_to_close);
template <class... Commands>
history::Commands CommandsOf(Commands... commands) {
  history::Commands list;
  (list.push_back(std::move(commands)), ...);
  return list;
}
history::FailurePtr ApplicationFailure(const std::string& message, const std::string& type);
// Continues as new with this input; change what the test is about.
history::ContinueAsNewWorkflowExecution Continuation(const std::string& input = "");

}  // namespace groundhog::server::testing
