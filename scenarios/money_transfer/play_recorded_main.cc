// play_recorded PLAYS --out DIR [--facts FILE] [--json]
//
// Plays each scenario of PLAYS (play.h says what it holds) in the simulator, writes the histories
// in Temporal's JSON below DIR, under the names that the scenario gives, and compares what else
// came of it: outcome, balances, ledger, number of invocations, and what describe and list said
// (facts: FILE, or index.json beside PLAYS). Whether the histories are
// the recorded ones, compare.py tells.
//
// Prints a row a scenario, or with --json one object. Exit status: 0 all as recorded; 1 something
// differs; 2 the command line or an input is wrong, or DIR cannot be written;
// 3 Groundhog itself is at fault.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "replay/json_text.h"
#include "scenarios/money_transfer/play.h"
#include "scenarios/money_transfer/play_row.h"
#include "scenarios/recorded/index.h"
#include "scenarios/recorded/played_row.h"

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
  std::vector<recorded::PlayedRow> rows;
  for (const Play& play : *plays) {
    absl::StatusOr<recorded::PlayedRow> row =
        PlayRow(play, recorded::FindRecorded(*facts, play.name), arguments->out);
    if (!row.ok()) return Refuse(row.status());
    rows.push_back(*std::move(row));
  }
  arguments->json ? PrintJson(rows) : PrintTable(rows);
  return AllSame(rows) ? kAllSame : kDiffers;
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
