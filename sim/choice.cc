#include "sim/choice.h"

#include <algorithm>

namespace groundhog::sim {

std::string_view NameOf(ChoiceClass choice_class) {
  switch (choice_class) {
    case ChoiceClass::kFault:
      return "fault";
    case ChoiceClass::kOrder:
      return "order";
    case ChoiceClass::kInput:
      return "input";
  }
  return "";
}

std::uint32_t Choices::CountOccurrences(std::uint64_t address) const {
  return static_cast<std::uint32_t>(std::count(asked_.begin(), asked_.end(), address));
}

std::uint32_t Choices::OccurrenceAt(std::size_t position) const {
  const auto end = asked_.begin() + static_cast<std::ptrdiff_t>(position) + 1;
  return static_cast<std::uint32_t>(std::count(asked_.begin(), end, asked_[position]));
}

Answer Choices::Ask(const ChoiceSite& site, const Label& label, std::uint64_t address) {
  const Answer answer = Decide(site, label, address);
  if (until_due_ == 0) until_due_ = ~0ULL;
  if (answer == 0 || answer > site.answers.size()) return 0;
  decisions_.push_back(TakenDecision{.point = {&site, label},
                                     .occurrence = CountOccurrences(address),
                                     .answer = answer,
                                     .position = asked_.size() - 1});
  return answer;
}

void Choices::Reset() {
  asked_.clear();
  points_.clear();
  decisions_.clear();
  interesting_ = 0;
  until_due_ = ~0ULL;
}

}  // namespace groundhog::sim
