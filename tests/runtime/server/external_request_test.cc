// Signals and cancel requests from one workflow to another (SEMANTICS e.1, f.1;
// runtime/server/deliver_request.cc).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using history::EventType;
using history::WorkflowExecutionStatus;

history::Command SignalTo(const std::string& workflow_id, bool child_only = false) {
  return history::SignalExternalWorkflowExecution{.execution = {.workflow_id = workflow_id},
                                                  .signal_name = "hello",
                                                  .input = Text("you"),
                                                  .child_workflow_only = child_only};
}
history::Command CancelOf(const std::string& workflow_id, bool child_only = false) {
  return history::RequestCancelExternalWorkflowExecution{.execution = {.workflow_id = workflow_id},
                                                         .child_workflow_only = child_only,
                                                         .reason = "enough"};
}

template <class T>
const T& Only(const RawWorld& world, const std::string& workflow_id) {
  const T* found = nullptr;
  for (const auto& event : world.HistoryOf(workflow_id)) {
    if (const T* attributes = history::As<T>(event)) {
      REQUIRE(found == nullptr);
      found = attributes;
    }
  }
  REQUIRE(found != nullptr);
  return *found;
}

// Starts the target, which nobody works on, and "s", whose first task is answered with the command.
sim::Coro<void> Send(RawWorld& w, history::Command command) {
  StartOptions elsewhere;
  elsewhere.queue = "elsewhere";
  ExpectOk(co_await w.Start("target", elsewhere));
  ExpectOk(co_await w.Start("s"));
  const WorkflowTask task = co_await w.Poll();
  ExpectOk(co_await w.Complete(task, CommandsOf(std::move(command))));
  co_await w.Sleep(1s);
}

TEST_CASE("a signal reaches another workflow, and its sender is told") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> { co_await Send(w, SignalTo("target")); });
  const auto& signaled = Only<history::WorkflowExecutionSignaled>(world, "target");
  CHECK(signaled.signal_name == "hello");
  CHECK(signaled.input == Text("you"));
  CHECK(signaled.identity == "history-service");
  CHECK(signaled.external_workflow_execution.workflow_id == "s");
  const auto& told = Only<history::ExternalWorkflowExecutionSignaled>(world, "s");
  CHECK(told.initiated_event_id == 5);
  CHECK(told.workflow_execution.workflow_id == "target");
  CHECK(world.CountEvents("s", EventType::kWorkflowTaskScheduled) == 2);
}

TEST_CASE("a cancel request reaches another workflow, and its sender is told") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> { co_await Send(w, CancelOf("target")); });
  const auto& requested = Only<history::WorkflowExecutionCancelRequested>(world, "target");
  CHECK(requested.cause == "enough");
  CHECK(requested.external_initiated_event_id == 5);
  CHECK(requested.external_workflow_execution.workflow_id == "s");
  Only<history::ExternalWorkflowExecutionCancelRequested>(world, "s");
}

TEST_CASE("who cannot be reached is said to be not found") {
  RawWorld world;
  using SignalCause = history::SignalExternalWorkflowExecutionFailedCause;
  using CancelCause = history::CancelExternalWorkflowExecutionFailedCause;
  const auto signal_fails = [&](history::Command command) {
    world.Run([&](RawWorld& w) -> sim::Coro<void> { co_await Send(w, command); });
    const auto& failed = Only<history::SignalExternalWorkflowExecutionFailed>(world, "s");
    CHECK(failed.cause == SignalCause::kExternalWorkflowExecutionNotFound);
    CHECK(failed.initiated_event_id == 5);
    CHECK(world.CountEvents("target", EventType::kWorkflowExecutionSignaled) == 0);
  };
  const auto cancel_fails = [&](history::Command command) {
    world.Run([&](RawWorld& w) -> sim::Coro<void> { co_await Send(w, command); });
    const auto& failed = Only<history::RequestCancelExternalWorkflowExecutionFailed>(world, "s");
    CHECK(failed.cause == CancelCause::kExternalWorkflowExecutionNotFound);
    CHECK(world.CountEvents("target", EventType::kWorkflowExecutionCancelRequested) == 0);
  };
  SECTION("nobody, with a signal") { signal_fails(SignalTo("nobody")); }
  SECTION("who is no child, with a signal for a child") { signal_fails(SignalTo("target", true)); }
  SECTION("oneself, with a signal") { signal_fails(SignalTo("s")); }
  SECTION("nobody, with a cancel") { cancel_fails(CancelOf("nobody")); }
  SECTION("who is no child, with a cancel for a child") { cancel_fails(CancelOf("target", true)); }
  SECTION("oneself, with a cancel") { cancel_fails(CancelOf("s")); }
}

