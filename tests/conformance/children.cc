// Child workflows.
#include "tests/conformance/family.h"
#include "tests/conformance/ports.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using client::UntypedHandle;
using history::EventType;
using workflow::Coro;

WorkerOptions FamilyWorker() {
  return {.workflows = {workflow::Register<Parent>(kParent), ChildCode()}};
}

using WithBoth = sim::Coro<void> (*)(Stage& stage, UntypedHandle parent, UntypedHandle child);

json Family(const char* child_does, const char* then) {
  return {{"id", "kid"}, {"child", Doing(child_does)}, {"then", then}};
}

sim::Coro<void> PlayFamily(Stage& stage, json input, WithBoth during = nullptr) {
  stage.StartWorker(FamilyWorker());
  const client::StartOptions options = stage.Options();
  const auto parent = co_await stage.client().Start(kParent, options, input);
  const UntypedHandle child = stage.Handle("kid");
  if (during != nullptr) co_await during(stage, parent, child);
  co_await stage.Result(parent);
  co_await stage.Result(child, "child");
  co_await stage.Save();
  co_await stage.Save("kid", "", "child");
}

sim::Coro<void> ChildCompletes(Stage& stage, client::Client&) {
  return PlayFamily(stage, Family("return", "await"));
}

sim::Coro<void> ChildFails(Stage& stage, client::Client&) {
  return PlayFamily(stage, Family("fail", "await"));
}

