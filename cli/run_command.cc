// groundhog run: one simulation, shown as a timeline.

#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/input_error.h"
#include "cli/numbers.h"
#include "cli/played_simulation.h"
#include "faults/plan.h"
#include "replay/history_json.h"
#include "reports/json.h"
#include "reports/timeline.h"
#include "sim/recorded_choices.h"
#include "sim/seeded_choices.h"

namespace groundhog::cli {
namespace {

struct RunOptions {
  std::string scenario;
  std::string seed;
  std::vector<std::string> decide;
  std::string tape;
  std::string faults;
  std::string max_faults;
  std::string histories;
  bool strict = false;
};

std::vector<sim::Decision> DecisionsOf(const RunOptions& options, Session& session) {
  std::vector<sim::Decision> decisions;
  if (!options.tape.empty()) {
    sim::ChoiceTape tape =
        ValueOrThrow(sim::ChoiceTape::FromJson(ReadInput(options.tape), options.tape));
    CheckDecisions(tape.decisions);
    if (!tape.scenario.empty() && tape.scenario != options.scenario) {
      session.console.Note(fmt::format("{}: note: {} was recorded with scenario {}", session.name,
                                       options.tape, reports::Printable(tape.scenario)));
    }
    decisions = std::move(tape.decisions);
  }
  for (sim::Decision& decision : ParseDecisionOptions(options.decide))
    decisions.push_back(std::move(decision));
  return decisions;
}

void WriteHistories(const RunOptions& options, const properties::Evidence& evidence) {
  for (const properties::RunRecord& run : evidence.runs) {
    std::size_t of_this_id = 0;
    std::size_t number = 0;
    for (const properties::RunRecord& other : evidence.runs) {
      of_this_id += other.workflow_id == run.workflow_id ? 1 : 0;
      if (&other == &run) number = of_this_id;
    }
    const std::string suffix = of_this_id == 1 ? "" : fmt::format(".run{}", number);
    WriteOutput(fmt::format("{}/{}{}.json", options.histories, AsFileName(run.workflow_id), suffix),
                replay::WriteHistory(run.history));
  }
}

void ShowWhatThrew(const PlayedSimulation& played, const std::string& scenario, Session& session) {
  const properties::Violation& violation = played.verdict().violations.front();
  Console& console = session.console;
  if (console.json()) {
    console.PrintJson({{"scenario", scenario},
                       {"holds", false},
                       {"violations", reports::ViolationsJson(played.verdict().violations)}});
  }
  console.Print(fmt::format("{}: {}\n  {}\n", scenario, violation.property,
                            reports::Printable(violation.message)));
}

void Show(PlayedSimulation& played, const RunOptions& options, Session& session) {
  session.status = played.verdict().holds() ? kHeld : kViolated;
  if (played.finished() == nullptr) return ShowWhatThrew(played, options.scenario, session);
  const reports::FinishedSimulation& finished = *played.finished();
  if (options.strict && !finished.never_asked.empty()) {
    throw InputError(
        fmt::format("--strict: the run never asked for {}{}",
                    reports::Printable(finished.never_asked.front().Text()),
                    finished.never_asked.size() == 1
                        ? std::string()
                        : fmt::format(" and {} more", finished.never_asked.size() - 1)));
  }
  if (!options.histories.empty()) WriteHistories(options, played.simulation().evidence());
  if (session.console.json()) return session.console.PrintJson(reports::SimulationJson(finished));
  session.console.Print(reports::TimelineText(finished, session.console.style()));
  for (const sim::Decision& decision : finished.never_asked) {
    session.console.Note(fmt::format("{}: this decision was never asked: {}", session.name,
                                     reports::Printable(decision.Text())));
  }
}

faults::Faults FaultsOf(const RunOptions& options) {
  faults::Faults faults;
  if (!options.faults.empty()) faults = ValueOrThrow(faults::Faults::Parse(options.faults));
  if (!options.max_faults.empty()) {
    faults.AtMost(
        static_cast<std::uint32_t>(ParseCount("--max-faults", options.max_faults, 1, 1000)));
  }
  return faults;
}

void RunSeed(const ScenarioEntry& entry, const RunOptions& options, Session& session) {
  const std::uint64_t seed = ParseCount("--seed", options.seed, 0, ~std::uint64_t{0});
  const faults::Faults faults = FaultsOf(options);
  sim::SeededChoices::Options seeded{.seed = seed};
  if (faults.at_most()) seeded.max_decisions = *faults.at_most();
  sim::SeededChoices choices(seeded, [&faults](const sim::ChoiceSite& site, sim::Answer answer) {
    return faults.Allows(site, answer);
  });
  if (!options.histories.empty()) PrepareDirectory(options.histories);
  PlayedSimulation played(entry, choices, {.program = session.program, .seed = seed});
  Show(played, options, session);
}

void Run(const RunOptions& options, Session& session) {
  const ScenarioEntry& entry = session.FindScenario(options.scenario);
  if (!options.seed.empty()) {
    if (!options.decide.empty() || !options.tape.empty()) {
      throw InputError("--seed draws all decisions: it goes with neither --decide nor --tape");
    }
    return RunSeed(entry, options, session);
  }
  if (!options.faults.empty() || !options.max_faults.empty()) {
    throw InputError("--faults and --max-faults say what a seed may draw: give --seed as well");
  }
  sim::RecordedChoices choices(DecisionsOf(options, session));
  if (!options.histories.empty()) PrepareDirectory(options.histories);
  PlayedSimulation played(entry, choices, {.program = session.program});
  played.SetNeverAsked(choices.Unused());
  Show(played, options, session);
}

}  // namespace

void AddRunCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("run", "Run one simulation and show it as a timeline");
  const auto options = std::make_shared<RunOptions>();
  command->add_option("SCENARIO", options->scenario, "which one; `list` shows them")
      ->required()
      ->type_name("");
  command
      ->add_option("--decide", options->decide,
                   "take this decision, as reports print it (repeatable)")
      ->type_name("D")
      ->allow_extra_args(false);
  command
      ->add_option("--tape", options->tape, "take the decisions of a choice tape or saved failure")
      ->type_name("FILE");
  command->add_option("--seed", options->seed, "draw the decisions from this seed")->type_name("N");
  command->add_option("--faults", options->faults, "what the seed may draw; see `explore --help`")
      ->type_name("LIST");
  command->add_option("--max-faults", options->max_faults, "how many the seed may draw")
      ->type_name("K");
  command
      ->add_option("--histories", options->histories,
                   "write each history as Temporal's JSON into this directory")
      ->type_name("DIR");
  command->add_flag("--strict", options->strict, "a decision that is never asked is an error");
  AddJsonOption(*command, session);
  AddExamples(*command, session,
              {"run SCENARIO", "run SCENARIO --seed 42",
               "run SCENARIO --decide 'net/lose{RespondActivityTaskCompleted(withdraw, 1..3)}'",
               "run SCENARIO --tape tape.json --histories out"});
  command->callback([&session, options] { Run(*options, session); });
}

}  // namespace groundhog::cli
