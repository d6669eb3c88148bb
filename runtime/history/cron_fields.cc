#include "runtime/history/cron_fields.h"

#include <algorithm>
#include <iterator>

#include <absl/numeric/int128.h>
#include <absl/strings/ascii.h>
#include <fmt/format.h>

namespace groundhog::history {
namespace {

absl::Status BadZone(const std::string& text) { return absl::InvalidArgumentError(text); }

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::optional<unsigned> ParseNumber(std::string_view text) {
  constexpr std::size_t kMostDigits = 6;  // far above every bound
  if (!IsNumber(text) || text.size() > kMostDigits) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

// A number between `min` and `max`, or a name.
std::optional<unsigned> ParseValue(std::string_view text, const FieldBounds& bounds, unsigned min) {
  const std::string lower = Lower(text);
  const auto name = std::find_if(
      bounds.names.begin(), bounds.names.end(), [&lower, &bounds](std::string_view known) {
        if (bounds.least_letters == 0) return known == lower;
        return lower.size() >= bounds.least_letters && known.substr(0, lower.size()) == lower;
      });
  const std::optional<unsigned> value =
      name == bounds.names.end() ? ParseNumber(text)
                                 : bounds.min + static_cast<unsigned>(name - bounds.names.begin());
  if (!value || *value < min || *value > bounds.max) return std::nullopt;
  return value;
}

// Without its step.
FieldFault ParseBounds(std::string_view text, const FieldBounds& bounds, FieldRange& range) {
  const auto hyphens = std::count(text.begin(), text.end(), '-');
  const std::string_view low = TakeUntil(text, '-');
  if (low == "*" || (low == "?" && bounds.question_mark)) {
    range = {.start = bounds.min, .end = bounds.max, .any = true};
    return FieldFault::kNone;
  }
  if (hyphens > 1) return FieldFault::kTooManyHyphens;
  const std::optional<unsigned> start = ParseValue(low, bounds, bounds.min);
  if (!start) return hyphens == 0 ? FieldFault::kBadValue : FieldFault::kBadStart;
  range = {.start = *start, .end = *start};
  if (hyphens == 0) return FieldFault::kNone;
  const std::optional<unsigned> end = ParseValue(text, bounds, *start);
  if (!end) return FieldFault::kBadEnd;
  range.end = *end;
  return FieldFault::kNone;
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

// "1.5" of "1.5h30m": as a number of units of 10^-9. Nothing if there is no digit, or too many.
std::optional<absl::int128> TakeDecimal(std::string_view& text) {
  constexpr int kMostDigits = 18;
  constexpr int kDecimals = 9;
  absl::int128 value = 0;
  int digits = 0;
  int decimals = 0;
  bool point = false;
  for (; !text.empty() && (absl::ascii_isdigit(text.front()) || (text.front() == '.' && !point));
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

// ---- Zones ----

constexpr std::string_view kUtcNames[] = {
    "",          "UTC",       "Etc/UTC",       "UCT",       "Etc/UCT",      "Zulu",    "Etc/Zulu",
    "GMT",       "GMT0",      "GMT+0",         "GMT-0",     "Greenwich",    "Etc/GMT", "Etc/GMT0",
    "Etc/GMT+0", "Etc/GMT-0", "Etc/Greenwich", "Universal", "Etc/Universal"};

}  // namespace

FieldFault ParseFieldRange(std::string_view text, const FieldBounds& bounds, FieldRange& range) {
  const auto slashes = std::count(text.begin(), text.end(), '/');
  if (slashes > 1) return FieldFault::kTooManySlashes;
  const std::string_view values = TakeUntil(text, '/');
  const FieldFault fault = ParseBounds(values, bounds, range);
  if (fault != FieldFault::kNone || slashes == 0) return fault;
  const std::optional<unsigned> step = ParseNumber(text);
  if (!step || *step == 0) return FieldFault::kBadStep;
  range.step = *step;
  if (values.find('-') == std::string_view::npos) range.end = bounds.max;
  range.any = range.any && *step == 1;
  return FieldFault::kNone;
}

std::string_view TakeUntil(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

std::string_view WithoutSpacesAround(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

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

absl::Status CheckZone(std::string_view zone) {
  if (std::find(std::begin(kUtcNames), std::end(kUtcNames), zone) != std::end(kUtcNames)) {
    return absl::OkStatus();
  }
  return BadZone(fmt::format("time zone '{}' is not supported here: only UTC is", zone));
}

absl::StatusOr<std::string_view> WithoutZone(std::string_view text) {
  for (const std::string_view prefix : {std::string_view("TZ="), std::string_view("CRON_TZ=")}) {
    if (text.substr(0, prefix.size()) != prefix) continue;
    text.remove_prefix(prefix.size());
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return BadZone("there is only a time zone");
    if (absl::Status bad = CheckZone(text.substr(0, space)); !bad.ok()) return bad;
    text.remove_prefix(space);
    break;
  }
  return text;
}

std::optional<std::string_view> FieldsOfDescriptor(std::string_view text) {
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
    if (text == known.name) return known.fields;
  }
  return std::nullopt;
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
    const auto end = std::find_if(text.begin(), text.end(),
                                  [](char c) { return absl::ascii_isdigit(c) || c == '.'; });
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

}  // namespace groundhog::history
