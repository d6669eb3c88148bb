// What no server writes is found (SEMANTICS a.4-a.7).
#include "replay/history_check.h"

#include <string>
#include <vector>

#include "tests/catch.h"

namespace groundhog::replay {
namespace {

using history::ActivityTaskCanceled;
using history::ActivityTaskCancelRequested;
using history::ActivityTaskCompleted;
using history::ActivityTaskFailed;
using history::ActivityTaskScheduled;
using history::ActivityTaskStarted;
using history::ActivityTaskTimedOut;
using history::EventHistory;
using history::EventId;
using history::HistoryEvent;
using history::MakeEvent;
using history::TimerCanceled;
using history::TimerFired;
using history::TimerStarted;
using history::WorkflowExecutionCanceled;
using history::WorkflowExecutionCompleted;
using history::WorkflowExecutionFailed;
using history::WorkflowExecutionSignaled;
using history::WorkflowExecutionStarted;
using history::WorkflowExecutionTerminated;
using history::WorkflowExecutionTimedOut;
using history::WorkflowTaskCompleted;
using history::WorkflowTaskFailed;
using history::WorkflowTaskScheduled;
using history::WorkflowTaskStarted;
using history::WorkflowTaskTimedOut;

template <class T>
HistoryEvent Event(EventId id, T attributes) {
  return MakeEvent(id, {}, std::move(attributes));
}

// One activity that is asked to cancel, one timer, a failed and a completed workflow task, and the
// end.
EventHistory Sound() {
  return {
      Event(1, WorkflowExecutionStarted{}),
      Event(2, WorkflowTaskScheduled{}),
      Event(3, WorkflowTaskStarted{.scheduled_event_id = 2}),
      Event(4, WorkflowTaskCompleted{.scheduled_event_id = 2, .started_event_id = 3}),
      Event(5, ActivityTaskScheduled{.workflow_task_completed_event_id = 4}),
      Event(6, TimerStarted{.timer_id = "t", .workflow_task_completed_event_id = 4}),
      Event(7, WorkflowExecutionSignaled{}),
      Event(8, WorkflowTaskScheduled{}),
      Event(9, WorkflowTaskStarted{.scheduled_event_id = 8}),
      Event(10, WorkflowTaskCompleted{.scheduled_event_id = 8, .started_event_id = 9}),
      Event(11, ActivityTaskCancelRequested{.scheduled_event_id = 5,
                                            .workflow_task_completed_event_id = 10}),
      Event(12, ActivityTaskStarted{.scheduled_event_id = 5}),
      Event(13, ActivityTaskCanceled{.latest_cancel_requested_event_id = 11,
                                     .scheduled_event_id = 5,
                                     .started_event_id = 12}),
      Event(14, WorkflowTaskScheduled{}),
      Event(15, TimerFired{.timer_id = "t", .started_event_id = 6}),
      Event(16, WorkflowTaskStarted{.scheduled_event_id = 14}),
      Event(17, WorkflowTaskFailed{.scheduled_event_id = 14, .started_event_id = 16}),
      Event(18, WorkflowTaskScheduled{}),
      Event(19, WorkflowTaskTimedOut{.scheduled_event_id = 18}),
      Event(20, WorkflowTaskScheduled{}),
      Event(21, WorkflowTaskStarted{.scheduled_event_id = 20}),
      Event(22, WorkflowTaskCompleted{.scheduled_event_id = 20, .started_event_id = 21}),
      Event(23, WorkflowExecutionCompleted{.workflow_task_completed_event_id = 22}),
  };
}

// The sound history with other attributes at one event.
template <class T>
EventHistory With(EventId id, T attributes) {
  EventHistory history = Sound();
  history[static_cast<std::size_t>(id) - 1] = Event(id, std::move(attributes));
  return history;
}
// The first events of the sound history and one more.
template <class T>
EventHistory After(EventId last, T attributes) {
  EventHistory history = Sound();
  history.resize(static_cast<std::size_t>(last));
  history.push_back(Event(last + 1, std::move(attributes)));
  return history;
}

// The planted problem must be found, at its event, as the first one.
void CheckFinds(const EventHistory& history, EventId id, HistoryRule rule,
                const std::string& text) {
  const auto problems = CheckHistory(history);
  INFO(text);
  REQUIRE_FALSE(problems.empty());
  CHECK(problems[0].event_id == id);
  CHECK(NameOf(problems[0].rule) == NameOf(rule));
  CHECK_THAT(Describe(problems[0]), Catch::Matchers::ContainsSubstring(text));
}

TEST_CASE("a sound history has no problems, nor has any of its beginnings") {
  const EventHistory history = Sound();
  for (std::size_t size = 1; size <= history.size(); ++size) {
    const auto problems = CheckHistory(
        EventHistory(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(size)));
    INFO((problems.empty() ? "" : Describe(problems[0])));
    CHECK(problems.empty());
  }
}

TEST_CASE("no events are no history") {
  const auto problems = CheckHistory({});
  REQUIRE(problems.size() == 1);
  CHECK(Describe(problems[0]) == "a history has at least one event");
}

TEST_CASE("any event left out or given twice is noticed") {
  for (std::size_t i = 0; i < Sound().size(); ++i) {
    EventHistory missing = Sound();
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK((i + 1 == Sound().size() || !CheckHistory(missing).empty()));
    EventHistory twice = Sound();
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), twice[i]);
    CHECK_FALSE(CheckHistory(twice).empty());
  }
}

