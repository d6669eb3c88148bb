#include "explore/result.h"

#include <fmt/format.h>

namespace groundhog::explore {
namespace {

std::string NameOfLevel(std::size_t decisions, bool only_faults, std::uint64_t count) {
  switch (decisions) {
    case 1:
      return fmt::format("single {}{}", only_faults ? "fault" : "decision", count == 1 ? "" : "s");
    case 2:
      return count == 1 ? "pair" : "pairs";
    case 3:
      return count == 1 ? "triple" : "triples";
    default:
      return fmt::format("sets of {}", decisions);
  }
}

std::string TextOf(const CampaignResult& result, std::size_t index) {
  const LevelCount& level = result.levels[index];
  std::string text = fmt::format("{} of {} {}", level.tried, level.of,
                                 NameOfLevel(index + 1, result.only_faults, level.of));
  if (index == 0) return text;
  const char* what = result.only_faults ? "fault" : "decision";
  if (index == 1) {
    return text + fmt::format(", {} of them at points that only the first {} creates",
                              level.at_created_points, what);
  }
  return text + fmt::format(", {} of them at points that only the {}s before create",
                            level.at_created_points, what);
}

}  // namespace

std::string ProofLine(const CampaignResult& result) {
  std::string line;
  if (result.levels.empty()) {
    line = fmt::format("{} random run{} (seed {}), {} points", result.runs,
                       result.runs == 1 ? "" : "s", result.seed, result.points);
  }
  for (std::size_t i = 0; i < result.levels.size(); ++i) {
    line += (i == 0 ? "" : ", ") + TextOf(result, i);
  }
  if (!result.nominal.empty()) line += fmt::format("; {} nominal", result.nominal);
  if (result.faults != "all") line += fmt::format("; faults: {}", result.faults);
  return line;
}

}  // namespace groundhog::explore
