// That random workflows draw everything, and that nothing which they may never write is overlooked.
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "faults/plan.h"
#include "properties/checkers.h"
#include "sim/seeded_choices.h"
#include "tests/catch.h"
#include "tests/random_workflows/interpreter.h"
#include "tests/random_workflows/program.h"
#include "tests/random_workflows/scenario.h"
#include "tests/random_workflows/script.h"
#include "world/simulation.h"

namespace groundhog::random_workflows {
namespace {

using history::EventHistory;
using history::EventId;
using history::EventType;
using history::HistoryEvent;
using properties::RunRecord;

// What some thousand runs have brought about.
struct Tally {
  std::map<EventType, int> events;
  std::set<std::string> drawn;        // "Activity 3", "restart 1"
  std::set<std::string> done;         // deeds that were answered with success
  std::map<std::string, int> sights;  // what came of it: "a cron child began again"
};

// The inputs that are no step and no deed by name, whoever they are about: "w1/start_delay 2".
std::string InputOf(const sim::TakenDecision& decision) {
  const std::string_view name = decision.point.site->name;
  return fmt::format("{} {}", name.substr(name.find('/') + 1), decision.answer);
}

// A step, or a deed, and in which way: the way stands below it.
void TallyInputs(const sim::Choices& choices, std::set<std::string>& drawn) {
  std::map<std::string, std::string> named;
  for (const sim::TakenDecision& decision : choices.decisions()) {
    const sim::ChoiceSite& site = *decision.point.site;
    if (site.choice_class != sim::ChoiceClass::kInput) continue;
    const std::string answer(site.answers[decision.answer - 1]);
    if (answer.size() > 1) {
      named[std::string(site.name)] = answer;
      drawn.insert(answer + " 0");
      continue;
    }
    drawn.insert(InputOf(decision));
    const std::string_view below = "/how";
    if (!site.name.ends_with(below)) continue;
    const auto what = named.find(std::string(site.name.substr(0, site.name.size() - below.size())));
    if (what != named.end()) drawn.insert(fmt::format("{} {}", what->second, decision.answer));
  }
}

// An activity that its workflow had given up while a worker was at it: it is started, and written
// down so when it completes; in between the workflow was told of the timer that ended its patience.
bool WasAbandoned(const EventHistory& events) {
  history::Timestamp fired = {};
  history::Timestamp started = {};
  for (const HistoryEvent& event : events) {
    if (history::As<history::TimerFired>(event) != nullptr) fired = event.event_time;
    if (history::As<history::ActivityTaskStarted>(event) != nullptr) started = event.event_time;
    const auto* completed = history::As<history::ActivityTaskCompleted>(event);
    if (completed == nullptr || !IsAbandoned(events, completed->scheduled_event_id)) continue;
    if (started < fired) return true;
  }
  return false;
}

void TallySights(const RunRecord& run, Tally& tally) {
  if (run.history.empty()) return;
  const auto see = [&tally](const char* what, bool seen) {
    if (seen) ++tally.sights[what];
  };
  const auto& start = *history::As<history::WorkflowExecutionStarted>(run.history.front());
  const bool is_child = start.parent_initiated_event_id != 0;
  const bool is_dynamic = start.workflow_type == kAnyProgram.name;
  const bool is_open = run.status == history::WorkflowExecutionStatus::kRunning;
  see("a cron child began again",
      is_child && !start.cron_schedule.empty() && !start.continued_execution_run_id.empty());
  see("a dynamic workflow was a child", is_dynamic && is_child);
  see("a dynamic workflow was started", is_dynamic && !is_child);
  see("an activity completed that had been abandoned", WasAbandoned(run.history));
  see("a run rests with a paused activity", is_open && !run.paused_activities.empty());
}

template <class Look>
void ForEachRun(int runs, const Look& look) {
  const faults::Faults faults = faults::Faults().WithInputs().WithOrder().WithLies();
  const auto allowed = [&faults](const sim::ChoiceSite& site, sim::Answer answer) {
    return faults.Allows(site, answer);
  };
  sim::SeededChoices choices({.seed = 1}, allowed);
  Workspace workspace;
  const ScenarioEntry entry = RandomWorkflowsEntry();
  for (int i = 1; i <= runs; ++i) {
    choices.Restart(static_cast<std::uint64_t>(i));
    Simulation simulation(entry, choices, workspace, {.check_properties = false});
    (void)simulation.Run();
    look(simulation, choices);
  }
}

Tally TallyOf(int runs) {
  Tally tally;
  ForEachRun(runs, [&tally](const Simulation& simulation, const sim::Choices& choices) {
    for (const RunRecord& run : simulation.evidence().runs) {
      for (const HistoryEvent& event : run.history) ++tally.events[history::TypeOf(event)];
      TallySights(run, tally);
    }
    for (const SometimesMark& mark : simulation.sometimes()) {
      if (mark.seen) tally.done.insert(mark.name);
    }
    TallyInputs(choices, tally.drawn);
  });
  return tally;
}

// Of the types 1 to 47, those that no server writes here.
bool IsNeverWritten(EventType type) {
  switch (type) {
    case EventType::
        kWorkflowExecutionUpdateRejected:  // a rejection leaves no event (SEMANTICS f.3)
    case EventType::kWorkflowPropertiesModifiedExternally:  // no call of Temporal's API makes one
    case EventType::kActivityPropertiesModifiedExternally:
      return true;
    default:
      return false;
  }
}

// What becomes of each command.
EventType EventOf(std::string_view command) {
  static const std::map<std::string_view, EventType> kEvents = {
      {"ScheduleActivityTask", EventType::kActivityTaskScheduled},
      {"RequestCancelActivityTask", EventType::kActivityTaskCancelRequested},
      {"StartTimer", EventType::kTimerStarted},
      {"CancelTimer", EventType::kTimerCanceled},
      {"CompleteWorkflowExecution", EventType::kWorkflowExecutionCompleted},
      {"FailWorkflowExecution", EventType::kWorkflowExecutionFailed},
      {"CancelWorkflowExecution", EventType::kWorkflowExecutionCanceled},
      {"RequestCancelExternalWorkflowExecution",
       EventType::kRequestCancelExternalWorkflowExecutionInitiated},
      {"RecordMarker", EventType::kMarkerRecorded},
      {"ContinueAsNewWorkflowExecution", EventType::kWorkflowExecutionContinuedAsNew},
      {"StartChildWorkflowExecution", EventType::kStartChildWorkflowExecutionInitiated},
      {"SignalExternalWorkflowExecution", EventType::kSignalExternalWorkflowExecutionInitiated},
      {"UpsertWorkflowSearchAttributes", EventType::kUpsertWorkflowSearchAttributes},
      {"ProtocolMessage", EventType::kWorkflowExecutionUpdateAccepted},
      {"ModifyWorkflowProperties", EventType::kWorkflowPropertiesModified}};
  return kEvents.at(command);
}

TEST_CASE("random workflows write every event, draw every step, and do every deed") {
  const Tally tally = TallyOf(4'000);
  const auto writes = [&tally](EventType type) { return tally.events.contains(type); };
#define X(Name, number, ...)                                                  \
  if (number <= 47) {                                                         \
    INFO("event " #Name);                                                     \
    CHECK(writes(EventType::k##Name) == !IsNeverWritten(EventType::k##Name)); \
  }
  GROUNDHOG_EVENT_TYPES(X)
#undef X
#define X(Type, name, ...)        \
  {                               \
    INFO("command " name);        \
    CHECK(writes(EventOf(name))); \
  }
  GROUNDHOG_COMMANDS(X)
#undef X

  for (const std::string& op : OpNames()) {
    const bool is_nothing = op == OpNames().front();
    for (int how = 0; how < (is_nothing ? 0 : 6); ++how) {
      INFO("step " << op << " " << how);
      CHECK(tally.drawn.contains(fmt::format("{} {}", op, how)));
    }
  }
  for (const std::string& deed : DeedNames()) {
    if (deed == DeedNames().front()) continue;
    INFO("deed " << deed);
    CHECK(tally.done.contains(deed));
    for (int how = 0; how < 6; ++how) {
      CHECK(tally.drawn.contains(fmt::format("{} {}", deed, how)));
    }
  }
  for (const char* way : {"by token", "by id", "dynamic query", "dynamic update"}) {
    INFO(way);
    CHECK(tally.done.contains(way));
  }
  for (const char* sight :
       {"a cron child began again", "a dynamic workflow was a child",
        "a dynamic workflow was started", "an activity completed that had been abandoned",
        "a run rests with a paused activity"}) {
    INFO(sight);
    CHECK(tally.sights.contains(sight));
  }
}

TEST_CASE("random scenarios have every kind of start, of worker and of operator") {
  std::set<std::string> drawn;
  ForEachRun(300, [&drawn](const Simulation&, const sim::Choices& choices) {
    TallyInputs(choices, drawn);
  });
  const std::map<std::string, int> ways = {{"cache", 3},
                                           {"eager", 1},
                                           {"slots", 3},
                                           {"rate", 5},
                                           {"grace", 3},
                                           {"deployment", 2},
                                           {"restart", 2},
                                           {"operator", 5},
                                           {"worker/codec", 3},
                                           {"workers", 2},
                                           {"others", 1},
                                           {"w1/apart", 3},
                                           {"other-worker/codec", 3},
                                           {"other-workers", 2},
                                           {"w0/in_worker", 3},
                                           {"w1/in_worker", 1},
                                           {"w0/dialect", 4},
                                           {"w0/cron", 5},
                                           {"w0/retry", 2},
                                           {"w0/timeout", 3},
                                           {"w0/start_delay", 2},
                                           {"w0/ends_on_cancel", 1}};
  for (const auto& [name, last] : ways) {
    for (int how = 1; how <= last; ++how) {
      INFO(name << " " << how);
      CHECK(drawn.contains(fmt::format("{} {}", name, how)));
    }
  }
}

// ---- Planted breaks of the order in which events can stand ----

// Each makes of a history one that no server could have written; or leaves it alone, if it has no
// place for that.
using Break = void (*)(EventHistory& events);

template <class T>
std::size_t Place(const EventHistory& events, std::size_t from = 0) {
  for (std::size_t i = from; i < events.size(); ++i) {
    if (history::As<T>(events[i]) != nullptr) return i;
  }
  return events.size();
}

void Renumber(EventHistory& events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].event_id = static_cast<EventId>(i + 1);
  }
}

void Insert(EventHistory& events, std::size_t place, HistoryEvent event) {
  events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), std::move(event));
  Renumber(events);
}
void Erase(EventHistory& events, std::size_t place) {
  events.erase(events.begin() + static_cast<std::ptrdiff_t>(place));
  Renumber(events);
}
HistoryEvent Signal() { return history::MakeEvent(1, {}, history::WorkflowExecutionSignaled{}); }

void SplitTask(EventHistory& events) {
  const std::size_t started = Place<history::WorkflowTaskStarted>(events);
  if (started + 1 < events.size()) Insert(events, started + 1, Signal());
}
void DropTaskStart(EventHistory& events) {
  const std::size_t started = Place<history::WorkflowTaskStarted>(events);
  if (started + 1 < events.size()) Erase(events, started);
}
void PartCommandFromTask(EventHistory& events) {
  const std::size_t completed = Place<history::WorkflowTaskCompleted>(events);
  const bool has_command = completed + 1 < events.size() &&
                           history::IsCommandEvent(history::TypeOf(events[completed + 1]));
  if (has_command) Insert(events, completed + 1, Signal());
}
void NameLaterEvent(EventHistory& events) {
  const std::size_t fired = Place<history::TimerFired>(events);
  if (fired == events.size()) return;
  HistoryEvent& event = events[fired];
  history::TimerFired later = *history::As<history::TimerFired>(event);
  later.started_event_id = event.event_id + 1;
  event = history::MakeEvent(event.event_id, event.event_time, std::move(later));
}
void CompleteTwice(EventHistory& events) {
  const std::size_t completed = Place<history::ActivityTaskCompleted>(events);
  if (completed < events.size()) Insert(events, completed + 1, events[completed]);
}
void GoOnAfterEnd(EventHistory& events) {
  if (history::IsClosing(history::TypeOf(events.back()))) Insert(events, events.size(), Signal());
}
void SkipAnId(EventHistory& events) { ++events.back().event_id; }

TEST_CASE("a history of a random workflow that is broken is found") {
  const Break breaks[] = {&SplitTask,      &DropTaskStart, &PartCommandFromTask,
                          &NameLaterEvent, &CompleteTwice, &GoOnAfterEnd,
                          &SkipAnId};
  std::map<Break, int> planted;
  ForEachRun(60, [&](const Simulation& simulation, const sim::Choices&) {
    for (const RunRecord& run : simulation.evidence().runs) {
      if (run.history.empty()) continue;
      for (const Break breaks_it : breaks) {
        properties::Evidence evidence{.runs = {run}};
        breaks_it(evidence.runs.front().history);
        if (evidence.runs.front().history == run.history) continue;
        properties::Violations found;
        properties::CheckHistory(evidence, found);
        CHECK_FALSE(found.empty());
        ++planted[breaks_it];
      }
    }
  });
  CHECK(planted.size() == std::size(breaks));
}

}  // namespace
}  // namespace groundhog::random_workflows
