// Start, signal, cancel, terminate, timeouts, describe, list (SEMANTICS f.1, f.5, f.10, f.11;
// recorded group lifecycle).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;
using history::WorkflowExecutionStatus;
using history::WorkflowIdConflictPolicy;
using history::WorkflowIdReusePolicy;

constexpr const char* kCompleted = "workflow execution already completed";
constexpr const char* kUnknown = "workflow not found for ID: no-such-workflow";

TEST_CASE("a start with the same request id gives the same run, also after the close") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto first = co_await w.Start("w");
    const auto again = co_await w.Start("w");
    CHECK(first->started);
    CHECK(again->started);
    CHECK(again->run_id == first->run_id);
    StartOptions other;
    other.request_id = "start-2";
    ExpectError(
        co_await w.Start("w", other), StatusCode::kAlreadyExists,
        "Workflow execution is already running. WorkflowId: w, RunId: " + first->run_id + ".");
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
    const auto after_close = co_await w.Start("w");
    CHECK(after_close->run_id == first->run_id);
    CHECK(first->run_id.size() == 36);
  });
}

TEST_CASE("a second start may use the running workflow, or end it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto first = co_await w.Start("w");
    StartOptions uses;
    uses.request_id = "start-2";
    uses.conflict = WorkflowIdConflictPolicy::kUseExisting;
    const auto used = co_await w.Start("w", uses);
    CHECK_FALSE(used->started);
    CHECK(used->run_id == first->run_id);
    StartOptions ends;
    ends.request_id = "start-3";
    ends.conflict = WorkflowIdConflictPolicy::kTerminateExisting;
    const auto second = co_await w.Start("w", ends);
    CHECK(second->started);
    CHECK(second->run_id != first->run_id);
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->token.execution.run_id == second->run_id);
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
  });
  const Lines ended = world.Lines("w", 1);
  REQUIRE(ended.size() == 3);
  // As recorded in conflict_terminate_at_once.
  CHECK_THAT(ended[2], Catch::Matchers::StartsWith(
                           "3 WorkflowExecutionTerminated reason=TerminateIfRunning "
                           "WorkflowIdReusePolicy details=\"terminated by new runID: "));
  CHECK_THAT(ended[2], Catch::Matchers::EndsWith("identity=history-service"));
  CHECK(world.Lines("w", 2).size() == 5);
}

TEST_CASE("reuse policies look at how the last run ended") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto first = co_await w.Start("w");
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
    StartOptions options;
    options.request_id = "start-2";
    options.reuse = WorkflowIdReusePolicy::kRejectDuplicate;
    ExpectError(co_await w.Start("w", options), StatusCode::kAlreadyExists,
                "Workflow execution already finished. WorkflowId: w, RunId: " + first->run_id +
                    ". Workflow Id reuse policy: reject duplicate workflow Id.");
    options.reuse = WorkflowIdReusePolicy::kAllowDuplicateFailedOnly;
    ExpectError(
        co_await w.Start("w", options), StatusCode::kAlreadyExists,
        "Workflow execution already finished successfully. WorkflowId: w, RunId: " + first->run_id +
            ". Workflow Id reuse policy: allow duplicate workflow Id if last run failed.");
    options.reuse = WorkflowIdReusePolicy::kAllowDuplicate;
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(FailWorkflow("no"))));
    options.request_id = "start-3";
    options.reuse = WorkflowIdReusePolicy::kAllowDuplicateFailedOnly;
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
}

TEST_CASE("a signal is written once for each request id, and a signal without one always") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Signal("w", "s", "sig-1"));
    ExpectOk(co_await w.Signal("w", "s", "sig-1"));
    w.server().Crash(300ms);
    co_await w.Sleep(400ms);
    ExpectOk(co_await w.Signal("w", "s", "sig-1"));
    ExpectOk(co_await w.Signal("w", "s", "sig-2"));
    ExpectOk(co_await w.Signal("w", "s"));
    ExpectOk(co_await w.Signal("w", "s"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.CountEvents("w", EventType::kWorkflowExecutionSignaled) == 4);
}

