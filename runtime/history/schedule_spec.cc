#include "runtime/history/schedule_spec.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/history/cron_fields.h"

namespace groundhog::history {
namespace {

constexpr unsigned kFirstYear = 2000;
constexpr unsigned kLastYear = 2100;
constexpr std::size_t kLongestComment = 200;

constexpr std::string_view kMonthNames[] = {"january",   "february", "march",    "april",
                                            "may",       "june",     "july",     "august",
                                            "september", "october",  "november", "december"};
constexpr std::string_view kDayNames[] = {"sunday",   "monday", "tuesday", "wednesday",
                                          "thursday", "friday", "saturday"};

// A field of a calendar: what Temporal calls it, what a cron string may say, and what a range of a
// calendar may hold.
struct CalendarField {
  const char* name;
  FieldBounds cron;
  std::int32_t max;
  ScheduleRanges ScheduleCalendarSpec::*ranges;
};
constexpr CalendarField kSecond{"Second", {.min = 0, .max = 59}, 59, &ScheduleCalendarSpec::second};
constexpr CalendarField kMinute{"Minute", {.min = 0, .max = 59}, 59, &ScheduleCalendarSpec::minute};
constexpr CalendarField kHour{"Hour", {.min = 0, .max = 23}, 23, &ScheduleCalendarSpec::hour};
constexpr CalendarField kDayOfMonth{
    "DayOfMonth", {.min = 1, .max = 31}, 31, &ScheduleCalendarSpec::day_of_month};
constexpr CalendarField kMonth{"Month",
                               {.min = 1, .max = 12, .names = kMonthNames, .least_letters = 3},
                               12,
                               &ScheduleCalendarSpec::month};
constexpr CalendarField kYear{
    "Year", {.min = kFirstYear, .max = kLastYear}, kLastYear, &ScheduleCalendarSpec::year};
// In a cron string Sunday may be 7.
constexpr CalendarField kDayOfWeek{"DayOfWeek",
                                   {.min = 0, .max = 7, .names = kDayNames, .least_letters = 2},
                                   6,
                                   &ScheduleCalendarSpec::day_of_week};
constexpr auto kAllFields =
    std::to_array<CalendarField>({kSecond, kMinute, kHour, kDayOfMonth, kMonth, kYear, kDayOfWeek});

absl::Status BadSpec(const std::string& text) { return absl::InvalidArgumentError(text); }

std::string Wording(FieldFault fault, const CalendarField& field) {
  const FieldBounds& bounds = field.cron;
  switch (fault) {
    case FieldFault::kTooManySlashes:
      return fmt::format("{} has too many slashes", field.name);
    case FieldFault::kTooManyHyphens:
      return fmt::format("{} has too many dashes", field.name);
    case FieldFault::kBadStep:
      return fmt::format("{} has invalid Step", field.name);
    case FieldFault::kBadStart:
      return fmt::format("{} Start is not in range [{}-{}]", field.name, bounds.min, bounds.max);
    case FieldFault::kBadEnd:
      return fmt::format("{} End is before Start or not in range [{}-{}]", field.name, bounds.min,
                         bounds.max);
    case FieldFault::kBadValue:
    case FieldFault::kNone:
      break;
  }
  return fmt::format("{} is not in range [{}-{}]", field.name, bounds.min, bounds.max);
}

void Join(std::string& list, std::string_view item) {
  if (!list.empty()) list += ", ";
  list += item;
}

// ---- Cron strings ----

// Adds the range; of days of the week with 7 as 0.
void AddRange(const CalendarField& field, const FieldRange& range, ScheduleRanges& ranges) {
  const auto start = static_cast<std::int32_t>(range.start);
  const auto step = static_cast<std::int32_t>(range.step);
  auto end = static_cast<std::int32_t>(range.end);
  if (end > field.max) {
    if ((end - start) % step == 0) ranges.push_back({.start = 0});
    end = field.max;
    if (start > end) return;
  }
  ranges.push_back({.start = start, .end = start == end ? 0 : end, .step = step == 1 ? 0 : step});
}

void ReadField(std::string_view text, const CalendarField& field, ScheduleCalendarSpec& calendar,
               std::string& errors) {
  ScheduleRanges& ranges = calendar.*field.ranges;
  ranges.clear();
  if (text == "*" && field.ranges == &ScheduleCalendarSpec::year) return;
  if (text.back() == ',') return Join(errors, Wording(FieldFault::kBadValue, field));
  do {
    const std::string_view part = TakeUntil(text, ',');
    FieldRange range;
    const FieldFault fault = ParseFieldRange(part, field.cron, range);
    if (fault != FieldFault::kNone) return Join(errors, Wording(fault, field));
    // A star is the whole week, which has no second Sunday.
    if (range.any && field.max < static_cast<std::int32_t>(range.end)) {
      range.end = static_cast<unsigned>(field.max);
    }
    AddRange(field, range, ranges);
  } while (!text.empty());
}

absl::StatusOr<ScheduleCalendarSpec> ReadFields(std::string_view text, std::string_view comment) {
  static constexpr auto kOrder = std::to_array<CalendarField>(
      {kSecond, kMinute, kHour, kDayOfMonth, kMonth, kDayOfWeek, kYear});
  constexpr std::size_t kLeast = 5;
  const std::vector<std::string_view> words = SplitAtSpaces(text);
  if (words.size() < kLeast || words.size() > kOrder.size()) {
    return BadSpec("CronString does not have 5-7 fields");
  }
  ScheduleCalendarSpec calendar{.comment = std::string(comment)};
  std::string errors;
  // Seconds are only there if everything is.
  std::size_t field = words.size() == kOrder.size() ? 0 : 1;
  for (const std::string_view word : words) ReadField(word, kOrder[field++], calendar, errors);
  if (!errors.empty()) return BadSpec(errors);
  return calendar;
}

absl::StatusOr<ScheduleIntervalSpec> ReadEvery(std::string_view text) {
  TakeUntil(text, ' ');
  if (text.empty()) return BadSpec("CronString does not have interval after @every");
  const std::string_view every_text = TakeUntil(text, '/');
  const std::optional<Duration> every = ParseGoDuration(every_text);
  if (!every) return BadSpec(fmt::format("time: invalid duration \"{}\"", every_text));
  if (text.empty()) return ScheduleIntervalSpec{.every = *every};
  const std::optional<Duration> offset = ParseGoDuration(text);
  if (!offset) return BadSpec(fmt::format("time: invalid duration \"{}\"", text));
  return ScheduleIntervalSpec{.every = *every, .offset = *offset};
}

absl::Status ReadCron(std::string_view text, ScheduleSpec& spec) {
  const absl::StatusOr<std::string_view> zoneless = WithoutZone(WithoutSpacesAround(text));
  if (!zoneless.ok()) return zoneless.status();
  std::string_view comment = *zoneless;
  const std::string_view cron = WithoutSpacesAround(TakeUntil(comment, '#'));
  comment = WithoutSpacesAround(comment);
  if (cron.substr(0, 6) == "@every") {
    const absl::StatusOr<ScheduleIntervalSpec> interval = ReadEvery(cron);
    if (interval.ok()) spec.intervals.push_back(*interval);
    return interval.status();
  }
  absl::StatusOr<ScheduleCalendarSpec> calendar =
      ReadFields(FieldsOfDescriptor(cron).value_or(cron), comment);
  if (!calendar.ok()) return calendar.status();
  spec.calendars.push_back(*std::move(calendar));
  return absl::OkStatus();
}

// ---- Checks ----

absl::Status CheckCalendar(const ScheduleCalendarSpec& calendar) {
  std::string errors;
  for (const CalendarField& field : kAllFields) {
    const auto min = static_cast<std::int32_t>(field.cron.min);
    for (const ScheduleRange& range : calendar.*field.ranges) {
      if (range.start < min || range.start > field.max) {
        Join(errors, fmt::format("{} Start is not in range [{}-{}]", field.name, min, field.max));
      }
      if (range.end != 0 && (range.end < range.start || range.end > field.max)) {
        Join(errors, fmt::format("{} End is before Start or not in range [{}-{}]", field.name, min,
                                 field.max));
      }
      if (range.step < 0) Join(errors, fmt::format("{} has invalid Step", field.name));
    }
  }
  if (calendar.comment.size() > kLongestComment) Join(errors, "comment is too long");
  return errors.empty() ? absl::OkStatus() : BadSpec("invalid calendar spec: " + errors);
}

absl::Status CheckInterval(const ScheduleIntervalSpec& interval) {
  if (interval.every < std::chrono::seconds(1)) return BadSpec("interval is too small");
  if (interval.offset.count() < 0) return BadSpec("phase is negative");
  if (interval.offset >= interval.every) return BadSpec("phase cannot be greater than Interval");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScheduleSpec> CanonicalSpec(ScheduleSpec spec) {
  absl::Status status = CheckZone(spec.time_zone_name);
  for (const std::string& cron : std::exchange(spec.cron_expressions, {})) {
    status.Update(ReadCron(cron, spec));
  }
  for (const ScheduleCalendarSpec& calendar : spec.calendars)
    status.Update(CheckCalendar(calendar));
  for (const ScheduleCalendarSpec& calendar : spec.skip) status.Update(CheckCalendar(calendar));
  for (const ScheduleIntervalSpec& interval : spec.intervals)
    status.Update(CheckInterval(interval));
  if (spec.jitter.count() < 0) status.Update(BadSpec("jitter is negative"));
  if (!status.ok()) return status;
  return spec;
}

}  // namespace groundhog::history
