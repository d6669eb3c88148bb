// How a difference between code and history is told, in the words of Temporal's core SDK
// (SEMANTICS e.3).
#pragma once

#include <string>
#include <string_view>

#include "runtime/history/event.h"
#include "runtime/workflow/task_result.h"

namespace groundhog::workflow::internal {

// "HistoryEvent(id: 5, ActivityTaskScheduled)"
std::string Name(const history::HistoryEvent& event);
// With what identifies it, for `expected`: "ActivityTaskScheduled(deposit, id 2)"
std::string Describe(const history::HistoryEvent& event);

// `actual` is what the code did instead; `text` follows "[TMPRL1100] Nondeterminism error: ".
Nondeterminism Difference(const history::HistoryEvent& event, std::string actual,
                          std::string_view text);

// "Activity machine does not handle this event: …"
std::string NotHandled(std::string_view machine, const history::HistoryEvent& event);
std::string InvalidTransition(std::string_view machine, std::string_view state,
                              const history::HistoryEvent& event);

}  // namespace groundhog::workflow::internal
