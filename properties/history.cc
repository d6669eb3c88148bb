// history: every history is one that Temporal could have written (replay/history_check.h has the
// rules), it agrees with the status that the server tells, and no event that was ever committed is
// changed or gone. Of the runs of one workflow id only the last one is open, and those of a chain
// name each other.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "properties/chains.h"
#include "properties/checkers.h"
#include "properties/fact_reader.h"
#include "properties/wording.h"
#include "replay/history_check.h"
#include "runtime/history/content_digest.h"

namespace groundhog::properties {
namespace {

using history::EventId;
using history::EventType;
using history::WorkflowExecutionStatus;

WorkflowExecutionStatus StatusAfter(const history::EventHistory& events) {
  if (events.empty()) return WorkflowExecutionStatus::kUnspecified;
  switch (TypeOf(events.back())) {
    case EventType::kWorkflowExecutionCompleted:
      return WorkflowExecutionStatus::kCompleted;
    case EventType::kWorkflowExecutionFailed:
      return WorkflowExecutionStatus::kFailed;
    case EventType::kWorkflowExecutionTimedOut:
      return WorkflowExecutionStatus::kTimedOut;
    case EventType::kWorkflowExecutionCanceled:
      return WorkflowExecutionStatus::kCanceled;
    case EventType::kWorkflowExecutionTerminated:
      return WorkflowExecutionStatus::kTerminated;
    case EventType::kWorkflowExecutionContinuedAsNew:
      return WorkflowExecutionStatus::kContinuedAsNew;
    default:  // no other type closes a run, which the assertion below shows
      return WorkflowExecutionStatus::kRunning;
  }
  return WorkflowExecutionStatus::kUnspecified;
}

class HistoryChecker {
 public:
  HistoryChecker(const Evidence& evidence, Violations& found)
      : evidence_(evidence), found_(found), appended_(evidence.runs.size(), 0) {}

  void CheckShape(const RunRecord& run) {
    for (const replay::HistoryProblem& problem : replay::CheckHistory(run.history)) {
      const history::HistoryEvent* event = EventAt(run, problem.event_id);
      Add(run, problem.event_id, event == nullptr ? EndOf(evidence_) : ToTime(event->event_time),
          fmt::format("no server could have written this history: {} (rule: {})", Describe(problem),
                      NameOf(problem.rule)));
    }
    const WorkflowExecutionStatus told = StatusAfter(run.history);
    if (told != run.status && !run.history.empty()) {
      Add(run, run.history.back().event_id, EndOf(evidence_),
          fmt::format("the server says the run is {}, but its history ends with {}, which means {}",
                      NameOf(run.status), NameOf(TypeOf(run.history.back())), NameOf(told)));
    }
  }

  void CheckAcknowledged() {
    RunCursor cursor(evidence_.runs);
    for (const sim::TraceRecord& record : evidence_.trace->records()) {
      const FactKind kind = KindOf(record);
      if (kind != FactKind::kEventAppended) continue;
      if (const auto run = cursor.Find(record, kind)) {
        CheckAppended(*run, record);
      } else {
        found_.push_back({.property = "history",
                          .message = fmt::format(
                              "{}: {} was committed at {}, but the server has no "
                              "run that it belongs to",
                              record.label.scope().text(), NameAndId(record), When(record.time)),
                          .workflow_id = std::string(record.label.scope().text()),
                          .event_id = record.label.number(),
                          .time = record.time});
      }
    }
    for (std::size_t i = 0; i < evidence_.runs.size(); ++i) CheckNothingUnseen(i);
  }

 private:
  static std::string NameAndId(const sim::TraceRecord& record) {
    return fmt::format("event {} {}", record.label.number(), record.label.subject().text());
  }

  void CheckAppended(std::size_t index, const sim::TraceRecord& record) {
    const RunRecord& run = evidence_.runs[index];
    const EventId id = record.label.number();
    const bool again = id <= appended_[index];
    if (id > appended_[index] + 1) {
      Add(run, id, record.time,
          fmt::format("{} was committed at {} right after event {}: the ids between are missing",
                      NameAndId(record), When(record.time), appended_[index]));
    }
    appended_[index] = std::max(appended_[index], id);
    const history::HistoryEvent* event = EventAt(run, id);
    if (event == nullptr) {
      Add(run, id, record.time,
          fmt::format("{} was committed at {}, but the history ends with event {}: an acknowledged "
                      "event is lost",
                      NameAndId(record), When(record.time), run.history.size()));
      return;
    }
    const bool same = static_cast<std::int64_t>(DigestOf(*event).hash) == record.value;
    if (again) {
      Add(run, id, record.time,
          fmt::format(
              "{} was committed at {}, but an event with this id had been committed before{}",
              NameAndId(record), When(record.time), same ? "" : ", with other content"));
    } else if (!same) {
      Add(run, id, record.time,
          fmt::format("{} was committed at {}, but now the history says something else there "
                      "({}): an acknowledged event must never change",
                      NameAndId(record), When(record.time), NameOf(TypeOf(*event))));
    }
  }

  void CheckNothingUnseen(std::size_t index) {
    const RunRecord& run = evidence_.runs[index];
    const auto size = static_cast<EventId>(run.history.size());
    if (appended_[index] >= size) return;
    Add(run, appended_[index] + 1, EndOf(evidence_),
        fmt::format("the history has {} events, but only {} were ever committed", size,
                    appended_[index]));
  }

  void Add(const RunRecord& run, EventId event_id, sim::Time time, const std::string& message) {
    found_.push_back(About("history", run, event_id, time, message));
  }

  const Evidence& evidence_;
  Violations& found_;
  std::vector<EventId> appended_;  // by run: the highest id so far
};

}  // namespace

void CheckHistory(const Evidence& evidence, Violations& found) {
  HistoryChecker checker(evidence, found);
  for (const RunRecord& run : evidence.runs) checker.CheckShape(run);
  CheckLinks(evidence, found);
  if (evidence.trace != nullptr) checker.CheckAcknowledged();
}

}  // namespace groundhog::properties
