// The commands, each in a file of its own, and what they share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_line.h"
#include "cli/console.h"
#include "sim/choice_tape.h"

namespace CLI {
class App;
}

namespace groundhog::cli {

enum ExitStatus : int { kHeld = 0, kViolated = 1, kWrongInput = 2, kInternalError = 3 };

struct Session {
  Registered registered;
  std::string program;  // as it was called: what commands to paste begin with
  std::string name;     // its last part
  Console console;
  int status = kHeld;

  // Throws InputError with a suggestion.
  const ScenarioEntry& FindScenario(const std::string& scenario) const;
};

void AddListCommand(CLI::App& app, Session& session);
void AddRunCommand(CLI::App& app, Session& session);
void AddExploreCommand(CLI::App& app, Session& session);
void AddReproduceCommand(CLI::App& app, Session& session);
void AddReplayCommand(CLI::App& app, Session& session);
void AddHistoryCommand(CLI::App& app, Session& session);
// Only if the scenarios that it shows are registered.
void AddDemoCommand(CLI::App& app, Session& session);

void AddJsonOption(CLI::App& command, Session& session);
// Each without the program's name, which is put before it; "SCENARIO" becomes a scenario that there
// is.
void AddExamples(CLI::App& command, const Session& session,
                 std::initializer_list<std::string_view> examples);

// Unknown sites and answers: InputError with a suggestion.
void CheckDecisions(const std::vector<sim::Decision>& decisions);
// The --decide options.
std::vector<sim::Decision> ParseDecisionOptions(const std::vector<std::string>& texts);

}  // namespace groundhog::cli
