// ResetWorkflowExecution (SEMANTICS f.11, recorded README 12 and 15; recorded reset_…).
#include <set>

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventId;
using history::EventType;

// As recorded in sf_reset_repeated_with_same_request_id.
TEST_CASE(
    "a reset ends the current run and repeats the base run's beginning, each time it is asked "
    "for") {
  RawWorld world;
  std::vector<std::string> runs;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    const auto started = co_await w.Start("w");
    runs.push_back(started->run_id);
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(StartTimer("t1", 30s))));
    for (int time = 0; time < 3; ++time) {
      const auto reset = co_await w.Reset("w", started->run_id, 4, "reset-1");
      runs.push_back(reset->run_id);
      if (time == 1) {
        w.server().Crash(300ms);
        co_await w.Sleep(400ms);
      }
    }
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->token.execution.run_id == runs.back());
    CHECK(next->history.size() == 6);
    ExpectOk(co_await w.Complete(next, CommandsOf(CompleteWorkflow())));
  });
  CHECK(std::set<std::string>(runs.begin(), runs.end()).size() == 4);
  CHECK(world.Lines("w", 1).back() ==
        "6 WorkflowExecutionTerminated reason=probe identity=history-resetter");
  CHECK(world.Lines("w", 3) ==
        Lines{"1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
              "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
              "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
              "4 WorkflowTaskFailed scheduled=2 started=3 cause=RESET_WORKFLOW "
              "failure=<probe|reset> identity=history-service",
              "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
              "6 WorkflowExecutionTerminated reason=probe identity=history-resetter"});
  CHECK(world.Lines("w", 4).back() == "8 WorkflowExecutionCompleted result=\"done\" wft=7");
  const auto* failed = history::As<history::WorkflowTaskFailed>(world.HistoryOf("w", 4)[3]);
  CHECK(failed->base_run_id == runs[0]);
  CHECK(failed->new_run_id == runs[3]);
  const auto* first = history::As<history::WorkflowExecutionStarted>(world.HistoryOf("w", 4)[0]);
  CHECK(first->original_execution_run_id == runs[0]);
}

// As recorded in reset_bad_ids.
TEST_CASE("a history can be cut only where a workflow task was waiting or under way") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task));
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
    for (const EventId id : {0, 1, 10, 99}) {
      ExpectError(co_await w.Reset("w", "", id), StatusCode::kInvalidArgument,
                  "Workflow task finish ID must be > 1 && <= workflow last event ID.");
    }
    ExpectError(co_await w.Reset("w", "", 2), StatusCode::kInvalidArgument,
                "StateRebuilder unable to Rebuild mutable state to event ID: 1, version: 0, this "
                "event must be at the boundary");
    ExpectError(co_await w.Reset("w", "", 5), StatusCode::kInvalidArgument,
                "Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, "
                "WorkflowTaskStarted + 1]: 5");
    ExpectOk(co_await w.Reset("w", "", 3));
    const WorkflowTask again = co_await w.Poll();
    ExpectOk(co_await w.Complete(again, CommandsOf(CompleteWorkflow())));
    ExpectError(co_await w.Reset("unknown", "", 3), StatusCode::kNotFound,
                "workflow not found for ID: unknown");
  });
  CHECK(world.Lines("w", 2) ==
        Lines{"1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
              "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
              "3 WorkflowTaskStarted scheduled=2 identity=history-service",
              "4 WorkflowTaskFailed scheduled=2 started=3 cause=RESET_WORKFLOW "
              "failure=<probe|reset> identity=history-service",
              "5 WorkflowExecutionSignaled name=go identity=client-1",
              "6 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
              "7 WorkflowTaskStarted scheduled=6 identity=raw-1",
              "8 WorkflowTaskCompleted scheduled=6 started=7 identity=raw-1",
              "9 WorkflowExecutionCompleted result=\"done\" wft=8"});
}

// Where a transaction of the base run ended its copy ends one, too:
// Temporal's runs share these events.
TEST_CASE("a run that a reset made can be cut where its base run can, and nowhere else") {
  RawWorld world;
  std::vector<std::string> runs;
  world.Run([&runs](RawWorld& w) -> sim::Coro<void> {
    const auto started = co_await w.Start("w");
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t1", 30s), Step("a", 10s))));
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second));
    const auto reset = co_await w.Reset("w", started->run_id, 10);
    runs = {started->run_id, reset->run_id};
    for (const EventId id : {5, 6, 8}) {  // within a transaction, or where no task was
      for (const std::string& run : runs) {
        const auto refused = co_await w.Reset("w", run, id);
        CHECK(refused.status().code() == StatusCode::kInvalidArgument);
      }
    }
    for (const EventId id : {10, 9, 4, 3}) {
      for (const std::string& run : runs) {
        w.server().Crash(300ms);
        co_await w.Sleep(400ms);
        ExpectOk(co_await w.Reset("w", run, id));
      }
    }
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  // All that differs between the two is who asked.
  const std::size_t resets = world.durable().FindWorkflow("w")->size();
  REQUIRE(resets == 2 + 8);
  for (std::size_t run = 3; run < resets; run += 2) {
    Lines one = world.Lines("w", run);
    Lines other = world.Lines("w", run + 1);
    one.pop_back();
    other.pop_back();
    CHECK(one.size() > 4);
    if (run + 1 < resets) CHECK(one == other);
  }
}

