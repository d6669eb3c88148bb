// Histories as text: an event a line, with what a reader needs of its attributes.
#pragma once

#include <string>

#include "reports/terminal_text.h"
#include "runtime/history/event.h"

namespace groundhog::reports {

// What matters of an event besides its type, in one printable line: "withdraw (id 1): {…};
// start-to-close 5 s". May be empty.
std::string EssenceOf(const history::HistoryEvent& event);
// The same in two words, for where there is little room: "withdraw", "2 s".
std::string SubjectOf(const history::HistoryEvent& event);

// "  5  0.004 s  ActivityTaskScheduled   withdraw …", one line an event; times count from `start`.
std::string HistoryText(const history::EventHistory& history, history::Timestamp start,
                        const TextStyle& style);

}  // namespace groundhog::reports
