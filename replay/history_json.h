// Reading and writing histories in Temporal's own JSON (SEMANTICS a.1, a.2).
//
//     const absl::StatusOr<history::EventHistory> history =
//     ReadHistoryFile("recorded/mt_happy.json"); const std::string text = WriteHistory(*history);
//
// Read is what `temporal workflow show --output json`, the Web UI's download and a
// GetWorkflowExecutionHistory response give:
// {"events": […]} or {"history": {"events": […]}}; enumerators and event types by protobuf name,
// CamelCase shorthand or number; field names in camelCase or as protobuf declares them; numbers as
// numbers or strings; null for "not set". Event ids must be 1..n in order. What has no member in
// event.h stays in `unknown_fields` and is written back.
//
// Written is the one canonical form: protobuf names, 64-bit integers as strings, UTC, fields in
// Temporal's order, two spaces of indentation, a line feed at the end. Reading and writing changes
// only spelling:
//   - a field equal to its default is left out, or written where Temporal's server always writes
//   it;
//   - an absent `attempt` is 1; the unset time "0001-01-01T00:00:00Z" is absent; an absent task
//   queue kind stays absent;
//   - names in headers, memos and search attributes are sorted; `unknown_fields` come after the
//   known ones;
//   - what stands beside the list of events (an empty nextPageToken, …) is dropped.
// Text that is not UTF-8 (in a struct made by a program) is written with U+FFFD for each bad byte.
//
// Errors, each with the file and the line, or the event and the field path, and what would be
// right:
//   NotFound            no such file, or it cannot be read
//   ResourceExhausted   beyond a limit: file size, depth, number of values (json_text.h)
//   Unimplemented       an event of a type that event.h does not know yet
//   InvalidArgument     everything else
// No input makes the reader crash; its memory is bounded by the size of the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "runtime/history/event.h"

namespace groundhog::replay {

// Temporal itself ends a run whose history reaches 50 MiB (SEMANTICS i).
inline constexpr std::size_t kMaxHistoryFileBytes = std::size_t{256} << 20;

// `file_name` only stands in messages.
absl::StatusOr<history::EventHistory> ReadHistory(std::string_view json_text,
                                                  const std::string& file_name);
absl::StatusOr<history::EventHistory> ReadHistoryFile(const std::string& path);

// REQUIRES: `unknown_fields` everywhere empty or the text of a JSON object (else
// std::invalid_argument).
std::string WriteHistory(const history::EventHistory& events);

}  // namespace groundhog::replay
