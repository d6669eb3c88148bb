// The times of a spec, against trying every second (SEMANTICS f.12).
#include "runtime/history/compiled_spec.h"

#include <set>
#include <string>

#include "runtime/history/time_text.h"
#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::history {
namespace {

using namespace std::chrono_literals;

Timestamp At(const std::string& text) { return ParseTimestamp(text).value(); }

std::string NextOf(const ScheduleSpec& spec, const std::string& after) {
  const absl::StatusOr<CompiledSpec> compiled = CompiledSpec::Compile(spec);
  REQUIRE(compiled.ok());
  const auto next = compiled->Next(0, At(after));
  return next ? FormatTimestamp(next->actual) : "never";
}

TEST_CASE("intervals count from the epoch") {
  const ScheduleSpec spec{.intervals = {{.every = 1h, .offset = 5min}}};
  CHECK(NextOf(spec, "2026-11-23T12:04:59.999Z") == "2026-11-23T12:05:00Z");
  CHECK(NextOf(spec, "2026-11-23T12:05:00Z") == "2026-11-23T13:05:00Z");
  const ScheduleSpec two{.intervals = {{.every = 7s}, {.every = 5s}}};
  CHECK(NextOf(two, "1970-01-01T00:00:10Z") == "1970-01-01T00:00:14Z");
  CHECK(NextOf(two, "1970-01-01T00:00:14Z") == "1970-01-01T00:00:15Z");
}

TEST_CASE("calendars: a second fits if all of its fields do") {
  const ScheduleSpec office{.calendars = {{.hour = {{9, 17, 4}}, .day_of_week = {{1, 5}}}}};
  CHECK(NextOf(office, "2026-11-23T09:00:00Z") == "2026-11-23T13:00:00Z");
  CHECK(NextOf(office, "2026-11-27T17:00:00Z") == "2026-11-30T09:00:00Z");
  const ScheduleSpec leap{.cron_expressions = {"0 0 29 2 *"}};
  CHECK(NextOf(leap, "2026-11-23T12:00:00Z") == "2028-02-29T00:00:00Z");
  // Unlike in a workflow's cron schedule, both days have to fit.
  const ScheduleSpec friday13{.cron_expressions = {"0 0 13 * FRI"}};
  CHECK(NextOf(friday13, "2026-11-23T12:00:00Z") == "2027-08-13T00:00:00Z");
  const ScheduleSpec never{.cron_expressions = {"0 0 31 2 *"}};
  CHECK(NextOf(never, "2026-11-23T12:00:00Z") == "never");
  const ScheduleSpec past{.cron_expressions = {"0 0 1 1 * 2020"}};
  CHECK(NextOf(past, "2026-11-23T12:00:00Z") == "never");
  CHECK(NextOf({}, "2026-11-23T12:00:00Z") == "never");
}

TEST_CASE("a spec has a beginning and an end, both included") {
  const ScheduleSpec spec{.intervals = {{.every = 10s}},
                          .start_at = At("2026-11-23T12:00:00Z"),
                          .end_at = At("2026-11-23T12:00:20Z")};
  CHECK(NextOf(spec, "2026-01-01T00:00:00Z") == "2026-11-23T12:00:00Z");
  CHECK(NextOf(spec, "2026-11-23T12:00:10Z") == "2026-11-23T12:00:20Z");
  CHECK(NextOf(spec, "2026-11-23T12:00:20Z") == "never");
}

TEST_CASE("what is excluded is passed over, fast even if it is nearly everything") {
  const ScheduleCalendarSpec all_but_midnight{
      .second = {{0, 59}}, .minute = {{0, 59}}, .hour = {{1, 23}}};
  const ScheduleSpec spec{.intervals = {{.every = 1s}}, .skip = {all_but_midnight}};
  CHECK(NextOf(spec, "2026-11-23T00:59:59Z") == "2026-11-24T00:00:00Z");
  const ScheduleCalendarSpec everything{
      .second = {{0, 59}}, .minute = {{0, 59}}, .hour = {{0, 23}}};
  CHECK(NextOf({.intervals = {{.every = 1s}}, .skip = {everything}}, "2026-11-23T00:00:00Z") ==
        "never");
  // Each of its own times, one by one: the search gives up.
  const ScheduleCalendarSpec odd{.second = {{1, 59, 2}}, .minute = {{0, 59}}, .hour = {{0, 23}}};
  CHECK(NextOf({.intervals = {{.every = 2s, .offset = 1s}}, .skip = {odd}},
               "2026-11-23T00:00:00Z") == "never");
}

TEST_CASE("jitter is a function of time and seed, and never reaches the next time") {
  const absl::StatusOr<CompiledSpec> spec =
      CompiledSpec::Compile({.intervals = {{.every = 10s}}, .jitter = 1h});
  REQUIRE(spec.ok());
  std::set<Duration> delays;
  Timestamp time = At("2026-11-23T12:00:00Z");
  for (int i = 0; i < 100; ++i) {
    const ScheduledTime next = spec->Next(7, time).value();
    CHECK(next == spec->Next(7, time));
    CHECK(next.actual >= next.nominal);
    CHECK(next.actual < next.nominal + 10s);
    CHECK(spec->Next(7, next.actual)->nominal == next.nominal + 10s);
    delays.insert(next.actual - next.nominal);
    time = next.actual;
  }
  CHECK(delays.size() > 90);
  CHECK(spec->Next(7, time) != spec->Next(8, time));
}

// ---- Against trying every second ----

struct DrawnRanges {
  ScheduleRanges ranges;
  std::set<int> values;
};
DrawnRanges AnyRanges(int min, int max) {
  DrawnRanges drawn;
  const int count = *rc::gen::inRange(1, 3);
  for (int i = 0; i < count; ++i) {
    const int start = *rc::gen::inRange(min, max + 1);
    const int end = *rc::gen::inRange(start, max + 1);
    const int step = *rc::gen::inRange(1, 8);
    drawn.ranges.push_back({start, end, step});
    for (int value = start; value <= end; value += step) drawn.values.insert(value);
  }
  return drawn;
}
DrawnRanges AllOr(bool all, int min, int max) {
  if (!all) return AnyRanges(min, max);
  DrawnRanges drawn{.ranges = {{min, max}}};
  for (int value = min; value <= max; ++value) drawn.values.insert(value);
  return drawn;
}

// A calendar, and what it means.
struct DrawnCalendar {
  DrawnRanges second, minute, hour, day, month, weekday;
  ScheduleCalendarSpec spec() const {
    return {.second = second.ranges,
            .minute = minute.ranges,
            .hour = hour.ranges,
            .day_of_month = day.ranges,
            .month = month.ranges,
            .day_of_week = weekday.ranges};
  }
  bool Fits(std::chrono::seconds time) const {
    const std::chrono::sys_days date{std::chrono::floor<std::chrono::days>(time)};
    const std::chrono::year_month_day ymd{date};
    const std::chrono::hh_mm_ss clock{time - date.time_since_epoch()};
    return second.values.contains(static_cast<int>(clock.seconds().count())) &&
           minute.values.contains(static_cast<int>(clock.minutes().count())) &&
           hour.values.contains(static_cast<int>(clock.hours().count())) &&
           day.values.contains(static_cast<int>(static_cast<unsigned>(ymd.day()))) &&
           month.values.contains(static_cast<int>(static_cast<unsigned>(ymd.month()))) &&
           weekday.values.contains(static_cast<int>(std::chrono::weekday{date}.c_encoding()));
  }
};
DrawnCalendar AnyCalendar() {
  const auto all = [] { return *rc::gen::inRange(0, 3) != 0; };
  DrawnCalendar calendar;
  calendar.second = AllOr(all(), 0, 59);
  calendar.minute = AllOr(all(), 0, 59);
  calendar.hour = AllOr(all(), 0, 23);
  calendar.day = AllOr(all(), 1, 31);
  calendar.month = AllOr(all(), 1, 12);
  calendar.weekday = AllOr(all(), 0, 6);
  return calendar;
}

TEST_CASE("a spec agrees with trying every second", "[property]") {
  rc::prop("the next time is the first second that fits and is not excluded", [] {
    const auto calendars = *rc::gen::inRange(0, 3);
    const auto exclusions = *rc::gen::inRange(0, 2);
    std::vector<DrawnCalendar> fitting;
    std::vector<DrawnCalendar> excluded;
    ScheduleSpec spec;
    for (int i = 0; i < calendars; ++i)
      spec.calendars.push_back(fitting.emplace_back(AnyCalendar()).spec());
    for (int i = 0; i < exclusions; ++i)
      spec.skip.push_back(excluded.emplace_back(AnyCalendar()).spec());
    if (*rc::gen::arbitrary<bool>()) {
      const int every = *rc::gen::inRange(1, 100'000);
      spec.intervals.push_back(
          {std::chrono::seconds(every), std::chrono::seconds(*rc::gen::inRange(0, every))});
    }
    const auto from = At("2026-11-30T00:00:00Z") +
                      Duration(*rc::gen::inRange<std::int64_t>(0, 864'000'000'000'000));
    const auto fits = [&](std::chrono::seconds time) {
      for (const DrawnCalendar& calendar : excluded) {
        if (calendar.Fits(time)) return false;
      }
      for (const DrawnCalendar& calendar : fitting) {
        if (calendar.Fits(time)) return true;
      }
      for (const ScheduleIntervalSpec& interval : spec.intervals) {
        if ((time - interval.offset) % interval.every == Duration{0}) return true;
      }
      return false;
    };
    constexpr auto kPatience = std::chrono::hours(30);
    const auto begin = std::chrono::floor<std::chrono::seconds>(from.time_since_epoch()) + 1s;
    std::optional<Timestamp> expected;
    for (auto time = begin; time < begin + kPatience && !expected; time += 1s) {
      if (fits(time)) expected = Timestamp{time};
    }
    const absl::StatusOr<CompiledSpec> compiled = CompiledSpec::Compile(spec);
    RC_ASSERT(compiled.ok());
    const auto next = compiled->Next(0, from);
    if (expected) {
      RC_ASSERT(next.has_value());
      RC_ASSERT(next->nominal == *expected);
    } else if (next) {  // RC_ASSERT looks at both sides of an ||
      RC_ASSERT(next->nominal >= Timestamp{begin + kPatience});
      RC_ASSERT(fits(std::chrono::floor<std::chrono::seconds>(next->nominal.time_since_epoch())));
    }
  });
}

}  // namespace
}  // namespace groundhog::history
