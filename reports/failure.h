// FailureReport: one violation, so that a colleague understands it without a debugger: what broke,
// the few things that have to go wrong for it, what then happened, where the money is, and the
// command that shows it again.
#pragma once

#include <span>
#include <string>

#include "explore/result.h"
#include "reports/finished_simulation.h"
#include "reports/json.h"
#include "reports/terminal_text.h"

namespace groundhog::reports {

struct FailureReport {
  std::string scenario = {};
  std::string strategy = {};
  const explore::FoundViolation* violation = nullptr;
  // Of the shrunk decisions; null: it threw, so there is none to look at.
  const FinishedSimulation* simulation = nullptr;
};

// A few dozen lines.
std::string FailureText(const FailureReport& report, const TextStyle& style);
// Stable: keys are added, never changed. {"scenario", "property", "message", "identity",
// "decisions", "reproduce", …, "simulation"}
Json FailureJson(const FailureReport& report);
// An element of explore's `violations`, which FailureJson begins with.
Json ViolationJson(const explore::FoundViolation& violation);

}  // namespace groundhog::reports
