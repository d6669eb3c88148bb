#include "runtime/history/compiled_spec.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"

namespace groundhog::history {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int kFirstCalendarYear = 2000;
constexpr int kLastCalendarYear = 2100;
constexpr int kYears = kLastCalendarYear - kFirstCalendarYear + 1;
constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kSecondsOfHour = 3'600;
constexpr std::int64_t kSecondsOfMinute = 60;
constexpr int kNone = 64;

constexpr std::uint64_t LowBits(int count) { return (std::uint64_t{1} << count) - 1; }
constexpr std::uint64_t kAllOfSixty = LowBits(60);
constexpr std::uint64_t kAllHours = LowBits(24);

constexpr bool Has(std::uint64_t bits, std::int64_t value) { return ((bits >> value) & 1) != 0; }
// The first bit from this one on; kNone if there is none.
constexpr int FirstFrom(std::uint64_t bits, std::int64_t from) {
  return from >= kNone ? kNone : std::countr_zero(bits & ~LowBits(static_cast<int>(from)));
}

constexpr year_month_day DateOf(std::int64_t day) { return year_month_day{sys_days{days(day)}}; }
constexpr std::int64_t DayOf(const year_month_day& date) {
  return sys_days{date}.time_since_epoch().count();
}

// The last second that has a time: the end of the year 2100.
constexpr std::int64_t kLastSecond =
    DayOf(std::chrono::year(kLastCalendarYear + 1) / 1 / 1) * kSecondsOfDay - 1;

template <class Add>
void ForEachValue(const ScheduleRanges& ranges, const Add& add) {
  for (const ScheduleRange& range : ranges) {
    const std::int64_t step = std::max<std::int64_t>(range.step, 1);
    const std::int64_t end = std::max(range.start, range.end);
    for (std::int64_t value = range.start; value <= end; value += step) add(value);
  }
}

std::uint64_t BitsOf(const ScheduleRanges& ranges) {
  std::uint64_t bits = 0;
  ForEachValue(ranges, [&bits](std::int64_t value) { bits |= std::uint64_t{1} << value; });
  return bits;
}

std::int64_t ToSeconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}
Timestamp FromSeconds(std::int64_t seconds) { return Timestamp{std::chrono::seconds(seconds)}; }

// As Temporal's: a 32-bit hash of time and seed, as a share of the longest delay, in milliseconds.
// (The hash is not the same: the seed of a real server has its namespace's random id in it.)
Duration JitterAt(std::uint64_t seed, std::int64_t nominal, Duration longest) {
  const std::uint64_t hash = CombineHash(seed, static_cast<std::uint64_t>(nominal)) >> 32;
  const auto wanted = std::chrono::floor<std::chrono::milliseconds>(longest).count();
  const auto most = std::clamp<std::int64_t>(wanted, 0, UINT32_MAX);
  return std::chrono::milliseconds((hash * static_cast<std::uint64_t>(most)) >> 32);
}

}  // namespace

// ---- Calendar ----

CompiledSpec::Calendar CompiledSpec::CompileCalendar(const ScheduleCalendarSpec& spec) {
  Calendar calendar{.seconds = BitsOf(spec.second),
                    .minutes = BitsOf(spec.minute),
                    .hours = BitsOf(spec.hour),
                    .days_of_month = BitsOf(spec.day_of_month),
                    .months = BitsOf(spec.month),
                    .days_of_week = BitsOf(spec.day_of_week)};
  if (spec.year.empty()) calendar.years = {~std::uint64_t{0}, ~std::uint64_t{0}};
  ForEachValue(spec.year, [&calendar](std::int64_t year) {
    const std::int64_t since = year - kFirstCalendarYear;
    calendar.years[static_cast<std::size_t>(since / 64)] |= std::uint64_t{1} << (since % 64);
  });
  return calendar;
}

bool CompiledSpec::Calendar::FitsYear(int year) const {
  // Every year fits where none is named, those before 2000 too.
  if (year < kFirstCalendarYear) return (years[0] & years[1]) == ~std::uint64_t{0};
  const int since = year - kFirstCalendarYear;
  return since < kYears && Has(years[static_cast<std::size_t>(since / 64)], since % 64);
}

bool CompiledSpec::Calendar::FitsDate(std::int64_t day) const {
  const year_month_day date = DateOf(day);
  return FitsYear(static_cast<int>(date.year())) &&
         Has(months, static_cast<unsigned>(date.month())) &&
         Has(days_of_month, static_cast<unsigned>(date.day())) &&
         Has(days_of_week, std::chrono::weekday{sys_days{days(day)}}.c_encoding());
}

bool CompiledSpec::Calendar::Fits(Seconds time) const {
  const Seconds in_day = time % kSecondsOfDay;
  return Has(seconds, in_day % kSecondsOfMinute) &&
         Has(minutes, in_day / kSecondsOfMinute % kSecondsOfMinute) &&
         Has(hours, in_day / kSecondsOfHour) && FitsDate(time / kSecondsOfDay);
}

