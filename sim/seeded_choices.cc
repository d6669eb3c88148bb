#include "sim/seeded_choices.h"

#include <algorithm>
#include <utility>

namespace groundhog::sim {
namespace {

// One answer in this many exists in a run with swarm (besides the runs in which all exist).
constexpr std::uint64_t kSwarmShare = 3;
constexpr std::uint64_t kRunsWithEverything = 4;
// The mean number of askings between two decisions is drawn as a power of two from this range.
constexpr std::uint64_t kShortestGapLog2 = 3;
constexpr std::uint64_t kLongestGapLog2 = 8;

}  // namespace

SeededChoices::SeededChoices(const Options& options, AnswerFilter allowed)
    : options_(options), allowed_(std::move(allowed)) {
  Restart(options.seed);
}

void SeededChoices::Restart(std::uint64_t seed) {
  Reset();
  options_.seed = seed;
  prng_ = Prng(seed);
  const bool everything = !options_.swarm || prng_.Below(kRunsWithEverything) == 0;
  swarm_salt_ = everything ? 0 : prng_.Next() | 1;
  mean_gap_ = 1ULL << (kShortestGapLog2 + prng_.Below(kLongestGapLog2 - kShortestGapLog2 + 1));
  decisions_left_ = options_.max_decisions == 0
                        ? 0
                        : 1 + static_cast<std::uint32_t>(prng_.Below(options_.max_decisions));
  DrawGap();
}

void SeededChoices::DrawGap() {
  if (decisions_left_ == 0) return;
  DueIn(1 + prng_.Below(2 * mean_gap_));
}

bool SeededChoices::Exists(const ChoiceSite& site, Answer answer) const {
  if (!allowed_(site, answer)) return false;
  if (swarm_salt_ == 0) return true;
  return CombineHash(swarm_salt_, site.hash + answer) % kSwarmShare == 0;
}

Answer SeededChoices::DrawInput(const ChoiceSite& site) {
  const auto drawn = static_cast<Answer>(prng_.Below(site.answers.size() + 1));
  return drawn != 0 && allowed_(site, drawn) ? drawn : 0;
}

Answer SeededChoices::Decide(const ChoiceSite& site, const Label&, std::uint64_t) {
  if (site.choice_class == ChoiceClass::kInput) {
    if (due()) DueIn(1);  // what was due falls on the next point
    return DrawInput(site);
  }
  if (!due() || decisions_left_ == 0) return 0;
  // The draw falls on a point; which of its answers comes is drawn after that,
  // so every point is as likely as the next.
  Answer existing = 0;
  Answer drawn = 0;
  for (Answer answer = 1; answer <= site.answers.size(); ++answer) {
    if (!Exists(site, answer)) continue;
    ++existing;
    if (prng_.Below(existing) == 0) drawn = answer;
  }
  if (drawn == 0) {
    DueIn(1);  // nothing can happen here: the next point is due
    return 0;
  }
  --decisions_left_;
  DrawGap();
  return drawn;
}

}  // namespace groundhog::sim