TEST_CASE("ids that are not 1, 2, 3, … are the only problem reported") {
  EventHistory history = Sound();
  history[5].event_id = 60;
  CheckFinds(history, 60, HistoryRule::kIds,
             "event 60: TimerStarted: stands where the event with id 6 belongs");
  CHECK(CheckHistory(history).size() == 1);
}

TEST_CASE("WorkflowExecutionStarted is the first event and no other") {
  CheckFinds(With(1, WorkflowExecutionSignaled{}), 1, HistoryRule::kFirstEvent,
             "expected WorkflowExecutionStarted");
  CheckFinds(With(7, WorkflowExecutionStarted{}), 7, HistoryRule::kFirstEvent,
             "is not the first event");
}

TEST_CASE("nothing follows the closing event") {
  CheckFinds(After(23, WorkflowExecutionSignaled{}), 24, HistoryRule::kClosingEvent,
             "follows event 23 WorkflowExecutionCompleted");
  CheckFinds(After(23, WorkflowExecutionTerminated{}), 24, HistoryRule::kClosingEvent,
             "closed the run");
  CHECK(CheckHistory(After(8, WorkflowExecutionTerminated{})).empty());
  CHECK(CheckHistory(After(8, WorkflowExecutionTimedOut{})).empty());
}

TEST_CASE("nothing stands between a workflow task's start and its end") {
  CheckFinds(After(3, WorkflowExecutionSignaled{}), 4, HistoryRule::kWorkflowTask,
             "between a workflow task's start (event 3)");
}

TEST_CASE("one workflow task is open at a time") {
  CheckFinds(After(2, WorkflowTaskScheduled{}), 3, HistoryRule::kWorkflowTask,
             "the workflow task of event 2 is still open");
}

TEST_CASE("a workflow task starts once, when it is waiting") {
  CheckFinds(With(9, WorkflowTaskStarted{.scheduled_event_id = 2}), 9, HistoryRule::kWorkflowTask,
             "not waiting to be started");
  CheckFinds(With(9, WorkflowTaskStarted{.scheduled_event_id = 0}), 9, HistoryRule::kWorkflowTask,
             "not waiting to be started");
  CheckFinds(After(4, WorkflowTaskStarted{.scheduled_event_id = 2}), 5, HistoryRule::kWorkflowTask,
             "not waiting to be started");
  CheckFinds(With(4, WorkflowTaskStarted{.scheduled_event_id = 2}), 4, HistoryRule::kWorkflowTask,
             "between");
}