CompiledSpec::Seconds CompiledSpec::Calendar::SecondFrom(Seconds first) const {
  Seconds hour = first / kSecondsOfHour;
  Seconds minute = first / kSecondsOfMinute % kSecondsOfMinute;
  int second = FirstFrom(seconds, first % kSecondsOfMinute);
  if (second == kNone) ++minute;
  const int later_minute = FirstFrom(minutes, minute);
  if (later_minute == kNone) ++hour;
  const int later_hour = FirstFrom(hours, hour);
  if (later_hour == kNone) return kNever;
  // What comes after a field that moved on begins anew.
  const bool hour_moved = later_hour != first / kSecondsOfHour;
  const int found_minute = hour_moved ? FirstFrom(minutes, 0) : later_minute;
  const bool minute_moved =
      hour_moved || found_minute != first / kSecondsOfMinute % kSecondsOfMinute;
  if (minute_moved) second = FirstFrom(seconds, 0);
  if (found_minute == kNone || second == kNone) return kNever;
  return later_hour * kSecondsOfHour + found_minute * kSecondsOfMinute + second;
}

CompiledSpec::Seconds CompiledSpec::Calendar::Next(Seconds after) const {
  Seconds in_day = (after + 1) % kSecondsOfDay;
  for (std::int64_t day = (after + 1) / kSecondsOfDay;; in_day = 0) {
    const year_month_day date = DateOf(day);
    if (static_cast<int>(date.year()) > kLastCalendarYear) return kNever;
    if (!FitsYear(static_cast<int>(date.year()))) {
      day = DayOf((date.year() + std::chrono::years(1)) / 1 / 1);
      continue;
    }
    if (!Has(months, static_cast<unsigned>(date.month()))) {
      day = DayOf(date.year() / date.month() / 1 + std::chrono::months(1));
      continue;
    }
    if (FitsDate(day)) {
      const Seconds found = SecondFrom(in_day);
      if (found != kNever) return day * kSecondsOfDay + found;
      if (in_day == 0) return kNever;  // no second of any day fits
    }
    ++day;
  }
}

CompiledSpec::Seconds CompiledSpec::Calendar::EndOfStretch(Seconds time) const {
  const auto end_of = [time](Seconds unit) { return time / unit * unit + unit - 1; };
  if (seconds != kAllOfSixty) return time;
  if (minutes != kAllOfSixty) return end_of(kSecondsOfMinute);
  if (hours != kAllHours) return end_of(kSecondsOfHour);
  return end_of(kSecondsOfDay);
}

CompiledSpec::Seconds CompiledSpec::Interval::Next(Seconds after) const {
  return ((after - offset) / every + 1) * every + offset;
}

// ---- The spec ----

absl::StatusOr<CompiledSpec> CompiledSpec::Compile(const ScheduleSpec& spec) {
  const absl::StatusOr<ScheduleSpec> canonical = CanonicalSpec(spec);
  if (!canonical.ok()) return canonical.status();
  CompiledSpec compiled;
  for (const ScheduleCalendarSpec& calendar : canonical->calendars) {
    compiled.calendars_.push_back(CompileCalendar(calendar));
  }
  for (const ScheduleCalendarSpec& calendar : canonical->skip) {
    compiled.skip_.push_back(CompileCalendar(calendar));
  }
  for (const ScheduleIntervalSpec& interval : canonical->intervals) {
    compiled.intervals_.push_back(
        {.every = std::chrono::floor<std::chrono::seconds>(interval.every).count(),
         .offset = std::chrono::floor<std::chrono::seconds>(interval.offset).count()});
  }
  compiled.first_ = std::max(canonical->start_at.value_or(Timestamp{}), Timestamp{});
  compiled.end_at_ = canonical->end_at;
  compiled.jitter_ = canonical->jitter;
  return compiled;
}

CompiledSpec::Seconds CompiledSpec::RawNext(Seconds after) const {
  Seconds next = kNever;
  for (const Calendar& calendar : calendars_) next = std::min(next, calendar.Next(after));
  for (const Interval& interval : intervals_) next = std::min(next, interval.Next(after));
  return next <= kLastSecond ? next : kNever;
}

std::optional<CompiledSpec::Seconds> CompiledSpec::ExcludedUntil(Seconds time) const {
  std::optional<Seconds> until;
  for (const Calendar& calendar : skip_) {
    if (calendar.Fits(time)) until = std::max(until.value_or(time), calendar.EndOfStretch(time));
  }
  return until;
}

std::optional<ScheduledTime> CompiledSpec::Next(std::uint64_t seed, Timestamp after) const {
  // The first second of the range is a time as well.
  Seconds from = std::max(ToSeconds(after), ToSeconds(first_) - 1);
  if (from >= kLastSecond) return std::nullopt;
  for (int tries = 0; tries < kMostTries; ++tries) {
    const Seconds nominal = RawNext(from);
    if (nominal == kNever) return std::nullopt;
    if (end_at_ && FromSeconds(nominal) > *end_at_) return std::nullopt;
    if (const auto until = ExcludedUntil(nominal)) {
      from = *until;
      continue;
    }
    const ScheduledTime time{FromSeconds(nominal), FromSeconds(nominal)};
    if (jitter_.count() == 0) return time;
    const Seconds following = RawNext(nominal);
    const Duration longest =
        following == kNever
            ? jitter_
            : std::min(jitter_, Duration{std::chrono::seconds(following - nominal)});
    return ScheduledTime{time.nominal, time.nominal + JitterAt(seed, nominal, longest)};
  }
  return std::nullopt;
}

}  // namespace groundhog::history
