// BoundedStrategy: every run with at most k decisions off zero, each exactly once; with k = 1 it is
// the sweep: every single fault at every point of the uneventful run.
//
// A run is extended only behind its last decision, at each point it asked there. Up to that point
// the longer run is the same, so a set of decisions is reached on one way only, and points that
// exist because of an earlier fault (a retry's own crash) are reached like any other.
//
// Order of the runs: the uneventful one; then all single decisions in the order of their points;
// then all pairs, by their first decision; and so on. A round is the sets of one size, a unit those
// with one first decision. A unit makes the runs it extends again, one for some hundred extensions,
// so that nothing grows with the number of sets.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "explore/enumerated_choices.h"
#include "explore/strategy.h"
#include "faults/plan.h"

namespace groundhog::explore {

class BoundedStrategy final : public Strategy {
 public:
  // `faults` must outlive the strategy.
  BoundedStrategy(const faults::Faults& faults, std::uint32_t most_decisions);

  std::uint64_t NextRound() override;
  std::unique_ptr<Explorer> NewExplorer() override;
  bool enumerates() const override { return true; }
  bool leaves_inputs() const override { return leaves_inputs_; }
  std::vector<std::uint64_t> totals() const override { return totals_; }

 private:
  friend class BoundedExplorer;
  // One way to extend a run.
  struct Extension {
    PlacedDecision decision;
    bool at_created_point = false;  // the uneventful run does not have this point
  };
  struct Unit {
    std::uint64_t first_run = 0;
    std::uint64_t extensions = 0;  // of all its runs; written by whoever explores it
  };

  const faults::Faults& faults_;
  std::uint32_t most_decisions_;
  // Written by the unit of the first round.
  std::vector<Extension> singles_;
  absl::flat_hash_set<std::uint64_t> uneventful_points_;  // looked up, never iterated
  bool leaves_inputs_ = false;
  // Of the round that is under way.
  bool begun_ = false;
  std::uint32_t level_ = 0;
  std::uint64_t runs_below_ = 0;  // of the rounds before
  std::vector<Unit> units_;
  std::vector<std::uint64_t> totals_;
};

}  // namespace groundhog::explore
