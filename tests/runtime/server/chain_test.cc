// Chains of runs: continue-as-new, workflow retries, timeouts (SEMANTICS b.6, f.7;
// recorded group lifecycle).
#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;
using history::WorkflowExecutionStatus;

history::Command Failing(const std::string& message, const std::string& type = "Again") {
  return history::FailWorkflowExecution{.failure = ApplicationFailure(message, type)};
}

const history::WorkflowExecutionStarted& StartOf(const RawWorld& world, std::size_t run) {
  return *history::As<history::WorkflowExecutionStarted>(world.HistoryOf("w", run).front());
}

// From the beginning of run 1 to the n-th event of a run.
history::Duration SinceStart(const RawWorld& world, std::size_t run, std::size_t event) {
  return world.HistoryOf("w", run)[event - 1].event_time -
         world.HistoryOf("w", 1).front().event_time;
}

TEST_CASE("continue-as-new ends a run and starts the next one a second after it") {
  RawWorld world;
  std::string first_run;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.memo = {{"m", Json("1").front()}};
    options.run_timeout = 60s;
    const auto started = co_await w.Start("w", options);
    first_run = started->run_id;
    CHECK(started->first_execution_run_id == first_run);
    const WorkflowTask task = co_await w.Poll();
    co_await w.Sleep(250ms);
    history::ContinueAsNewWorkflowExecution command = Continuation("next");
    command.memo = {{"m", Json("2").front()}};
    ExpectOk(co_await w.Complete(task, CommandsOf(std::move(command))));
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->token.execution.run_id != first_run);
    ExpectOk(co_await w.Complete(next, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w", 1).back() ==
        "5 WorkflowExecutionContinuedAsNew newExecutionRunId=" +
            world.durable().run(1).start->run_id +
            " workflowType=Raw taskQueue=probe-task-queue input=\"next\" workflowRunTimeout=60s "
            "workflowTaskTimeout=10s workflowTaskCompletedEventId=4 memo.m=2");
  CHECK(SinceStart(world, 2, 2) == 1s);
  Lines second = world.Lines("w", 2);
  CHECK(second.front().starts_with(
      "1 WorkflowExecutionStarted run=60s task=10s attempt=1 backoff=0.74"));
  CHECK(second.front().ends_with("s initiator=WORKFLOW memo.m=2"));
  second.erase(second.begin());
  CHECK(second == Lines{"2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                        "3 WorkflowTaskStarted scheduled=2 identity=raw-1",
                        "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                        "5 WorkflowExecutionCompleted result=\"done\" wft=4"});
  CHECK(StartOf(world, 2).first_execution_run_id == first_run);
  CHECK(StartOf(world, 2).continued_execution_run_id == first_run);
  CHECK(StartOf(world, 2).original_execution_run_id == world.durable().run(1).start->run_id);
}

TEST_CASE("a run that lived for a second is continued at once") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    co_await w.Sleep(1s);
    ExpectOk(co_await w.Complete(task, CommandsOf(Continuation())));
    const WorkflowTask next = co_await w.Poll();
    ExpectOk(co_await w.Complete(next, CommandsOf(CompleteWorkflow())));
  });
  CHECK(StartOf(world, 2).first_workflow_task_backoff == 0s);
  CHECK(SinceStart(world, 2, 2) == SinceStart(world, 2, 1));
}

TEST_CASE(
    "continue-as-new may change type, queue, timeouts and policy; the execution timeout stays") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.execution_timeout = 100s;
    ExpectOk(co_await w.Start("w", options));
    co_await w.Sleep(2s);
    const WorkflowTask task = co_await w.Poll();
    history::ContinueAsNewWorkflowExecution command = Continuation();
    command.workflow_type = "Other";
    command.task_queue = "other-queue";
    command.workflow_run_timeout = 200s;
    command.workflow_task_timeout = 3s;
    command.backoff_start_interval = 5s;
    command.retry_policy = history::RetryPolicy{.maximum_attempts = 2};
    ExpectOk(co_await w.Complete(task, CommandsOf(std::move(command))));
    const std::string queue = "other-queue";
    const WorkflowTask next = co_await w.Poll(queue);
    CHECK(next->workflow_type == "Other");
    co_await w.Sleep(200s);
  });
  const history::WorkflowExecutionStarted& started = StartOf(world, 2);
  CHECK(started.workflow_run_timeout == 100s);
  CHECK(started.workflow_task_timeout == 3s);
  CHECK(started.retry_policy->maximum_interval == 100s);  // with its defaults
  const history::HistoryEvent& closing = world.HistoryOf("w", 2).back();
  CHECK(history::TypeOf(closing) == EventType::kWorkflowExecutionTimedOut);
  CHECK(SinceStart(world, 2, world.HistoryOf("w", 2).size()) == 100s);
  CHECK(SinceStart(world, 2, 2) == SinceStart(world, 2, 1) + 5s);
  // There is a policy, but no time.
  CHECK(history::As<history::WorkflowExecutionTimedOut>(closing)->retry_state ==
        history::RetryState::kTimeout);
  CHECK(world.durable().runs().size() == 2);
}