TEST_CASE("what is said to a closed or unknown workflow is answered as by a real server") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
    ExpectError(co_await w.Signal("w", "s"), StatusCode::kNotFound, kCompleted);
    ExpectOk(co_await w.Cancel("w"));
    ExpectError(co_await w.Terminate("w", "stop"), StatusCode::kNotFound, kCompleted);
    const std::string unknown = "no-such-workflow";
    ExpectError(co_await w.Signal(unknown, "s"), StatusCode::kNotFound, kUnknown);
    ExpectError(co_await w.Cancel(unknown), StatusCode::kNotFound, kUnknown);
    ExpectError(co_await w.Terminate(unknown, "stop"), StatusCode::kNotFound, kUnknown);
    ExpectError(co_await w.Describe(unknown), StatusCode::kNotFound, kUnknown);
    ExpectError(co_await w.History(unknown), StatusCode::kNotFound, kUnknown);
    ExpectError(co_await w.Query(unknown, "q"), StatusCode::kNotFound, kUnknown);
  });
}

TEST_CASE("a start without a workflow id is refused") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectError(co_await w.Start(""), StatusCode::kInvalidArgument,
                "WorkflowId is not set on request.");
    StartOptions options;
    options.queue = "";
    ExpectError(co_await w.Start("w", options), StatusCode::kInvalidArgument,
                "TaskQueue is not set on request.");
  });
}

TEST_CASE("cancel requests are written once") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Cancel("w"));
    ExpectOk(co_await w.Cancel("w"));
    w.identity = "worker-1";
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CancelWorkflow())));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowExecutionCancelRequested identity=client-1",
                                "4 WorkflowTaskStarted scheduled=2 identity=worker-1",
                                "5 WorkflowTaskCompleted scheduled=2 started=4 identity=worker-1",
                                "6 WorkflowExecutionCanceled wft=5",
                            });
}

TEST_CASE("the first task of a delayed start comes when the delay is over, signal or not") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.start_delay = 1s;
    ExpectOk(co_await w.Start("w", options));
    const double started = w.Now();
    ExpectOk(co_await w.Signal("w", "go"));
    w.identity = "worker-1";
    const WorkflowTask task = co_await w.Poll();
    CHECK(w.Now() - started == Approx(1.0).margin(0.003));
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow("went"))));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1 backoff=1s",
            "2 WorkflowExecutionSignaled name=go identity=client-1",
            "3 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "4 WorkflowTaskStarted scheduled=3 identity=worker-1",
            "5 WorkflowTaskCompleted scheduled=3 started=4 identity=worker-1",
            "6 WorkflowExecutionCompleted result=\"went\" wft=5",
        });
}

TEST_CASE("a cancel request does not wait for the start delay") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.start_delay = 100s;
    ExpectOk(co_await w.Start("w", options));
    ExpectOk(co_await w.Cancel("w"));
    const WorkflowTask task = co_await w.Poll();
    CHECK(w.Now() < 1);
    ExpectOk(co_await w.Complete(task, CommandsOf(CancelWorkflow())));
  });
}

TEST_CASE("a run timeout counts from the end of the start delay") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.start_delay = 5s;
    options.run_timeout = 2s;
    ExpectOk(co_await w.Start("w", options));
    const auto closed = co_await w.History("w", true);
    CHECK(w.Now() == Approx(7.0).margin(0.01));
  });
  CHECK(world.Lines("w").back() == "3 WorkflowExecutionTimedOut retry=RETRY_POLICY_NOT_SET");
}

TEST_CASE("a run that takes too long is closed") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.run_timeout = 1s;
    ExpectOk(co_await w.Start("w", options));
    w.identity = "worker-1";
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task));
    const auto closed = co_await w.History("w", true);
    CHECK(w.Now() == Approx(1.0).margin(0.003));
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted run=1s task=1s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=1s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=worker-1",
            "4 WorkflowTaskCompleted scheduled=2 started=3 identity=worker-1",
            "5 WorkflowExecutionTimedOut retry=RETRY_POLICY_NOT_SET",
        });
}

TEST_CASE("an execution that takes too long is closed, and told apart") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.execution_timeout = 1s;
    ExpectOk(co_await w.Start("w", options));
    w.identity = "worker-1";
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task));
    const auto closed = co_await w.History("w", true);
    CHECK(closed->history.size() == 1);
  });
  CHECK(world.Lines("w") ==
        Lines{
            "1 WorkflowExecutionStarted execution=1s run=1s task=1s identity=client-1 attempt=1",
            "2 WorkflowTaskScheduled kind=NORMAL timeout=1s attempt=1",
            "3 WorkflowTaskStarted scheduled=2 identity=worker-1",
            "4 WorkflowTaskCompleted scheduled=2 started=3 identity=worker-1",
            "5 WorkflowExecutionTimedOut retry=TIMEOUT",
        });
}

