// PlayedRow: what became of one scenario that was played again, for the table that a player prints.
#pragma once

#include <string>
#include <vector>

namespace groundhog::recorded {

struct PlayedRow {
  std::string name = {};
  std::string came_to = {};             // "completed; 2 bookings; 1 withdraw, 1 deposit"
  std::vector<std::string> facts = {};  // names of those compared
  std::vector<std::string> differences = {};
};

bool AllSame(const std::vector<PlayedRow>& rows);

// On standard output: a row a scenario, or one JSON object.
void PrintTable(const std::vector<PlayedRow>& rows);
void PrintJson(const std::vector<PlayedRow>& rows);

}  // namespace groundhog::recorded
