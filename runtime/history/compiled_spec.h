// CompiledSpec: the times of a ScheduleSpec, one after the other.
//
//     const absl::StatusOr<CompiledSpec> spec = CompiledSpec::Compile(schedule.spec);
//     const std::optional<ScheduledTime> next = spec->Next(seed, now);      // strictly after `now`
//
// The next time is computed, not searched for second by second: a calendar goes from the year
// inwards to the next value that fits, an exclusion is left in steps of what it excludes wholly (a
// minute, an hour, a day). As Temporal's server may be told to, the search gives up on a spec that
// excludes nearly all of its own times, after kMostTries of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <absl/status/statusor.h>

#include "runtime/history/schedule_spec.h"

namespace groundhog::history {

struct ScheduledTime {
  Timestamp nominal = {};  // what the spec says: a whole second
  Timestamp actual = {};   // with the jitter
  friend bool operator==(const ScheduledTime&, const ScheduledTime&) = default;
};

class CompiledSpec {
 public:
  static constexpr int kMostTries = 1'000'000;

  static absl::StatusOr<CompiledSpec> Compile(const ScheduleSpec& spec);

  // The first time after this one; nothing if there is none up to the year 2100. `seed` is what the
  // jitter depends on, beside the time.
  std::optional<ScheduledTime> Next(std::uint64_t seed, Timestamp after) const;
  Duration jitter() const { return jitter_; }

 private:
  using Seconds = std::int64_t;  // since the Unix epoch
  static constexpr Seconds kNever = INT64_MAX;

  // Bit n: value n fits.
  struct Calendar {
    std::uint64_t seconds = 0;
    std::uint64_t minutes = 0;
    std::uint64_t hours = 0;
    std::uint64_t days_of_month = 0;
    std::uint64_t months = 0;
    std::uint64_t days_of_week = 0;
    std::array<std::uint64_t, 2> years = {};  // since 2000

    bool FitsDate(std::int64_t day) const;
    bool Fits(Seconds time) const;
    bool FitsYear(int year) const;
    // The first fitting second of a day, from this one on; kNever if there is none.
    Seconds SecondFrom(Seconds first) const;
    Seconds Next(Seconds after) const;
    // The last second of the stretch around `time`, which fits, that fits wholly.
    Seconds EndOfStretch(Seconds time) const;
  };
  struct Interval {
    Seconds every;
    Seconds offset;
    Seconds Next(Seconds after) const;
  };

  static Calendar CompileCalendar(const ScheduleCalendarSpec& spec);
  // Without jitter and exclusions.
  Seconds RawNext(Seconds after) const;
  // If an exclusion holds `time`: how far it does for certain.
  std::optional<Seconds> ExcludedUntil(Seconds time) const;

  std::vector<Calendar> calendars_;
  std::vector<Interval> intervals_;
  std::vector<Calendar> skip_;
  Timestamp first_ = Timestamp{};  // no time before this one
  std::optional<Timestamp> end_at_;
  Duration jitter_{0};
};

}  // namespace groundhog::history
