// PlayedSimulation: one simulation, run and kept, so that reports can look at it.
//
//     sim::RecordedChoices choices(decisions);
//     const PlayedSimulation played(entry, choices, {.program = "groundhog"});
//     if (played.finished() != nullptr) console.Print(reports::TimelineText(*played.finished(),
//     style));
//
// What author code throws out of the simulation becomes a violation; then there is nothing else to
// look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/finished_simulation.h"
#include "sim/choice.h"
#include "sim/recorded_choices.h"
#include "world/scenario.h"
#include "world/simulation.h"

namespace groundhog::cli {

class PlayedSimulation {
 public:
  struct Options {
    std::string program = "groundhog";
    std::optional<std::uint64_t> seed = {};
  };
  // Runs it.
  PlayedSimulation(const ScenarioEntry& scenario, sim::Choices& choices, const Options& options);
  PlayedSimulation(const PlayedSimulation&) = delete;
  PlayedSimulation& operator=(const PlayedSimulation&) = delete;

  const Verdict& verdict() const { return verdict_; }
  // Null if it threw.
  const reports::FinishedSimulation* finished() const { return finished_ ? &*finished_ : nullptr; }
  // REQUIRES: finished() != nullptr.
  const Simulation& simulation() const { return *simulation_; }
  // Those of a tape, if a tape was played, that were never asked.
  void SetNeverAsked(std::vector<sim::Decision> decisions);

 private:
  Workspace workspace_;
  std::optional<Simulation> simulation_;
  Verdict verdict_;
  std::optional<reports::FinishedSimulation> finished_;
};

// The properties that are judged in every run of the scenario: the built-in ones, then its own
// claims.
std::vector<std::string> PropertiesOf(const ScenarioEntry& scenario);

}  // namespace groundhog::cli
