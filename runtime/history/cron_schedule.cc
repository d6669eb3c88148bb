#include "runtime/history/cron_schedule.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <absl/numeric/int128.h>
#include <fmt/format.h>

namespace groundhog::history {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
constexpr int kMostYears = 5;

absl::Status Invalid(const std::string& text) { return absl::InvalidArgumentError(text); }

// ---- Fields ----

// The values that a field may have; names[i] stands for min + i.
struct Bounds {
  unsigned min;
  unsigned max;
  std::span<const std::string_view> names = {};
};
constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct FieldValues {
  std::uint64_t bits = 0;
  bool any = false;  // an unstepped * or ?
};

constexpr std::uint64_t Bit(unsigned value) { return std::uint64_t{1} << value; }

// The part of the text up to the separator, which is taken away with it; the text is empty afterwards if there was none.
std::string_view TakeUntil(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

absl::StatusOr<unsigned> ParseNumber(std::string_view text) {
  constexpr std::size_t kMostDigits = 6;  // far above every bound
  unsigned value = 0;
  const bool digits =
      !text.empty() && text.size() <= kMostDigits &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return Invalid(fmt::format("'{}' is no number", text));
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

absl::StatusOr<unsigned> ParseValue(std::string_view text, const Bounds& bounds) {
  const auto name = std::find(bounds.names.begin(), bounds.names.end(), Lower(text));
  if (name == bounds.names.end()) return ParseNumber(text);
  return bounds.min + static_cast<unsigned>(name - bounds.names.begin());
}

// "*", "5", "1-5", with "/2" perhaps.
absl::StatusOr<FieldValues> ParseRange(std::string_view text, const Bounds& bounds) {
  const auto wrong = [text](const absl::Status& why) {
    return Invalid(fmt::format("{} in '{}'",
                               std::string_view(why.message().data(), why.message().size()), text));
  };
  const auto slashes = std::count(text.begin(), text.end(), '/');
  if (slashes > 1) return Invalid(fmt::format("too many slashes in '{}'", text));
  std::string_view rest = text;
  std::string_view range = TakeUntil(rest, '/');
  const std::string_view step_text = rest;
  const auto hyphens = std::count(range.begin(), range.end(), '-');
  const std::string_view low = TakeUntil(range, '-');
  FieldValues values;
  unsigned start = bounds.min;
  unsigned end = bounds.max;
  if (low == "*" || low == "?") {
    values.any = true;
  } else {
    if (hyphens > 1) return Invalid(fmt::format("too many hyphens in '{}'", text));
    const absl::StatusOr<unsigned> first = ParseValue(low, bounds);
    if (!first.ok()) return wrong(first.status());
    start = end = *first;
    if (hyphens == 1) {
      const absl::StatusOr<unsigned> last = ParseValue(range, bounds);
      if (!last.ok()) return wrong(last.status());
      end = *last;
    }
  }
  unsigned step = 1;
  if (slashes == 1) {
    const absl::StatusOr<unsigned> parsed = ParseNumber(step_text);
    if (!parsed.ok()) return wrong(parsed.status());
    step = *parsed;
    if (step == 0) return Invalid(fmt::format("the step is 0 in '{}'", text));
    if (hyphens == 0) end = bounds.max;
    if (step > 1) values.any = false;
  }
  if (start < bounds.min || end > bounds.max || start > end) {
    return Invalid(fmt::format("'{}' is no range within {}-{}", text, bounds.min, bounds.max));
  }
  for (unsigned value = start; value <= end; value += step) values.bits |= Bit(value);
  return values;
}

absl::StatusOr<FieldValues> ParseField(std::string_view text, const Bounds& bounds) {
  FieldValues values;
  while (!text.empty()) {
    const std::string_view part = TakeUntil(text, ',');
    if (part.empty()) continue;  // robfig/cron passes over them too
    const absl::StatusOr<FieldValues> range = ParseRange(part, bounds);
    if (!range.ok()) return range.status();
    values.bits |= range->bits;
    values.any = values.any || range->any;
  }
  return values;
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string_view> SplitAtSpaces(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
    if (text.empty()) return words;
    const auto end = std::find_if(text.begin(), text.end(), IsSpace);
    const auto length = static_cast<std::size_t>(end - text.begin());
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
}

// ---- Go's time.ParseDuration ----

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"\xc2\xb5s", 1'000},  // the micro sign, and the Greek letter
    {"\xce\xbcs", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "1.5" of "1.5h30m": as a number of units of 10^-9. Nothing if there is no digit, or too many.
std::optional<absl::int128> TakeDecimal(std::string_view& text) {
  constexpr int kMostDigits = 18;
  constexpr int kDecimals = 9;
  absl::int128 value = 0;
  int digits = 0;
  int decimals = 0;
  bool point = false;
  for (; !text.empty() && (IsDigit(text.front()) || (text.front() == '.' && !point));
       text.remove_prefix(1)) {
    if (text.front() == '.') {
      point = true;
      continue;
    }
    if (++digits > kMostDigits + kDecimals) return std::nullopt;
    if (point && decimals == kDecimals) continue;  // below a nanosecond
    value = value * 10 + (text.front() - '0');
    decimals += point ? 1 : 0;
  }
  if (digits == 0) return std::nullopt;
  for (; decimals < kDecimals; ++decimals) value *= 10;
  return value;
}

std::optional<Duration> ParseGoDuration(std::string_view text) {
  constexpr absl::int128 kBillion = 1'000'000'000;
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return Duration{0};
  if (text.empty()) return std::nullopt;
  absl::int128 total = 0;
  while (!text.empty()) {
    const std::optional<absl::int128> amount = TakeDecimal(text);
    if (!amount) return std::nullopt;
    const auto end =
        std::find_if(text.begin(), text.end(), [](char c) { return IsDigit(c) || c == '.'; });
    const std::string_view name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                    [name](const Unit& known) { return known.name == name; });
    if (unit == std::end(kUnits)) return std::nullopt;
    text.remove_prefix(name.size());
    total += *amount * unit->nanos / kBillion;
    if (total > Duration::max().count()) return std::nullopt;
  }
  const auto nanos = static_cast<std::int64_t>(total);
  return Duration{negative ? -nanos : nanos};
}

// ---- Calendar ----

constexpr std::string_view kUtcNames[] = {
    "",          "UTC",       "Etc/UTC",       "UCT",       "Etc/UCT",      "Zulu",    "Etc/Zulu",
    "GMT",       "GMT0",      "GMT+0",         "GMT-0",     "Greenwich",    "Etc/GMT", "Etc/GMT0",
    "Etc/GMT+0", "Etc/GMT-0", "Etc/Greenwich", "Universal", "Etc/Universal"};

// Takes "CRON_TZ=UTC " away.
absl::StatusOr<std::string_view> WithoutZone(std::string_view text) {
  std::string_view rest = text;
  for (const std::string_view prefix : {std::string_view("TZ="), std::string_view("CRON_TZ=")}) {
    if (rest.substr(0, prefix.size()) != prefix) continue;
    rest.remove_prefix(prefix.size());
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return Invalid("there is only a time zone");
    const std::string_view zone = rest.substr(0, space);
    if (std::find(std::begin(kUtcNames), std::end(kUtcNames), zone) == std::end(kUtcNames)) {
      return Invalid(fmt::format("time zone '{}' is not supported here: only UTC is", zone));
    }
    rest.remove_prefix(space);
    break;
  }
  return rest;
}

}  // namespace

absl::StatusOr<CronSchedule> CronSchedule::Parse(std::string_view text) {
  const absl::StatusOr<std::string_view> rest = WithoutZone(text);
  if (!rest.ok()) return rest.status();
  std::string_view spec = *rest;
  while (!spec.empty() && IsSpace(spec.front())) spec.remove_prefix(1);
  while (!spec.empty() && IsSpace(spec.back())) spec.remove_suffix(1);
  return !spec.empty() && spec.front() == '@' ? ParseDescriptor(spec) : ParseFields(spec);
}

absl::StatusOr<CronSchedule> CronSchedule::ParseDescriptor(std::string_view text) {
  struct Descriptor {
    std::string_view name;
    std::string_view fields;
  };
  constexpr Descriptor kDescriptors[] = {
      {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
      {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
      {"@hourly", "0 * * * *"},
  };
  for (const Descriptor& known : kDescriptors) {
    if (text == known.name) return ParseFields(known.fields);
  }
  constexpr std::string_view kEvery = "@every ";
  if (text.substr(0, kEvery.size()) != kEvery) {
    return Invalid(fmt::format("'{}' is no descriptor", text));
  }
  const std::optional<Duration> interval = ParseGoDuration(text.substr(kEvery.size()));
  if (!interval) return Invalid(fmt::format("'{}' has no duration", text));
  const Duration at_least = std::max(*interval, kSecond);
  return CronSchedule(Every{at_least - at_least % kSecond});
}

absl::StatusOr<CronSchedule> CronSchedule::ParseFields(std::string_view text) {
  constexpr std::size_t kFields = 5;
  constexpr std::array<Bounds, kFields> kBounds = {Bounds{0, 59}, Bounds{0, 23}, Bounds{1, 31},
                                                   Bounds{1, 12, kMonths}, Bounds{0, 6, kWeekdays}};
  const std::vector<std::string_view> fields = SplitAtSpaces(text);
  if (fields.size() != kFields) {
    return Invalid(fmt::format("expected 5 fields, found {}: '{}'", fields.size(), text));
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
