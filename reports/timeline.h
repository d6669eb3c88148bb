// Timeline: one simulation as text that a person enjoys reading.
//
// Lanes of processes from top to bottom, virtual time at the left, what happens at the right:
//
//     time       client  server  worker  bank
//     0.001 s    ●──────▶│       │       │      StartWorkflowExecution
//                                                 1 WorkflowExecutionStarted MoneyTransfer, 2
//                                                 WorkflowTaskScheduled
//     0.009 s    │       │ ✖─────●       │    ✖ lost: RespondActivityTaskCompleted(withdraw, 1)
//
// The whole report adds the histories event by event, the ledgers, the log, the decisions and the
// verdict.
#pragma once

#include <cstddef>
#include <string>

#include "reports/finished_simulation.h"
#include "reports/terminal_text.h"

namespace groundhog::reports {

struct TimelineOptions {
  TextStyle style = {};
  std::size_t max_rows = 0;  // 0: all; else what matters least is left out, and said to be
};

// The lanes alone.
std::string LanesText(const FinishedSimulation& simulation, const TimelineOptions& options);
// "bank", its balances and its entries.
std::string LedgersText(const FinishedSimulation& simulation, const TextStyle& style);
// What kept the simulation from an ordinary end, or what broke; "everything held".
std::string VerdictText(const FinishedSimulation& simulation, const TextStyle& style);
// Everything: `groundhog run`.
std::string TimelineText(const FinishedSimulation& simulation, const TextStyle& style);

}  // namespace groundhog::reports
