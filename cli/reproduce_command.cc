// groundhog reproduce: a saved failure once more.

#include "explore/reproduce_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/input_error.h"
#include "cli/played_simulation.h"
#include "explore/saved_failure.h"
#include "explore/shrink.h"
#include "reports/failure.h"
#include "sim/recorded_choices.h"

namespace groundhog::cli {
namespace {

struct ReproduceOptions {
  std::string file;
  bool strict = false;
};

struct Reproduced {
  bool violated = false;
  bool same_digest = false;
  std::vector<sim::Decision> never_asked = {};
  std::vector<std::string> other_violations = {};
};

Reproduced Compare(const explore::SavedFailure& saved, const PlayedSimulation& played,
                   const sim::RecordedChoices& choices) {
  Reproduced result{.violated = explore::FindViolation(played.verdict(), saved.property) != nullptr,
                    .same_digest = played.verdict().digest == saved.digest,
                    .never_asked = choices.Unused()};
  for (const properties::Violation& violation : played.verdict().violations) {
    if (violation.property != saved.property) result.other_violations.push_back(violation.property);
  }
  return result;
}

explore::FoundViolation FoundAgain(const explore::SavedFailure& saved,
                                   const PlayedSimulation& played, const Session& session,
                                   const std::string& file) {
  const properties::Violation* violation = explore::FindViolation(played.verdict(), saved.property);
  return {.property = saved.property,
          .message = violation == nullptr ? saved.message : violation->message,
          .identity = saved.identity,
          .decisions = saved.tape.decisions,
          .found_decisions = saved.found_decisions,
          .digest = played.verdict().digest,
          .reproduce =
              explore::ReproduceCommand(session.program, saved.tape.scenario, saved.tape.decisions),
          .file = file};
}

std::string OutcomeText(const explore::SavedFailure& saved, const Reproduced& result) {
  std::string text;
  if (!result.violated) {
    text += fmt::format("no longer violated: {}\n", reports::Printable(saved.property));
  } else if (!result.same_digest) {
    text += "\nThe run is not the same as then, step for step: the code has changed.\n";
  }
  for (const sim::Decision& decision : result.never_asked) {
    text += fmt::format("never asked in this run: {}\n", reports::Printable(decision.Text()));
  }
  for (const std::string& property : result.other_violations) {
    text += fmt::format("also violated: {}\n", reports::Printable(property));
  }
  return text;
}

reports::Json OutcomeJson(const reports::FailureReport& report, const Reproduced& result) {
  reports::Json json = {{"violated", result.violated},
                        {"same_digest", result.same_digest},
                        {"never_asked", reports::DecisionsJson(result.never_asked)},
                        {"other_violations", result.other_violations}};
  json.update(reports::FailureJson(report));
  return json;
}

void Reproduce(const ReproduceOptions& options, Session& session) {
  const explore::SavedFailure saved =
      ValueOrThrow(explore::ParseFailure(ReadInput(options.file), options.file));
  CheckDecisions(saved.tape.decisions);
  const ScenarioEntry& entry = session.FindScenario(saved.tape.scenario);
  sim::RecordedChoices choices(saved.tape.decisions);
  const PlayedSimulation played(entry, choices, {.program = session.program});
  const Reproduced result = Compare(saved, played, choices);
  if (options.strict && !result.never_asked.empty()) {
    throw InputError(fmt::format("--strict: the run never asked for {}",
                                 reports::Printable(result.never_asked.front().Text())));
  }
  session.status = played.verdict().holds() ? kHeld : kViolated;
  const explore::FoundViolation found = FoundAgain(saved, played, session, options.file);
  const reports::FailureReport report{.scenario = entry.name,
                                      .strategy = saved.strategy,
                                      .violation = &found,
                                      .simulation = played.finished()};
  Console& console = session.console;
  if (console.json()) return console.PrintJson(OutcomeJson(report, result));
  if (result.violated) console.Print(reports::FailureText(report, console.style()));
  console.Print(OutcomeText(saved, result));
}

}  // namespace

void AddReproduceCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("reproduce", "Run a saved failure again");
  const auto options = std::make_shared<ReproduceOptions>();
  command->add_option("FAILURE", options->file, "a file that explore --report has saved")
      ->required();
  command->add_flag("--strict", options->strict, "a decision that is never asked is an error");
  AddJsonOption(*command, session);
  AddExamples(
      *command, session,
      {"explore SCENARIO --report out", "reproduce out/SCENARIO-0123456789abcdef.json --strict"});
  command->callback([&session, options] { Reproduce(*options, session); });
}

}  // namespace groundhog::cli