TEST_CASE("a closed workflow cannot be signalled; to ask it to cancel is no error") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("target"));
    ExpectOk(co_await w.Terminate("target", "gone"));
    ExpectOk(co_await w.Start("s"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(SignalTo("target"), CancelOf("target"))));
    co_await w.Sleep(1s);
  });
  Only<history::SignalExternalWorkflowExecutionFailed>(world, "s");
  Only<history::ExternalWorkflowExecutionCancelRequested>(world, "s");
}

TEST_CASE("requests go out in the order of their commands") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions elsewhere;
    elsewhere.queue = "elsewhere";
    ExpectOk(co_await w.Start("target", elsewhere));
    ExpectOk(co_await w.Start("s"));
    const WorkflowTask task = co_await w.Poll();
    history::Commands commands;
    for (int i = 0; i < 3; ++i) {
      commands.emplace_back(history::SignalExternalWorkflowExecution{
          .execution = {.workflow_id = "target"}, .signal_name = "n" + std::to_string(i)});
    }
    ExpectOk(co_await w.Complete(task, commands));
    co_await w.Sleep(1s);
  });
  std::string names;
  for (const auto& event : world.HistoryOf("target")) {
    if (const auto* signal = history::As<history::WorkflowExecutionSignaled>(event)) {
      names += signal->signal_name;
    }
  }
  CHECK(names == "n0n1n2");
}

TEST_CASE("a run that closes takes back what it had not sent yet") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions elsewhere;
    elsewhere.queue = "elsewhere";
    ExpectOk(co_await w.Start("target", elsewhere));
    ExpectOk(co_await w.Start("s"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(SignalTo("target"), CompleteWorkflow())));
    co_await w.Sleep(1s);
  });
  CHECK(world.CountEvents("target", EventType::kWorkflowExecutionSignaled) == 0);
}

TEST_CASE("a request that was to be sent is sent after an outage") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions elsewhere;
    elsewhere.queue = "elsewhere";
    ExpectOk(co_await w.Start("target", elsewhere));
    ExpectOk(co_await w.Start("s"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(SignalTo("target"), CancelOf("target"))));
    w.server().Crash(500ms);
    co_await w.Sleep(1s);
  });
  CHECK(world.CountEvents("target", EventType::kWorkflowExecutionSignaled) == 1);
  CHECK(world.CountEvents("target", EventType::kWorkflowExecutionCancelRequested) == 1);
  CHECK(world.CountEvents("s", EventType::kExternalWorkflowExecutionSignaled) == 1);
}

TEST_CASE("bad requests fail the workflow task with Temporal's text") {
  RawWorld world;
  history::Command command;
  std::string text;
  SECTION("a signal without a target") {
    command = SignalTo("");
    text =
        "BadSignalWorkflowExecutionAttributes: WorkflowId is not set on "
        "SignalExternalWorkflowExecutionCommand. Namespace=default RunId= SignalName=hello";
  }
  SECTION("a signal without a name") {
    command = history::SignalExternalWorkflowExecution{.execution = {.workflow_id = "target"}};
    text =
        "BadSignalWorkflowExecutionAttributes: SignalName is not set on "
        "SignalExternalWorkflowExecutionCommand. WorkflowId=target Namespace=default RunId=";
  }
  SECTION("a cancel without a target") {
    command = CancelOf("");
    text =
        "BadRequestCancelExternalWorkflowExecutionAttributes: WorkflowId is not set on "
        "RequestCancelExternalWorkflowExecutionCommand. Namespace=default RunId=";
  }
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("s"));
    const WorkflowTask task = co_await w.Poll();
    ExpectError(co_await w.Complete(task, CommandsOf(command)), StatusCode::kInvalidArgument, text);
  });
}

TEST_CASE("a workflow that was signalled too often is told to whoever signals it once more") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions elsewhere;
    elsewhere.queue = "elsewhere";
    ExpectOk(co_await w.Start("target", elsewhere));
    for (int i = 0; i < 10'000; ++i) ExpectOk(co_await w.Signal("target", "s"));
    ExpectOk(co_await w.Start("s"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(SignalTo("target"))));
    co_await w.Sleep(1s);
  });
  CHECK(Only<history::SignalExternalWorkflowExecutionFailed>(world, "s").cause ==
        history::SignalExternalWorkflowExecutionFailedCause::kSignalCountLimitExceeded);
}

}  // namespace
}  // namespace groundhog::server::testing
