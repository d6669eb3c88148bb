// play_recorded PLAYS --out DIR [--facts FILE] [--json]
//
// Plays each scenario of PLAYS (play.h says what it holds) in the simulator, writes the histories in Temporal's JSON below DIR, under
// the names that the scenario gives, and compares what else came of it: outcome, balances, ledger, number of invocations, and what
// describe and list said (facts: FILE, or index.json beside PLAYS). Whether the histories are the recorded ones, compare.py tells.
//
// Prints a row a scenario, or with --json one object. Exit status: 0 all as recorded; 1 something differs; 2 the command line or
// an input is wrong, or DIR cannot be written; 3 Groundhog itself is at fault.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replay/history_json.h"
#include "scenarios/money_transfer/expectation.h"
#include "scenarios/money_transfer/play.h"
#include "scenarios/money_transfer/player.h"
#include "scenarios/recorded/index.h"
#include "scenarios/recorded/outcome.h"
#include "scenarios/recorded/text_file.h"

namespace groundhog::money_transfer {
namespace {

enum ExitStatus : int { kAllSame = 0, kDiffers = 1, kBadInput = 2, kOwnFault = 3 };

constexpr std::string_view kUsage = "usage: play_recorded PLAYS --out DIR [--facts FILE] [--json]";

struct Arguments {
  std::string plays;
  std::filesystem::path out;
  std::optional<std::string> facts;
  bool json = false;
};

absl::StatusOr<Arguments> ParseArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  const auto wrong = [](std::string_view what, const std::string& word) {
    return absl::InvalidArgumentError(fmt::format("{} {}\n{}", what, word, kUsage));
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--json") {
      arguments.json = true;
    } else if (word == "--out" || word == "--facts") {
      if (i + 1 == words.size() || words[i + 1].empty()) return wrong("no value after", word);
      const std::string& value = words[++i];
      if (word == "--out") arguments.out = value;
      if (word == "--facts") arguments.facts = value;
    } else if (word.empty() || word.front() == '-' || !arguments.plays.empty()) {
      return wrong("unexpected argument", replay::Quoted(word));
    } else {
      arguments.plays = word;
    }
  }
  if (arguments.plays.empty()) return wrong("missing:", "PLAYS");
  if (arguments.out.empty()) return wrong("missing:", "--out DIR");
  return arguments;
}

using Index = std::vector<recorded::RecordedScenario>;

absl::StatusOr<Index> FindFacts(const Arguments& arguments) {
  if (arguments.facts) return recorded::ReadIndex(*arguments.facts);
  const auto beside = std::filesystem::path(arguments.plays).parent_path() / "index.json";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(beside, ignored)) return Index();
  return recorded::ReadIndex(beside.string());
}

absl::Status WriteHistories(const Play& play, const PlayOutcome& outcome,
                            const std::filesystem::path& folder) {
  for (std::size_t i = 0; i < play.files.size() && i < outcome.runs.size(); ++i) {
    const std::string text = replay::WriteHistory(outcome.runs[i].history);
    if (absl::Status written = recorded::WriteTextFile(folder / play.files[i], text);
        !written.ok()) {
      return written;
    }
  }
  return absl::OkStatus();
}

struct Row {
  std::string name;
  std::string came_to;  // "completed; ledger of 2; withdraw 1, deposit 1"
  nlohmann::json facts = nlohmann::json::array();  // names of those compared
  std::vector<std::string> differences;
};

std::string Summary(const PlayOutcome& outcome) {
  std::string text;
  for (const auto& [id, ended] : outcome.outcomes) {
    if (!text.empty()) text += ", ";
    text += recorded::OutcomeAsRecorded(ended)["status"].get<std::string>();
  }
  text += fmt::format("; {} bookings;", outcome.bank.entries.size());
  for (const auto& [activity, count] : outcome.invocations) {
    text += fmt::format(" {} {}", count, activity);
  }
  return text;
}

Row MakeRow(const Play& play, const PlayOutcome& outcome, const Index& index) {
  const recorded::RecordedScenario* row_of_play = recorded::FindRecorded(index, play.name);
  const nlohmann::json* recorded = row_of_play == nullptr ? nullptr : &row_of_play->facts;
  Row row{.name = play.name, .came_to = Summary(outcome)};
  for (const SeenFact& fact : outcome.facts) {
    if (recorded != nullptr && recorded->contains(fact.name)) row.facts.push_back(fact.name);
  }
  row.differences = Differences(play, outcome, recorded);
  return row;
}

void PrintTable(const std::vector<Row>& rows) {
  std::size_t same = 0;
  for (const Row& row : rows) {
    fmt::print("{:<46} {:<8} {}\n", row.name, row.differences.empty() ? "same" : "differs",
               row.came_to);
    for (const std::string& difference : row.differences) fmt::print("    {}\n", difference);
    if (row.differences.empty()) ++same;
  }
  fmt::print("{} of {} same\n", same, rows.size());
}

void PrintJson(const std::vector<Row>& rows) {
  nlohmann::ordered_json all = {{"scenarios", nlohmann::ordered_json::array()}};
  for (const Row& row : rows) {
    all["scenarios"].push_back({{"name", row.name},
                                {"same", row.differences.empty()},
                                {"came_to", row.came_to},
                                {"facts", row.facts},
                                {"differences", row.differences}});
  }
  fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

int Refuse(const absl::Status& status) {
  fmt::print(stderr, "play_recorded: {}\n", std::string(status.message()));
  return kBadInput;
}

int Main(const std::vector<std::string>& words) {
  const absl::StatusOr<Arguments> arguments = ParseArguments(words);
  if (!arguments.ok()) return Refuse(arguments.status());
  const absl::StatusOr<std::vector<Play>> plays = ReadPlays(arguments->plays);
  if (!plays.ok()) return Refuse(plays.status());
  const absl::StatusOr<Index> facts = FindFacts(*arguments);
  if (!facts.ok()) return Refuse(facts.status());
  std::error_code error;
  std::filesystem::create_directories(arguments->out, error);
  if (!std::filesystem::is_directory(arguments->out)) {
    return Refuse(absl::PermissionDeniedError(fmt::format(
        "{}: no folder, and none can be made; choose another --out", arguments->out.string())));
  }
  std::vector<Row> rows;
  bool differs = false;
  for (const Play& play : *plays) {
    const PlayOutcome outcome = PlayInSimulator(play);
    if (const absl::Status written = WriteHistories(play, outcome, arguments->out); !written.ok()) {
      return Refuse(written);
    }
    rows.push_back(MakeRow(play, outcome, *facts));
    differs = differs || !rows.back().differences.empty();
  }
  arguments->json ? PrintJson(rows) : PrintTable(rows);
  return differs ? kDiffers : kAllSame;
}

}  // namespace
}  // namespace groundhog::money_transfer

int main(int argc, char** argv) {
  try {
    return groundhog::money_transfer::Main(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    fmt::print(stderr, "play_recorded: a fault of Groundhog's own: {}\n", error.what());
    return groundhog::money_transfer::kOwnFault;
  }
}
