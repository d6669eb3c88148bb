#include "scenarios/money_transfer/play_row.h"

#include <string>

#include <fmt/format.h>

#include "replay/history_json.h"
#include "scenarios/money_transfer/expectation.h"
#include "scenarios/money_transfer/player.h"
#include "scenarios/recorded/outcome.h"
#include "scenarios/recorded/text_file.h"

namespace groundhog::money_transfer {
namespace {

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

}  // namespace

absl::StatusOr<recorded::PlayedRow> PlayRow(const Play& play,
                                            const recorded::RecordedScenario* recorded,
                                            const std::filesystem::path& folder) {
  const PlayOutcome outcome = PlayInSimulator(play);
  if (absl::Status written = WriteHistories(play, outcome, folder); !written.ok()) return written;
  const nlohmann::json* facts = recorded == nullptr ? nullptr : &recorded->facts;
  recorded::PlayedRow row{.name = play.name, .came_to = Summary(outcome)};
  for (const SeenFact& fact : outcome.facts) {
    if (facts != nullptr && facts->contains(fact.name)) row.facts.push_back(fact.name);
  }
  row.differences = Differences(play, outcome, facts);
  return row;
}

}  // namespace groundhog::money_transfer
