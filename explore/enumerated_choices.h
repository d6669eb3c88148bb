// EnumeratedChoices: gives exactly the answers of one set of decisions, each at its position in the
// run; everything else is uneventful. With points(), a run tells behind itself where the next
// decision of a larger set could be taken.
//
// A set of decisions is the list of them in the order in which they are asked. Up to a decision's
// position its run is the same as the run of the decisions before it, so a position, found in that
// shorter run, names the point: no text and no look-up. The address stands beside it as a check:
// finding another one there means that the simulation is not deterministic.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/choice.h"

namespace groundhog::explore {

// One answer off zero. Plain numbers: it may go from one thread to another.
struct PlacedDecision {
  std::uint64_t address = 0;
  std::uint32_t position = 0;  // index of the asking in the run, from 0
  sim::Answer answer = 0;
  friend bool operator==(const PlacedDecision&, const PlacedDecision&) = default;
};

class EnumeratedChoices final : public sim::Choices {
 public:
  // Starts over with another set, keeping the memory of the last run. REQUIRES: positions ascend.
  void Load(std::span<const PlacedDecision> decisions);

  // After the run: whether each decision was asked where it was expected.
  bool followed() const { return followed_ && next_ == decisions_.size(); }

 private:
  sim::Answer Decide(const sim::ChoiceSite& site, const sim::Label& label,
                     std::uint64_t address) override;
  void AwaitNext(std::size_t position);

  std::vector<PlacedDecision> decisions_;
  std::size_t next_ = 0;
  bool followed_ = true;
};

}  // namespace groundhog::explore
