#include "properties/outages.h"

#include <algorithm>

#include "properties/fact_reader.h"
#include "properties/wording.h"

namespace groundhog::properties {

sim::Time WhenServed(const sim::Trace& trace, sim::Symbol workflow, sim::Time deadline) {
  const auto& records = trace.records();
  const auto fact = std::find_if(
      records.begin(), records.end(),
      [](const sim::TraceRecord& record) { return KindOf(record) != FactKind::kNone; });
  if (fact == records.end()) return deadline;
  const sim::Symbol server = fact->process;

  // Trouble that begins after the moment at which it is done is no excuse.
  sim::Time served = deadline;
  bool away = false;
  sim::Time away_since = {};
  for (const sim::TraceRecord& record : records) {
    if (!(record.process == server)) continue;
    switch (record.kind) {
      case sim::TraceKind::kCrashed:
      case sim::TraceKind::kStopped:
      case sim::TraceKind::kPaused:
        if (!away) away_since = record.time;
        away = true;
        break;
      case sim::TraceKind::kStarted:
      case sim::TraceKind::kResumed:
        if (away && away_since <= served) served = std::max(served, record.time);
        away = false;
        break;
      case sim::TraceKind::kCommitRefused:
      case sim::TraceKind::kCommitUnknown:
        if (record.label.scope() == workflow && record.time <= served) {
          served = std::max(served, sim::After(record.time, kStoreTrouble));
        }
        break;
      case sim::TraceKind::kSent:
      case sim::TraceKind::kDelivered:
      case sim::TraceKind::kLost:
      case sim::TraceKind::kRepeated:
      case sim::TraceKind::kDelayed:
      case sim::TraceKind::kHeldBack:
      case sim::TraceKind::kRefused:
      case sim::TraceKind::kDeadline:
      case sim::TraceKind::kPartition:
      case sim::TraceKind::kCommitted:
      case sim::TraceKind::kFact:
        break;
    }
  }
  if (away && away_since <= served) return sim::Time::max();
  return served;
}

}  // namespace groundhog::properties
