// no_orphan: when a run is closed, the server drops everything that it still had to do for it, and
// refuses every late report: no event is added and no attempt begins or ends (SEMANTICS c.4). Its
// children are dealt with as their parent close policies say (f.6).
#include <vector>

#include <fmt/format.h>

#include "properties/checkers.h"
#include "properties/fact_reader.h"
#include "properties/families.h"
#include "properties/wording.h"

namespace groundhog::properties {
namespace {

void CheckPending(const RunRecord& run, sim::Time end, Violations& found) {
  std::string pending;
  const auto list = [&pending](std::size_t count, std::string_view one, std::string_view many) {
    if (count == 0) return;
    pending += fmt::format("{}{} {}", pending.empty() ? "" : ", ", count, count == 1 ? one : many);
  };
  list(run.pending_activities, "activity", "activities");
  list(run.pending_timers, "timer", "timers");
  list(run.pending_workflow_task ? 1 : 0, "workflow task", "");
  list(run.pending_relations, "child to be told", "children to be told");
  if (pending.empty()) return;
  const history::EventId last = run.history.empty() ? 0 : run.history.back().event_id;
  found.push_back(About("no_orphan", run, last, end,
                        fmt::format("the run is {}, but the server still keeps work for it: {}",
                                    NameOf(run.status), pending)));
}

bool MovesTheRun(FactKind kind) {
  switch (kind) {
    case FactKind::kEventAppended:
    case FactKind::kActivityAttemptScheduled:
    case FactKind::kActivityAttemptStarted:
    case FactKind::kActivityAttemptFailed:
    case FactKind::kActivityHeartbeat:
    case FactKind::kActivityOperated:
    case FactKind::kActivityAttemptTimedOut:
    case FactKind::kActivityClosed:
      return true;
    case FactKind::kNone:
    case FactKind::kRunStarted:
    case FactKind::kRunClosed:
    case FactKind::kActivityAttemptDue:
    case FactKind::kActivityFailureWas:
    case FactKind::kActivityRetryDelayWas:
    case FactKind::kActivityTimeoutWas:
      return false;
  }
  return false;
}

// What is committed for a run after the transaction that closed it.
void CheckNothingFollows(const Evidence& evidence, Violations& found) {
  constexpr std::size_t kNever = 0;
  std::vector<std::size_t> closed_in(evidence.runs.size(), kNever);  // the transaction
  std::vector<bool> told(evidence.runs.size(), false);
  RunCursor cursor(evidence.runs);
  std::size_t transaction = 1;
  for (const sim::TraceRecord& record : evidence.trace->records()) {
    if (record.kind == sim::TraceKind::kCommitted ||
        record.kind == sim::TraceKind::kCommitUnknown) {
      ++transaction;
    }
    const FactKind kind = KindOf(record);
    if (kind == FactKind::kNone) continue;
    const auto index = cursor.Find(record, kind);
    if (!index.has_value()) continue;
    if (kind == FactKind::kRunClosed) {
      closed_in[*index] = transaction;
    } else if (MovesTheRun(kind) && closed_in[*index] != kNever &&
               closed_in[*index] != transaction && !told[*index]) {
      told[*index] = true;
      found.push_back(About(
          "no_orphan", evidence.runs[*index], 0, record.time,
          fmt::format("the run had been closed, and yet {} was committed at {}: a late report "
                      "must be refused",
                      record.label.Text(), When(record.time))));
    }
  }
}

}  // namespace

void CheckNoOrphan(const Evidence& evidence, Violations& found) {
  for (const RunRecord& run : evidence.runs) {
    if (IsOpen(run)) continue;
    CheckPending(run, EndOf(evidence), found);
    CheckChildrenOfClosed(evidence, run, found);
  }
  if (evidence.trace != nullptr) CheckNothingFollows(evidence, found);
}

}  // namespace groundhog::properties