sim::Coro<void> GoToParent(Stage& stage, UntypedHandle parent, UntypedHandle child) {
  co_await stage.WaitEvent(child, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(300ms);
  co_await parent.Signal(kGo);
}

sim::Coro<void> ChildCancelledByParent(Stage& stage, client::Client&) {
  return PlayFamily(stage, Family("wait", "cancel"), GoToParent);
}

sim::Coro<void> ChildCancelledTry(Stage& stage, client::Client&) {
  json input = Family("wait", "cancel");
  input["cancellation_type"] = "TRY_CANCEL";
  return PlayFamily(stage, std::move(input), GoToParent);
}

sim::Coro<void> UntilBothWait(Stage& stage, UntypedHandle parent, UntypedHandle child) {
  co_await stage.WaitEvent(child, EventType::kWorkflowTaskCompleted);
  co_await stage.WaitEvent(parent, EventType::kWorkflowTaskCompleted, 2);
}

sim::Coro<void> ParentReturns(Stage& stage, UntypedHandle parent, UntypedHandle child) {
  co_await UntilBothWait(stage, parent, child);
  co_await parent.Signal(kGo);
}

json Closing(const char* policy, const char* then = "wait") {
  json input = Family("wait", then);
  input["parent_close_policy"] = policy;
  return input;
}

sim::Coro<void> ChildParentCloseTerminate(Stage& stage, client::Client&) {
  return PlayFamily(stage, Closing("TERMINATE"), ParentReturns);
}

sim::Coro<void> ChildParentCloseRequestCancel(Stage& stage, client::Client&) {
  return PlayFamily(stage, Closing("REQUEST_CANCEL"), ParentReturns);
}

sim::Coro<void> ParentReturnsThenGoToChild(Stage& stage, UntypedHandle parent,
                                           UntypedHandle child) {
  co_await ParentReturns(stage, parent, child);
  (void)co_await parent.TryResult();
  co_await stage.Sleep(300ms);
  co_await child.Signal(kGo);
}

sim::Coro<void> ChildParentCloseAbandon(Stage& stage, client::Client&) {
  return PlayFamily(stage, Closing("ABANDON"), ParentReturnsThenGoToChild);
}

sim::Coro<void> CancelParent(Stage& stage, UntypedHandle parent, UntypedHandle child) {
  co_await UntilBothWait(stage, parent, child);
  co_await stage.Sleep(200ms);
  co_await parent.Cancel();
}

sim::Coro<void> ChildCancelPropagates(Stage& stage, client::Client&) {
  return PlayFamily(stage, Family("wait", "await"), CancelParent);
}

sim::Coro<void> TerminateParent(Stage& stage, UntypedHandle parent, UntypedHandle child) {
  co_await UntilBothWait(stage, parent, child);
  co_await parent.Terminate("stop");
}

sim::Coro<void> ChildParentTerminated(Stage& stage, client::Client&) {
  return PlayFamily(stage, Closing("REQUEST_CANCEL", "await"), TerminateParent);
}

sim::Coro<void> ChildIdConflict(Stage& stage, client::Client& client) {
  stage.StartWorker(FamilyWorker());
  const client::StartOptions kid = stage.Options("kid");
  const json waits = Doing("wait");
  co_await client.Start(kChild, kid, waits);
  const client::StartOptions options = stage.Options();
  const json input = Family("return", "await");
  const auto handle = co_await client.Start(kParent, options, input);
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> ChildRetry(Stage& stage, client::Client& client) {
  stage.StartWorker(FamilyWorker());
  json input = Family("fail_then_ok", "await");
  input["retry_policy"] = {{"initial_interval", 0.2}, {"maximum_attempts", 3}};
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kParent, options, input);
  co_await stage.Result(handle);
  co_await stage.Save();
  std::string first_run;
  for (const history::HistoryEvent& event : stage.saved().back().history) {
    const auto* started = history::As<history::ChildWorkflowExecutionStarted>(event);
    if (started != nullptr) first_run = started->workflow_execution.run_id;
  }
  co_await SaveChain(stage, "kid", first_run, "child.run");
}

// Starts child "Child"(do wait) id "kid", policy ABANDON, without waiting for its start; returns
// "gone" in the same workflow task.
class LeavesChildAtOnce {
 public:
  Coro<std::string> Run() {
    const workflow::ChildWorkflowOptions options{
        .workflow_id = "kid", .parent_close_policy = workflow::ParentClosePolicy::kAbandon};
    const json input = Doing("wait");
    const auto starting = workflow::StartChildWorkflow(kChild, input, options);
    co_return "gone";
  }
};
constexpr WorkflowType<std::string()> kLeavesChildAtOnce{"LeavesChildAtOnce"};

sim::Coro<void> ChildNeverStarted(Stage& stage, client::Client& client) {
  stage.StartWorker(
      {.workflows = {workflow::Register<LeavesChildAtOnce>(kLeavesChildAtOnce), ChildCode()}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kLeavesChildAtOnce, options);
  co_await stage.Result(handle);
  co_await stage.Sleep(1s);
  co_await stage.Attempt("describe_child", stage.Handle("kid").Describe());
  co_await stage.Save();
}

// h = start child "Child"(do wait) id "kid"; await h.signal("go"); return await h.
class ParentSignals {
 public:
  Coro<std::string> Run() {
    const workflow::ChildWorkflowOptions options{.workflow_id = "kid"};
    const json input = Doing("wait");
    const auto child = co_await workflow::StartChildWorkflow(kChild, input, options);
    co_await child.Signal(kGo);
    co_return co_await child;
  }
};
constexpr WorkflowType<std::string()> kParentSignals{"ParentSignals"};

sim::Coro<void> ChildSignalledByParent(Stage& stage, client::Client& client) {
  stage.StartWorker(
      {.workflows = {workflow::Register<ParentSignals>(kParentSignals), ChildCode()}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kParentSignals, options);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.Save("kid", "", "child");
}

}  // namespace

Ports ChildPorts() {
  return {
      {"child_completes", ChildCompletes},
      {"child_fails", ChildFails},
      {"child_cancelled_by_parent", ChildCancelledByParent},
      {"child_cancelled_try", ChildCancelledTry},
      {"child_parent_close_terminate", ChildParentCloseTerminate},
      {"child_parent_close_abandon", ChildParentCloseAbandon},
      {"child_parent_close_request_cancel", ChildParentCloseRequestCancel},
      {"child_id_conflict", ChildIdConflict},
      {"child_retry", ChildRetry},
      {"child_never_started", ChildNeverStarted},
      {"child_signalled_by_parent", ChildSignalledByParent},
      {"child_cancel_propagates", ChildCancelPropagates},
      {"child_parent_terminated", ChildParentTerminated},
  };
}

}  // namespace groundhog::conformance