// As recorded in reset_keeps_timer_and_activity.
TEST_CASE(
    "what was pending at the reset point is pending again: timers keep their times, activities "
    "begin anew") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(Step("1", 20s), StartTimer("t", 2500ms))));
    const ActivityTask hangs = co_await w.PollActivity();
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second));
    co_await w.Sleep(1s);
    ExpectOk(co_await w.Reset("w", "", 10));
    ExpectError(co_await w.CompleteActivity(hangs), StatusCode::kNotFound,
                "workflow execution already completed");
    const ActivityTask again = co_await w.PollActivity();
    CHECK(again->token.attempt == 1);
    CHECK(w.Now() < 1.1);
    w.server().Crash(300ms);
    co_await w.Sleep(400ms);
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third));
    ExpectOk(co_await w.CompleteActivity(again, "again"));
    const WorkflowTask fourth = co_await w.Poll();
    ExpectOk(co_await w.Complete(fourth));
    const WorkflowTask fifth = co_await w.Poll();
    ExpectOk(co_await w.Complete(fifth, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w", 2).at(9) ==
        "10 WorkflowTaskFailed scheduled=8 started=9 cause=RESET_WORKFLOW failure=<probe|reset> "
        "identity=history-service");
  for (const history::HistoryEvent& event : world.HistoryOf("w", 2)) {
    const auto* fired = history::As<history::TimerFired>(event);
    if (fired == nullptr) continue;
    const auto started = static_cast<std::size_t>(fired->started_event_id - 1);
    CHECK(event.event_time - world.HistoryOf("w", 2)[started].event_time == 2500ms);
  }
  CHECK(world.CountEvents("w", EventType::kTimerFired) == 1);
  CHECK(world.CountEvents("w", EventType::kActivityTaskCompleted) == 1);
}

TEST_CASE("signals are brought to the new run along the chain, unless they are excluded") {
  for (const bool exclude : {false, true}) {
    RawWorld world;
    world.Run([exclude](RawWorld& w) -> sim::Coro<void> {
      const auto started = co_await w.Start("w");
      const WorkflowTask task = co_await w.Poll();
      ExpectOk(co_await w.Complete(task));
      ExpectOk(co_await w.Signal("w", "one"));
      const WorkflowTask second = co_await w.Poll();
      ExpectOk(co_await w.Complete(second, CommandsOf(Continuation())));
      ExpectOk(co_await w.Signal("w", "two"));
      const WorkflowTask third = co_await w.Poll();
      ExpectOk(co_await w.Signal("w", "three"));  // waits in the buffer
      protocol::ResetWorkflowExecutionRequest request{
          .execution = {.workflow_id = "w", .run_id = started->run_id},
          .reason = "probe",
          .workflow_task_finish_event_id = 4,
          .exclude_signals = exclude};
      ExpectOk(co_await w.Send(std::move(request), "w"));
      ExpectError(co_await w.Complete(third), StatusCode::kNotFound, "Workflow task not found.");
      ExpectOk(co_await w.Terminate("w", ""));
    });
    Lines names;
    for (const history::HistoryEvent& event : world.HistoryOf("w", 3)) {
      if (const auto* signal = history::As<history::WorkflowExecutionSignaled>(event)) {
        names.push_back(signal->signal_name);
      }
    }
    CHECK(names == (exclude ? Lines{} : Lines{"one", "two", "three"}));
  }
}

TEST_CASE("the timeouts of a reset run count from the reset") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.run_timeout = 10s;
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task));
    co_await w.Sleep(20s);  // it has timed out
    ExpectOk(co_await w.Reset("w", "", 4));
    co_await w.Sleep(20s);
  });
  const history::EventHistory& base = world.HistoryOf("w", 1);
  CHECK(base.back().event_time - base.front().event_time == 10s);
  const history::EventHistory& reset = world.HistoryOf("w", 2);
  CHECK(reset.back().event_time - reset[3].event_time == 10s);
}

TEST_CASE("memo and search attributes of a reset run are those of the reset point") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.memo = {{"note", Text("first").front()}};
    ExpectOk(co_await w.Start("w", options));
    const auto change = [](const std::string& note) {
      return history::Command(
          history::ModifyWorkflowProperties{.upserted_memo = {{"note", Text(note).front()}}});
    };
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(change("second"))));
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask next = co_await w.Poll();
    ExpectOk(co_await w.Complete(next, CommandsOf(change("third"))));
    ExpectOk(co_await w.Reset("w", "", 8));
    const auto described = co_await w.Describe("w");
    const history::PayloadMap memo = {{"note", Text("second").front()}};
    CHECK(described->info.memo == memo);
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

}  // namespace
}  // namespace groundhog::server::testing
