#include "tests/raw/commands.h"

namespace groundhog::server::testing {

history::Payloads Text(const std::string& text) { return Json("\"" + text + "\""); }
history::Payloads Json(const std::string& json) {
  return {history::Payload(history::kEncodingJson, json)};
}

history::Command StartTimer(const std::string& timer_id, history::Duration timeout) {
  return history::StartTimer{.timer_id = timer_id, .start_to_fire_timeout = timeout};
}
history::Command CancelTimer(const std::string& timer_id) {
  return history::CancelTimer{.timer_id = timer_id};
}
history::Command CancelActivity(history::EventId scheduled_event_id) {
  return history::RequestCancelActivityTask{.scheduled_event_id = scheduled_event_id};
}
history::Command CompleteWorkflow(const std::string& text) {
  return history::CompleteWorkflowExecution{.result = Text(text)};
}
history::Command CompleteWorkflowJson(const std::string& json) {
  return history::CompleteWorkflowExecution{.result = Json(json)};
}
history::Command FailWorkflow(const std::string& message) {
  return history::FailWorkflowExecution{.failure = ApplicationFailure(message, "RawError")};
}
history::Command CancelWorkflow() { return history::CancelWorkflowExecution{}; }

history::ScheduleActivityTask Activity(const std::string& activity_id,
                                       history::Duration start_to_close) {
  return history::ScheduleActivityTask{.activity_id = activity_id,
                                       .activity_type = "step",
                                       .task_queue = kQueue,
                                       .start_to_close_timeout = start_to_close};
}

history::Command Step(const std::string& activity_id, history::Duration start_to_close) {
  return Activity(activity_id, start_to_close);
}

history::FailurePtr ApplicationFailure(const std::string& message, const std::string& type) {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = message, .info = history::ApplicationFailureInfo{.type = type}});
}

history::ContinueAsNewWorkflowExecution Continuation(const std::string& input) {
  history::ContinueAsNewWorkflowExecution command{
      .initiator = history::ContinueAsNewInitiator::kUnspecified};
  if (!input.empty()) command.input = Text(input);
  return command;
}

}  // namespace groundhog::server::testing
