// How Temporal spells durations and points in time in JSON (SEMANTICS a.1). Text to value and back.
//
// The parsers accept every spelling that Temporal's own tools accept; the formatters give the one
// that its servers print. A parser answers nothing when the text is malformed or does not fit the
// value (64 bits of nanoseconds: 292 years).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/time.h"

namespace groundhog::history {

// "5s", "1.500s", "-0.000000001s": seconds with 0, 3, 6 or 9 decimals when written, 0 to 9 when
// read.
std::optional<Duration> ParseDuration(std::string_view text);
std::string FormatDuration(Duration duration);

// RFC 3339, written in UTC: "2026-11-23T00:32:39.340384470Z". Any offset is accepted; a leap second
// is not.
std::optional<Timestamp> ParseTimestamp(std::string_view text);
std::string FormatTimestamp(Timestamp time);

}  // namespace groundhog::history