TEST_CASE("timers of one time fire in the order in which they were started") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("b", 1s), StartTimer("a", 1s))));
    // The poll is there already: both have fired before the task is handed out.
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  const history::EventHistory& history = world.HistoryOf("w");
  CHECK(history.at(6).event_time - history.at(4).event_time == 1s);
  const Lines lines = world.Lines("w");
  CHECK(lines.at(6) == "7 TimerFired id=b started=5");
  CHECK(lines.at(7) == "8 TimerFired id=a started=6");
  CHECK(lines.at(8) == "9 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1");
}

TEST_CASE("a timer of no length fires at once") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("1", 0s))));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
    CHECK(w.Now() < 0.1);
  });
}

TEST_CASE("list gives the open ones first, of both the newest first, and may choose by status") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    for (const char* const id : {"a", "b", "c"}) {
      StartOptions options;
      options.queue = id;
      ExpectOk(co_await w.Start(id, options));
    }
    const WorkflowTask task = co_await w.Poll("b");
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
    const auto all = co_await w.ListAll();
    REQUIRE(all->executions.size() == 3);
    CHECK(all->executions[0].execution.workflow_id == "c");
    CHECK(all->executions[1].execution.workflow_id == "a");
    CHECK_FALSE(all->executions[1].close_time.has_value());
    CHECK(all->executions[2].execution.workflow_id == "b");
    CHECK(all->executions[2].close_time.has_value());
    CHECK(all->executions[2].history_length == 5);
    const auto open = co_await w.ListAll(WorkflowExecutionStatus::kRunning);
    REQUIRE(open->executions.size() == 2);
    CHECK(open->executions[0].execution.workflow_id == "c");
    ExpectOk(co_await w.Terminate("a", ""));
    ExpectOk(co_await w.Terminate("c", ""));
  });
}

TEST_CASE("describe tells what is pending") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const auto before = co_await w.Describe("w");
    CHECK_FALSE(before->pending_workflow_task->started);
    const WorkflowTask first = co_await w.Poll();
    const auto during = co_await w.Describe("w");
    CHECK(during->pending_workflow_task->started);
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("a1", 10s))));
    const auto scheduled = co_await w.Describe("w");
    REQUIRE(scheduled->pending_activities.size() == 1);
    CHECK_FALSE(scheduled->pending_workflow_task.has_value());
    CHECK(scheduled->pending_activities[0].state == protocol::PendingActivityState::kScheduled);
    CHECK_FALSE(scheduled->pending_activities[0].next_attempt_schedule_time.has_value());
    const ActivityTask activity = co_await w.PollActivity();
    const auto running = co_await w.Describe("w");
    CHECK(running->pending_activities[0].state == protocol::PendingActivityState::kStarted);
    CHECK(running->pending_activities[0].last_worker_identity == "raw-1");
    CHECK(running->pending_activities[0].last_started_time == activity->started_time);
    ExpectOk(co_await w.CompleteActivity(activity));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
    const auto closed = co_await w.Describe("w");
    CHECK(closed->info.status == WorkflowExecutionStatus::kCompleted);
    CHECK(closed->pending_activities.empty());
    CHECK_FALSE(closed->pending_workflow_task.has_value());
  });
}

TEST_CASE("closing drops what is pending, and the simulation does not wait for it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t", 1000s), Step("a1", 1000s))));
    ExpectOk(co_await w.Terminate("w", "stop"));
  });
  CHECK(world.Now() < 1);
  const RunRecord& record = world.durable().run(0);
  CHECK(record.state.activities.empty());
  CHECK(record.state.timers.empty());
}

TEST_CASE("activities of one queue are handed out first in, first out") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::Commands commands;
    for (int i = 0; i < 50; ++i) commands.push_back(Step("a" + std::to_string(i), 10s));
    ExpectOk(co_await w.Complete(first, commands));
    for (int i = 0; i < 50; ++i) {
      const ActivityTask activity = co_await w.PollActivity();
      CHECK(activity->token.activity_id == "a" + std::to_string(i));
      ExpectOk(co_await w.CompleteActivity(activity));
    }
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
}

}  // namespace
}  // namespace groundhog::server::testing
