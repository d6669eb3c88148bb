// FinishedSimulation: one run of a scenario as reports look at it. A view: what it points to
// belongs to the caller, who keeps the Simulation alive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "properties/evidence.h"
#include "sim/choice_tape.h"
#include "world/simulation.h"

namespace groundhog::reports {

struct FinishedSimulation {
  std::string scenario = {};
  std::string description = {};
  std::string program = "groundhog";            // for the command that shows it again
  std::optional<std::uint64_t> seed = {};       // if a seed gave the decisions
  std::vector<sim::Decision> decisions = {};    // taken, in the order in which they were asked
  std::vector<sim::Decision> never_asked = {};  // given, but no such point came up: drift
  const Verdict* verdict = nullptr;
  const properties::Evidence* evidence = nullptr;
  const std::vector<LogLine>* log = nullptr;
};

}  // namespace groundhog::reports
