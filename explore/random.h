// RandomStrategy: run i has the answers of SeededChoices under a seed derived from the campaign's
// seed and i. Each run draws its own swarm: which kinds of fault exist in it, how many, how often.
// It never ends by itself.
#pragma once

#include <cstdint>
#include <memory>

#include "explore/strategy.h"
#include "faults/plan.h"
#include "sim/seeded_choices.h"

namespace groundhog::explore {

// What `groundhog run --seed` takes to make run `index` of a random campaign.
std::uint64_t SeedOfRun(std::uint64_t campaign_seed, std::uint64_t index);

class RandomStrategy final : public Strategy {
 public:
  // `faults` must outlive the strategy. Without AtMost a run has at most 8 decisions.
  RandomStrategy(const faults::Faults& faults, std::uint64_t seed);

  std::uint64_t NextRound() override;
  std::unique_ptr<Explorer> NewExplorer() override;
  bool enumerates() const override { return false; }

 private:
  const faults::Faults& faults_;
  std::uint64_t seed_;
  bool begun_ = false;
};

}  // namespace groundhog::explore
