// The command line that shows a run again, as a person would write it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/choice_tape.h"

namespace groundhog::explore {

// Decisions that differ only in consecutive attempts: those from `first` to attempt `last`.
struct DecisionRange {
  sim::Decision first = {};
  std::int32_t last = 0;  // first.number if it is one decision
};
std::vector<DecisionRange> RangesOf(std::span<const sim::Decision> decisions);
// "net/lose{RespondActivityTaskCompleted(pay-invoice-701, withdraw, 1..3)}=lost"
std::string TextOf(const DecisionRange& range);
// One text for each decision; those that differ only in consecutive attempts share one:
// "…(pay-invoice-701, withdraw, 1..3)}=lost".
std::vector<std::string> DecisionTexts(std::span<const sim::Decision> decisions);

// "groundhog run money_transfer --decide 'net/lose{…}=lost'", ready to be pasted into a shell.
std::string ReproduceCommand(std::string_view program, std::string_view scenario,
                             std::span<const sim::Decision> decisions);

}  // namespace groundhog::explore
