// The checklist of fault injections (SEMANTICS l), rows about workflow tasks.
// README.md has the table.
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;

constexpr const char* kNotFound = "Workflow task not found.";

// A worker that dies with its first task.
sim::Coro<void> TakeTask(RawWorld& world, sim::Process& self) {
  const WorkflowTask task = co_await world.PollFrom(self);
  ExpectOk(task);
  co_await self.Sleep(1h);
  FAIL_CHECK("it was to die with its task");
}

TEST_CASE(
    "l.5 a worker dies with its task: timed out after 10 s, and attempt 2, which dies too, leaves "
    "no trace") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    for (const char* const name : {"worker-1", "worker-2"}) {
      sim::Process& worker = w.AddProcess(name);
      worker.Spawn(TakeTask(w, worker));
      co_await w.Sleep(100ms);
      worker.Crash(std::nullopt);
      const double died = w.Now();
      co_await w.Sleep(9800ms);
      const auto before = co_await w.Describe("w");
      CHECK(before->pending_workflow_task->started);
      co_await w.Sleep(200ms);
      const auto after = co_await w.Describe("w");
      CHECK_FALSE(after->pending_workflow_task->started);
      CHECK(w.Now() - died < 10.1);
    }
    const WorkflowTask third = co_await w.Poll();
    CHECK(third->attempt == 3);
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskTimedOut scheduled=2 started=3 timeout=START_TO_CLOSE",
            "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=3",
            "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
            "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
            "8 WorkflowExecutionCompleted result=\"done\" wft=7",
        });
}

// A worker dies with the run "w" in its cache; so long after that a signal comes, and another
// worker gets its task after a while.
sim::Coro<void> OutliveWorker(RawWorld& w, sim::Duration dead_for, double waits) {
  w.identity = "worker-1";
  co_await LoseWorker(w, 100ms);
  co_await w.Sleep(dead_for);
  ExpectOk(co_await w.Signal("w", "s"));
  const double signalled = w.Now();
  w.identity = "worker-2";
  const WorkflowTask second = co_await w.Poll();
  CHECK(w.Now() - signalled == Approx(waits).margin(0.01));
  CHECK(second->history.front().event_id == 1);
  CHECK(second->history.back().event_id == second->started_event_id);
  ExpectOk(co_await w.CompleteSticky(second, CommandsOf(CompleteWorkflowJson("1"))));
}

TEST_CASE(
    "l.6 a worker dies that has the run in its cache: schedule-to-start timeout, then the normal "
    "queue; that queue at once when nobody has polled for 10 s") {
  const Lines begin{
      "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
      "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
      "3 WorkflowTaskStarted scheduled=2 identity=worker-1",
      "4 WorkflowTaskCompleted scheduled=2 started=3 identity=worker-1",
      "5 WorkflowExecutionSignaled name=s identity=client-1",
      "6 WorkflowTaskScheduled kind=STICKY timeout=10s attempt=1",
  };
  const auto history_after = [&begin](sim::Duration dead_for, double waits) {
    RawWorld world;
    world.Run([&](RawWorld& w) { return OutliveWorker(w, dead_for, waits); });
    const Lines lines = world.Lines("w");
    REQUIRE(lines.size() > begin.size());
    CHECK(Lines(lines.begin(), lines.begin() + 6) == begin);
    return Lines(lines.begin() + 6, lines.end());
  };
  CHECK(history_after(0s, 1.0) ==
        Lines{
            "7 WorkflowTaskTimedOut scheduled=6 timeout=SCHEDULE_TO_START",
            "8 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "9 WorkflowTaskStarted scheduled=8 identity=worker-2",
            "10 WorkflowTaskCompleted scheduled=8 started=9 identity=worker-2",
            "11 WorkflowExecutionCompleted result=1 wft=10",
        });
  CHECK(history_after(10s, 0.0) ==
        Lines{
            "7 WorkflowTaskStarted scheduled=6 identity=worker-2",
            "8 WorkflowTaskCompleted scheduled=6 started=7 identity=worker-2",
            "9 WorkflowExecutionCompleted result=1 wft=8",
        });
}

TEST_CASE(
    "l.7 code throws five times: one failure, then silence; attempt 6 is written, and has had more "
    "time") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    for (int attempt = 1; attempt <= 5; ++attempt) {
      const WorkflowTask task = co_await w.Poll();
      CHECK(task->attempt == attempt);
      CHECK(task->started_event_id == (attempt == 1 ? 3 : 6));
      CHECK(task->history.size() == (attempt == 1 ? 3 : 6));
      ExpectOk(co_await w.Fail(task));
    }
    const WorkflowTask sixth = co_await w.Poll();
    ExpectOk(co_await w.Complete(sixth, CommandsOf(CompleteWorkflow())));
    CHECK(w.Now() < 0.1);
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=WORKFLOW_WORKER_UNHANDLED_FAILURE "
            "failure=<raw failure|application RawError> identity=raw-1",
            "5 WorkflowTaskScheduled kind=NORMAL attempt=6",
            "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
            "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
            "8 WorkflowExecutionCompleted result=\"done\" wft=7",
        });
  const auto* scheduled = history::As<history::WorkflowTaskScheduled>(world.HistoryOf("w").at(4));
  // 10 s and 80 to 100 % of 20 s.
  CHECK(scheduled->start_to_close_timeout >= 26s);
  CHECK(scheduled->start_to_close_timeout < 30s);
}

