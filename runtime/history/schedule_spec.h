// ScheduleSpec: the times at which a schedule acts (SEMANTICS f.12): all that fit a calendar, a
// cron string or an interval, but none that fits an excluded calendar. Names and defaults are those
// of Temporal's Python SDK.
//
//     // 9:00, 13:00, 17:00 on weekdays, and five past each hour; never on the hour on a first
//     const ScheduleSpec spec{.calendars = {{.hour = {{9, 17, 4}}, .day_of_week = {{1, 5}}}},
//                             .intervals = {{.every = 1h, .offset = 5min}},
//                             .skip = {{.hour = {{0, 23}}, .day_of_month = {{1}}}}};
//
// | cron string | means |
// |---|---|
// | 5, 6 or 7 fields | `[second] minute hour day-of-month month day-of-week [year]`, as below |
// | `@yearly` … `@hourly` | as in cron_schedule.h |
// | `@every 14h/3h` | an interval, and its offset |
// | `CRON_TZ=UTC …`, `… # comment` | UTC by any of its names: others are refused, not misread |
//
// A field is `*`, `a`, `a-b`, `a/n` (from a to the end), `a-b/n`, or a list of these. Unlike in a
// workflow's cron schedule a day has to fit both of its fields. Months and days of the week go also
// by the beginnings of their names; 0 and 7 are Sunday.
//
// Times have whole seconds. Intervals count from the Unix epoch, not from the schedule's creation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "runtime/history/time.h"

namespace groundhog::history {

// start, start + step, … up to and including end. An end before the start (0, say) stands for the
// start; step 0 for 1.
struct ScheduleRange {
  std::int32_t start = 0;
  std::int32_t end = 0;
  std::int32_t step = 0;
  friend bool operator==(const ScheduleRange&, const ScheduleRange&) = default;
};
using ScheduleRanges = std::vector<ScheduleRange>;

// A second fits if each of its fields is in one of the field's ranges. (A protobuf without ranges
// for a field fits nothing; here, as in the SDKs, a field that is not mentioned has a default.)
struct ScheduleCalendarSpec {
  ScheduleRanges second = {{0}};
  ScheduleRanges minute = {{0}};
  ScheduleRanges hour = {{0}};
  ScheduleRanges day_of_month = {{1, 31}};
  ScheduleRanges month = {{1, 12}};
  ScheduleRanges year = {};               // none: every year, up to 2100
  ScheduleRanges day_of_week = {{0, 6}};  // 0: Sunday
  std::string comment = {};
  friend bool operator==(const ScheduleCalendarSpec&, const ScheduleCalendarSpec&) = default;
};

struct ScheduleIntervalSpec {
  Duration every{0};   // at least 1 s; what it has beyond whole seconds does not count
  Duration offset{0};  // less than `every`
  friend bool operator==(const ScheduleIntervalSpec&, const ScheduleIntervalSpec&) = default;
};

struct ScheduleSpec {
  std::vector<ScheduleCalendarSpec> calendars = {};
  std::vector<ScheduleIntervalSpec> intervals = {};
  std::vector<std::string> cron_expressions = {};
  std::vector<ScheduleCalendarSpec> skip = {};
  std::optional<Timestamp> start_at = {};
  std::optional<Timestamp> end_at = {};  // itself included
  // An action is late by up to so much, never past the next time: as a hash of the time and of the
  // schedule's name has it.
  Duration jitter{0};
  std::string time_zone_name = {};  // UTC, by any of its names, or empty
  friend bool operator==(const ScheduleSpec&, const ScheduleSpec&) = default;
};

// The same times with calendars and intervals only, as a server keeps and describes them.
// InvalidArgument, in Temporal's words, for what is no spec.
absl::StatusOr<ScheduleSpec> CanonicalSpec(ScheduleSpec spec);

}  // namespace groundhog::history
