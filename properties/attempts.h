// What the trace knows of each activity's attempts, which leave no events of their own (SEMANTICS
// a.5): read into plain values, judged by retry.cc. Reading never fails: what makes no sense (a
// start of an attempt that was never scheduled) is counted here and judged there.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <absl/container/inlined_vector.h>

#include "properties/evidence.h"
#include "runtime/history/event.h"
#include "sim/symbol.h"
#include "sim/time.h"

namespace groundhog::properties {

// How an attempt ended. kClosed: with the activity, by completion or cancellation.
enum class AttemptEnd : std::uint8_t { kNone, kFailed, kTimedOut, kClosed };

struct MissedDeadline {
  history::TimeoutType type = history::TimeoutType::kUnspecified;
  sim::Time deadline = {};  // as the server reckoned it
};

// A heartbeat that came later than any other after the one before it (or after the start).
struct Silence {
  sim::Time from = {};
  sim::Time to = {};
};

struct Attempt {
  std::int32_t number = 0;
  // How often the trace says so.
  std::int32_t scheduled = 0;
  std::int32_t started = 0;
  std::int32_t ended = 0;
  AttemptEnd end = AttemptEnd::kNone;
  bool failure_known = false;       // whether the next three were told
  bool says_non_retryable = false;  // the failure, of itself
  std::uint64_t error_type = 0;     // its hash, 0 for none
  std::optional<sim::Duration> asks_for_delay = {};
  std::size_t end_place = 0;  // in the trace
  sim::Time scheduled_time = {};
  std::optional<sim::Time> due = {};  // when it may start
  sim::Time start_time = {};
  sim::Time end_time = {};
  std::optional<sim::Time> last_heartbeat = {};
  Silence longest_silence = {};
  std::optional<MissedDeadline> missed = {};
};

struct ActivityLife {
  const RunRecord* run = nullptr;
  history::EventId id = 0;  // of its ActivityTaskScheduled
  sim::Symbol workflow = {};
  sim::Symbol type = {};
  const history::ActivityTaskScheduled* scheduled = nullptr;  // null: the history has none there
  absl::InlinedVector<Attempt, 2> attempts = {};
  std::optional<std::size_t> cancel_place = {};  // where in the trace a cancel was requested
  std::int32_t closed = 0;                       // how often
  std::int32_t closed_attempt = 0;
  sim::Time close_time = {};
  bool went_on_after_close = false;
  // An operator paused, reset or changed it: its policy says nothing any more.
  bool operated = false;
  // Of the history.
  const history::HistoryEvent* started_event = nullptr;
  const history::HistoryEvent* closing_event = nullptr;
};

// In the order in which they began. REQUIRES: evidence.trace.
std::vector<ActivityLife> ReadAttempts(const Evidence& evidence);

}  // namespace groundhog::properties
