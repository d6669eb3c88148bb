// Workflow tasks: what a real server did when a hand-driven worker held them, failed them and
// answered them badly. The expected histories are recorded ones (group workflow_tasks;
// SEMANTICS a.4, a.6, d.1-d.4).
#include "runtime/server/workflow_task.h"

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;

constexpr const char* kNotFound = "Workflow task not found.";

TEST_CASE(
    "an answer that comes after the timeout is refused, and the second attempt is written when it "
    "succeeds") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.task_timeout = 1s;
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask first = co_await w.Poll();
    co_await w.Sleep(1400ms);
    ExpectError(co_await w.Complete(first, CommandsOf(CompleteWorkflow("late"))),
                StatusCode::kNotFound, kNotFound);
    const auto described = co_await w.Describe("w");
    CHECK_FALSE(described->pending_workflow_task->started);
    CHECK(described->pending_workflow_task->attempt == 2);
    const WorkflowTask second = co_await w.Poll();
    CHECK(second->attempt == 2);
    CHECK(second->started_event_id == 6);
    CHECK(second->history.size() == 6);
    CHECK(second->history.back().event_id == 6);
    ExpectError(co_await w.Complete(first, CommandsOf(CompleteWorkflow("late"))),
                StatusCode::kNotFound, kNotFound);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow("second"))));
    ExpectError(co_await w.Complete(second, CommandsOf(CompleteWorkflow("again"))),
                StatusCode::kNotFound, kNotFound);
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
}

TEST_CASE("a bad command fails the task, and none of its commands has an effect") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectError(co_await w.Complete(first, CommandsOf(StartTimer("t1", 30s), Step("a1", 0s))),
                StatusCode::kInvalidArgument,
                "BadScheduleActivityAttributes: a valid StartToCloseTimeout or "
                "ScheduleToCloseTimeout must be set on the activity. ActivityId=a1 "
                "ActivityType=step");
    const WorkflowTask second = co_await w.Poll();
    CHECK(second->attempt == 2);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=BAD_SCHEDULE_ACTIVITY_ATTRIBUTES "
            "failure=<BadScheduleActivityAttributes: a valid StartToCloseTimeout or "
            "ScheduleToCloseTimeout must be set on the activity. ActivityId=a1 "
            "ActivityType=step|server> identity=raw-1",
            "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=2",
            "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
            "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
            "8 WorkflowExecutionCompleted result=\"done\" wft=7",
        });
}

TEST_CASE("a command after the closing one is refused, and the task can be answered again") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.task_timeout = 2s;
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask task = co_await w.Poll();
    ExpectError(co_await w.Complete(task, CommandsOf(CompleteWorkflow(), StartTimer("t1", 30s))),
                StatusCode::kInvalidArgument,
                "invalid command sequence: [CompleteWorkflowExecution, StartTimer], command "
                "CompleteWorkflowExecution must be the last command.");
    const auto described = co_await w.Describe("w");
    CHECK(described->pending_workflow_task->started);
    CHECK(described->pending_workflow_task->attempt == 1);
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=2s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=2s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                "5 WorkflowExecutionCompleted result=\"done\" wft=4",
                            });
}

TEST_CASE("cancelling the timer that fired unseen allows to close in the same answer") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t1", 500ms))));
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    co_await w.Sleep(1200ms);
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelTimer("t1"), CompleteWorkflow())));
  });
  CHECK(world.Lines("w").back() == "11 WorkflowExecutionCompleted result=\"done\" wft=9");
}

TEST_CASE(
    "a task that keeps failing becomes a normal one when something happens before its start") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Fail(first));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Fail(second));
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask third = co_await w.Poll();
    CHECK(third->attempt == 1);
    CHECK(third->started_event_id == 7);
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=WORKFLOW_WORKER_UNHANDLED_FAILURE "
            "failure=<raw failure|application RawError> identity=raw-1",
            "5 WorkflowExecutionSignaled name=x identity=client-1",
            "6 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "7 WorkflowTaskStarted scheduled=6 identity=raw-1",
            "8 WorkflowTaskCompleted scheduled=6 started=7 identity=raw-1",
            "9 WorkflowExecutionCompleted result=\"done\" wft=8",
        });
}

