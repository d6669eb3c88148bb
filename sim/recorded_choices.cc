#include "sim/recorded_choices.h"

#include <utility>

namespace groundhog::sim {

RecordedChoices::RecordedChoices(std::vector<Decision> decisions) { Load(std::move(decisions)); }

void RecordedChoices::Load(std::vector<Decision> decisions) {
  Reset();
  entries_.clear();
  for (Decision& decision : decisions) {
    const bool by_name = decision.any_scope;
    const std::uint64_t address = by_name ? 0 : decision.Address();
    if (by_name) {
      ExpectEverything();
    } else {
      Expect(address);
    }
    entries_.push_back(Entry{.decision = std::move(decision), .address = address});
  }
}

Answer RecordedChoices::Decide(const ChoiceSite& site, const Label& label, std::uint64_t address) {
  for (Entry& entry : entries_) {
    if (entry.used) continue;
    const Decision& decision = entry.decision;
    const bool here = decision.any_scope ? decision.Matches(site, label) : entry.address == address;
    if (!here || CountOccurrences(address) != decision.occurrence) continue;
    const std::optional<Answer> answer = decision.AnswerAt(site);
    if (!answer) continue;
    entry.used = true;
    return *answer;
  }
  return 0;
}

std::vector<Decision> RecordedChoices::Unused() const {
  std::vector<Decision> unused;
  for (const Entry& entry : entries_) {
    if (!entry.used) unused.push_back(entry.decision);
  }
  return unused;
}

}  // namespace groundhog::sim
