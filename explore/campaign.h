// Campaign: explores a subject on all cores until its strategy or its budget ends, and gathers the
// distinct violations.
//
//     CampaignOptions options{.strategy = StrategyKind::kBounded, .faults = Faults().AtMost(2)};
//     const absl::StatusOr<CampaignResult> result = Explore("money_transfer", SubjectOf(scenario),
//     options, {});
//
// The answer does not depend on `jobs`: everything is gathered in the order of run indices. Budgets
// count runs; one in seconds makes the result say how many runs it came to. The clock serves that
// and progress, nothing else.
//
// Each violation is on disk (saved_failure.h) before an observer hears of it; if a plainer way to
// it turns up, that replaces it there. Observers are called
// on the caller's thread. Errors: options that make no sense, a directory that cannot be written, a
// failure that could not be saved.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <absl/status/statusor.h>

#include "explore/result.h"
#include "explore/shrink.h"
#include "explore/strategy.h"
#include "explore/subject.h"
#include "faults/plan.h"

namespace groundhog::explore {

struct CampaignOptions {
  StrategyKind strategy = StrategyKind::kRandom;
  faults::Faults faults = faults::Faults();
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> max_runs = {};
  std::optional<double> max_seconds = {};
  std::uint32_t jobs = 0;               // threads; 0: as many as there are cores
  bool first_only = false;              // stop at the lowest run that fails
  std::string failures_directory = {};  // empty: nothing is saved
  std::string program = "groundhog";    // of the commands that reproduce
  std::uint64_t max_shrink_runs = 5'000;
};

struct Progress {
  std::uint64_t runs = 0;
  std::uint64_t points = 0;
  std::uint64_t violations = 0;
  double seconds = 0;
  double runs_per_second = 0;
};

struct Observer {
  std::function<void(const Progress&)> on_progress = {};  // at most ten times a second
  std::function<void(const FoundViolation&)> on_violation = {};
  // Asked at least ten times a second: whether to end now, as if the time were up.
  std::function<bool()> wants_to_stop = {};
};

// REQUIRES of a random strategy: a budget.
absl::StatusOr<CampaignResult> Explore(const std::string& scenario, const SubjectFactory& make,
                                       const CampaignOptions& options,
                                       const Observer& observer = {});

}  // namespace groundhog::explore
