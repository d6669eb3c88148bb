// CheckDeterminism: does a seed give the same run each time, does its tape, and still after many
// other runs (DESIGN §9)?
//
// For each seed: the run of the seed, the run of the tape recorded from it, and the run of the seed
// on a fresh Subject must have one digest; and every so often the first seed is run again, after
// all the others. The report names the first seed that differs and, if the subject has a trace, the
// first record in which the two runs part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "explore/subject.h"
#include "faults/plan.h"

namespace groundhog::explore {

struct DeterminismOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1'000;
  std::uint64_t others = 1'000;  // the first seed is run again after so many other runs
  bool fresh_subjects = true;    // compare with a new Subject as well
  faults::Faults faults = faults::Faults();
};

struct Divergence {
  std::uint64_t seed = 0;
  std::string between = {};  // "the seed and its own tape"
  std::uint64_t digest = 0;
  std::uint64_t other_digest = 0;
  std::string where = {};  // the first trace record that differs; empty if the subject has no trace
  std::string Text() const;
};

struct DeterminismReport {
  std::uint64_t seeds = 0;  // how many were tried
  std::uint64_t runs = 0;
  // Over all seeds: to be compared between processes, compilers and machines.
  std::uint64_t digest = 0;
  std::optional<Divergence> divergence = {};
  bool holds() const { return !divergence.has_value(); }
};

DeterminismReport CheckDeterminism(const SubjectFactory& make, const DeterminismOptions& options);

// One trace record as a line for people.
std::string TextOf(const sim::TraceRecord& record);

}  // namespace groundhog::explore
