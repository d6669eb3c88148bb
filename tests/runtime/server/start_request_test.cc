// Signal-with-start, cron, and what a start may ask for (SEMANTICS b.6, f.1, f.10;
// recorded group lifecycle).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;
using history::WorkflowIdConflictPolicy;
using history::WorkflowIdReusePolicy;

// As recorded in sig_with_start_new_and_existing.
TEST_CASE("signal-with-start starts a workflow with its signal, or signals the one that is there") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    const auto first = co_await w.SignalWithStart("w", "add", options, Text("first"));
    CHECK(first->started);
    // A repetition is known by its request id.
    const auto again = co_await w.SignalWithStart("w", "add", options, Text("first"));
    CHECK_FALSE(again->started);
    CHECK(again->run_id == first->run_id);
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task));
    options.request_id = "second";
    const auto second = co_await w.SignalWithStart("w", "add", options, Text("second"));
    CHECK_FALSE(second->started);
    CHECK(second->run_id == first->run_id);
    const WorkflowTask next = co_await w.Poll();
    ExpectOk(co_await w.Complete(next, CommandsOf(CompleteWorkflow())));
    // It is closed: there is another run now.
    options.request_id = "third";
    const auto third = co_await w.SignalWithStart("w", "add", options, Text("third"));
    CHECK(third->started);
    ExpectOk(co_await w.Terminate("w", ""));
  });
  CHECK(world.Lines("w", 1) ==
        Lines{"1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
              "2 WorkflowExecutionSignaled name=add input=\"first\" identity=client-1",
              "3 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
              "4 WorkflowTaskStarted scheduled=3 identity=raw-1",
              "5 WorkflowTaskCompleted scheduled=3 started=4 identity=raw-1",
              "6 WorkflowExecutionSignaled name=add input=\"second\" identity=client-1",
              "7 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
              "8 WorkflowTaskStarted scheduled=7 identity=raw-1",
              "9 WorkflowTaskCompleted scheduled=7 started=8 identity=raw-1",
              "10 WorkflowExecutionCompleted result=\"done\" wft=9"});
}

TEST_CASE(
    "a signal-with-start that ends the running workflow does so once, however often it comes") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    StartOptions options;
    options.request_id = "again";
    options.conflict = WorkflowIdConflictPolicy::kTerminateExisting;
    const auto first = co_await w.SignalWithStart("w", "add", options, Text("first"));
    const auto repeated = co_await w.SignalWithStart("w", "add", options, Text("first"));
    CHECK(first->started);
    CHECK(repeated->run_id == first->run_id);
    ExpectOk(co_await w.Terminate("w", ""));
  });
  CHECK(world.durable().FindWorkflow("w")->size() == 2);
  CHECK(world.CountEvents("w", EventType::kWorkflowExecutionSignaled) == 1);
}

// As recorded in start_delay and start_delay_signal_with_start.
TEST_CASE("a start delay is cut short by signal-with-start and by nothing that is only a signal") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.start_delay = 5s;
    ExpectOk(co_await w.Start("w", options));
    co_await w.Sleep(300ms);
    ExpectOk(co_await w.Signal("w", "early"));
    co_await w.Sleep(700ms);
    options.request_id = "cut";
    ExpectOk(co_await w.SignalWithStart("w", "go", options));
    const WorkflowTask task = co_await w.Poll();
    CHECK(w.Now() < 1.1);
    ExpectOk(co_await w.Complete(task));
    co_await w.Sleep(10s);
    ExpectOk(co_await w.Terminate("w", ""));
  });
  CHECK(world.CountEvents("w", EventType::kWorkflowTaskScheduled) == 1);
}

TEST_CASE("signal-with-start keeps to the policies of the workflow id") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto first = co_await w.Start("w");
    StartOptions options;
    options.request_id = "2";
    options.conflict = WorkflowIdConflictPolicy::kFail;
    ExpectError(co_await w.SignalWithStart("w", "s", options), StatusCode::kInvalidArgument,
                "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not "
                "supported for this operation.");
    options.conflict = WorkflowIdConflictPolicy::kTerminateExisting;
    const auto second = co_await w.SignalWithStart("w", "s", options);
    CHECK(second->started);
    CHECK(second->run_id != first->run_id);
    ExpectOk(co_await w.Terminate("w", ""));
    options.request_id = "3";
    options.conflict = WorkflowIdConflictPolicy::kUnspecified;
    options.reuse = WorkflowIdReusePolicy::kRejectDuplicate;
    ExpectError(co_await w.SignalWithStart("w", "s", options), StatusCode::kAlreadyExists,
                "Workflow execution already finished. WorkflowId: w, RunId: " + second->run_id +
                    ". Workflow Id reuse policy: reject duplicate workflow Id.");
    ExpectError(co_await w.SignalWithStart("w", "", options), StatusCode::kInvalidArgument,
                "SignalName is not set on request.");
  });
  CHECK(world.Lines("w", 1).back().starts_with("3 WorkflowExecutionTerminated"));
  CHECK(world.Lines("w", 2)[1] == "2 WorkflowExecutionSignaled name=s identity=client-1");
}

