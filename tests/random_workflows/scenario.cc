#include "tests/random_workflows/scenario.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/random_workflows/fleet.h"
#include "tests/random_workflows/replays.h"
#include "tests/random_workflows/script.h"
#include "tests/random_workflows/work.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::random_workflows {
namespace {

class RandomScenario final : public Scenario {
 public:
  void Build(World& world) override {
    fleet_.emplace(world);
    const Surroundings surroundings{.is_redeployed = fleet_->is_redeployed()};
    Plan first = DrawPlan(world, "w0", surroundings);
    const bool with_other = DrawHow(world, "others", 2) == 1;
    Plan second = with_other ? DrawPlan(world, "w1", surroundings) : Plan();
    const bool apart = with_other && DrawHow(world, "w1/apart", 4) == 3;
    first.in_worker = DrawHow(world, "w0/in_worker", 4) == 3;
    second.in_worker = apart && DrawHow(world, "w1/in_worker", 2) == 1;
    if (apart) second.namespace_ = "other";

    const auto one = std::make_shared<Plan>(std::move(first));
    const auto other = std::make_shared<Plan>(std::move(second));
    const auto run = [&world](const std::shared_ptr<Plan>& plan) -> World::Script {
      return [&world, plan](client::Client& client) { return RunPlan(world, client, *plan); };
    };
    one->converter = fleet_->Add({}, one->in_worker ? run(one) : nullptr);
    if (!one->in_worker) world.AddClient("client-w0", run(one));
    if (!with_other) return fleet_->AddOperator();
    other->converter = one->converter;
    if (apart) other->converter = fleet_->Add("other", other->in_worker ? run(other) : nullptr);
    if (!other->in_worker) world.AddClient("client-w1", run(other));
    fleet_->AddOperator();
  }

 private:
  std::optional<Fleet> fleet_;
};

// No program takes nearly as many steps.
const SimulationOptions kOptions{.bounds = {.steps = 100'000}};

class RandomSubject final : public explore::Subject {
 public:
  Verdict Run(sim::Choices& choices) override {
    Simulation simulation(entry_, choices, workspace_, kOptions);
    return Judge(simulation);
  }
  Verdict RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records) override {
    Simulation simulation(entry_, choices, workspace_, kOptions);
    Verdict verdict = Judge(simulation);
    records = simulation.evidence().trace->records();
    return verdict;
  }

 private:
  static Verdict Judge(Simulation& simulation) {
    Verdict verdict = simulation.Run();
    CheckReplays(simulation.evidence(), verdict.violations);
    if (!verdict.violations.empty()) Excuse(simulation.evidence(), verdict.violations);
    return verdict;
  }

  // What core does not bear about an abandoned activity (work.h), and what comes of it.
  static void Excuse(const properties::Evidence& evidence, properties::Violations& found) {
    const bool ends_abandoned =
        std::any_of(evidence.runs.begin(), evidence.runs.end(),
                    [](const auto& run) { return EndsAbandoned(run.history); });
    if (!ends_abandoned) return;
    std::erase_if(found, [](const properties::Violation& violation) {
      const bool is_told = violation.message.find("[TMPRL1100]") != std::string::npos;
      return is_told || violation.message.find("Encoded failure") != std::string::npos;
    });
  }

  ScenarioEntry entry_ = RandomWorkflowsEntry();
  Workspace workspace_;
};

}  // namespace

ScenarioEntry RandomWorkflowsEntry() {
  return MakeScenario<RandomScenario>("random_workflows",
                                      "programs that use everything at once, with their clients");
}

explore::SubjectFactory RandomWorkflows() {
  return [] { return std::make_unique<RandomSubject>(); };
}

}  // namespace groundhog::random_workflows
