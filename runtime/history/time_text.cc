#include "runtime/history/time_text.h"

#include <chrono>
#include <cstdint>

#include <absl/strings/ascii.h>
#include <fmt/format.h>

namespace groundhog::history {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

// Takes the digits at the front of `text`, at least `min` and at most `max` of them.
std::optional<std::int64_t> TakeDigits(std::string_view& text, std::size_t min, std::size_t max) {
  std::int64_t value = 0;
  std::size_t count = 0;
  while (count < text.size() && absl::ascii_isdigit(text[count])) {
    if (count == max) return std::nullopt;
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return std::nullopt;
    if (__builtin_add_overflow(value, std::int64_t{text[count] - '0'}, &value)) return std::nullopt;
    ++count;
  }
  if (count < min) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool Take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// Takes ".340384470", or nothing and gives 0.
std::optional<std::int64_t> TakeFraction(std::string_view& text) {
  if (!Take(text, '.')) return 0;
  const std::size_t before = text.size();
  std::optional<std::int64_t> nanos = TakeDigits(text, 1, 9);
  if (!nanos) return std::nullopt;
  for (std::size_t digits = before - text.size(); digits < 9; ++digits) *nanos *= 10;
  return nanos;
}

std::optional<std::int64_t> ToNanos(std::int64_t seconds, std::int64_t nanos) {
  if (seconds < 0 && nanos > 0) {
    // The earliest time overflows before its fraction is added, unless both have one sign.
    ++seconds;
    nanos -= kNanosPerSecond;
  }
  std::int64_t total = 0;
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &total)) return std::nullopt;
  if (__builtin_add_overflow(total, nanos, &total)) return std::nullopt;
  return total;
}

std::string FormatFraction(std::int64_t nanos) {
  if (nanos == 0) return "";
  if (nanos % 1'000'000 == 0) return fmt::format(".{:03}", nanos / 1'000'000);
  if (nanos % 1'000 == 0) return fmt::format(".{:06}", nanos / 1'000);
  return fmt::format(".{:09}", nanos);
}

std::optional<std::int64_t> TakeDate(std::string_view& text) {
  const auto year = TakeDigits(text, 4, 4);
  if (!year || !Take(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2, 2);
  if (!month || !Take(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::optional<std::int64_t> TakeTimeOfDay(std::string_view& text) {
  const auto hour = TakeDigits(text, 2, 2);
  if (!hour || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeDigits(text, 2, 2);
  if (!minute || !Take(text, ':')) return std::nullopt;
  const auto second = TakeDigits(text, 2, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return (*hour * 60 + *minute) * 60 + *second;
}

// Seconds to subtract: "Z" is 0, "+02:00" is 7200.
std::optional<std::int64_t> TakeOffset(std::string_view& text) {
  if (Take(text, 'Z')) return 0;
  const bool negative = Take(text, '-');
  if (!negative && !Take(text, '+')) return std::nullopt;
  const auto hours = TakeDigits(text, 2, 2);
  if (!hours || !Take(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = (*hours * 60 + *minutes) * 60;
  return negative ? -seconds : seconds;
}

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  const bool negative = Take(text, '-');
  const auto seconds = TakeDigits(text, 1, 18);
  if (!seconds) return std::nullopt;
  const auto nanos = TakeFraction(text);
  if (!nanos || text != "s") return std::nullopt;
  const auto total = negative ? ToNanos(-*seconds, -*nanos) : ToNanos(*seconds, *nanos);
  if (!total) return std::nullopt;
  return Duration{*total};
}

std::string FormatDuration(Duration duration) {
  const std::int64_t seconds = duration.count() / kNanosPerSecond;
  const std::int64_t nanos = duration.count() % kNanosPerSecond;
  // The sign is written by hand: -0.5 s has 0 whole seconds.
  const char* sign = duration.count() < 0 ? "-" : "";
  return fmt::format("{}{}{}s", sign, seconds < 0 ? -seconds : seconds,
                     FormatFraction(nanos < 0 ? -nanos : nanos));
}

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  const auto days = TakeDate(text);
  if (!days || !Take(text, 'T')) return std::nullopt;
  const auto time_of_day = TakeTimeOfDay(text);
  if (!time_of_day) return std::nullopt;
  const auto nanos = TakeFraction(text);
  if (!nanos) return std::nullopt;
  const auto offset = TakeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const auto total = ToNanos(*days * 86'400 + *time_of_day - *offset, *nanos);
  if (!total) return std::nullopt;
  return FromUnixNanos(*total);
}

std::string FormatTimestamp(Timestamp time) {
  const auto since_epoch = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{std::chrono::sys_days{days}};
  const std::chrono::hh_mm_ss clock{seconds - days};
  // Subtracting `seconds` as nanoseconds would overflow at the far end of the range.
  std::int64_t nanos = since_epoch.count() % kNanosPerSecond;
  if (nanos < 0) nanos += kNanosPerSecond;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     FormatFraction(nanos));
}

}  // namespace groundhog::history
