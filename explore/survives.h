// Survives: the claim of a campaign as one line of a Catch2 test (version 2 or 3).
//
//     #include "explore/survives.h"
//     using namespace groundhog;
//
//     TEST_CASE("no schedule of at most two faults loses money") {
//       CHECK_THAT(HardenedTransfer(), Survives(Faults().AtMost(2)));
//     }
//
// HardenedTransfer() returns a ScenarioEntry. Every set of at most so many faults is tried, on all
// cores; a claim that could not be tried whole does not pass. `Survives(Faults(),
// RandomRuns(10'000))` tries random runs. A failure prints the violated property, the few decisions
// that break it, what was covered, and the command that reproduces it.
//
// This is the only header of Groundhog that needs Catch2.
#pragma once

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#elif __has_include(<catch2/catch.hpp>)
#include <catch2/catch.hpp>
#else
#error "explore/survives.h is for tests with Catch2, version 2 or 3, which is not found"
#endif

#include <cstdint>
#include <string>
#include <utility>

#include "explore/campaign.h"
#include "explore/simulation_subject.h"
#include "explore/survival.h"
#include "faults/plan.h"
#include "world/scenario.h"

namespace groundhog {

using faults::Faults;

// Instead of every set of faults: so many random runs.
struct RandomRuns {
  explicit RandomRuns(std::uint64_t runs_to_make, std::uint64_t first_seed = 1)
      : runs(runs_to_make), seed(first_seed) {}
  std::uint64_t runs;
  std::uint64_t seed;
};

namespace explore {

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
template <class T>
using CatchMatcher = Catch::Matchers::MatcherBase<T>;
#else
template <class T>
using CatchMatcher = Catch::MatcherBase<T>;
#endif

class SurvivesMatcher : public CatchMatcher<ScenarioEntry> {
 public:
  explicit SurvivesMatcher(CampaignOptions options) : options_(std::move(options)) {}

  bool match(const ScenarioEntry& scenario) const override {
    const absl::StatusOr<CampaignResult> result =
        Explore(scenario.name, SubjectOf(scenario), options_);
    explanation_ = result.ok() ? SurvivalText(*result) : std::string(result.status().message());
    if (!result.ok()) return false;
    return result->holds() && (result->exhausted || options_.strategy == StrategyKind::kRandom);
  }

  // Catch2 asks for it after the match.
  std::string describe() const override { return ClaimText(options_) + "\n" + explanation_; }

 private:
  CampaignOptions options_;
  mutable std::string explanation_;
};

}  // namespace explore

inline explore::SurvivesMatcher Survives(const Faults& faults) {
  return explore::SurvivesMatcher(explore::EveryFaultOf(faults));
}

inline explore::SurvivesMatcher Survives(const Faults& faults, const RandomRuns& random) {
  return explore::SurvivesMatcher({.strategy = explore::StrategyKind::kRandom,
                                   .faults = faults,
                                   .seed = random.seed,
                                   .max_runs = random.runs});
}

}  // namespace groundhog

template <>
struct Catch::StringMaker<groundhog::ScenarioEntry> {
  static std::string convert(const groundhog::ScenarioEntry& scenario) { return scenario.name; }
};
