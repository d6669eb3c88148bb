// Verdict: what one simulation came to. Plain values, without what reports are made of
// (simulation.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "properties/violation.h"
#include "sim/kernel.h"
#include "sim/time.h"

namespace groundhog {

struct Verdict {
  std::uint64_t digest = 0;
  sim::SimulationEnd end = {};
  properties::Violations violations = {};
  std::uint64_t steps = 0;
  std::size_t points = 0;  // choice points asked
  sim::Duration virtual_time{0};
  bool holds() const { return violations.empty(); }
};

}  // namespace groundhog