TEST_CASE("a workflow task ends as the one that is open") {
  CheckFinds(With(10, WorkflowTaskCompleted{.scheduled_event_id = 2, .started_event_id = 9}), 10,
             HistoryRule::kWorkflowTask, "ends the task of events 2 and 9");
  CheckFinds(With(10, WorkflowTaskCompleted{.scheduled_event_id = 8, .started_event_id = 3}), 10,
             HistoryRule::kWorkflowTask, "ends the task of events 8 and 3");
  CheckFinds(With(17, WorkflowTaskFailed{.scheduled_event_id = 14}), 17, HistoryRule::kWorkflowTask,
             "open is that of 14 and 16");
  CheckFinds(After(7, WorkflowTaskTimedOut{}), 8, HistoryRule::kWorkflowTask,
             "open is that of 0 and 0");
  CheckFinds(With(19, WorkflowTaskCompleted{.scheduled_event_id = 18}), 19,
             HistoryRule::kWorkflowTask, "which never started");
}

TEST_CASE("a command's event names the workflow task that issued it and follows it") {
  CheckFinds(With(5, ActivityTaskScheduled{.workflow_task_completed_event_id = 3}), 5,
             HistoryRule::kCommand,
             "workflowTaskCompletedEventId 3 is not that of the last completed workflow task, 4");
  CheckFinds(With(6, TimerStarted{.timer_id = "t"}), 6, HistoryRule::kCommand,
             "workflowTaskCompletedEventId 0");
  CheckFinds(With(11, ActivityTaskCancelRequested{.scheduled_event_id = 5,
                                                  .workflow_task_completed_event_id = 4}),
             11, HistoryRule::kCommand, "the last completed workflow task, 10");
  CheckFinds(With(23, WorkflowExecutionCompleted{.workflow_task_completed_event_id = 10}), 23,
             HistoryRule::kCommand, "22");
  CheckFinds(With(23, WorkflowExecutionFailed{}), 23, HistoryRule::kCommand, "22");
  CheckFinds(With(23, WorkflowExecutionCanceled{}), 23, HistoryRule::kCommand, "22");
  CheckFinds(After(7, TimerStarted{.workflow_task_completed_event_id = 4}), 8,
             HistoryRule::kCommand,
             "must follow WorkflowTaskCompleted or another command's event, not "
             "WorkflowExecutionSignaled");
  CheckFinds(After(2, WorkflowExecutionCompleted{}), 3, HistoryRule::kCommand, "must follow");
}

TEST_CASE("a reference names an earlier event of the right type") {
  CheckFinds(With(12, ActivityTaskStarted{.scheduled_event_id = 13}), 12, HistoryRule::kReference,
             "scheduledEventId 13 is not an earlier event");
  CheckFinds(With(12, ActivityTaskStarted{.scheduled_event_id = 12}), 12, HistoryRule::kReference,
             "not an earlier event");
  CheckFinds(With(12, ActivityTaskStarted{.scheduled_event_id = -5}), 12, HistoryRule::kReference,
             "not an earlier event");
  CheckFinds(With(12, ActivityTaskStarted{.scheduled_event_id = INT64_MAX}), 12,
             HistoryRule::kReference, "not an earlier event");
  CheckFinds(
      With(12, ActivityTaskStarted{.scheduled_event_id = 6}), 12, HistoryRule::kReference,
      "scheduledEventId 6 names an event of type TimerStarted; expected ActivityTaskScheduled");
  CheckFinds(With(11, ActivityTaskCancelRequested{.scheduled_event_id = 6,
                                                  .workflow_task_completed_event_id = 10}),
             11, HistoryRule::kReference, "expected ActivityTaskScheduled");
  CheckFinds(With(15, TimerFired{.timer_id = "t", .started_event_id = 5}), 15,
             HistoryRule::kReference, "expected TimerStarted");
  CheckFinds(With(13, ActivityTaskCompleted{.scheduled_event_id = 5, .started_event_id = 11}), 13,
             HistoryRule::kReference, "expected ActivityTaskStarted");
  CheckFinds(With(13, ActivityTaskCanceled{.latest_cancel_requested_event_id = 10,
                                           .scheduled_event_id = 5,
                                           .started_event_id = 12}),
             13, HistoryRule::kReference, "expected ActivityTaskCancelRequested");
}

