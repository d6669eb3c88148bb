#include <chrono>

#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties::testing {
namespace {

using namespace std::chrono_literals;

std::string Liveness(Recording& recording, std::string_view text) {
  return Only(Judge(&CheckLiveness, recording.Finish()), text);
}

struct Open : Recording {
  Open() {
    StartRun("pay-invoice-701", "Transfer");
    CompleteTask();
  }
};

TEST_CASE("a closed run and a run that waits for a signal are live") {
  Open recording;
  CHECK(Judge(&CheckLiveness, recording.Finish()).empty());
  recording.CompleteRun();
  CHECK(Judge(&CheckLiveness, recording.Finish()).empty());
}

TEST_CASE("an open run with work that nobody does is found, and the work is named") {
  Open recording;
  SECTION("an activity") {
    recording.Schedule("deposit");
    recording.run().pending_activities = 1;
    CHECK(Liveness(recording,
                   "pay-invoice-701: the run never ended; it still waits for activity "
                   "deposit (event 5)") == "found");
  }
  SECTION("a timer, and an activity that has ended") {
    const EventId withdraw = recording.Schedule("withdraw");
    recording.Append(history::TimerStarted{.timer_id = "2", .start_to_fire_timeout = 30s});
    recording.Complete(withdraw);
    recording.run().pending_timers = 1;
    CHECK(Liveness(recording, "it still waits for timer 2 of 30 s (event 6)") == "found");
  }
  SECTION("a workflow task that fails again and again") {
    recording.Append(history::WorkflowTaskScheduled{});
    recording.Append(history::WorkflowTaskStarted{.scheduled_event_id = 5});
    recording.Append(history::WorkflowTaskFailed{.failure = ApplicationFailure("Oops")});
    recording.run().pending_workflow_task = true;
    CHECK(Liveness(recording,
                   "it still waits for a worker that completes its workflow task (event "
                   "7: the task failed with ") == "found");
  }
}

TEST_CASE("a run that waits for a paused activity is live, and who waits for the run is told so") {
  Open recording;
  const EventId deposit = recording.Schedule("deposit");
  recording.run().pending_activities = 1;
  recording.run().paused_activities = {deposit};
  SECTION("alone it is no violation") { CHECK(Judge(&CheckLiveness, recording.Finish()).empty()); }
  SECTION("a script waits for the run") {
    recording.evidence.unfinished_scripts = {"client"};
    recording.evidence.end.kind = sim::SimulationEnd::Kind::kStuck;
    CHECK(Liveness(recording,
                   "pay-invoice-701 is open and waits for activity deposit (event 5: it is paused, "
                   "and nobody unpauses it)") == "found");
  }
  SECTION("something else is not paused") {
    recording.Schedule("notify");
    recording.run().pending_activities = 2;
    CHECK(Liveness(recording,
                   "the run never ended; it still waits for activity deposit (event 5: it is "
                   "paused, and nobody unpauses it), activity notify (event 6)") == "found");
  }
  SECTION("something else was lost") {
    recording.Schedule("notify");
    CHECK(Liveness(recording, "the run waits for activity notify (event 6), but the server") ==
          "found");
  }
}

TEST_CASE("work that the server has forgotten is found") {
  Open recording;
  SECTION("a timer") {
    recording.Append(history::TimerStarted{.timer_id = "1", .start_to_fire_timeout = 30s});
    CHECK(Liveness(recording,
                   "the run waits for timer 1 of 30 s (event 5), but the server has nothing "
                   "to do for it any more: the work was lost") == "found");
  }
  SECTION("an activity") {
    recording.Schedule("deposit");
    CHECK(Liveness(recording, "activity deposit (event 5), but the server has nothing") == "found");
  }
  SECTION("not if a workflow task is under way: the end may be on its way into the history") {
    recording.Schedule("deposit");
    recording.Append(history::WorkflowTaskScheduled{});
    recording.Append(history::WorkflowTaskStarted{.scheduled_event_id = 6});
    CHECK(Judge(&CheckLiveness, recording.Finish()).empty());
  }
}

TEST_CASE("a script that never ended is found, with what it waited for") {
  Open recording;
  recording.Wait(2s);
  recording.Add(sim::TraceKind::kSent, "client", "server",
                recording.LabelOf("GetWorkflowExecutionHistory", "", 0));
  recording.evidence.unfinished_scripts = {"client"};
  recording.evidence.end.kind = sim::SimulationEnd::Kind::kStuck;
  CHECK(
      Liveness(recording,
               "the script of client never ended; the last thing it said was "
               "GetWorkflowExecutionHistory(pay-invoice-701) to server, at 2 s; pay-invoice-701 is "
               "open and waits for a signal, or a condition that only a signal can make true") ==
      "found");
  recording.evidence.unfinished_scripts = {"nobody"};
  CHECK(Liveness(recording, "the script of nobody never ended, which never said anything") ==
        "found");
}

TEST_CASE("a simulation that is stuck or reached a bound is found") {
  Recording recording;
  recording.evidence.end.kind = sim::SimulationEnd::Kind::kStuck;
  CHECK(Liveness(recording,
                 "the simulation is stuck: somebody waits, and nothing can happen any "
                 "more; no workflow is open") == "found");
  recording.evidence.end = {sim::SimulationEnd::Kind::kBoundReached, "5000000 steps"};
  CHECK(Liveness(recording, "the simulation reached a bound: 5000000 steps") == "found");
}

}  // namespace
}  // namespace groundhog::properties::testing
