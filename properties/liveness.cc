// liveness: once the faults have stopped, everything ends: the clients' scripts, and every run,
// unless it waits for something that somebody outside has to do (a signal, a condition that a
// signal makes true). A run for which the server still has something to do at the end never got on;
// one that waits for work of which the server knows nothing never will; nor one that waits for a
// child that has ended, a signal that was never sent, an update that no task brings.
//
// An activity that an operator has paused is nobody's fault: a run that waits for nothing else may
// stay open. A script that waits for such a run is told what hinders it.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "properties/checkers.h"
#include "properties/families.h"
#include "properties/wording.h"
#include "runtime/history/failure_text.h"

namespace groundhog::properties {
namespace {

using history::EventId;
using history::HistoryEvent;

// What an open run has begun and not seen the end of.
struct OpenWork {
  std::vector<const HistoryEvent*> activities;  // their ActivityTaskScheduled
  std::vector<const HistoryEvent*> timers;      // their TimerStarted
  const HistoryEvent* failed_task = nullptr;    // the last workflow task, if it failed
  bool task_is_open = false;  // then ends of activities and timers may wait for it
  const HistoryEvent* undelivered_update = nullptr;  // admitted, and no task has been done since
};

class OpenWorkReader {
 public:
  explicit OpenWorkReader(const RunRecord& run)
      : run_(run), ended_(run.history.size() + 1, false) {}

  OpenWork Read() {
    for (const HistoryEvent& event : run_.history) {
      history::Visit(event, [this](const auto& attributes) { Ended(attributes); });
    }
    for (const HistoryEvent& event : run_.history) {
      const bool ended = ended_[static_cast<std::size_t>(event.event_id)];
      if (ended) continue;
      if (history::As<history::ActivityTaskScheduled>(event) != nullptr) {
        work_.activities.push_back(&event);
      }
      if (history::As<history::TimerStarted>(event) != nullptr) work_.timers.push_back(&event);
    }
    for (const HistoryEvent& event : run_.history) ReadTask(event);
    return std::move(work_);
  }

 private:
  void End(EventId id) {
    if (id > 0 && static_cast<std::size_t>(id) < ended_.size()) {
      ended_[static_cast<std::size_t>(id)] = true;
    }
  }
  void Ended(const history::ActivityTaskCompleted& end) { End(end.scheduled_event_id); }
  void Ended(const history::ActivityTaskFailed& end) { End(end.scheduled_event_id); }
  void Ended(const history::ActivityTaskTimedOut& end) { End(end.scheduled_event_id); }
  void Ended(const history::ActivityTaskCanceled& end) { End(end.scheduled_event_id); }
  void Ended(const history::TimerFired& end) { End(end.started_event_id); }
  void Ended(const history::TimerCanceled& end) { End(end.started_event_id); }
  template <class Other>
  void Ended(const Other&) {}

  void ReadTask(const HistoryEvent& event) {
    if (history::As<history::WorkflowTaskStarted>(event) != nullptr) work_.task_is_open = true;
    if (history::As<history::WorkflowExecutionUpdateAdmitted>(event) != nullptr) {
      work_.undelivered_update = &event;
    }
    if (history::As<history::WorkflowTaskCompleted>(event) != nullptr) {
      work_.failed_task = nullptr;
      work_.undelivered_update = nullptr;
    }
    if (history::As<history::WorkflowTaskFailed>(event) != nullptr) work_.failed_task = &event;
    if (history::As<history::WorkflowTaskCompleted>(event) != nullptr ||
        history::As<history::WorkflowTaskFailed>(event) != nullptr ||
        history::As<history::WorkflowTaskTimedOut>(event) != nullptr) {
      work_.task_is_open = false;
    }
  }

