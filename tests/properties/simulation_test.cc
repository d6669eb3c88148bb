// The properties over what real simulations leave behind: nothing that Groundhog's own server does
// may look like a bug to them.
#include "world/simulation.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "faults/plan.h"
#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "scenarios/money_transfer/scenarios.h"
#include "sim/recorded_choices.h"
#include "sim/seeded_choices.h"
#include "tests/catch.h"
#include "world/scenario.h"
#include "world/world.h"

namespace groundhog::properties {
namespace {

using namespace std::chrono_literals;

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

// ---- A paused activity ----

constexpr WorkflowType<void()> kOneStep{"OneStep"};
constexpr ActivityType<void()> kStep{"step"};

struct OneStep {
  workflow::Coro<void> Run() {
    const workflow::ActivityOptions options{
        .task_queue = "nobody", .start_to_close_timeout = 1s, .activity_id = "1"};
    co_await workflow::ExecuteActivity(kStep, options);
  }
};

// A client pauses the step for good; one that waits for the workflow has itself to blame.
template <bool waits>
class Paused final : public Scenario {
 public:
  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return worker::WorkerOptions{.task_queue = "queue",
                                   .workflows = {workflow::Register<OneStep>(kOneStep)}};
    });
    world.AddClient("client", [](client::Client& client) { return Pause(client); });
  }

 private:
  static sim::Coro<void> Pause(client::Client& client) {
    const client::StartOptions start{.id = "w", .task_queue = "queue"};
    const auto workflow = co_await client.Start(kOneStep, start);
    co_await client.Sleep(1s);
    co_await workflow.PauseActivity("1");
    if (waits) co_await workflow.Result();
  }
};

template <bool waits>
Violations FoundIfPaused() {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  const ScenarioEntry entry = MakeScenario<Paused<waits>>("paused", "an activity is paused");
  Simulation simulation(entry, uneventful, workspace);
  return simulation.Run().violations;
}

TEST_CASE("a run whose activity is paused may stay open; a script that waits for it is told why") {
  CHECK(FoundIfPaused<false>().empty());
  const Violations found = FoundIfPaused<true>();
  REQUIRE(found.size() == 1);
  CHECK(found.front().message.ends_with(
      "; w is open and waits for activity step (event 5: it is paused, and nobody unpauses it)"));
}

}  // namespace
}  // namespace groundhog::properties