TEST_CASE("an activity starts, is asked to cancel and closes at most once") {
  CheckFinds(After(12, ActivityTaskStarted{.scheduled_event_id = 5}), 13, HistoryRule::kActivity,
             "starts the activity of event 5, after event 12 ActivityTaskStarted");
  CheckFinds(After(11, ActivityTaskCancelRequested{.scheduled_event_id = 5,
                                                   .workflow_task_completed_event_id = 10}),
             12, HistoryRule::kActivity, "asks to cancel the activity of event 5, after event 11");
  CheckFinds(After(13, ActivityTaskCompleted{.scheduled_event_id = 5, .started_event_id = 12}), 14,
             HistoryRule::kActivity,
             "closes the activity of event 5, after event 13 ActivityTaskCanceled");
  CheckFinds(After(13, ActivityTaskTimedOut{.scheduled_event_id = 5, .started_event_id = 12}), 14,
             HistoryRule::kActivity, "closes");
}

TEST_CASE("an activity neither starts nor is asked to cancel after it closed") {
  EventHistory history = After(6, ActivityTaskTimedOut{.scheduled_event_id = 5});
  CHECK(CheckHistory(history).empty());
  history.push_back(Event(8, ActivityTaskStarted{.scheduled_event_id = 5}));
  CheckFinds(history, 8, HistoryRule::kActivity,
             "starts the activity of event 5, which event 7 closed");
  history.resize(7);
  history.push_back(Event(8, WorkflowTaskScheduled{}));
  history.push_back(Event(9, WorkflowTaskStarted{.scheduled_event_id = 8}));
  history.push_back(
      Event(10, WorkflowTaskCompleted{.scheduled_event_id = 8, .started_event_id = 9}));
  history.push_back(Event(11, ActivityTaskCancelRequested{.scheduled_event_id = 5,
                                                          .workflow_task_completed_event_id = 10}));
  CheckFinds(history, 11, HistoryRule::kActivity,
             "asks to cancel the activity of event 5, which event 7 closed");
}

TEST_CASE("an activity closes with the start that it had") {
  CheckFinds(With(13, ActivityTaskCanceled{.scheduled_event_id = 5}), 13, HistoryRule::kActivity,
             "startedEventId 0 is not that of the activity of event 5, 12");
  CheckFinds(With(12, ActivityTaskFailed{.scheduled_event_id = 5}), 12, HistoryRule::kReference,
             "startedEventId 0");
  CheckFinds(With(13, ActivityTaskFailed{.scheduled_event_id = 5}), 13, HistoryRule::kReference,
             "startedEventId 0");
}

TEST_CASE("a cancellation names the request for its own activity") {
  EventHistory history = Sound();
  history.resize(4);
  history.push_back(Event(5, ActivityTaskScheduled{.workflow_task_completed_event_id = 4}));
  history.push_back(Event(6, ActivityTaskScheduled{.workflow_task_completed_event_id = 4}));
  history.push_back(Event(7, ActivityTaskCancelRequested{.scheduled_event_id = 5,
                                                         .workflow_task_completed_event_id = 4}));
  history.push_back(Event(
      8, ActivityTaskCanceled{.latest_cancel_requested_event_id = 7, .scheduled_event_id = 6}));
  CheckFinds(history, 8, HistoryRule::kActivity,
             "the cancel request of event 7 is for the activity of event 5, not 6");
}

TEST_CASE("a timer ends once, under its own id") {
  CheckFinds(With(15, TimerFired{.timer_id = "u", .started_event_id = 6}), 15, HistoryRule::kTimer,
             "has timer id 'u', but event 6 started 't'");
  CheckFinds(After(15, TimerFired{.timer_id = "t", .started_event_id = 6}), 16, HistoryRule::kTimer,
             "ends the timer of event 6, after event 15 TimerFired");
  CheckFinds(After(22, TimerCanceled{.timer_id = "t",
                                     .started_event_id = 6,
                                     .workflow_task_completed_event_id = 22}),
             23, HistoryRule::kTimer, "after event 15 TimerFired");
}

}  // namespace
}  // namespace groundhog::replay
