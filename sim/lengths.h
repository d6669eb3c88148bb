// The few lengths that faults have. Named by what they outlast, so that a report reads well and an
// edit of a timeout by a second changes nothing.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace groundhog::sim {

inline constexpr Duration kNominalLatency = std::chrono::milliseconds(1);
// A crashed process is back after this.
inline constexpr Duration kRestartTime = std::chrono::seconds(1);
// Shorter than every usual timeout.
inline constexpr Duration kBrief = std::chrono::milliseconds(500);
// Longer than one usual attempt or workflow task.
inline constexpr Duration kOutlastsAttempt = std::chrono::seconds(12);
// Longer than the usual number of retries.
inline constexpr Duration kOutlastsRetries = std::chrono::seconds(90);

// The length that answer n names, of sites whose answers are "brief",
// "outlasts_attempt", "outlasts_retries".
constexpr Duration LengthOf(std::uint32_t answer) {
  switch (answer) {
    case 1:
      return kBrief;
    case 2:
      return kOutlastsAttempt;
    default:
      return kOutlastsRetries;
  }
}

}  // namespace groundhog::sim
