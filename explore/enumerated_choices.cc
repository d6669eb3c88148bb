#include "explore/enumerated_choices.h"

namespace groundhog::explore {

void EnumeratedChoices::Load(std::span<const PlacedDecision> decisions) {
  Reset();
  decisions_.assign(decisions.begin(), decisions.end());
  next_ = 0;
  followed_ = true;
  AwaitNext(0);
}

// `position` is that of the next asking.
void EnumeratedChoices::AwaitNext(std::size_t position) {
  if (next_ < decisions_.size()) DueIn(decisions_[next_].position - position + 1);
}

sim::Answer EnumeratedChoices::Decide(const sim::ChoiceSite&, const sim::Label&,
                                      std::uint64_t address) {
  // Inputs are asked each time and do not count down what is due, so it is the position that
  // counts.
  const std::size_t position = asked() - 1;
  if (next_ == decisions_.size()) return 0;
  const PlacedDecision& wanted = decisions_[next_];
  sim::Answer answer = 0;
  if (position == wanted.position) {
    followed_ = followed_ && address == wanted.address;
    if (followed_) answer = wanted.answer;
    ++next_;
  }
  AwaitNext(position + 1);
  return answer;
}

}  // namespace groundhog::explore