TEST_CASE(
    "what is pending is dropped by continue-as-new, but not news that the workflow has not seen") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(StartTimer("t", 60s), Step("1", 30s))));
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "late"));
    ExpectError(co_await w.Complete(second, CommandsOf(Continuation())),
                StatusCode::kInvalidArgument, "UnhandledCommand");
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Complete(third, CommandsOf(Continuation())));
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->history.size() == 3);
    ExpectOk(co_await w.Complete(next, CommandsOf(StartTimer("t", 60s))));
    const WorkflowTask last = co_await w.Poll();
    CHECK(w.Now() > 60.0);
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.CountEvents("w", EventType::kActivityTaskScheduled) == 0);  // of the current run
  CHECK(world.CountEvents("w", EventType::kTimerFired) == 1);
}

TEST_CASE("bad attributes of continue-as-new fail the task and start nothing") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    history::ContinueAsNewWorkflowExecution command = Continuation();
    command.workflow_run_timeout = -1s;
    ExpectError(co_await w.Complete(task, CommandsOf(std::move(command))),
                StatusCode::kInvalidArgument,
                "BadContinueAsNewAttributes: Invalid WorkflowRunTimeout on "
                "ContinueAsNewWorkflowExecutionCommand: negative duration. WorkflowType=Raw "
                "TaskQueue=probe-task-queue");
    const WorkflowTask again = co_await w.Poll();
    ExpectOk(co_await w.Complete(again, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.durable().runs().size() == 1);
}

// As recorded in workflow_retry.
TEST_CASE("a failed run is tried again by its policy, runs at least a second apart") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.retry_policy =
        history::RetryPolicy{.initial_interval = 500ms, .backoff_coefficient = 4};
    ExpectOk(co_await w.Start("w", options));
    for (int attempt = 1; attempt <= 3; ++attempt) {
      const WorkflowTask task = co_await w.Poll();
      co_await w.Sleep(60ms);
      history::Commands commands;
      if (attempt < 3) {
        commands = CommandsOf(Failing("attempt " + std::to_string(attempt)));
      } else {
        commands = CommandsOf(CompleteWorkflow());
      }
      ExpectOk(co_await w.Complete(task, std::move(commands)));
    }
  });
  CHECK(SinceStart(world, 2, 2) == 1s);
  CHECK(SinceStart(world, 3, 2) == SinceStart(world, 3, 1) + 2s);
  CHECK(world.Lines("w", 1).back() ==
        "5 WorkflowExecutionFailed failure=<attempt 1|application Again> retry=IN_PROGRESS wft=4");
  const history::Duration lifetime = SinceStart(world, 1, 5);
  const std::string backoff = fmt::format("{}", static_cast<double>((1s - lifetime).count()) / 1e9);
  CHECK(world.Lines("w", 2).front() ==
        "1 WorkflowExecutionStarted task=10s attempt=2 backoff=" + backoff +
            "s initiator=RETRY failure=<attempt 1|application Again>");
  CHECK(world.Lines("w", 3).front() ==
        "1 WorkflowExecutionStarted task=10s attempt=3 backoff=2s initiator=RETRY "
        "failure=<attempt 2|application Again>");
  CHECK(history::As<history::WorkflowExecutionFailed>(world.HistoryOf("w", 2).back())
            ->new_execution_run_id == world.durable().run(2).start->run_id);
}

TEST_CASE("a failed run is final when its policy says so") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.retry_policy =
        history::RetryPolicy{.maximum_attempts = 2, .non_retryable_error_types = {"Fatal"}};
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Failing("one"))));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(Failing("two"))));
    ExpectOk(co_await w.Start("v", options));
    const WorkflowTask fatal = co_await w.Poll();
    ExpectOk(co_await w.Complete(fatal, CommandsOf(Failing("three", "Fatal"))));
  });
  CHECK(world.Lines("w", 2).back() ==
        "5 WorkflowExecutionFailed failure=<two|application Again> retry=MAXIMUM_ATTEMPTS_REACHED "
        "wft=4");
  CHECK(world.Lines("v").back() ==
        "5 WorkflowExecutionFailed failure=<three|application Fatal> retry=NON_RETRYABLE_FAILURE "
        "wft=4");
  CHECK(world.durable().runs().size() == 3);
}

