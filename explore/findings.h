// Findings: the distinct violations of a campaign. It takes suspects in the order of their runs,
// shrinks them, tells them apart by identity and saves each new one before anybody hears of it.
//
// Not every failing run is shrunk: one whose decisions contain all kinds of a violation known by
// then, of the same property, is taken for that violation. But what remains of it without those
// decisions is tried, a limited number of times for each violation, because a second bug likes to
// hide behind a frequent one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>
#include <absl/status/status.h>

#include "explore/result.h"
#include "explore/run_log.h"
#include "explore/shrink.h"

namespace groundhog::explore {

class Findings {
 public:
  struct Options {
    std::string scenario = {};
    std::string strategy = {};
    std::string program = "groundhog";  // of the commands that reproduce
    std::string directory = {};         // for saved failures; empty: they are not saved
    ShrinkOptions shrink = {};
  };
  explicit Findings(Options options) : options_(std::move(options)) {}

  // REQUIRES: in the order of the runs. The error is that a failure could not be saved; it is then
  // not among found().
  absl::Status Add(const Suspect& suspect, Runner& runner);

  const std::vector<FoundViolation>& found() const { return found_; }

 private:
  // The known violation that explains the suspect, or null.
  FoundViolation* Explanation(const Identity& identity);
  absl::Status TryRemainder(const Suspect& suspect, FoundViolation& known, Runner& runner);
  absl::Status ShrinkAndKeep(const Suspect& suspect, Runner& runner);
  absl::Status Keep(const Suspect& suspect, FoundViolation found);

  Options options_;
  std::vector<FoundViolation> found_;
  std::vector<std::uint32_t> remainders_tried_;  // for each of found_
  absl::flat_hash_set<std::uint64_t>
      suspected_;  // identities before shrinking; looked up, never iterated
};

}  // namespace groundhog::explore
