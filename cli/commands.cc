#include "cli/commands.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/input_error.h"
#include "cli/suggestion.h"
#include "faults/catalog.h"

namespace groundhog::cli {

const ScenarioEntry& Session::FindScenario(const std::string& scenario) const {
  std::vector<std::string> names;
  for (const ScenarioEntry& entry : registered.scenarios) {
    if (entry.name == scenario) return entry;
    names.push_back(entry.name);
  }
  throw InputError(fmt::format("there is no scenario '{}'{}", reports::Printable(scenario),
                               Suggestion(scenario, names)));
}

void AddJsonOption(CLI::App& command, Session& session) {
  command.add_flag_callback(
      "--json", [&session] { session.console.set_json(true); },
      "print one JSON object on standard output, and nothing else");
}

void AddExamples(CLI::App& command, const Session& session,
                 std::initializer_list<std::string_view> examples) {
  const std::string scenario =
      session.registered.scenarios.empty() ? "SCENARIO" : session.registered.scenarios.front().name;
  std::string text = "Examples:";
  for (const std::string_view example : examples) {
    std::string line(example);
    if (const std::size_t at = line.find("SCENARIO"); at != std::string::npos)
      line.replace(at, 8, scenario);
    text += "\n  " + session.name + " " + line;
  }
  command.footer(text);
}

void CheckDecisions(const std::vector<sim::Decision>& decisions) {
  const faults::Catalog& catalog = faults::Catalog::BuiltIn();
  for (const sim::Decision& decision : decisions) {
    if (decision.site.starts_with("input/")) continue;  // the scenario's own
    const sim::ChoiceSite* site = catalog.FindSite(decision.site);
    if (site == nullptr) {
      std::vector<std::string> names;
      for (const sim::ChoiceSite* known : catalog.sites()) names.emplace_back(known->name);
      throw InputError(
          fmt::format("decision '{}': there is no site '{}'{}", reports::Printable(decision.Text()),
                      reports::Printable(decision.site), Suggestion(decision.site, names)));
    }
    const bool known = decision.answer.empty() ||
                       std::find(site->answers.begin(), site->answers.end(), decision.answer) !=
                           site->answers.end();
    if (known) continue;
    throw InputError(fmt::format(
        "decision '{}': {} has no answer '{}'; it has {}", reports::Printable(decision.Text()),
        site->name, reports::Printable(decision.answer), fmt::join(site->answers, ", ")));
  }
}

std::vector<sim::Decision> ParseDecisionOptions(const std::vector<std::string>& texts) {
  std::vector<sim::Decision> decisions;
  for (const std::string& text : texts) {
    auto parsed = sim::ParseDecisions(text);
    if (!parsed.ok())
      throw InputError("--decide: " + reports::Printable(std::string(parsed.status().message())));
    decisions.insert(decisions.end(), parsed->begin(), parsed->end());
  }
  CheckDecisions(decisions);
  return decisions;
}

}  // namespace groundhog::cli
