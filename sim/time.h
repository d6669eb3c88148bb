// Virtual time: whole nanoseconds since the Unix epoch, as int64 in std::chrono types.
//
// Every simulation starts at kEpoch. Nobody can ask a clock for it:
// only the kernel knows what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace groundhog::sim {

using Duration = std::chrono::nanoseconds;

struct VirtualClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<VirtualClock, Duration>;
  static constexpr bool is_steady = true;
};
using Time = VirtualClock::time_point;

constexpr std::int64_t ToUnixNanos(Time time) { return time.time_since_epoch().count(); }
constexpr Time FromUnixNanos(std::int64_t nanos) { return Time{Duration{nanos}}; }

// `length` later; the end of all time if there is no such time. REQUIRES: time is not before 1970.
constexpr Time After(Time time, Duration length) {
  return length < Time::max() - time ? time + length : Time::max();
}

// 2026-02-02 06:00:00 UTC, Groundhog Day. Any constant would do;
// a recognisable one shows that a history is simulated.
inline constexpr Time kEpoch = FromUnixNanos(1'770'012'000'000'000'000);

}  // namespace groundhog::sim
