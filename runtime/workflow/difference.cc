#include "runtime/workflow/difference.h"

#include <fmt/format.h>

namespace groundhog::workflow::internal {

std::string Name(const history::HistoryEvent& event) {
  return fmt::format("HistoryEvent(id: {}, {})", event.event_id, NameOf(TypeOf(event)));
}

std::string Describe(const history::HistoryEvent& event) {
  const std::string_view name = NameOf(TypeOf(event));
  return Visit(event,
               history::Overloaded{
                   [&](const history::ActivityTaskScheduled& scheduled) {
                     return fmt::format("{}({}, id {})", name, scheduled.activity_type,
                                        scheduled.activity_id);
                   },
                   [&](const history::TimerStarted& started) {
                     return fmt::format("{}(id {})", name, started.timer_id);
                   },
                   [&](const history::TimerCanceled& canceled) {
                     return fmt::format("{}(id {})", name, canceled.timer_id);
                   },
                   [&](const history::MarkerRecorded& marker) {
                     return fmt::format("{}({})", name, marker.marker_name);
                   },
                   [&](const history::StartChildWorkflowExecutionInitiated& initiated) {
                     return fmt::format("{}({}, id {})", name, initiated.workflow_type,
                                        initiated.workflow_id);
                   },
                   [&](const history::SignalExternalWorkflowExecutionInitiated& initiated) {
                     return fmt::format("{}({}, workflow {})", name, initiated.signal_name,
                                        initiated.workflow_execution.workflow_id);
                   },
                   [&](const history::RequestCancelExternalWorkflowExecutionInitiated& initiated) {
                     return fmt::format("{}(workflow {})", name,
                                        initiated.workflow_execution.workflow_id);
                   },
                   [&](const history::WorkflowExecutionUpdateAccepted& accepted) {
                     return fmt::format("{}(id {})", name, accepted.protocol_instance_id);
                   },
                   [&](const history::WorkflowExecutionUpdateCompleted& completed) {
                     return fmt::format("{}(id {})", name, completed.meta.update_id);
                   },
                   [&](const auto&) { return std::string(name); }});
}

Nondeterminism Difference(const history::HistoryEvent& event, std::string actual,
                          std::string_view text) {
  return Nondeterminism{.event_id = event.event_id,
                        .expected = Describe(event),
                        .actual = std::move(actual),
                        .text = fmt::format("[TMPRL1100] Nondeterminism error: {}", text)};
}

std::string NotHandled(std::string_view machine, const history::HistoryEvent& event) {
  return fmt::format("{} machine does not handle this event: {}", machine, Name(event));
}

std::string InvalidTransition(std::string_view machine, std::string_view state,
                              const history::HistoryEvent& event) {
  return fmt::format("Invalid transition in state machine: {} in state {} at {}", machine, state,
                     Name(event));
}

}  // namespace groundhog::workflow::internal
