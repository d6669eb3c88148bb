// conformance --out DIR [NAME… [--decide DECISION]…] [--recorded DIR] [--json]
//
// Plays the recorded scenarios (all, or those named) in the simulator, writes the histories in
// Temporal's JSON below DIR under the recorded names, and compares what else came of each with what
// was recorded (index.json): outcome, and facts such as invocations, answers and errors of calls,
// and what describe said. Whether the histories are the recorded ones, compare.py tells.
//
// With --decide one scenario is played otherwise than uneventfully: so that what the real server
// did only sometimes can be had.
//
// The money transfers are data (plays.json); all others are ports (ports.h). The recordings lie in
// tests/conformance/recorded.
//
// Prints a row a scenario, or with --json one object. Exit status: 0 all as recorded; 1 something
// differs; 2 the command line or an input is wrong, or DIR cannot be written;
// 3 Groundhog itself is at fault.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "replay/history_json.h"
#include "scenarios/money_transfer/play_row.h"
#include "scenarios/recorded/comparison.h"
#include "scenarios/recorded/index.h"
#include "scenarios/recorded/played_row.h"
#include "scenarios/recorded/text_file.h"
#include "sim/choice_tape.h"
#include "sim/recorded_choices.h"
#include "tests/conformance/ports.h"
#include "tests/conformance/stage.h"
#include "tests/paths.h"
#include "world/simulation.h"

namespace groundhog::conformance {
namespace {

enum ExitStatus : int { kAllSame = 0, kDiffers = 1, kBadInput = 2, kOwnFault = 3 };

using money_transfer::Play;
using nlohmann::json;
using recorded::PlayedRow;
using recorded::RecordedScenario;

struct Arguments {
  std::filesystem::path out;
  std::filesystem::path recorded = testing::SourceDir() + "/tests/conformance/recorded";
  std::vector<std::string> names;
  std::vector<sim::Decision> decisions;
  bool json = false;
};

// Adds the decision that the word says.
absl::Status AddDecision(const std::string& word, std::vector<sim::Decision>& decisions) {
  absl::StatusOr<std::vector<sim::Decision>> said = sim::ParseDecisions(word);
  if (!said.ok()) return said.status();
  std::move(said->begin(), said->end(), std::back_inserter(decisions));
  return absl::OkStatus();
}

absl::StatusOr<Arguments> ParseArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  const auto wrong = [](std::string_view what, const std::string& word) {
    return absl::InvalidArgumentError(
        fmt::format("{} {}\nusage: conformance --out DIR [NAME… [--decide DECISION]…] [--recorded "
                    "DIR] [--json]",
                    what, word));
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--json") {
      arguments.json = true;
    } else if (word == "--out" || word == "--recorded") {
      if (i + 1 == words.size() || words[i + 1].empty()) return wrong("no value after", word);
      (word == "--out" ? arguments.out : arguments.recorded) = words[i + 1];
      ++i;
    } else if (word == "--decide") {
      if (i + 1 == words.size()) return wrong("no value after", word);
      if (absl::Status bad = AddDecision(words[++i], arguments.decisions); !bad.ok()) return bad;
    } else if (word.empty() || word.front() == '-') {
      return wrong("unexpected argument", word);
    } else {
      arguments.names.push_back(word);
    }
  }
  if (arguments.out.empty()) return wrong("missing:", "--out DIR");
  if (!arguments.decisions.empty() && arguments.names.size() != 1) {
    return wrong("decisions are about one scenario, so name it before", "--decide");
  }
  return arguments;
}

class PortedScenario final : public Scenario {
 public:
  explicit PortedScenario(Stage& stage) : stage_(stage) {}
  void Build(World& world) override { stage_.Build(world); }

 private:
  Stage& stage_;
};

// What went otherwise than a simulation should.
std::vector<std::string> PlayOn(Stage& stage, const std::vector<sim::Decision>& decisions) {
  const ScenarioEntry entry{.name = stage.name(),
                            .make = [&stage] { return std::make_unique<PortedScenario>(stage); }};
  sim::RecordedChoices choices(decisions);
  Workspace workspace;
  Simulation simulation(entry, choices, workspace);
  const Verdict verdict = simulation.Run();
  std::vector<std::string> troubles = stage.Troubles();
  if (verdict.end.kind == sim::SimulationEnd::Kind::kBoundReached) {
    troubles.push_back(verdict.end.what);
  }
  for (const sim::Decision& unused : choices.Unused()) {
    troubles.push_back("nobody asked for " + unused.Text());
  }
  for (const properties::Violation& violation : verdict.violations) {
    troubles.push_back(fmt::format("{}: {}", violation.property, violation.message));
  }
  return troubles;
}

