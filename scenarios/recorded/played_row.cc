#include "scenarios/recorded/played_row.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace groundhog::recorded {

bool AllSame(const std::vector<PlayedRow>& rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [](const PlayedRow& row) { return row.differences.empty(); });
}

void PrintTable(const std::vector<PlayedRow>& rows) {
  std::size_t same = 0;
  for (const PlayedRow& row : rows) {
    fmt::print("{:<46} {:<8} {}\n", row.name, row.differences.empty() ? "same" : "differs",
               row.came_to);
    for (const std::string& difference : row.differences) fmt::print("    {}\n", difference);
    if (row.differences.empty()) ++same;
  }
  fmt::print("{} of {} same\n", same, rows.size());
}

void PrintJson(const std::vector<PlayedRow>& rows) {
  nlohmann::ordered_json all = {{"scenarios", nlohmann::ordered_json::array()}};
  for (const PlayedRow& row : rows) {
    all["scenarios"].push_back({{"name", row.name},
                                {"same", row.differences.empty()},
                                {"came_to", row.came_to},
                                {"facts", row.facts},
                                {"differences", row.differences}});
  }
  fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace groundhog::recorded
