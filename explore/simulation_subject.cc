#include "explore/simulation_subject.h"

#include <memory>
#include <utility>

namespace groundhog::explore {
namespace {

class SimulationSubject final : public Subject {
 public:
  SimulationSubject(std::shared_ptr<const ScenarioEntry> scenario, const SimulationOptions& options)
      : scenario_(std::move(scenario)), options_(options) {}

  Verdict Run(sim::Choices& choices) override {
    return Simulation(*scenario_, choices, workspace_, options_).Run();
  }

  Verdict RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records) override {
    SimulationOptions traced = options_;
    traced.keep_trace = true;
    Simulation simulation(*scenario_, choices, workspace_, traced);
    Verdict verdict = simulation.Run();
    records = simulation.evidence().trace->records();
    return verdict;
  }

 private:
  std::shared_ptr<const ScenarioEntry> scenario_;
  SimulationOptions options_;
  Workspace workspace_;
};

}  // namespace

SubjectFactory SubjectOf(ScenarioEntry scenario, SimulationOptions options) {
  const auto shared = std::make_shared<const ScenarioEntry>(std::move(scenario));
  return [shared, options]() -> std::unique_ptr<Subject> {
    return std::make_unique<SimulationSubject>(shared, options);
  };
}

}  // namespace groundhog::explore