TEST_CASE("a signal during a second attempt waits until that attempt is written") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Fail(first));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "x"));
    ExpectOk(co_await w.Complete(second, CommandsOf(StartTimer("t1", 30s))));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=WORKFLOW_WORKER_UNHANDLED_FAILURE "
            "failure=<raw failure|application RawError> identity=raw-1",
            "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=2",
            "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
            "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
            "8 TimerStarted id=t1 timeout=30s wft=7",
            "9 WorkflowExecutionSignaled name=x identity=client-1",
            "10 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "11 WorkflowTaskStarted scheduled=10 identity=raw-1",
            "12 WorkflowTaskCompleted scheduled=10 started=11 identity=raw-1",
            "13 WorkflowExecutionCompleted result=\"done\" wft=12",
        });
}

TEST_CASE("after a failure with news waiting the next task is a first attempt") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "x"));
    ExpectOk(co_await w.Fail(first));
    const WorkflowTask second = co_await w.Poll();
    CHECK(second->attempt == 1);
    CHECK(second->started_event_id == 7);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=WORKFLOW_WORKER_UNHANDLED_FAILURE "
            "failure=<raw failure|application RawError> identity=raw-1",
            "5 WorkflowExecutionSignaled name=x identity=client-1",
            "6 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "7 WorkflowTaskStarted scheduled=6 identity=raw-1",
            "8 WorkflowTaskCompleted scheduled=6 started=7 identity=raw-1",
            "9 WorkflowExecutionCompleted result=\"done\" wft=8",
        });
}

TEST_CASE("a worker that asks for another task gets one") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteForced(first));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.CompleteForced(second));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
                                "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
                                "8 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "9 WorkflowTaskStarted scheduled=8 identity=raw-1",
                                "10 WorkflowTaskCompleted scheduled=8 started=9 identity=raw-1",
                                "11 WorkflowExecutionCompleted result=\"done\" wft=10",
                            });
}

TEST_CASE("a worker that asks for nothing but other tasks is stopped after half an hour") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    absl::StatusOr<protocol::RespondWorkflowTaskCompletedResponse> answer;
    do {
      const WorkflowTask task = co_await w.Poll();
      co_await w.Sleep(9s);
      answer = co_await w.CompleteForced(task);
    } while (answer.ok());
    ExpectError(answer, StatusCode::kNotFound, "workflow task heartbeat timeout");
    CHECK(w.Now() > 1800);
    CHECK(w.Now() < 1820);
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.CountEvents("w", EventType::kWorkflowTaskTimedOut) == 1);
}

TEST_CASE("termination fails the task in flight and keeps what waited") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "x"));
    ExpectOk(co_await w.Terminate("w", "stop"));
    ExpectError(co_await w.Complete(task, CommandsOf(CompleteWorkflow())), StatusCode::kNotFound,
                kNotFound);
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskFailed scheduled=2 started=3 "
                                "cause=FORCE_CLOSE_COMMAND identity=history-service",
                                "5 WorkflowExecutionSignaled name=x identity=client-1",
                                "6 WorkflowExecutionTerminated reason=stop identity=client-1",
                            });
}

TEST_CASE("the run timeout fails the task in flight and keeps what waited") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.run_timeout = 1s;
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "x"));
    const auto closed = co_await w.History("w", true);
    CHECK(closed->history.size() == 1);
    CHECK(closed->history.at(0).event_id == 6);
    ExpectError(co_await w.Complete(task, CommandsOf(CompleteWorkflow())), StatusCode::kNotFound,
                kNotFound);
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted run=1s task=1s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=1s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=FORCE_CLOSE_COMMAND "
            "identity=history-service",
            "5 WorkflowExecutionSignaled name=x identity=client-1",
            "6 WorkflowExecutionTimedOut retry=RETRY_POLICY_NOT_SET",
        });
}

TEST_CASE("a cancel request and a signal wait in the order in which they came") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Cancel("w"));
    ExpectOk(co_await w.Signal("w", "x"));
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t1", 30s))));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                "5 TimerStarted id=t1 timeout=30s wft=4",
                                "6 WorkflowExecutionCancelRequested identity=client-1",
                                "7 WorkflowExecutionSignaled name=x identity=client-1",
                                "8 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "9 WorkflowTaskStarted scheduled=8 identity=raw-1",
                                "10 WorkflowTaskCompleted scheduled=8 started=9 identity=raw-1",
                                "11 WorkflowExecutionCompleted result=\"done\" wft=10",
                            });
}

