#include "runtime/history/cron_schedule.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/history/cron_fields.h"

namespace groundhog::history {
namespace {

constexpr Duration kOneSecond = std::chrono::seconds(1);
constexpr int kMostYears = 5;

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

absl::Status NoCron(const std::string& text) { return absl::InvalidArgumentError(text); }

constexpr std::uint64_t Bit(unsigned value) { return std::uint64_t{1} << value; }

struct FieldValues {
  std::uint64_t bits = 0;
  bool any = false;  // an unstepped * or ?
};

absl::Status Wrong(FieldFault fault, std::string_view text, const FieldBounds& bounds) {
  switch (fault) {
    case FieldFault::kTooManySlashes:
      return NoCron(fmt::format("too many slashes in '{}'", text));
    case FieldFault::kTooManyHyphens:
      return NoCron(fmt::format("too many hyphens in '{}'", text));
    case FieldFault::kBadStep:
      return NoCron(fmt::format("the step is no number above 0 in '{}'", text));
    case FieldFault::kNone:
    case FieldFault::kBadStart:
    case FieldFault::kBadEnd:
    case FieldFault::kBadValue:
      break;
  }
  return NoCron(fmt::format("'{}' is no range within {}-{}", text, bounds.min, bounds.max));
}

absl::StatusOr<FieldValues> ParseField(std::string_view text, const FieldBounds& bounds) {
  FieldValues values;
  while (!text.empty()) {
    const std::string_view part = TakeUntil(text, ',');
    if (part.empty()) continue;  // robfig/cron passes over them too
    FieldRange range;
    const FieldFault fault = ParseFieldRange(part, bounds, range);
    if (fault != FieldFault::kNone) return Wrong(fault, part, bounds);
    for (unsigned value = range.start; value <= range.end; value += range.step) {
      values.bits |= Bit(value);
    }
    values.any = values.any || range.any;
  }
  return values;
}

}  // namespace

absl::StatusOr<CronSchedule> CronSchedule::Parse(std::string_view text) {
  const absl::StatusOr<std::string_view> rest = WithoutZone(text);
  if (!rest.ok()) return rest.status();
  const std::string_view spec = WithoutSpacesAround(*rest);
  return !spec.empty() && spec.front() == '@' ? ParseDescriptor(spec) : ParseFields(spec);
}

absl::StatusOr<CronSchedule> CronSchedule::ParseDescriptor(std::string_view text) {
  if (const auto fields = FieldsOfDescriptor(text)) return ParseFields(*fields);
  constexpr std::string_view kEvery = "@every ";
  if (text.substr(0, kEvery.size()) != kEvery) {
    return NoCron(fmt::format("'{}' is no descriptor", text));
  }
  const std::optional<Duration> interval = ParseGoDuration(text.substr(kEvery.size()));
  if (!interval) return NoCron(fmt::format("'{}' has no duration", text));
  const Duration at_least = std::max(*interval, kOneSecond);
  return CronSchedule(Every{at_least - at_least % kOneSecond});
}

absl::StatusOr<CronSchedule> CronSchedule::ParseFields(std::string_view text) {
  constexpr std::size_t kFields = 5;
  constexpr std::array<FieldBounds, kFields> kBounds = {
      FieldBounds{.min = 0, .max = 59, .question_mark = true},
      FieldBounds{.min = 0, .max = 23, .question_mark = true},
      FieldBounds{.min = 1, .max = 31, .question_mark = true},
      FieldBounds{.min = 1, .max = 12, .names = kMonths, .question_mark = true},
      FieldBounds{.min = 0, .max = 6, .names = kWeekdays, .question_mark = true}};
  const std::vector<std::string_view> fields = SplitAtSpaces(text);
  if (fields.size() != kFields) {
    return NoCron(fmt::format("expected 5 fields, found {}: '{}'", fields.size(), text));
  }
  std::array<FieldValues, kFields> values;
  for (std::size_t i = 0; i < kFields; ++i) {
    const absl::StatusOr<FieldValues> field = ParseField(fields[i], kBounds[i]);
    if (!field.ok()) return field.status();
    values[i] = *field;
  }
  return CronSchedule(Calendar{.minutes = values[0].bits,
                               .hours = values[1].bits,
                               .days_of_month = values[2].bits,
                               .months = values[3].bits,
                               .days_of_week = values[4].bits,
                               .any_day_of_month = values[2].any,
                               .any_day_of_week = values[4].any});
}

std::optional<Timestamp> CronSchedule::Every::Next(Timestamp time) const {
  const Duration whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  if (whole > Duration::max() - interval) return std::nullopt;
  return Timestamp{whole + interval};
}

bool CronSchedule::Calendar::Fits(std::chrono::sys_days day) const {
  const auto day_of_month = static_cast<unsigned>(std::chrono::year_month_day{day}.day());
  const bool in_month = (days_of_month & Bit(day_of_month)) != 0;
  const bool in_week = (days_of_week & Bit(std::chrono::weekday{day}.c_encoding())) != 0;
  const bool needs_both = any_day_of_month || any_day_of_week;
  return needs_both ? in_month && in_week : in_month || in_week;
}

std::optional<std::chrono::minutes> CronSchedule::Calendar::MinuteFrom(
    std::chrono::minutes first) const {
  constexpr std::int64_t kHour = 60;
  constexpr std::int64_t kDay = 24 * kHour;
  for (std::int64_t minute = first.count(); minute < kDay; ++minute) {
    const bool fits = (hours & Bit(static_cast<unsigned>(minute / kHour))) != 0 &&
                      (minutes & Bit(static_cast<unsigned>(minute % kHour))) != 0;
    if (fits) return std::chrono::minutes(minute);
  }
  return std::nullopt;
}

std::optional<Timestamp> CronSchedule::Calendar::Next(Timestamp time) const {
  using std::chrono::floor;
  const Duration since_epoch = time.time_since_epoch();
  const auto next_second = floor<std::chrono::seconds>(since_epoch) + std::chrono::seconds(1);
  const auto last_year =
      std::chrono::year_month_day{std::chrono::sys_days{floor<std::chrono::days>(next_second)}}
          .year() +
      std::chrono::years(kMostYears);
  const auto next_minute = floor<std::chrono::minutes>(since_epoch) + std::chrono::minutes(1);
  std::chrono::sys_days day{floor<std::chrono::days>(next_minute)};
  std::chrono::minutes from = next_minute - day.time_since_epoch();
  for (;; from = std::chrono::minutes(0)) {
    const std::chrono::year_month_day date{day};
    if (date.year() > last_year) return std::nullopt;
    if ((months & Bit(static_cast<unsigned>(date.month()))) == 0) {
      day = std::chrono::sys_days{date.year() / date.month() / 1 + std::chrono::months(1)};
      continue;
    }
    if (const auto minute = Fits(day) ? MinuteFrom(from) : std::nullopt) {
      const auto found = day.time_since_epoch() + *minute;
      if (found > floor<std::chrono::minutes>(Duration::max())) return std::nullopt;
      return Timestamp{found};
    }
    day += std::chrono::days(1);
  }
}

std::optional<Timestamp> CronSchedule::Next(Timestamp time) const {
  return std::visit([time](const auto& rule) { return rule.Next(time); }, rule_);
}

std::optional<Timestamp> CronSchedule::NextFrom(Timestamp time, Timestamp now) const {
  const Every* every = std::get_if<Every>(&rule_);
  if (every == nullptr) return Next(std::max(time, now - Duration(1)));
  const std::optional<Timestamp> first = every->Next(time);
  if (!first || *first >= now) return first;
  const std::int64_t intervals = (now - *first - Duration(1)) / every->interval + 1;
  return *first + intervals * every->interval;
}

std::optional<Duration> CronBackoff(const CronSchedule& schedule, Timestamp scheduled,
                                    Timestamp now) {
  const std::optional<Timestamp> next =
      now < scheduled ? scheduled : schedule.NextFrom(scheduled, now);
  if (!next) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(*next - now);
}

}  // namespace groundhog::history
