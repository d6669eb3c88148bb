// Durations and points in time as histories hold them: whole nanoseconds.
//
// A Timestamp counts nanoseconds since the Unix epoch. In a simulation it is virtual time, in a
// recorded history it is what the server's clock said. Both fit 64 bits (the years 1678 to 2262);
// readers refuse what does not fit.
#pragma once

#include <chrono>

namespace groundhog::history {

using Duration = std::chrono::nanoseconds;
// A clock that nobody can read: it only gives the time points a type.
struct HistoryClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<HistoryClock, Duration>;
  static constexpr bool is_steady = true;
};
using Timestamp = HistoryClock::time_point;

constexpr Timestamp FromUnixNanos(std::int64_t nanos) { return Timestamp{Duration{nanos}}; }
constexpr std::int64_t ToUnixNanos(Timestamp time) { return time.time_since_epoch().count(); }

// What lies between two of so many things a second. REQUIRES: per_second > 0.
inline Duration IntervalOf(double per_second) {
  constexpr double kNanosPerSecond = 1e9;
  return Duration(static_cast<std::int64_t>(kNanosPerSecond / per_second));
}

}  // namespace groundhog::history