// Facts without what cannot be compared: a random token; links into Temporal's pages; and the order
// of the activities' doings, if it varied from recording to recording.
json Comparable(json facts, bool in_order) {
  for (auto& [key, fact] : facts.items()) {
    if (fact.is_object() && fact.contains("ok") && fact["ok"].is_object()) fact["ok"].erase("link");
  }
  if (!facts.contains("activity_log")) return facts;
  json& log = facts["activity_log"];
  for (json& row : log) row.erase("token");
  if (in_order) return facts;
  for (json& row : log) row.erase("t");
  std::sort(log.begin(), log.end());
  return facts;
}

std::vector<std::string> Differences(const RecordedScenario& recorded, const Stage& stage,
                                     const std::vector<std::string>& troubles) {
  recorded::Comparison comparison;
  for (const std::string& trouble : troubles) comparison.Note(trouble);
  std::vector<std::string> files;
  for (const Stage::SavedHistory& saved : stage.saved()) files.push_back(saved.file);
  std::vector<std::string> expected = recorded.files;
  std::sort(files.begin(), files.end());
  std::sort(expected.begin(), expected.end());
  comparison.Compare("files", expected, files);
  comparison.Compare("outcome", recorded.outcome, stage.outcomes());
  comparison.Compare("facts", Comparable(recorded.facts, recorded.stable),
                     Comparable(stage.Facts(), recorded.stable));
  return comparison.Take();
}

std::string Summary(const Stage& stage) {
  std::string text;
  for (const auto& [key, outcome] : stage.outcomes().items()) {
    const json status = outcome.is_object() ? outcome["status"] : outcome;
    if (!text.empty()) text += ", ";
    text += key == "workflow" ? status.get<std::string>()
                              : fmt::format("{} {}", key, status.get<std::string>());
  }
  std::map<std::string, std::int64_t> invocations;  // those of all arguments together
  for (const auto& [key, count] : stage.board().Invocations()) {
    invocations[key.substr(0, key.find(':'))] += count;
  }
  if (!invocations.empty() && !text.empty()) text += ";";
  for (const auto& [activity, count] : invocations) text += fmt::format(" {} {}", count, activity);
  return text;
}

absl::StatusOr<PlayedRow> PlayPort(const RecordedScenario& recorded,
                                   const std::vector<sim::Decision>& decisions,
                                   const std::filesystem::path& folder) {
  PlayedRow row{.name = recorded.name};
  const Port* port = FindPort(recorded.name);
  if (port == nullptr) {
    row.differences.emplace_back("it has no port");
    return row;
  }
  Stage stage(recorded, port->play);
  const std::vector<std::string> troubles = PlayOn(stage, decisions);
  for (const Stage::SavedHistory& saved : stage.saved()) {
    const std::string text = replay::WriteHistory(saved.history);
    if (absl::Status written = recorded::WriteTextFile(folder / saved.file, text); !written.ok()) {
      return written;
    }
  }
  row.came_to = Summary(stage);
  for (const auto& [name, fact] : recorded.facts.items()) row.facts.push_back(name);
  row.differences = Differences(recorded, stage, troubles);
  return row;
}

int Refuse(const absl::Status& status) {
  fmt::print(stderr, "conformance: {}\n", std::string(status.message()));
  return kBadInput;
}

int Main(const std::vector<std::string>& words) {
  const absl::StatusOr<Arguments> arguments = ParseArguments(words);
  if (!arguments.ok()) return Refuse(arguments.status());
  const auto index = recorded::ReadIndex(arguments->recorded / "index.json");
  if (!index.ok()) return Refuse(index.status());
  const auto plays = money_transfer::ReadPlays(arguments->recorded / "plays.json");
  if (!plays.ok()) return Refuse(plays.status());
  for (const std::string& name : arguments->names) {
    if (recorded::FindRecorded(*index, name) != nullptr) continue;
    return Refuse(absl::NotFoundError("there is no recorded scenario " + name));
  }
  std::vector<PlayedRow> rows;
  for (const RecordedScenario& recorded : *index) {
    const auto& names = arguments->names;
    if (!names.empty() && std::find(names.begin(), names.end(), recorded.name) == names.end()) {
      continue;
    }
    const auto play = std::find_if(plays->begin(), plays->end(), [&](const Play& candidate) {
      return candidate.name == recorded.name;
    });
    if (play != plays->end() && !arguments->decisions.empty()) {
      return Refuse(absl::InvalidArgumentError(recorded.name + " takes no --decide: it is data"));
    }
    absl::StatusOr<PlayedRow> row = play != plays->end()
                                        ? money_transfer::PlayRow(*play, &recorded, arguments->out)
                                        : PlayPort(recorded, arguments->decisions, arguments->out);
    if (!row.ok()) return Refuse(row.status());
    rows.push_back(*std::move(row));
  }
  arguments->json ? PrintJson(rows) : PrintTable(rows);
  return AllSame(rows) ? kAllSame : kDiffers;
}

}  // namespace
}  // namespace groundhog::conformance

int main(int argc, char** argv) {
  try {
    return groundhog::conformance::Main(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    fmt::print(stderr, "conformance: a fault of Groundhog's own: {}\n", error.what());
    return groundhog::conformance::kOwnFault;
  }
}