// As recorded in cron_every_second.
TEST_CASE("a cron workflow waits for its tick, and each run is told the last result") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.cron = "@every 1s";
    ExpectOk(co_await w.Start("w", options));
    for (int run = 1; run <= 3; ++run) {
      const WorkflowTask task = co_await w.Poll();
      const std::string result = std::to_string(run);
      ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflowJson(result))));
    }
    ExpectOk(co_await w.Terminate("w", ""));
  });
  for (std::size_t run = 1; run <= 3; ++run) {
    const history::EventHistory& history = world.HistoryOf("w", run);
    CHECK(history[1].event_time - history[0].event_time == 1s);
  }
  CHECK(world.Lines("w", 1).front() ==
        "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1 backoff=1s "
        "initiator=CRON_SCHEDULE cron=@every 1s");
  CHECK(world.Lines("w", 3).front() ==
        "1 WorkflowExecutionStarted task=10s attempt=1 backoff=1s initiator=CRON_SCHEDULE last=2 "
        "cron=@every 1s");
  CHECK(world.durable().runs().size() == 4);
}

TEST_CASE("a failed cron run is followed by the next tick, with its failure and the last result") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.cron = "@every 10s";
    options.retry_policy = history::RetryPolicy{.maximum_attempts = 2};
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(CompleteWorkflowJson("1"))));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(FailWorkflow("one"))));
    const WorkflowTask retried = co_await w.Poll();
    ExpectOk(co_await w.Complete(retried, CommandsOf(FailWorkflow("two"))));
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Terminate("w", ""));
  });
  CHECK(world.Lines("w", 3).front() ==
        "1 WorkflowExecutionStarted task=10s attempt=2 backoff=1s initiator=RETRY "
        "failure=<one|application RawError> cron=@every 10s");
  CHECK(world.Lines("w", 3).back() ==
        "5 WorkflowExecutionFailed failure=<two|application RawError> "
        "retry=MAXIMUM_ATTEMPTS_REACHED wft=4");
  CHECK(world.Lines("w", 4).front() ==
        "1 WorkflowExecutionStarted task=10s attempt=1 backoff=10s initiator=CRON_SCHEDULE "
        "failure=<two|application RawError> cron=@every 10s");
}

TEST_CASE("a start that asks for what does not do is refused as by a real server") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto refused = [&w](const StartOptions& options,
                              const std::string& text) -> sim::Coro<void> {
      ExpectError(co_await w.Start("w", options), StatusCode::kInvalidArgument, text);
    };
    StartOptions cron;
    cron.cron = "every day";
    co_await refused(cron, "invalid CronSchedule.");
    cron.cron = "0 0 31 2 *";
    co_await refused(cron, "invalid CronSchedule, no time can be found to satisfy the schedule");
    cron.cron = "@daily";
    cron.start_delay = 1s;
    co_await refused(cron, "CronSchedule and WorkflowStartDelay may not be used together.");
    StartOptions policy;
    policy.retry_policy = history::RetryPolicy{.backoff_coefficient = 0.5};
    co_await refused(policy, "BackoffCoefficient cannot be less than 1 on retry policy.");
    StartOptions timeout;
    timeout.run_timeout = -1s;
    co_await refused(
        timeout,
        "An invalid WorkflowRunTimeoutSeconds is set on request. cause: negative duration");
    StartOptions conflict;
    conflict.reuse = WorkflowIdReusePolicy::kTerminateIfRunning;
    conflict.conflict = WorkflowIdConflictPolicy::kUseExisting;
    co_await refused(conflict,
                     "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING "
                     "cannot be used together with a WorkflowIDConflictPolicy");
    const std::string long_id(1001, 'w');
    ExpectError(co_await w.Start(long_id), StatusCode::kInvalidArgument,
                "WorkflowId exceeds maximum allowed length (1001/1000)");
  });
  CHECK(world.durable().runs().empty());
}

}  // namespace
}  // namespace groundhog::server::testing
