// How Temporal spells bytes, enumerators and, in runtime/history/time_text.h, times in JSON
// (SEMANTICS a.1). Text to value and back; no JSON.
//
// The parsers accept every spelling that Temporal's own tools accept; the formatters give the one
// that its servers print. A parser answers nothing when the text is malformed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/time_text.h"

namespace groundhog::history {

// What Go prints for a time that was never set. It lies outside the range of Timestamp and means
// "none".
inline constexpr std::string_view kUnsetTime = "0001-01-01T00:00:00Z";

// Standard or URL-safe alphabet, with padding or without.
std::optional<std::string> ParseBase64(std::string_view text);
std::string FormatBase64(std::string_view bytes);

// Whether `shorthand` is the CamelCase form of an enumerator: "MaximumAttemptsReached" of
// "MAXIMUM_ATTEMPTS_REACHED".
bool IsShorthandOf(std::string_view shorthand, std::string_view upper_snake);
// Whether `key` names the JSON field `camel`: as it is, or as the protobuf definition spells it
// ("event_id" for "eventId").
bool IsFieldName(std::string_view key, std::string_view camel);

}  // namespace groundhog::history
