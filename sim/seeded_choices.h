// SeededChoices: random answers from the integer PRNG. The same seed gives the same run.
//
// The seed draws the run's character first (swarm): which answers may be given at all, how often
// something happens, and how many decisions at most; then faults stop, which lets the run heal.
// Which answers exist at all is the caller's `allowed`. Inputs (ChoiceClass::kInput) are drawn each
// time they are asked and do not count.
#pragma once

#include <cstdint>
#include <functional>

#include "base/prng.h"
#include "sim/choice.h"

namespace groundhog::sim {

// Whether answer n of the site may be given.
using AnswerFilter = std::function<bool(const ChoiceSite& site, Answer answer)>;

class SeededChoices final : public Choices {
 public:
  struct Options {
    std::uint64_t seed = 0;
    std::uint32_t max_decisions = 8;  // a run draws its own bound from 1..this
    bool swarm = true;                // draw which answers exist in this run
  };
  SeededChoices(const Options& options, AnswerFilter allowed);

  // Starts over with another seed, keeping the memory of the last run.
  void Restart(std::uint64_t seed);

 private:
  Answer Decide(const ChoiceSite& site, const Label& label, std::uint64_t address) override;
  Answer DrawInput(const ChoiceSite& site);
  bool Exists(const ChoiceSite& site, Answer answer) const;
  void DrawGap();

  Options options_;
  AnswerFilter allowed_;
  Prng prng_{0};
  std::uint64_t swarm_salt_ = 0;
  std::uint64_t mean_gap_ = 1;
  std::uint32_t decisions_left_ = 0;
};

}  // namespace groundhog::sim
