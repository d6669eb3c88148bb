// The few lengths that faults have. Named by what they outlast, so that a report reads well and an edit of a timeout by a
// second changes nothing.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace groundhog::sim {

inline constexpr Duration kNominalLatency = std::chrono::milliseconds(1);
inline constexpr Duration kRestartTime =
    std::chrono::seconds(1);  // a crashed process is back after this
inline constexpr Duration kBrief =
    std::chrono::milliseconds(500);  // shorter than every usual timeout
inline constexpr Duration kOutlastsAttempt =
    std::chrono::seconds(12);  // longer than one usual attempt or workflow task
inline constexpr Duration kOutlastsRetries =
    std::chrono::seconds(90);  // longer than the usual number of retries

// The length that answer n names, of sites whose answers are "brief", "outlasts_attempt", "outlasts_retries".
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
