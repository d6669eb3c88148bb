// What the server says about itself in the trace (TraceKind::kFact): one record for each event and
// each step of an activity attempt, made together with the transaction that wrote it. Nothing is
// said of what was not written.
//
// clang-format off
// | label.kind()             | scope       | subject       | number   | value                                                          |
// |--------------------------|-------------|---------------|----------|----------------------------------------------------------------|
// | EventAppended            | workflow id | event type    | event id | content hash: everything of the event but its time             |
// | RunStarted               | workflow id |               | how many | hash of the run id; number: the how-manieth run of this id     |
// | RunClosed                | workflow id | status        |          | hash of the run id                                             |
// | ActivityAttemptScheduled | workflow id | activity type | attempt  | scheduled event id                                             |
// | ActivityAttemptDue       | workflow id | activity type | attempt  | when the attempt may start, Unix nanoseconds                   |
// | ActivityAttemptStarted   | workflow id | activity type | attempt  | scheduled event id                                             |
// | ActivityAttemptFailed    | workflow id | activity type | attempt  | scheduled event id: the worker reported a failure              |
// | ActivityFailureWas       | workflow id | (non-)retryable | attempt | hash of the application error's type, 0 if it is none          |
// | ActivityRetryDelayWas    | workflow id | activity type | attempt  | the delay that the failure asks for, nanoseconds               |
// | ActivityHeartbeat        | workflow id | activity type | attempt  | scheduled event id: a heartbeat was recorded                   |
// | ActivityOperated         | workflow id | activity type | attempt  | scheduled event id: an operator paused, reset or changed it    |
// | ActivityAttemptTimedOut  | workflow id | activity type | attempt  | scheduled event id                                             |
// | ActivityTimeoutWas       | workflow id | timeout type  | attempt  | the deadline that was missed, Unix nanoseconds                 |
// | ActivityClosed           | workflow id | activity type | attempt  | scheduled event id: no further attempt, whatever the outcome   |
// clang-format on
//
// The time of an ActivityAttempt… record is when it happened. ActivityAttemptScheduled and
// ActivityAttemptDue come together, so the back-off of attempt n is its Due minus the time of
// attempt n-1's Failed or TimedOut record. ActivityTimeoutWas follows ActivityAttemptTimedOut (or
// comes before ActivityClosed, where no attempt was under way). ActivityFailureWas follows
// ActivityAttemptFailed: what the failure says of itself ("non-retryable" or "retryable"), before
// the policy is asked; ActivityRetryDelayWas follows if it asks for a delay.
#pragma once

#include <cstdint>

#include "runtime/history/content_digest.h"
#include "runtime/server/execution.h"
#include "sim/store.h"
#include "sim/symbol.h"

namespace groundhog::server {

using history::ContentDigest;
using history::DigestOf;

inline constexpr sim::SymbolEntry kEventAppended{"EventAppended"};
inline constexpr sim::SymbolEntry kRunStarted{"RunStarted"};
inline constexpr sim::SymbolEntry kRunClosed{"RunClosed"};
inline constexpr sim::SymbolEntry kActivityAttemptScheduled{"ActivityAttemptScheduled"};
inline constexpr sim::SymbolEntry kActivityAttemptDue{"ActivityAttemptDue"};
inline constexpr sim::SymbolEntry kActivityAttemptStarted{"ActivityAttemptStarted"};
inline constexpr sim::SymbolEntry kActivityAttemptFailed{"ActivityAttemptFailed"};
inline constexpr sim::SymbolEntry kActivityFailureWas{"ActivityFailureWas"};
inline constexpr sim::SymbolEntry kActivityRetryDelayWas{"ActivityRetryDelayWas"};
inline constexpr sim::SymbolEntry kActivityHeartbeat{"ActivityHeartbeat"};
inline constexpr sim::SymbolEntry kActivityOperated{"ActivityOperated"};
inline constexpr sim::SymbolEntry kActivityAttemptTimedOut{"ActivityAttemptTimedOut"};
inline constexpr sim::SymbolEntry kActivityTimeoutWas{"ActivityTimeoutWas"};
inline constexpr sim::SymbolEntry kActivityClosed{"ActivityClosed"};

// The name of an event type, a status or a timeout type as a symbol: no table is asked.
sim::Symbol SymbolOf(history::EventType type);
sim::Symbol SymbolOf(history::WorkflowExecutionStatus status);
sim::Symbol SymbolOf(history::TimeoutType type);

// An attempt of an activity.
sim::Fact AttemptFact(const sim::SymbolEntry& kind, sim::Symbol workflow,
                      const PendingActivity& activity, std::int64_t value);

}  // namespace groundhog::server
