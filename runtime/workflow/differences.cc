#include "runtime/workflow/differences.h"

#include <fmt/format.h>

namespace groundhog::workflow::internal {

using history::HistoryEvent;

std::string Name(const HistoryEvent& event) {
  return fmt::format("HistoryEvent(id: {}, {})", event.event_id, NameOf(TypeOf(event)));
}

std::string Describe(const HistoryEvent& event) {
  if (const auto* scheduled = history::As<history::ActivityTaskScheduled>(event)) {
    return fmt::format("ActivityTaskScheduled({}, id {})", scheduled->activity_type,
                       scheduled->activity_id);
  }
  if (const auto* started = history::As<history::TimerStarted>(event)) {
    return fmt::format("TimerStarted(id {})", started->timer_id);
  }
  if (const auto* canceled = history::As<history::TimerCanceled>(event)) {
    return fmt::format("TimerCanceled(id {})", canceled->timer_id);
  }
  if (const auto* marker = history::As<history::MarkerRecorded>(event)) {
    return fmt::format("MarkerRecorded({})", marker->marker_name);
  }
  return std::string(NameOf(TypeOf(event)));
}

Nondeterminism Difference(const HistoryEvent& event, std::string actual, const std::string& text) {
  return Nondeterminism{.event_id = event.event_id,
                        .expected = Describe(event),
                        .actual = std::move(actual),
                        .text = "[TMPRL1100] Nondeterminism error: " + text};
}

std::string NotHandled(std::string_view machine, const HistoryEvent& event) {
  return fmt::format("{} machine does not handle this event: {}", machine, Name(event));
}

std::string InvalidTransition(std::string_view machine, std::string_view state,
                              const HistoryEvent& event) {
  return fmt::format("Invalid transition in state machine: {} in state {} at {}", machine, state,
                     Name(event));
}

}  // namespace groundhog::workflow::internal
