#include "reports/time_text.h"

#include <cstdint>

#include <fmt/format.h>

namespace groundhog::reports {
namespace {

constexpr std::int64_t kMillisPerMinute = 60'000;
constexpr std::int64_t kMillisPerHour = 3'600'000;
constexpr std::int64_t kMillisPerDay = 86'400'000;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

// "1.25": without zeros at the end.
std::string Decimal(std::int64_t value, std::int64_t unit) {
  std::string text = fmt::format("{:.6f}", static_cast<double>(value) / static_cast<double>(unit));
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string PositiveLength(std::int64_t nanos) {
  if (nanos == 0) return "0 s";
  if (nanos < 1'000'000) return Decimal(nanos, 1'000) + " µs";
  if (nanos < kNanosPerSecond) return Decimal(nanos, 1'000'000) + " ms";
  if (nanos < 60 * kNanosPerSecond) return Decimal(nanos, kNanosPerSecond) + " s";
  const std::int64_t seconds = nanos / kNanosPerSecond;
  const std::int64_t rest = nanos % (60 * kNanosPerSecond);
  std::string text;
  const auto add = [&text](std::int64_t count, const char* unit) {
    if (count == 0) return;
    if (!text.empty()) text += " ";
    text += fmt::format("{} {}", count, unit);
  };
  add(seconds / 86'400, "d");
  add(seconds / 3'600 % 24, "h");
  add(seconds / 60 % 60, "min");
  if (rest != 0) text += " " + Decimal(rest, kNanosPerSecond) + " s";
  return text;
}

}  // namespace

std::string TimeText(sim::Duration since_start) {
  if (since_start.count() < 0) return "-" + TimeText(-since_start);
  const std::int64_t millis = since_start.count() / 1'000'000;
  const double seconds = static_cast<double>(millis % kMillisPerMinute) / 1'000.0;
  if (millis < kMillisPerMinute) return fmt::format("{:.3f} s", seconds);
  const std::int64_t minutes = millis / kMillisPerMinute % 60;
  if (millis < kMillisPerHour) return fmt::format("{}:{:06.3f}", minutes, seconds);
  const std::int64_t hours = millis / kMillisPerHour % 24;
  if (millis < kMillisPerDay) return fmt::format("{}:{:02}:{:06.3f}", hours, minutes, seconds);
  return fmt::format("{} d {:02}:{:02}:{:02}", millis / kMillisPerDay, hours, minutes,
                     millis % kMillisPerMinute / 1'000);
}

std::string LengthText(sim::Duration length) {
  if (length.count() < 0) return "-" + PositiveLength(-length.count());
  return PositiveLength(length.count());
}

}  // namespace groundhog::reports
