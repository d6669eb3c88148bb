// Random workflows under random faults: every property holds, whatever workflows do (scenario.h).
#include <chrono>
#include <cstdlib>

#include "explore/campaign.h"
#include "explore/survival.h"
#include "sim/recorded_choices.h"
#include "sim/seeded_choices.h"
#include "tests/catch.h"
#include "tests/random_workflows/interpreter.h"
#include "tests/random_workflows/replays.h"
#include "tests/random_workflows/scenario.h"
#include "world/simulation.h"

namespace groundhog::random_workflows {
namespace {

// So that another search can be had: RANDOM_WORKFLOWS_RUNS=10000 RANDOM_WORKFLOWS_SEED=7. One that
// finds a lot is over sooner with RANDOM_WORKFLOWS_SHRINK_RUNS=1.
std::uint64_t FromEnvironment(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

void Search(const faults::Faults& faults, std::uint64_t runs, std::uint64_t seed) {
  const explore::CampaignOptions options{
      .faults = faults,
      .seed = FromEnvironment("RANDOM_WORKFLOWS_SEED", seed),
      .max_runs = FromEnvironment("RANDOM_WORKFLOWS_RUNS", runs),
      .max_shrink_runs = FromEnvironment("RANDOM_WORKFLOWS_SHRINK_RUNS", 1'000)};
  const auto result = explore::Explore("random_workflows", RandomWorkflows(), options);
  REQUIRE(result.ok());
  INFO(explore::SurvivalText(*result));
  CHECK(result->holds());
  CHECK(result->runs == *options.max_runs);
}

// What a worker with other code would do.
struct Sleeper {
  workflow::Coro<std::string> Run(Program) {
    co_await workflow::Sleep(std::chrono::seconds(1));
    co_return "slept";
  }
};

TEST_CASE("a history that does not replay after an eviction is found") {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(RandomWorkflowsEntry(), uneventful, workspace);
  CHECK(simulation.Run().holds());
  properties::Evidence evidence = simulation.evidence();
  properties::Violations found;
  CheckReplays(evidence, found);
  CHECK(found.empty());
  const workflow::WorkflowRegistry other{workflow::Register<Sleeper>(kProgram)};
  evidence.workflows = &other;
  for (properties::RunRecord& run : evidence.runs) run.workflows = nullptr;
  CheckReplays(evidence, found);
  REQUIRE(found.size() == 1);
  CHECK(found.front().message.substr(0, 30) == "w0: evicted before event 4: ev");
}

std::uint64_t DigestOf(std::uint64_t seed, const SimulationOptions& options) {
  static const faults::Faults faults = faults::Faults().WithInputs().WithOrder();
  sim::SeededChoices choices({.seed = seed}, [](const sim::ChoiceSite& site, sim::Answer answer) {
    return faults.Allows(site, answer);
  });
  Workspace workspace;
  return Simulation(RandomWorkflowsEntry(), choices, workspace, options).Run().digest;
}

TEST_CASE("nobody can tell how many runs a server keeps in memory") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    CHECK(DigestOf(seed, {.server = {.max_loaded_runs = 0}}) == DigestOf(seed, {}));
  }
}

TEST_CASE("random workflows without faults keep every property", "[campaign]") {
  Search(faults::Faults().Only("inputs"), 1'000, 1);
}

TEST_CASE("random workflows keep every property under random faults", "[campaign]") {
  Search(faults::Faults().WithInputs().WithOrder().WithLies(), 3'000, 2);
}

TEST_CASE("100,000 random workflows keep every property under random faults", "[slow]") {
  Search(faults::Faults().WithInputs().WithOrder().WithLies(), 100'000, 3);
}

}  // namespace
}  // namespace groundhog::random_workflows
