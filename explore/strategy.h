// Strategy: which runs a campaign makes, and in which order they are numbered.
//
// The work comes in rounds, a round in units, a unit in runs. The units of a round are explored
// side by side, each whole by one Explorer, of which every thread has one; a round begins when the
// one before has ended. Unit by unit the run indices ascend, and what a unit does depends on
// nothing but its number and earlier rounds: so the answer does not depend on the number of
// threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "explore/result.h"
#include "explore/run_log.h"
#include "faults/plan.h"

namespace groundhog::explore {

// Explores units; belongs to one thread.
class Explorer {
 public:
  virtual ~Explorer() = default;
  virtual void Explore(std::uint64_t unit, RunLog& log) = 0;
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  // How many units the next round has; 0: nothing is left to try. REQUIRES: the last round was
  // explored whole.
  virtual std::uint64_t NextRound() = 0;
  virtual std::unique_ptr<Explorer> NewExplorer() = 0;
  // Whether the end of the rounds means that everything was tried.
  virtual bool enumerates() const = 0;
  // Whether runs asked for inputs and always got the first.
  virtual bool leaves_inputs() const { return false; }
  // For strategies that enumerate: how many sets of 1, 2, … decisions there are, as far as that is
  // known.
  virtual std::vector<std::uint64_t> totals() const { return {}; }
};

enum class StrategyKind : std::uint8_t { kRandom, kSweep, kBounded };
std::string_view NameOf(StrategyKind kind);
// Errors: unknown names, and those that the design names but that are not built.
absl::StatusOr<StrategyKind> ParseStrategy(std::string_view name);

// `faults` must outlive the strategy.
std::unique_ptr<Strategy> MakeStrategy(StrategyKind kind, const faults::Faults& faults,
                                       std::uint64_t seed);

}  // namespace groundhog::explore
