// How a difference between code and history is told, in the words of Temporal's core SDK
// (SEMANTICS e.3).
#pragma once

#include <string>
#include <string_view>

#include "runtime/history/event.h"
#include "runtime/workflow/task_result.h"

namespace groundhog::workflow::internal {

// As core writes events into its texts: "HistoryEvent(id: 5, MarkerRecorded)".
std::string Name(const history::HistoryEvent& event);
// With what identifies it: "ActivityTaskScheduled(deposit, id 2)".
std::string Describe(const history::HistoryEvent& event);

// `actual`: what the code did instead. `text` comes without the prefix that all of them have.
Nondeterminism Difference(const history::HistoryEvent& event, std::string actual,
                          const std::string& text);
std::string NotHandled(std::string_view machine, const history::HistoryEvent& event);
std::string InvalidTransition(std::string_view machine, std::string_view state,
                              const history::HistoryEvent& event);

}  // namespace groundhog::workflow::internal