TEST_CASE("the id of a cancelled timer can be used again in the same answer") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t1", 30s))));
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelTimer("t1"), StartTimer("t1", 300ms))));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
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
                                "10 TimerCanceled id=t1 started=5 wft=9 identity=raw-1",
                                "11 TimerStarted id=t1 timeout=0.3s wft=9",
                                "12 TimerFired id=t1 started=11",
                                "13 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "14 WorkflowTaskStarted scheduled=13 identity=raw-1",
                                "15 WorkflowTaskCompleted scheduled=13 started=14 identity=raw-1",
                                "16 WorkflowExecutionCompleted result=\"done\" wft=15",
                            });
}

TEST_CASE("two activities of one id fail the task") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectError(co_await w.Complete(first, CommandsOf(Step("a1", 10s), Step("a1", 10s))),
                StatusCode::kInvalidArgument,
                "ScheduleActivityDuplicateId: invalid history builder state for action: "
                "add-activitytask-scheduled-event, ActivityID: a1");
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=SCHEDULE_ACTIVITY_DUPLICATE_ID "
            "failure=<ScheduleActivityDuplicateId: invalid history builder state for action: "
            "add-activitytask-scheduled-event, ActivityID: a1|server> identity=raw-1",
            "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=2",
            "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
            "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
            "8 WorkflowExecutionCompleted result=\"done\" wft=7",
        });
}

TEST_CASE("a timer and signals wait in the order in which they came") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t1", 600ms))));
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "y"));
    co_await w.Sleep(1200ms);
    ExpectOk(co_await w.Signal("w", "z"));
    ExpectOk(co_await w.Complete(second));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                "5 TimerStarted id=t1 timeout=0.6s wft=4",
                                "6 WorkflowExecutionSignaled name=x identity=client-1",
                                "7 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "8 WorkflowTaskStarted scheduled=7 identity=raw-1",
                                "9 WorkflowTaskCompleted scheduled=7 started=8 identity=raw-1",
                                "10 WorkflowExecutionSignaled name=y identity=client-1",
                                "11 TimerFired id=t1 started=5",
                                "12 WorkflowExecutionSignaled name=z identity=client-1",
                                "13 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "14 WorkflowTaskStarted scheduled=13 identity=raw-1",
                                "15 WorkflowTaskCompleted scheduled=13 started=14 identity=raw-1",
                                "16 WorkflowExecutionCompleted result=\"done\" wft=15",
                            });
}

TEST_CASE("a bad command in a second attempt is answered, and the task is left to its timeout") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Fail(first));
    const WorkflowTask second = co_await w.Poll();
    ExpectError(co_await w.Complete(second, CommandsOf(CancelTimer("t1"))),
                StatusCode::kInvalidArgument,
                "BadCancelTimerAttributes: invalid history builder state for action: "
                "add-timer-canceled-event, TimerID: t1");
    const WorkflowTask third = co_await w.Poll();
    CHECK(third->attempt == 3);
    CHECK(w.Now() > 10);
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.CountEvents("w", EventType::kWorkflowTaskFailed) == 1);
  CHECK(world.CountEvents("w", EventType::kWorkflowTaskTimedOut) == 0);
}

TEST_CASE(
    "the timeout of a failing task grows from the fourth attempt on, by names and not by chance") {
  RunStart start{.workflow_id = "w",
                 .event = history::MakeShared<history::WorkflowExecutionStarted>(
                     history::WorkflowExecutionStarted{.workflow_task_timeout = 10s})};
  CHECK(WorkflowTaskTimeout(start, 1) == 10s);
  CHECK(WorkflowTaskTimeout(start, 3) == 10s);
  CHECK(WorkflowTaskTimeout(start, 4) >= 14s);
  CHECK(WorkflowTaskTimeout(start, 4) < 15s);
  CHECK(WorkflowTaskTimeout(start, 5) >= 18s);
  CHECK(WorkflowTaskTimeout(start, 5) < 20s);
  CHECK(WorkflowTaskTimeout(start, 1000) >= 10s + 480s);
  CHECK(WorkflowTaskTimeout(start, 1000) < 10s + 600s);
  CHECK(WorkflowTaskTimeout(start, 7) == WorkflowTaskTimeout(start, 7));
}

}  // namespace
}  // namespace groundhog::server::testing
