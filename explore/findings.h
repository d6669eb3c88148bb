// Findings: the distinct violations of a campaign. It takes suspects in the order of their runs,
// shrinks them, tells them apart by identity and saves each new one before anybody hears of it.
//
// A suspect is shrunk while its identity stays, so a rare bug does not end as a frequent one. Not
// every failing run is shrunk: one whose decisions contain all kinds of a way that is known, and
// that came out as a known violation did, is taken for that. But what remains of it without those
// decisions is tried, a limited number of times for each violation, because a second bug likes to
// hide behind a frequent one.
//
// Of the ways to a violation, a limited number, the plainest one stands for it: few kinds before
// many, kinds that stand first in the catalog of faults before others, few decisions before many.
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
  // What is known of the violation of the same index in found_.
  struct Known {
    std::vector<Kinds> ways;
    std::uint32_t remainders_tried = 0;
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  // The index of the violation with that identity.
  std::size_t Find(const Identity& identity) const;
  // A way to a violation of the same property all of whose kinds the suspect has; or null.
  const Kinds* KnownWay(const Suspect& suspect, std::size_t& violation) const;
  absl::Status TryRemainder(const Suspect& suspect, std::size_t violation, const Kinds& way,
                            Runner& runner);
  absl::Status ShrinkAndKeep(const Suspect& suspect, Runner& runner);
  absl::Status Keep(const Suspect& suspect, FoundViolation found);
  absl::Status KeepWay(const Suspect& suspect, FoundViolation found, std::size_t violation);
  absl::Status Save(const Suspect& suspect, FoundViolation& found) const;

  Options options_;
  std::vector<FoundViolation> found_;
  std::vector<Known> known_;
  // Identities and kinds before shrinking; looked up, never iterated.
  absl::flat_hash_set<std::uint64_t> suspected_;
};

}  // namespace groundhog::explore
