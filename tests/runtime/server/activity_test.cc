// Activities: attempts, timeouts, retries, heartbeats and cancellation. The expected histories are
// recorded ones where they carry a recording's name; the others follow SEMANTICS a.5,
// b.4, b.5, c.2-c.4.
#include "runtime/server/activity.h"

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;

TEST_CASE("a cancellation that nobody asked for is refused") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    const ActivityTask activity = co_await w.PollActivity();
    ExpectError(co_await w.ReportCanceled(activity), StatusCode::kInvalidArgument,
                "unable to mark activity as canceled without activity being request canceled "
                "first");
    ExpectOk(co_await w.CompleteActivity(activity));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
            "5 ActivityTaskScheduled id=a1 type=step stc=10s policy=1s/2/100s/0 wft=4",
            "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1",
            "7 ActivityTaskCompleted result=\"done\" scheduled=5 started=6 identity=raw-1",
            "8 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "9 WorkflowTaskStarted scheduled=8 identity=raw-1",
            "10 WorkflowTaskCompleted scheduled=8 started=9 identity=raw-1",
            "11 WorkflowExecutionCompleted result=\"done\" wft=10",
        });
}

TEST_CASE("an activity can be scheduled and cancelled by one completion") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    const history::RequestCancelActivityTask cancel{.scheduled_event_id = 5};
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s), cancel)));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  REQUIRE(lines.size() > 7);
  CHECK(lines[5].starts_with("6 ActivityTaskCancelRequested"));
  CHECK(lines[6].starts_with("7 ActivityTaskCanceled"));
}

TEST_CASE("a heartbeat tells of the cancel request, and of the end") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 10s);
    step.heartbeat_timeout = 2s;
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    const ActivityTask activity = co_await w.PollActivity();
    const auto beat_1 = co_await w.Heartbeat(activity);
    CHECK_FALSE(beat_1->cancel_requested);
    ExpectOk(co_await w.Signal("w", "x"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelActivity(5))));
    const auto beat_2 = co_await w.Heartbeat(activity);
    CHECK(beat_2->cancel_requested);
    ExpectOk(co_await w.ReportCanceled(activity, Text("bye")));
    ExpectError(co_await w.Heartbeat(activity), StatusCode::kNotFound, kActivityGone);
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
            "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
            "5 ActivityTaskScheduled id=a1 type=step stc=10s heartbeat=2s policy=1s/2/100s/0 wft=4",
            "6 WorkflowExecutionSignaled name=x identity=client-1",
            "7 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "8 WorkflowTaskStarted scheduled=7 identity=raw-1",
            "9 WorkflowTaskCompleted scheduled=7 started=8 identity=raw-1",
            "10 ActivityTaskCancelRequested scheduled=5 wft=9",
            "11 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1",
            "12 ActivityTaskCanceled details=\"bye\" requested=10 scheduled=5 started=11 "
            "identity=raw-1",
            "13 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "14 WorkflowTaskStarted scheduled=13 identity=raw-1",
            "15 WorkflowTaskCompleted scheduled=13 started=14 identity=raw-1",
            "16 WorkflowExecutionCompleted result=\"done\" wft=15",
        });
}

TEST_CASE("each back-off is exactly what the policy says") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 10s);
    step.retry_policy = history::RetryPolicy{
        .initial_interval = 100ms, .backoff_coefficient = 3, .maximum_interval = 2s};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    const history::Duration waits[] = {100ms, 300ms, 900ms, 2s, 2s};
    ActivityTask attempt = co_await w.PollActivity();
    for (const history::Duration wait : waits) {
      ExpectOk(co_await w.FailActivity(attempt, ApplicationFailure("no", "Declined")));
      const auto described = co_await w.Describe("w");
      const protocol::PendingActivityInfo& pending = described->pending_activities.at(0);
      CHECK(*pending.current_retry_interval == wait);
      CHECK(*pending.next_attempt_schedule_time - *pending.last_attempt_complete_time == wait);
      CHECK(pending.last_failure->message == "no");
      CHECK(pending.last_worker_identity == "raw-1");
      const history::Timestamp failed = *pending.last_attempt_complete_time;
      attempt = co_await w.PollActivity();
      CHECK(attempt->current_attempt_scheduled_time - failed == wait);
      CHECK(attempt->started_time == attempt->current_attempt_scheduled_time);
    }
    CHECK(attempt->token.attempt == 6);
    ExpectOk(co_await w.CompleteActivity(attempt));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(5) ==
        "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=6 "
        "last=<no|application Declined>");
}