TEST_CASE("a run that timed out is tried again until the execution has no time left") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.run_timeout = 2s;
    options.execution_timeout = 7s;
    options.retry_policy = history::RetryPolicy{.initial_interval = 1s, .backoff_coefficient = 1};
    ExpectOk(co_await w.Start("w", options));
    co_await w.Sleep(20s);
  });
  // Runs from 0 to 2, from 2 (first task at 3) to 5, from 5 (first task at 6)
  // to the end of the execution.
  CHECK(world.Lines("w", 1).back() == "3 WorkflowExecutionTimedOut retry=IN_PROGRESS");
  CHECK(world.Lines("w", 2).front() ==
        "1 WorkflowExecutionStarted execution=7s run=2s task=2s attempt=2 backoff=1s "
        "initiator=RETRY failure=<workflow timeout|timeout START_TO_CLOSE>");
  CHECK(SinceStart(world, 2, 3) == 5s);
  CHECK(world.Lines("w", 3).back() == "3 WorkflowExecutionTimedOut retry=TIMEOUT");
  CHECK(SinceStart(world, 3, 3) == 7s);
  CHECK(world.durable().runs().size() == 3);
}

TEST_CASE("neither cancel nor terminate is followed by another attempt") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.retry_policy = history::RetryPolicy{};
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CancelWorkflow())));
    ExpectOk(co_await w.Start("v", options));
    ExpectOk(co_await w.Terminate("v", "stop"));
  });
  CHECK(world.durable().runs().size() == 2);
}

TEST_CASE("a chain survives crashes of the server, also during a back-off") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.retry_policy = history::RetryPolicy{.initial_interval = 5s};
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(Failing("one"))));
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(SinceStart(world, 2, 2) == SinceStart(world, 2, 1) + 5s);
  CHECK(world.Lines("w", 2).back() == "5 WorkflowExecutionCompleted result=\"done\" wft=4");
}

TEST_CASE("cancel and terminate may name the chain instead of a run") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto first = co_await w.Start("w");
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(Continuation())));
    protocol::TerminateWorkflowExecutionRequest other{
        .execution = {.workflow_id = "w"}, .first_execution_run_id = "another", .reason = "no"};
    ExpectError(co_await w.Send(std::move(other), "w"), StatusCode::kNotFound,
                "workflow execution not found");
    protocol::RequestCancelWorkflowExecutionRequest cancel{.execution = {.workflow_id = "w"},
                                                           .first_execution_run_id = "another"};
    ExpectError(co_await w.Send(std::move(cancel), "w"), StatusCode::kNotFound,
                "workflow execution not found");
    protocol::TerminateWorkflowExecutionRequest chain{
        .execution = {.workflow_id = "w", .run_id = first->run_id},
        .first_execution_run_id = first->run_id,
        .reason = "yes"};
    ExpectOk(co_await w.Send(std::move(chain), "w"));
  });
  CHECK(world.Lines("w", 2).back() == "2 WorkflowExecutionTerminated reason=yes");
}

TEST_CASE("search attributes and memo are changed by commands and shown by describe") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.memo = {{"extra", Json("1").front()}, {"note", Text("first").front()}};
    options.search_attributes = {{"ProbeInt", Json("1").front()},
                                 {"ProbeKeyword", Text("a").front()}};
    ExpectOk(co_await w.Start("w", options));
    const WorkflowTask task = co_await w.Poll();
    history::Commands commands;
    commands.emplace_back(history::UpsertWorkflowSearchAttributesCommand{
        .search_attributes = {{"ProbeInt", Json("2").front()},
                              {"ProbeKeyword", history::Payload(history::kEncodingNull, "")}}});
    commands.emplace_back(history::ModifyWorkflowProperties{
        .upserted_memo = {{"extra", history::Payload(history::kEncodingNull, "")},
                          {"note", Text("changed").front()}}});
    ExpectOk(co_await w.Complete(task, std::move(commands)));
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    const auto described = co_await w.Describe("w");
    const history::PayloadMap memo = {{"note", Text("changed").front()}};
    CHECK(described->info.memo == memo);
    const history::PayloadMap attributes = {{"ProbeInt", Json("2").front()}};
    CHECK(described->info.search_attributes == attributes);
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    const history::UpsertWorkflowSearchAttributesCommand no_attributes;
    ExpectError(co_await w.Complete(second, CommandsOf(no_attributes)),
                StatusCode::kInvalidArgument,
                "BadSearchAttributes: IndexedFields is not set on "
                "UpsertWorkflowSearchAttributesCommand.");
    const WorkflowTask third = co_await w.Poll();
    const history::ModifyWorkflowProperties no_memo;
    ExpectError(co_await w.Complete(third, CommandsOf(no_memo)), StatusCode::kInvalidArgument,
                "BadModifyWorkflowPropertiesAttributes: UpsertedMemo.Fields is not set on "
                "ModifyWorkflowPropertiesCommand.");
    ExpectOk(co_await w.Terminate("w", ""));
  });
  const Lines lines = world.Lines("w");
  CHECK(lines[4] ==
        "5 UpsertWorkflowSearchAttributes workflowTaskCompletedEventId=4 "
        "searchAttributes.ProbeInt=2");
  CHECK(lines[5] ==
        "6 WorkflowPropertiesModified workflowTaskCompletedEventId=4 "
        "upsertedMemo.note=\"changed\"");
}

}  // namespace
}  // namespace groundhog::server::testing
