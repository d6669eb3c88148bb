#include "cli/played_simulation.h"

#include <exception>
#include <utility>

#include "explore/subject.h"
#include "properties/evidence.h"

namespace groundhog::cli {

PlayedSimulation::PlayedSimulation(const ScenarioEntry& scenario, sim::Choices& choices,
                                   const Options& options) {
  try {
    simulation_.emplace(scenario, choices, workspace_);
    verdict_ = simulation_->Run();
  } catch (const std::exception& error) {
    verdict_.violations.push_back(
        {.property = std::string(explore::kThrew), .message = error.what()});
    return;
  }
  finished_ = reports::FinishedSimulation{.scenario = scenario.name,
                                          .description = scenario.description,
                                          .program = options.program,
                                          .seed = options.seed,
                                          .decisions = sim::DecisionsOf(choices),
                                          .verdict = &verdict_,
                                          .evidence = &simulation_->evidence(),
                                          .log = &simulation_->log()};
}

void PlayedSimulation::SetNeverAsked(std::vector<sim::Decision> decisions) {
  if (finished_) finished_->never_asked = std::move(decisions);
}

std::vector<std::string> PropertiesOf(const ScenarioEntry& scenario) {
  std::vector<std::string> names;
  for (const properties::BuiltIn& built_in : properties::BuiltIns())
    names.emplace_back(built_in.name);
  sim::RecordedChoices uneventful;
  const PlayedSimulation played(scenario, uneventful, {});
  if (played.finished() == nullptr) return names;
  for (const std::string& claim : played.simulation().claims()) names.push_back(claim);
  return names;
}

}  // namespace groundhog::cli
