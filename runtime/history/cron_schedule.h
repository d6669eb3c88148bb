// CronSchedule: when a cron expression is due, as Temporal's server understands it (SEMANTICS b.6):
// the standard parser of github.com/robfig/cron/v3.
//
//     absl::StatusOr<CronSchedule> schedule = CronSchedule::Parse("0 12 * * MON-FRI");
//     std::optional<Timestamp> next = schedule->Next(now);      // strictly after `now`
//
// | text | means |
// |---|---|
// | `minute hour day-of-month month day-of-week` | `*` and `?` (all), `a`, `a-b`, `*/n`, `a/n` (from a to the end), `a-b/n`, lists with commas; months and days also as JAN, MON (0 is Sunday, 7 is none); if both days are given, one of them has to fit |
// | `@yearly` `@annually` `@monthly` `@weekly` `@daily` `@midnight` `@hourly` | the first moment of each |
// | `@every 1h30m` | at equal distances from the time that is asked from; at least 1 s, whole seconds |
// | `CRON_TZ=UTC …`, `TZ=UTC …` | the time zone; here UTC, by any of its names; others are refused, not misread |
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <absl/status/statusor.h>

#include "runtime/history/time.h"

namespace groundhog::history {

class CronSchedule {
 public:
  // InvalidArgument that says what does not fit.
  static absl::StatusOr<CronSchedule> Parse(std::string_view text);

  // The first time after `time`, on a whole second; nothing if there is none within five years.
  std::optional<Timestamp> Next(Timestamp time) const;
  // The first of the times that follow `time` which is not before `now`. REQUIRES: time <= now.
  std::optional<Timestamp> NextFrom(Timestamp time, Timestamp now) const;

 private:
  // Bit n: value n fits. `any_…`: it was written as * or ?.
  struct Calendar {
    std::uint64_t minutes = 0;
    std::uint64_t hours = 0;
    std::uint64_t days_of_month = 0;
    std::uint64_t months = 0;
    std::uint64_t days_of_week = 0;
    bool any_day_of_month = false;
    bool any_day_of_week = false;

    bool Fits(std::chrono::sys_days day) const;
    // The first fitting minute of a day, from this one on.
    std::optional<std::chrono::minutes> MinuteFrom(std::chrono::minutes first) const;
    std::optional<Timestamp> Next(Timestamp time) const;
  };
  struct Every {
    Duration interval{0};
    std::optional<Timestamp> Next(Timestamp time) const;
  };

  explicit CronSchedule(Calendar calendar) : rule_(calendar) {}
  explicit CronSchedule(Every every) : rule_(every) {}
  static absl::StatusOr<CronSchedule> ParseDescriptor(std::string_view text);
  static absl::StatusOr<CronSchedule> ParseFields(std::string_view text);

  std::variant<Calendar, Every> rule_;
};

// How long to wait for the first or the next run of a cron workflow, in whole seconds, rounded up;
// nothing if its time never comes. `scheduled` is when the run before was due (SEMANTICS b.6).
std::optional<Duration> CronBackoff(const CronSchedule& schedule, Timestamp scheduled,
                                    Timestamp now);

}  // namespace groundhog::history
