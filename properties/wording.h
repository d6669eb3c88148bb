// How violations speak: exact lengths, times counted from the start of the simulation, and one way
// to name where.
#pragma once

#include <string>
#include <string_view>

#include "properties/evidence.h"
#include "properties/violation.h"
#include "runtime/history/time.h"
#include "sim/time.h"

namespace groundhog::properties {

// "2 s", "1.000000001 s", "-0.5 s": exact.
std::string Length(sim::Duration length);
// "7.002 s": since the start of the simulation.
std::string When(sim::Time time);

constexpr sim::Time ToTime(history::Timestamp time) {
  return sim::FromUnixNanos(history::ToUnixNanos(time));
}
constexpr history::Timestamp ToTimestamp(sim::Time time) {
  return history::FromUnixNanos(sim::ToUnixNanos(time));
}
// Whether the run has not ended.
inline bool IsOpen(const RunRecord& run) {
  return run.status == history::WorkflowExecutionStatus::kRunning;
}
// How the run began; null if it has no events.
const history::WorkflowExecutionStarted* StartedEventOf(const RunRecord& run);
// The event with this id, or null.
const history::HistoryEvent* EventAt(const RunRecord& run, history::EventId id);
// When the last thing happened that the trace knows of.
sim::Time EndOf(const Evidence& evidence);

// A violation that is about one run; the message gets the workflow id in front.
Violation About(std::string_view property, const RunRecord& run, history::EventId event_id,
                sim::Time time, std::string_view message);

}  // namespace groundhog::properties
