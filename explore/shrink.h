// Shrink: from the decisions of a run that violates a property to the few that matter.
//
// It deletes decisions (in halves, quarters, … and at last one by one), makes them alike (three
// losses rather than a loss, a crash and a partition), lowers answers to lower-numbered ones, and
// lowers attempts and occurrences, while the run still violates the same property. Each step makes
// the list smaller in the order (count, kinds, answers, attempts, occurrences), so it ends; it goes
// on until no single step helps, so what is left is 1-minimal. Deterministic; bounded by a number
// of runs, and of the steps of all runs together: a run that goes on without end takes as long as
// thousands of others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explore/identity.h"
#include "explore/subject.h"
#include "sim/choice_tape.h"
#include "sim/seeded_choices.h"

namespace groundhog::explore {

struct ShrinkOptions {
  std::uint64_t max_runs = 5'000;
  std::uint64_t max_steps = 20'000'000;  // about a minute
  // Which answers a decision may be lowered to; all if empty.
  sim::AnswerFilter allowed = {};
  // If given: only a violation with this identity counts, so that it does not end at another bug.
  std::optional<Identity> identity = {};
};

struct Shrunk {
  std::vector<sim::Decision> decisions = {};
  properties::Violation violation = {};       // the one that is left
  std::vector<std::string> also_broken = {};  // the other properties that run violates
  std::uint64_t digest = 0;                   // of the run of `decisions`
  std::uint64_t runs = 0;                     // what it took
  bool minimal = false;                       // false: a bound came first
  // False: the decisions given do not violate the property; then nothing else is told.
  bool reproduced = false;
};

// REQUIRES: no decision has any_scope.
Shrunk Shrink(Runner& runner, const std::string& property, std::vector<sim::Decision> decisions,
              const ShrinkOptions& options = {});

// The violation of that property, or null.
const properties::Violation* FindViolation(const Verdict& verdict, const std::string& property);

}  // namespace groundhog::explore
