#include "explore/random.h"

#include <limits>

#include "base/hash.h"

namespace groundhog::explore {
namespace {

// Few enough that a unit takes milliseconds, enough that handing out units costs nothing.
constexpr std::uint64_t kRunsInUnit = 32;

class RandomExplorer final : public Explorer {
 public:
  RandomExplorer(const faults::Faults& faults, std::uint64_t campaign_seed)
      : campaign_seed_(campaign_seed),
        choices_(Options(faults), [&faults](const sim::ChoiceSite& site, sim::Answer answer) {
          return faults.Allows(site, answer);
        }) {}

  void Explore(std::uint64_t unit, RunLog& log) override {
    const std::uint64_t end = (unit + 1) * kRunsInUnit;
    for (std::uint64_t index = unit * kRunsInUnit; index < end && log.MayRun(index); ++index) {
      const std::uint64_t seed = SeedOfRun(campaign_seed_, index);
      choices_.Restart(seed);
      log.Run(index, choices_, seed);
    }
  }

 private:
  static sim::SeededChoices::Options Options(const faults::Faults& faults) {
    sim::SeededChoices::Options options;
    if (faults.at_most()) options.max_decisions = *faults.at_most();
    return options;
  }

  std::uint64_t campaign_seed_;
  sim::SeededChoices choices_;
};

}  // namespace

std::uint64_t SeedOfRun(std::uint64_t campaign_seed, std::uint64_t index) {
  return CombineHash(campaign_seed, index);
}

RandomStrategy::RandomStrategy(const faults::Faults& faults, std::uint64_t seed)
    : faults_(faults), seed_(seed) {}

std::uint64_t RandomStrategy::NextRound() {
  if (begun_) return 0;
  begun_ = true;
  return std::numeric_limits<std::uint64_t>::max() / kRunsInUnit;
}

std::unique_ptr<Explorer> RandomStrategy::NewExplorer() {
  return std::make_unique<RandomExplorer>(faults_, seed_);
}

}  // namespace groundhog::explore