TEST_CASE("attempts end with the policy, and the last failure is told as it was") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 10s);
    step.retry_policy = history::RetryPolicy{.maximum_attempts = 2};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    for (int attempt = 1; attempt <= 2; ++attempt) {
      const ActivityTask task = co_await w.PollActivity();
      ExpectOk(co_await w.FailActivity(
          task, ApplicationFailure("no " + std::to_string(attempt), "Declined")));
    }
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(6) ==
        "7 ActivityTaskFailed failure=<no 2|application Declined> scheduled=5 started=6 "
        "identity=raw-1 retry=MAXIMUM_ATTEMPTS_REACHED");
}

TEST_CASE("a failure of a type that the policy excludes is not retried") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 10s);
    step.retry_policy = history::RetryPolicy{.non_retryable_error_types = {"Declined"}};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    const ActivityTask task = co_await w.PollActivity();
    ExpectOk(co_await w.FailActivity(task, ApplicationFailure("no", "Declined")));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(6) ==
        "7 ActivityTaskFailed failure=<no|application Declined> scheduled=5 started=6 "
        "identity=raw-1 retry=NON_RETRYABLE_FAILURE");
}

TEST_CASE("a failure may say when to try again") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    const ActivityTask task = co_await w.PollActivity();
    const history::FailurePtr failure = history::MakeShared<history::Failure>(history::Failure{
        .message = "later",
        .info = history::ApplicationFailureInfo{.type = "Busy", .next_retry_delay = 200s}});
    ExpectOk(co_await w.FailActivity(task, failure));
    const double failed = w.Now();
    const ActivityTask again = co_await w.PollActivity();
    CHECK(w.Now() - failed == Approx(200).margin(0.003));
    ExpectOk(co_await w.CompleteActivity(again));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
}

TEST_CASE("with no time left for another attempt the real failure is kept") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1");
    step.schedule_to_close_timeout = 1500ms;
    step.retry_policy = history::RetryPolicy{.initial_interval = 400ms};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    for (int attempt = 1; attempt <= 3; ++attempt) {
      const ActivityTask task = co_await w.PollActivity();
      CHECK(task->token.attempt == attempt);
      ExpectOk(co_await w.FailActivity(task, ApplicationFailure("step failed", "StepError")));
    }
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  // As recorded in act_retry_until_schedule_to_close.
  CHECK(lines.at(4) ==
        "5 ActivityTaskScheduled id=a1 type=step s2c=1.5s s2s=1.5s stc=1.5s "
        "policy=0.4s/2/40s/0 wft=4");
  CHECK(lines.at(6) ==
        "7 ActivityTaskFailed failure=<step failed|application StepError> scheduled=5 started=6 "
        "identity=raw-1 retry=TIMEOUT");
}

TEST_CASE("an activity that nobody starts times out and is not retried") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 5s);
    step.schedule_to_start_timeout = 1s;
    step.task_queue = "nobody-polls";
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    const double scheduled = w.Now();
    const WorkflowTask second = co_await w.Poll();
    CHECK(w.Now() - scheduled == Approx(1.0).margin(0.003));
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  // As recorded in act_schedule_to_start_timeout.
  CHECK(world.Lines("w").at(5) ==
        "6 ActivityTaskTimedOut failure=<activity ScheduleToStart timeout|timeout "
        "SCHEDULE_TO_START> scheduled=5 retry=TIMEOUT");
}

