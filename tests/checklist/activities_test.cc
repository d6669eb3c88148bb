// The checklist of fault injections (SEMANTICS l), rows about activities. README.md has the table.
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;

TEST_CASE(
    "l.1 the answer to an activity poll is lost: start-to-close timeout and attempt 2, no hand-out "
    "before") {
  sim::RecordedChoices choices({sim::Decision{.site = "net/lose_reply",
                                              .kind = "PollActivityTaskQueue",
                                              .scope = "w",
                                              .subject = "step",
                                              .number = 1}});
  RawWorld world(&choices);
  const auto loses = [](RawWorld& w) -> sim::Coro<void> {
    const ActivityTask lost = co_await w.PollActivity();
    CHECK_FALSE(lost.ok());
  };
  const auto watch = [](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 1s))));
    const double lost = w.Now();
    const ActivityTask again = co_await w.PollActivity();
    CHECK(again->token.attempt == 2);
    CHECK(w.Now() - lost == Approx(2.0).margin(0.003));
    ExpectOk(co_await w.CompleteActivity(again));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  };
  world.Run({loses, watch});
  CHECK(choices.Unused().empty());
  CHECK(world.Lines("w").at(5) ==
        "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=2 last=<activity StartToClose "
        "timeout|timeout START_TO_CLOSE>");
  CHECK(world.CountEvents("w", EventType::kActivityTaskStarted) == 1);
}

// A run that is read from the store again has its tasks put into the queue once more.
TEST_CASE("l.2 an activity task is in the queue twice: it is started once") {
  sim::RecordedChoices choices({sim::Decision{.site = "server/commit.store",
                                              .kind = "SignalWorkflowExecution",
                                              .scope = "w",
                                              .subject = "x",
                                              .answer = "refused"}});
  RawWorld world(&choices);
  const auto first_poller = [](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 100s))));
    const auto refused = co_await w.Signal("w", "x");
    CHECK_FALSE(refused.ok());
    const ActivityTask task = co_await w.PollActivity();
    co_await w.Sleep(2s);
    ExpectOk(co_await w.CompleteActivity(task));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(Step("a2", 100s))));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  };
  const auto second_poller = [](RawWorld& w) -> sim::Coro<void> {
    co_await w.Sleep(1s);
    const ActivityTask task = co_await w.PollActivity();
    CHECK(task->token.activity_id == "a2");
    ExpectOk(co_await w.CompleteActivity(task));
  };
  world.Run({first_poller, second_poller});
  CHECK(choices.Unused().empty());
  CHECK(world.Lines("w").at(5) == "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1");
  CHECK(world.CountEvents("w", EventType::kActivityTaskStarted) == 2);
}

TEST_CASE("l.3 a report comes twice, or after the timeout: NotFound, and no event") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s), Step("a2", 1s))));
    const ActivityTask done = co_await w.PollActivity();
    const ActivityTask late = co_await w.PollActivity();
    ExpectOk(co_await w.CompleteActivity(done));
    ExpectError(co_await w.CompleteActivity(done, "again"), StatusCode::kNotFound, kActivityGone);
    co_await w.Sleep(1500ms);
    ExpectError(co_await w.CompleteActivity(late), StatusCode::kNotFound, kActivityGone);
    ExpectError(co_await w.FailActivity(late, ApplicationFailure("no", "No")),
                StatusCode::kNotFound, kActivityGone);
    ExpectError(co_await w.Heartbeat(late), StatusCode::kNotFound, kActivityGone);
    ExpectOk(co_await w.Terminate("w", "stop"));
    const char* const closed = "workflow execution already completed";
    ExpectError(co_await w.CompleteActivity(late), StatusCode::kNotFound, closed);
    ExpectError(co_await w.Heartbeat(late), StatusCode::kNotFound, closed);
  });
  CHECK(world.CountEvents("w", EventType::kActivityTaskStarted) == 1);
  CHECK(world.CountEvents("w", EventType::kActivityTaskCompleted) == 1);
}

