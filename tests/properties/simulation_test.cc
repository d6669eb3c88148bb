// The properties over what real simulations leave behind: nothing that Groundhog's own server does may look like a bug to them.
#include "world/simulation.h"

#include <algorithm>
#include <map>

#include "faults/plan.h"
#include "scenarios/money_transfer/scenarios.h"
#include "sim/seeded_choices.h"
#include "tests/catch.h"

namespace groundhog::properties {
namespace {

// About the server and the framework itself; compensation and liveness are also about the scenario.
bool IsAboutTheServer(const Violation& violation) {
  return violation.property == "retry" || violation.property == "replay" ||
         violation.property == "history" || violation.property == "no_orphan";
}

void CheckManySeeds(const ScenarioEntry& scenario, std::uint64_t seeds) {
  const faults::Faults faults = faults::Faults().WithOrder();
  sim::SeededChoices choices({.max_decisions = 8},
                             [&faults](const sim::ChoiceSite& site, sim::Answer answer) {
                               return faults.Allows(site, answer);
                             });
  Workspace workspace;
  std::map<std::string, int> found;  // property and message, how often
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    choices.Restart(seed);
    Simulation simulation(scenario, choices, workspace);
    const Verdict verdict = simulation.Run();
    for (const Violation& violation : verdict.violations) {
      if (!IsAboutTheServer(violation)) continue;
      if (++found[violation.property] <= 3) {
        UNSCOPED_INFO("seed " << seed << ", " << violation.property << ": " << violation.message);
      }
    }
  }
  CHECK(found.empty());
}

TEST_CASE(
    "the simulated server breaks no property of its own, whatever strikes the tutorial's "
    "transfer") {
  CheckManySeeds(money_transfer::MoneyTransferEntry(), 400);
}

TEST_CASE(
    "the simulated server breaks no property of its own, whatever strikes the hardened transfer") {
  CheckManySeeds(money_transfer::HardenedTransferEntry(), 400);
}

}  // namespace
}  // namespace groundhog::properties