TEST_CASE(
    "l.8 a signal comes between a task and its closing command: UNHANDLED_COMMAND, then the signal "
    "is seen") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "a"));
    ExpectError(co_await w.Complete(first, CommandsOf(CompleteWorkflow())),
                StatusCode::kInvalidArgument, "UnhandledCommand");
    const WorkflowTask second = co_await w.Poll();
    ExpectError(co_await w.Signal("w", "b"), StatusCode::kResourceExhausted,
                "workflow operation can not be applied because workflow is closing");
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=UNHANDLED_COMMAND "
            "failure=<UnhandledCommand|server> identity=raw-1",
            "5 WorkflowExecutionSignaled name=a identity=client-1",
            "6 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "7 WorkflowTaskStarted scheduled=6 identity=raw-1",
            "8 WorkflowTaskCompleted scheduled=6 started=7 identity=raw-1",
            "9 WorkflowExecutionCompleted result=\"done\" wft=8",
        });
}

TEST_CASE(
    "l.9 a timer fires while the command that cancels it is on its way: TimerCanceled, and never "
    "TimerFired") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t1", 500ms))));
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    co_await w.Sleep(1200ms);
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelTimer("t1"))));
    ExpectOk(co_await w.Signal("w", "y"));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                "5 TimerStarted id=t1 timeout=0.5s wft=4",
                                "6 WorkflowExecutionSignaled name=x identity=client-1",
                                "7 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "8 WorkflowTaskStarted scheduled=7 identity=raw-1",
                                "9 WorkflowTaskCompleted scheduled=7 started=8 identity=raw-1",
                                "10 TimerCanceled id=t1 started=5 wft=9 identity=raw-1",
                                "11 WorkflowExecutionSignaled name=y identity=client-1",
                                "12 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "13 WorkflowTaskStarted scheduled=12 identity=raw-1",
                                "14 WorkflowTaskCompleted scheduled=12 started=13 identity=raw-1",
                                "15 WorkflowExecutionCompleted result=\"done\" wft=14",
                            });
}

TEST_CASE("l.14 101 signals during one task: FORCE_CLOSE_COMMAND, and all of them are written") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    for (int i = 0; i < 101; ++i) ExpectOk(co_await w.Signal("w", "s", std::to_string(i)));
    ExpectError(co_await w.Complete(first, CommandsOf(StartTimer("t", 30s))), StatusCode::kNotFound,
                kNotFound);
    const WorkflowTask second = co_await w.Poll();
    CHECK(second->attempt == 2);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  REQUIRE(lines.size() == 109);
  CHECK(lines[3] ==
        "4 WorkflowTaskFailed scheduled=2 started=3 cause=FORCE_CLOSE_COMMAND "
        "identity=history-service");
  CHECK(lines[4] == "5 WorkflowExecutionSignaled name=s identity=client-1");
  CHECK(lines[104] == "105 WorkflowExecutionSignaled name=s identity=client-1");
  CHECK(Lines(lines.begin() + 105, lines.end()) ==
        Lines{
            "106 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=2",
            "107 WorkflowTaskStarted scheduled=106 identity=raw-1",
            "108 WorkflowTaskCompleted scheduled=106 started=107 identity=raw-1",
            "109 WorkflowExecutionCompleted result=\"done\" wft=108",
        });
}

TEST_CASE("l.15 a history of more than 51,200 events: terminated") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    while (w.durable().run(0).state.info.running()) {
      const WorkflowTask task = co_await w.Poll();
      history::Commands commands(1'000, history::RecordMarker{.marker_name = "m"});
      protocol::RespondWorkflowTaskCompletedRequest request =
          w.CompleteRequest(*task, std::move(commands));
      request.force_create_new_workflow_task = true;
      ExpectOk(co_await w.Report(request, task));
    }
  });
  const history::EventHistory& history = world.HistoryOf("w");
  CHECK(history.size() > 51'200);
  CHECK(history.size() < 52'300);
  const auto* end = history::As<history::WorkflowExecutionTerminated>(history.back());
  REQUIRE(end != nullptr);
  CHECK(end->reason == "Workflow history count exceeds limit.");
}

}  // namespace
}  // namespace groundhog::server::testing