TEST_CASE("the last of several start-to-close timeouts has the one before as its cause") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 1s);
    step.retry_policy = history::RetryPolicy{.initial_interval = 100ms, .maximum_attempts = 2};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    (void)co_await w.PollActivity();
    (void)co_await w.PollActivity();
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  // As recorded in act_start_to_close_last.
  CHECK(lines.at(5) ==
        "6 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=2 last=<activity StartToClose "
        "timeout|timeout START_TO_CLOSE>");
  CHECK(lines.at(6) ==
        "7 ActivityTaskTimedOut failure=<activity StartToClose timeout|timeout "
        "START_TO_CLOSE|<activity StartToClose timeout|timeout START_TO_CLOSE>> scheduled=5 "
        "started=6 retry=MAXIMUM_ATTEMPTS_REACHED");
}

TEST_CASE(
    "a start-to-close timeout without time for another attempt is told as schedule-to-close") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 1s);
    step.schedule_to_close_timeout = 1500ms;
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    (void)co_await w.PollActivity();
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  // As recorded in act_start_to_close_no_time_left.
  CHECK(world.Lines("w").at(6) ==
        "7 ActivityTaskTimedOut failure=<Not enough time to schedule next retry before activity "
        "ScheduleToClose timeout, giving up retrying|timeout SCHEDULE_TO_CLOSE> scheduled=5 "
        "started=6 retry=TIMEOUT");
}

TEST_CASE("the schedule-to-close deadline ends an activity that waits for its next attempt") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 1s);
    step.schedule_to_close_timeout = 4s;
    step.schedule_to_start_timeout = 4s;
    step.retry_policy = history::RetryPolicy{.initial_interval = 3s};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    const double scheduled = w.Now();
    const ActivityTask task = co_await w.PollActivity();
    ExpectOk(co_await w.FailActivity(task, ApplicationFailure("no", "Declined")));
    const WorkflowTask second = co_await w.Poll();
    CHECK(w.Now() - scheduled == Approx(4.0).margin(0.003));
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(5) ==
        "6 ActivityTaskTimedOut failure=<Not enough time to schedule next retry before activity "
        "ScheduleToClose timeout, giving up retrying|timeout SCHEDULE_TO_CLOSE|<no|application "
        "Declined>> scheduled=5 retry=TIMEOUT");
}

TEST_CASE("an activity that beat is not forgotten when another one times out at its old deadline") {
  for (const history::EventId beats : {5, 6}) {
    RawWorld world;
    const auto hold = [beats](RawWorld& w) -> sim::Coro<void> {
      const ActivityTask task = co_await w.PollActivity();
      if (task->token.scheduled_event_id != beats) co_return;
      co_await w.Sleep(500ms);
      ExpectOk(co_await w.Heartbeat(task));
    };
    const auto watch = [](RawWorld& w) -> sim::Coro<void> {
      ExpectOk(co_await w.Start("w"));
      const WorkflowTask first = co_await w.Poll();
      history::ScheduleActivityTask one = Activity("a1", 10s);
      one.heartbeat_timeout = 1s;
      one.retry_policy = history::RetryPolicy{.maximum_attempts = 1};
      history::ScheduleActivityTask other = one;
      other.activity_id = "a2";
      const history::Command commands[] = {one, other};
      ExpectOk(co_await w.Complete(first, CommandsOf(commands[0], commands[1])));
      const double begun = w.Now();
      const WorkflowTask news = co_await w.Poll();
      CHECK(w.Now() - begun == Approx(1.0).margin(0.01));
      ExpectOk(co_await w.Complete(news));
      const WorkflowTask last = co_await w.Poll();
      CHECK(w.Now() - begun == Approx(1.5).margin(0.01));
      ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
    };
    world.Run({hold, hold, watch});
    CHECK(world.CountEvents("w", EventType::kActivityTaskTimedOut) == 2);
  }
}

TEST_CASE("the last heartbeat is told with the timeout that ends the activity") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask step = Activity("a1", 10s);
    step.heartbeat_timeout = 1s;
    step.retry_policy = history::RetryPolicy{.maximum_attempts = 1};
    const history::Command command = step;
    ExpectOk(co_await w.Complete(first, CommandsOf(command)));
    const ActivityTask task = co_await w.PollActivity();
    ExpectOk(co_await w.Heartbeat(task, Text("half way")));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(6) ==
        "7 ActivityTaskTimedOut failure=<activity Heartbeat timeout|timeout HEARTBEAT \"half "
        "way\"> scheduled=5 started=6 retry=MAXIMUM_ATTEMPTS_REACHED");
}

