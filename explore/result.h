// CampaignResult: what an exploration came to. Everything in it but the times is the same however
// many cores took part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/identity.h"
#include "sim/choice_tape.h"

namespace groundhog::explore {

// More ways to one violation are not kept.
inline constexpr std::size_t kMostWays = 32;

// Another way to a violation that is known.
struct OtherWay {
  std::vector<sim::Decision> decisions = {};  // shrunk
  std::uint64_t found_at_run = 0;  // the number, from 1, of the run they were shrunk from
  std::string reproduce = {};
};

// A bug: its plainest way, and the others that were found.
struct FoundViolation {
  std::string property = {};
  std::string message = {};  // of the shrunk run
  Identity identity = {};
  std::vector<std::string> also_broken = {};  // the other properties that the shrunk run breaks
  std::vector<sim::Decision> decisions = {};  // shrunk
  std::vector<sim::Decision> found_decisions = {};  // of the run they were shrunk from
  std::uint64_t found_at_run = 0;                   // that run's number, from 1
  std::uint64_t runs_to_find = 0;  // the number of the run that showed the bug first, by any way
  std::uint64_t shrink_runs = 0;
  bool minimal = false;        // whether the shrinker came to its end
  std::uint64_t digest = 0;    // of the shrunk run
  std::string reproduce = {};  // the command
  std::string file = {};       // where it is saved, if it is
  std::vector<OtherWay> other_ways = {};
};

// The sets with a certain number of decisions.
struct LevelCount {
  std::uint64_t tried = 0;
  std::uint64_t of = 0;  // how many there are; known once the level below was tried whole
  // Of those tried: whose last point exists only because of the decisions before it.
  std::uint64_t at_created_points = 0;
  friend bool operator==(const LevelCount&, const LevelCount&) = default;
};

struct CampaignResult {
  std::string scenario = {};
  std::string strategy = {};
  std::string faults = {};  // which were allowed, as --faults takes it
  std::uint64_t seed = 0;   // of a random strategy
  std::uint64_t runs = 0;   // simulations, without those for shrinking
  std::uint64_t failed_runs = 0;
  // Everything that the strategy stands for was tried, and no run ended at a bound.
  bool exhausted = false;
  bool interrupted = false;             // an observer wanted to stop
  std::uint64_t points = 0;             // distinct choice points at which some run decided off zero
  std::uint64_t pairs = 0;              // sets of two decisions that were tried
  std::vector<LevelCount> levels = {};  // of bounded strategies: [0] single decisions, [1] pairs, …
  bool only_faults = true;              // no order and no inputs among the decisions
  std::string nominal = {};             // what stayed uneventful: "order and latency"
  std::vector<FoundViolation> violations = {};  // in the order of the runs that showed them first
  std::uint64_t digest = 0;                     // over the digests of all runs
  double elapsed_seconds = 0;
  double runs_per_second = 0;

  bool holds() const { return violations.empty(); }
};

// What was covered: "311 of 311 single faults, 40120 of 40120 pairs, 1204 of them at points that
// only the first fault creates; order and latency nominal".
std::string ProofLine(const CampaignResult& result);

}  // namespace groundhog::explore
