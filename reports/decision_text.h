// Decisions in words: what each of them means, for people who have never seen one.
//
//     net/lose{RespondActivityTaskCompleted(pay-invoice-701, withdraw, 1..3)}=lost
//         a request is lost: the report that withdraw completed, attempts 1 to 3
#pragma once

#include <span>
#include <string>

#include "explore/reproduce_command.h"
#include "reports/terminal_text.h"
#include "sim/choice_tape.h"

namespace groundhog::reports {

// What happens, and to what. Empty if the site is none of the catalog's.
std::string MeaningOf(const explore::DecisionRange& range);

// The decisions, as --decide takes them, each with its meaning below it.
std::string ExplainedDecisions(std::span<const sim::Decision> decisions, const TextStyle& style);

}  // namespace groundhog::reports