  const RunRecord& run_;
  std::vector<bool> ended_;  // by event id
  OpenWork work_;
};

void Join(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

bool IsPaused(const RunRecord& run, const HistoryEvent& scheduled) {
  const auto& paused = run.paused_activities;
  return std::find(paused.begin(), paused.end(), scheduled.event_id) != paused.end();
}

// What the server will get on with, if it is alive and workers are.
bool IsUnderWay(const RunRecord& run) {
  return run.pending_activities != run.paused_activities.size() || run.pending_timers != 0 ||
         run.pending_workflow_task;
}

// "activity deposit (event 11), timer 1 of 30 s (event 12)"; empty if nothing has been begun.
std::string Describe(const RunRecord& run, const OpenWork& work) {
  std::string list;
  for (const HistoryEvent* event : work.activities) {
    Join(list, fmt::format("activity {} (event {}{})",
                           history::As<history::ActivityTaskScheduled>(*event)->activity_type,
                           event->event_id,
                           IsPaused(run, *event) ? ": it is paused, and nobody unpauses it" : ""));
  }
  for (const HistoryEvent* event : work.timers) {
    const auto& timer = *history::As<history::TimerStarted>(*event);
    Join(list, fmt::format("timer {} of {} (event {})", timer.timer_id,
                           Length(timer.start_to_fire_timeout), event->event_id));
  }
  return list;
}

std::string WhatItWaitsFor(const RunRecord& run, const OpenWork& work) {
  std::string waits = Describe(run, work);
  if (run.pending_workflow_task) {
    Join(waits, "a worker that completes its workflow task");
    if (work.failed_task != nullptr) {
      waits += fmt::format(
          " (event {}: the task failed with {})", work.failed_task->event_id,
          Describe(history::As<history::WorkflowTaskFailed>(*work.failed_task)->failure));
    }
  }
  return waits.empty() ? "a signal, or a condition that only a signal can make true" : waits;
}

void CheckRun(const Evidence& evidence, const RunRecord& run, Violations& found) {
  OpenWork work = OpenWorkReader(run).Read();
  const EventId last = run.history.empty() ? 0 : run.history.back().event_id;
  if (IsUnderWay(run)) {
    found.push_back(About(
        "liveness", run, last, EndOf(evidence),
        fmt::format("the run never ended; it still waits for {}", WhatItWaitsFor(run, work))));
    return;
  }
  if (work.task_is_open) return;
  CheckFamilyIsTold(evidence, run, found);
  if (work.undelivered_update != nullptr) {
    found.push_back(About("liveness", run, work.undelivered_update->event_id, EndOf(evidence),
                          fmt::format("the update that was admitted in event {} was never brought "
                                      "to the workflow",
                                      work.undelivered_update->event_id)));
  }
  std::erase_if(work.activities,
                [&run](const HistoryEvent* event) { return IsPaused(run, *event); });
  if (work.activities.empty() && work.timers.empty()) return;
  found.push_back(
      About("liveness", run, last, EndOf(evidence),
            fmt::format("the run waits for {}, but the server has nothing to do for it any more: "
                        "the work was lost",
                        Describe(run, work))));
}

// The last thing that a process said to somebody: what it waits for an answer to.
const sim::TraceRecord* LastSaid(const Evidence& evidence, const std::string& process) {
  if (evidence.trace == nullptr) return nullptr;
  const auto& records = evidence.trace->records();
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    if (record->kind == sim::TraceKind::kSent && record->process.text() == process) return &*record;
  }
  return nullptr;
}

// "; open: pay-invoice-701 waits for a signal, …"
std::string OpenRuns(const Evidence& evidence) {
  std::string open;
  for (const RunRecord& run : evidence.runs) {
    if (!IsOpen(run)) continue;
    open += fmt::format("; {} is open and waits for {}", run.workflow_id,
                        WhatItWaitsFor(run, OpenWorkReader(run).Read()));
  }
  return open.empty() ? "; no workflow is open" : open;
}

void CheckScripts(const Evidence& evidence, Violations& found) {
  if (evidence.unfinished_scripts.empty()) return;
  const std::string open = OpenRuns(evidence);
  for (const std::string& script : evidence.unfinished_scripts) {
    const sim::TraceRecord* said = LastSaid(evidence, script);
    const std::string last =
        said == nullptr ? ", which never said anything to anybody"
                        : fmt::format("; the last thing it said was {} to {}, at {}",
                                      said->label.Text(), said->peer.text(), When(said->time));
    found.push_back({.property = "liveness",
                     .message = fmt::format("the script of {} never ended{}{}", script, last, open),
                     .time = EndOf(evidence)});
  }
}

void CheckEnd(const Evidence& evidence, Violations& found) {
  switch (evidence.end.kind) {
    case sim::SimulationEnd::Kind::kDone:
      return;
    case sim::SimulationEnd::Kind::kStuck:
      if (!evidence.unfinished_scripts.empty()) return;  // CheckScripts says who waits
      found.push_back(
          {.property = "liveness",
           .message = fmt::format("the simulation is stuck: somebody waits, and nothing "
                                  "can happen any more{}",
                                  OpenRuns(evidence)),
           .time = EndOf(evidence)});
      return;
    case sim::SimulationEnd::Kind::kBoundReached:
      found.push_back({.property = "liveness",
                       .message = fmt::format("the simulation reached a bound: {}{}",
                                              evidence.end.what, OpenRuns(evidence)),
                       .time = EndOf(evidence)});
      return;
  }
}

}  // namespace

void CheckLiveness(const Evidence& evidence, Violations& found) {
  CheckEnd(evidence, found);
  CheckScripts(evidence, found);
  for (const RunRecord& run : evidence.runs) {
    if (IsOpen(run)) CheckRun(evidence, run, found);
  }
}

}  // namespace groundhog::properties