TEST_CASE("cancelling an unstarted activity does not keep the workflow from closing") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelActivity(5), CancelWorkflow())));
  });
  const Lines lines = world.Lines("w");
  CHECK(lines.at(9) == "10 ActivityTaskCancelRequested scheduled=5 wft=9");
  CHECK(lines.at(10) == "11 WorkflowExecutionCanceled wft=9");
  CHECK(lines.size() == 11);
}

TEST_CASE("nor does a timer that is cancelled by the same completion") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(
        first, CommandsOf(Step("a1", 10s), CancelActivity(5), StartTimer("t1", 30s),
                          CancelTimer("t1"), CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  CHECK(lines.at(5) == "6 ActivityTaskCancelRequested scheduled=5 wft=4");
  CHECK(lines.at(8) == "9 WorkflowExecutionCompleted result=\"done\" wft=4");
  CHECK(lines.size() == 9);
}

TEST_CASE("a cancel request stops retries, whatever the worker reports") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    const ActivityTask activity = co_await w.PollActivity();
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CancelActivity(5))));
    ExpectOk(co_await w.FailActivity(activity, ApplicationFailure("step failed", "StepError")));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(11) ==
        "12 ActivityTaskFailed failure=<step failed|application StepError> scheduled=5 "
        "started=11 identity=raw-1 retry=CANCEL_REQUESTED");
}

TEST_CASE("a second cancel request for one activity is a bad command") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    (void)co_await w.PollActivity();
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectError(co_await w.Complete(second, CommandsOf(CancelActivity(5), CancelActivity(5))),
                StatusCode::kInvalidArgument,
                "BadRequestCancelActivityAttributes: invalid history builder state for action: "
                "add-activitytask-cancel-requested-event, ScheduledEventID: 5");
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
}

TEST_CASE("results that waited come after everything else, in their own order") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 20s), Step("a2", 20s))));
    const ActivityTask one = co_await w.PollActivity();
    const ActivityTask two = co_await w.PollActivity();
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.CompleteActivity(two, "two"));
    ExpectOk(co_await w.CompleteActivity(one, "one"));
    ExpectOk(co_await w.Signal("w", "extra"));
    ExpectOk(co_await w.Complete(second, CommandsOf(StartTimer("1", 30s))));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  const Lines lines = world.Lines("w");
  // As recorded in act_results_buffered.
  CHECK(Lines(lines.begin() + 10, lines.begin() + 17) ==
        Lines{
            "11 TimerStarted id=1 timeout=30s wft=10",
            "12 ActivityTaskStarted scheduled=6 identity=raw-1 attempt=1",
            "13 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1",
            "14 WorkflowExecutionSignaled name=extra identity=client-1",
            "15 ActivityTaskCompleted result=\"two\" scheduled=6 started=12 identity=raw-1",
            "16 ActivityTaskCompleted result=\"one\" scheduled=5 started=13 identity=raw-1",
            "17 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
        });
}

TEST_CASE("a failure is cut to 4 KiB before it is kept") {
  const history::FailurePtr small = ApplicationFailure("small", "Small");
  CHECK(KeptFailure(small) == small);
  const history::FailurePtr large = history::MakeShared<history::Failure>(
      history::Failure{.message = std::string(3000, 'm'),
                       .stack_trace = std::string(3000, 's'),
                       .info = history::ApplicationFailureInfo{.type = "Large"}});
  const history::FailurePtr kept = KeptFailure(large);
  CHECK(kept->message == "Failure exceeds size limit.");
  CHECK(std::holds_alternative<history::ServerFailureInfo>(kept->info));
  CHECK(kept->cause->message == std::string(3000, 'm'));
  CHECK(kept->cause->stack_trace.size() < 1100);
  CHECK(history::InfoAs<history::ApplicationFailureInfo>(kept->cause)->type == "Large");
}

}  // namespace
}  // namespace groundhog::server::testing