TEST_CASE(
    "l.10 an activity completes while its cancel is on its way: CancelRequested, then Completed") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    const ActivityTask activity = co_await w.PollActivity();
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.CompleteActivity(activity));
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelActivity(5))));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
            "5 ActivityTaskScheduled id=a1 type=step stc=10s policy=1s/2/100s/0 wft=4",
            "6 WorkflowExecutionSignaled name=x identity=client-1",
            "7 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "8 WorkflowTaskStarted scheduled=7 identity=raw-1",
            "9 WorkflowTaskCompleted scheduled=7 started=8 identity=raw-1",
            "10 ActivityTaskCancelRequested scheduled=5 wft=9",
            "11 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1",
            "12 ActivityTaskCompleted result=\"done\" scheduled=5 started=11 identity=raw-1",
            "13 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "14 WorkflowTaskStarted scheduled=13 identity=raw-1",
            "15 WorkflowTaskCompleted scheduled=13 started=14 identity=raw-1",
            "16 WorkflowExecutionCompleted result=\"done\" wft=15",
        });
}

// Its end waits until the commands are written (recorded README 3).
TEST_CASE(
    "l.11 the cancel of an activity that nobody runs: Canceled at once, and a workflow task") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    SECTION("not started") {}
    SECTION("waiting for its second attempt") {
      const ActivityTask task = co_await w.PollActivity();
      ExpectOk(co_await w.FailActivity(task, ApplicationFailure("no", "No")));
    }
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelActivity(5), StartTimer("t", 30s))));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  CHECK(lines.at(9) == "10 ActivityTaskCancelRequested scheduled=5 wft=9");
  CHECK(lines.at(10) == "11 TimerStarted id=t timeout=30s wft=9");
  CHECK(lines.at(11) ==
        "12 ActivityTaskCanceled details=\"ACTIVITY_ID_NOT_STARTED\" requested=10 scheduled=5 "
        "identity=raw-1");
  CHECK(lines.at(12) == "13 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1");
}

TEST_CASE(
    "l.12 a heartbeat is lost: heartbeat timeout, and the details of the last durable one reach "
    "the next attempt") {
  sim::RecordedChoices choices({sim::Decision{.site = "net/lose",
                                              .kind = "RecordActivityTaskHeartbeat",
                                              .scope = "w",
                                              .subject = "step",
                                              .number = 1,
                                              .occurrence = 5}});
  RawWorld world(&choices);
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 100s);
    step.heartbeat_timeout = 1s;
    step.retry_policy = history::RetryPolicy{.initial_interval = 100ms};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    const ActivityTask task = co_await w.PollActivity();
    double last_beat = 0;
    for (int beat = 1; beat <= 4; ++beat) {
      co_await w.Sleep(800ms);
      ExpectOk(co_await w.Heartbeat(task, Text("beat " + std::to_string(beat))));
      last_beat = w.Now();
    }
    co_await w.Sleep(800ms);
    const auto lost = co_await w.Heartbeat(task, Text("beat 5"));
    CHECK_FALSE(lost.ok());
    const ActivityTask again = co_await w.PollActivity();
    CHECK(again->token.attempt == 2);
    CHECK(w.SecondsOf(again->current_attempt_scheduled_time) - last_beat ==
          Approx(1.1).margin(0.003));
    CHECK(again->heartbeat_details == Text("beat 4"));
    ExpectError(co_await w.CompleteActivity(task), StatusCode::kNotFound, kActivityGone);
    ExpectOk(co_await w.CompleteActivity(again));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(choices.Unused().empty());
  CHECK(world.Lines("w").at(5) ==
        "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=2 last=<activity Heartbeat "
        "timeout|timeout HEARTBEAT>");
}

TEST_CASE(
    "l.13 time jumps past the schedule-to-close deadline: the timeout is told as no time for "
    "another attempt") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 2s);
    step.schedule_to_close_timeout = 60s;
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    (void)co_await w.PollActivity();
    w.server().Crash(90s);
    co_await w.Sleep(91s);
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(6) ==
        "7 ActivityTaskTimedOut failure=<Not enough time to schedule next retry before activity "
        "ScheduleToClose timeout, giving up retrying|timeout SCHEDULE_TO_CLOSE> scheduled=5 "
        "started=6 retry=TIMEOUT");
}

}  // namespace
}  // namespace groundhog::server::testing
