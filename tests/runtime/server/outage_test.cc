// What survives a crash of the server (SEMANTICS g; recorded group server_faults).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;

TEST_CASE("the token of a workflow task stays valid over an outage") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                "5 WorkflowExecutionCompleted result=\"done\" wft=4",
                            });
}

TEST_CASE("a task that times out during the outage is timed out right after it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.task_timeout = 1s;
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask first = co_await w.Poll();
    w.server().Crash(1500ms);
    co_await w.Sleep(2s);
    ExpectError(co_await w.Complete(first, CommandsOf(CompleteWorkflow("late"))),
                StatusCode::kNotFound, "Workflow task not found.");
    const WorkflowTask second = co_await w.Poll();
    CHECK(second->attempt == 2);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow("second"))));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=1s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=1s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskTimedOut scheduled=2 started=3 timeout=START_TO_CLOSE",
            "5 WorkflowTaskScheduled kind=NORMAL timeout=1s attempt=2",
            "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
            "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
            "8 WorkflowExecutionCompleted result=\"second\" wft=7",
        });
  CHECK(world.SecondsOf(world.HistoryOf("w").at(3).event_time) == Approx(1.5).margin(0.01));
}

TEST_CASE("an answer that is repeated, also after a restart, changes nothing") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    const char* const not_found = "Workflow task not found.";
    ExpectOk(co_await w.Complete(task, CommandsOf(StartTimer("t1", 30s))));
    ExpectError(co_await w.Complete(task, CommandsOf(StartTimer("t1", 30s))), StatusCode::kNotFound,
                not_found);
    w.server().Crash(300ms);
    co_await w.Sleep(400ms);
    ExpectError(co_await w.Complete(task, CommandsOf(StartTimer("t1", 30s))), StatusCode::kNotFound,
                not_found);
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                "5 TimerStarted id=t1 timeout=30s wft=4",
                                "6 WorkflowExecutionSignaled name=x identity=client-1",
                                "7 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "8 WorkflowTaskStarted scheduled=7 identity=raw-1",
                                "9 WorkflowTaskCompleted scheduled=7 started=8 identity=raw-1",
                                "10 WorkflowExecutionCompleted result=\"done\" wft=9",
                            });
}

TEST_CASE("a report that is repeated after a restart changes nothing") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    const ActivityTask activity = co_await w.PollActivity();
    ExpectOk(co_await w.CompleteActivity(activity, "first"));
    w.server().Crash(300ms);
    co_await w.Sleep(400ms);
    ExpectError(co_await w.CompleteActivity(activity, "second"), StatusCode::kNotFound,
                kActivityGone);
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
            "5 ActivityTaskScheduled id=a1 type=step stc=10s policy=1s/2/100s/0 wft=4",
            "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1",
            "7 ActivityTaskCompleted result=\"first\" scheduled=5 started=6 identity=raw-1",
            "8 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "9 WorkflowTaskStarted scheduled=8 identity=raw-1",
            "10 WorkflowTaskCompleted scheduled=8 started=9 identity=raw-1",
            "11 WorkflowExecutionCompleted result=\"done\" wft=10",
        });
}

TEST_CASE("an activity that runs through the outage reports after it and is not run again") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    const ActivityTask activity = co_await w.PollActivity();
    w.server().Crash(1s);
    co_await w.Sleep(3s);
    ExpectOk(co_await w.CompleteActivity(activity));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(5) == "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1");
}

TEST_CASE("a retry that was waiting comes at its own time, or right after the outage") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 1s))));
    const ActivityTask lost = co_await w.PollActivity();
    co_await w.Sleep(1300ms);
    w.server().Crash(200ms);
    co_await w.Sleep(300ms);
    const ActivityTask second = co_await w.PollActivity();
    CHECK(second->token.attempt == 2);
    CHECK(second->started_time - lost->started_time == 2s);
    co_await w.Sleep(1100ms);
    w.server().Crash(10s);
    co_await w.Sleep(10100ms);
    const ActivityTask third = co_await w.PollActivity();
    CHECK(third->token.attempt == 3);
    CHECK(third->started_time - second->started_time > 11s);
    ExpectOk(co_await w.CompleteActivity(third));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
}

TEST_CASE("what was acknowledged right before the crash is there after it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Signal("w", "add", "1", Json("1")));
    ExpectOk(co_await w.Signal("w", "add", "2", Json("2")));
    ExpectOk(co_await w.Cancel("w"));
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    w.identity = "worker-1";
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CancelWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowExecutionSignaled name=add input=1 identity=client-1",
                                "4 WorkflowExecutionSignaled name=add input=2 identity=client-1",
                                "5 WorkflowExecutionCancelRequested identity=client-1",
                                "6 WorkflowTaskStarted scheduled=2 identity=worker-1",
                                "7 WorkflowTaskCompleted scheduled=2 started=6 identity=worker-1",
                                "8 WorkflowExecutionCanceled wft=7",
                            });
}

TEST_CASE("timers that were due during a long outage fire right after it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t1", 10s), StartTimer("t2", 5s))));
    w.server().Crash(90s);
    co_await w.Sleep(91s);
    const WorkflowTask second = co_await w.Poll();
    CHECK(second->history.size() == 10);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  CHECK(lines.at(6) == "7 TimerFired id=t2 started=6");
  CHECK(lines.at(7) == "8 TimerFired id=t1 started=5");
  CHECK(lines.at(8) == "9 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1");
  CHECK(world.SecondsOf(world.HistoryOf("w").at(6).event_time) == Approx(90.0).margin(0.1));
}

TEST_CASE("many open runs go on after a crash") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    for (int i = 0; i < 20; ++i) ExpectOk(co_await w.Start("w" + std::to_string(i)));
    for (int i = 0; i < 10; ++i) {
      const WorkflowTask task = co_await w.Poll();
      ExpectOk(co_await w.Complete(task, CommandsOf(StartTimer("t", 3s))));
    }
    w.server().Crash(1s);
    co_await w.Sleep(1100ms);
    const auto open = co_await w.ListAll(history::WorkflowExecutionStatus::kRunning);
    CHECK(open->executions.size() == 20);
    for (int i = 0; i < 20; ++i) {
      const WorkflowTask task = co_await w.Poll();
      ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
    }
  });
  for (const RunRecord& record : world.durable().runs()) CHECK_FALSE(record.state.info.running());
}

}  // namespace
}  // namespace groundhog::server::testing
