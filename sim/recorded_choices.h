// RecordedChoices: gives the answers of a tape, by address; everything else is uneventful. With an
// empty tape: the uneventful run.
//
// Any list of decisions is a valid run. A decision whose address was never asked, or whose answer
// the site does not have, is drift: `Unused()` tells after the run.
#pragma once

#include <vector>

#include "sim/choice_tape.h"

namespace groundhog::sim {

class RecordedChoices final : public Choices {
 public:
  explicit RecordedChoices(std::vector<Decision> decisions = {});

  // Starts over with another tape, keeping the memory of the last run.
  void Load(std::vector<Decision> decisions);
  std::vector<Decision> Unused() const;

 private:
  struct Entry {
    Decision decision;
    std::uint64_t address = 0;
    bool used = false;
  };
  Answer Decide(const ChoiceSite& site, const Label& label, std::uint64_t address) override;

  std::vector<Entry> entries_;
};

}  // namespace groundhog::sim
