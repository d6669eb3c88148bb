#include "runtime/visibility/duration_text.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

#include <absl/strings/ascii.h>

namespace groundhog::visibility {
namespace {

using history::Duration;

// Room for more than 64 bits of nanoseconds: sums are checked at the end.
__extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using): it takes no __extension__

constexpr Wide kNanosInSecond = 1'000'000'000;
constexpr auto kUnits = std::to_array<std::pair<std::string_view, Wide>>({
    {"ns", 1},
    {"us", 1'000},
    {"µs", 1'000},
    {"μs", 1'000},
    {"ms", 1'000'000},
    {"s", kNanosInSecond},
    {"m", 60 * kNanosInSecond},
    {"h", 3'600 * kNanosInSecond},
    {"d", 86'400 * kNanosInSecond},
});

std::optional<Duration> Fitting(Wide nanos) {
  constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
  if (nanos > kMost || nanos < -kMost - 1) return std::nullopt;
  return Duration(static_cast<std::int64_t>(nanos));
}

// Takes the digits at the beginning; nothing if there are too many of them.
std::optional<std::int64_t> TakeDigits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[length])))
    ++length;
  std::int64_t number = 0;
  if (length != 0) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + length, number);
    if (error != std::errc()) return std::nullopt;
  }
  text.remove_prefix(length);
  return number;
}

// "1.5h": takes one number with its unit.
std::optional<Wide> TakePart(std::string_view& text) {
  const std::size_t before = text.size();
  const std::optional<std::int64_t> whole = TakeDigits(text);
  if (!whole) return std::nullopt;
  std::size_t digits = before - text.size();
  std::string_view decimals;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const std::string_view rest = text;
    while (!text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text.front())))
      text.remove_prefix(1);
    decimals = rest.substr(0, rest.size() - text.size());
    digits += decimals.size();
  }
  if (digits == 0) return std::nullopt;
  Wide unit = 0;
  std::size_t length = 0;  // the longest unit that fits: "ms" and not "m"
  for (const auto& [name, nanos] : kUnits) {
    if (name.size() <= length || text.substr(0, name.size()) != name) continue;
    unit = nanos;
    length = name.size();
  }
  if (unit == 0) return std::nullopt;
  text.remove_prefix(length);
  Wide sum = *whole * unit;
  for (const char digit : decimals) {
    unit /= 10;
    sum += (digit - '0') * unit;
  }
  return sum;
}

std::optional<Duration> ParseGoDuration(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return Duration{0};
  if (text.empty()) return std::nullopt;
  Wide sum = 0;
  while (!text.empty()) {
    const std::optional<Wide> part = TakePart(text);
    if (!part) return std::nullopt;
    sum += *part;
    if (!Fitting(sum)) return std::nullopt;
  }
  return Fitting(negative ? -sum : sum);
}

std::optional<Duration> ParseClock(std::string_view text) {
  std::array<std::int64_t, 3> fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t before = text.size();
    const std::optional<std::int64_t> field = TakeDigits(text);
    if (!field || text.size() == before) return std::nullopt;
    fields[i] = *field;
    if (i + 1 == fields.size()) break;
    if (text.empty() || text.front() != ':') return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty() || fields[1] > 59 || fields[2] > 59) return std::nullopt;
  return Fitting((Wide{fields[0]} * 3'600 + fields[1] * 60 + fields[2]) * kNanosInSecond);
}

}  // namespace

std::optional<Duration> ParseExecutionDuration(std::string_view text) {
  std::int64_t nanos = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nanos);
  if (error == std::errc() && end == text.data() + text.size() && !text.empty()) {
    return Duration(nanos);
  }
  if (const std::optional<Duration> duration = ParseGoDuration(text)) return duration;
  return ParseClock(text);
}

}  // namespace groundhog::visibility
