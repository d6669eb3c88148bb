// Timeouts, ids and policies, cancellation, termination, deletion, visibility.
#include <algorithm>
#include <functional>

#include "tests/conformance/family.h"
#include "tests/conformance/ports.h"
#include "tests/conformance/raw_worker.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using history::WorkflowIdConflictPolicy;
using history::WorkflowIdReusePolicy;
using workflow::Coro;
using ChildHandle = client::WorkflowHandle<std::string>;

sim::Coro<ChildHandle> StartChild(Stage& stage, const char* does,
                                  const client::StartOptions& options) {
  return stage.client().Start(kChild, options, Doing(does));
}

sim::Coro<ChildHandle> StartChild(Stage& stage, const char* does) {
  return StartChild(stage, does, stage.Options());
}

sim::Coro<ChildHandle> StartChild(Stage& stage, const char* does, WorkflowIdReusePolicy policy) {
  client::StartOptions options = stage.Options();
  options.id_reuse_policy = policy;
  return StartChild(stage, does, options);
}

sim::Coro<ChildHandle> StartChild(Stage& stage, const char* does, WorkflowIdConflictPolicy policy) {
  client::StartOptions options = stage.Options();
  options.id_conflict_policy = policy;
  return StartChild(stage, does, options);
}

// ---- Timeouts and delays ----

sim::Coro<void> PlayWaitingChild(Stage& stage, client::StartOptions options) {
  stage.StartWorker(ChildWorker());
  const ChildHandle handle = co_await StartChild(stage, "wait", options);
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> ExecutionTimeout(Stage& stage, client::Client&) {
  client::StartOptions options = stage.Options();
  options.execution_timeout = 1s;
  return PlayWaitingChild(stage, std::move(options));
}

sim::Coro<void> RunTimeout(Stage& stage, client::Client&) {
  client::StartOptions options = stage.Options();
  options.run_timeout = 1s;
  return PlayWaitingChild(stage, std::move(options));
}

sim::Coro<void> StartDelay(Stage& stage, client::Client&) {
  stage.StartWorker(ChildWorker());
  client::StartOptions options = stage.Options();
  options.start_delay = 1s;
  const ChildHandle handle = co_await StartChild(stage, "wait", options);
  co_await stage.Sleep(300ms);
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> StartDelaySignalWithStart(Stage& stage, client::Client&) {
  stage.StartWorker(ChildWorker());
  client::StartOptions options = stage.Options();
  options.start_delay = 5s;
  const ChildHandle handle = co_await StartChild(stage, "wait", options);
  co_await stage.Sleep(300ms);
  client::StartOptions with_signal = stage.Options();
  with_signal.start_signal = client::SignalCall(kGo);
  co_await StartChild(stage, "wait", with_signal);
  co_await stage.Result(handle);
  co_await stage.Save();
}

// ---- Ids and policies ----

sim::Coro<void> Keep(Stage& stage, ChildHandle handle, std::string name) {
  co_await stage.Result(handle, name);
  co_await stage.Save(stage.name(), handle.result_run_id(), name);
}

sim::Coro<void> IdReusePolicies(Stage& stage, client::Client& client) {
  using Policy = WorkflowIdReusePolicy;
  stage.StartWorker(ChildWorker());
  const ChildHandle first = co_await StartChild(stage, "return");
  co_await Keep(stage, first, "run1");
  co_await stage.Sleep(1s);
  co_await stage.Attempt("reject_duplicate", StartChild(stage, "return", Policy::kRejectDuplicate),
                         CallKind::kStart);
  co_await stage.Attempt("failed_only_after_completed",
                         StartChild(stage, "return", Policy::kAllowDuplicateFailedOnly),
                         CallKind::kStart);
  const ChildHandle second = co_await StartChild(stage, "fail", Policy::kAllowDuplicate);
  co_await Keep(stage, second, "run2");
  co_await stage.Sleep(1s);
  const ChildHandle third = co_await StartChild(stage, "return", Policy::kAllowDuplicateFailedOnly);
  co_await Keep(stage, third, "run3");
  const auto listed = co_await client.List();
  stage.Fact("visibility_count_of_the_id", listed.size());
}

sim::Coro<void> IdConflictPolicies(Stage& stage, client::Client&) {
  stage.StartWorker(ChildWorker());
  const ChildHandle first = co_await StartChild(stage, "wait");
  co_await stage.Attempt("fail", StartChild(stage, "wait", WorkflowIdConflictPolicy::kFail),
                         CallKind::kStart);
  co_await stage.Sleep(1200ms);
  const ChildHandle second =
      co_await StartChild(stage, "wait", WorkflowIdConflictPolicy::kTerminateExisting);
  co_await stage.Result(stage.Handle(stage.name(), first.result_run_id()), "run1");
  co_await stage.WaitEvent(stage.Handle(stage.name(), second.result_run_id()),
                           EventType::kWorkflowTaskCompleted);
  co_await second.Signal(kGo);
  co_await stage.Result(second, "run2");
  co_await stage.Save(stage.name(), first.result_run_id(), "run1");
  co_await stage.Save(stage.name(), second.result_run_id(), "run2");
}

sim::Coro<void> ConflictTerminateAtOnce(Stage& stage, client::Client&) {
  const ChildHandle first = co_await StartChild(stage, "wait");
  const ChildHandle second =
      co_await StartChild(stage, "wait", WorkflowIdConflictPolicy::kTerminateExisting);
  stage.Fact("second_start", "accepted");
  stage.StartWorker(ChildWorker());
  const client::UntypedHandle current = stage.Handle(stage.name());
  co_await stage.WaitEvent(current, EventType::kWorkflowTaskCompleted);
  co_await current.Signal(kGo);
  co_await stage.Result(current, "current_run");
  co_await stage.Save(stage.name(), first.result_run_id(), "run1");
  co_await stage.Save(stage.name(), second.result_run_id(), "run2");
}

// ---- The end ----

sim::Coro<void> CancelBeforeFirstTask(Stage& stage, client::Client&) {
  const ChildHandle handle = co_await StartChild(stage, "wait");
  co_await handle.Cancel();
  co_await stage.Attempt("second_cancel", handle.Cancel());
  stage.StartWorker(ChildWorker());
  co_await stage.Result(handle);
  co_await stage.Save();
}

// Waits for ever; when it is cancelled: activity step (cleanup), and it ends as cancelled.
class CleansUp {
 public:
  Coro<std::string> Run() {
    const workflow::Result<void> waited =
        co_await workflow::Try(workflow::WaitCondition([] { return false; }));
    const ActivityType<std::string()> step{"step"};
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    co_await workflow::Shielded(workflow::ExecuteActivity(step, options));
    workflow::Fail(waited.failure());
  }
};
constexpr WorkflowType<std::string()> kCleansUp{"CleansUp"};

// Waits for ever; when it is cancelled it returns "not today".
class IgnoresCancel {
 public:
  Coro<std::string> Run() {
    (void)co_await workflow::Try(workflow::WaitCondition([] { return false; }));
    co_return "not today";
  }
};
constexpr WorkflowType<std::string()> kIgnoresCancel{"IgnoresCancel"};

sim::Coro<void> CancelAfterFirstTask(Stage& stage, client::UntypedHandle handle) {
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(300ms);
  co_await handle.Cancel();
}

sim::Coro<void> CancelWithCleanup(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kCleansUp,
                      {.workflows = {workflow::Register<CleansUp>(kCleansUp)},
                       .activities = {stage.Scripted("step")}},
                      CancelAfterFirstTask);
}

sim::Coro<void> CancelIgnored(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kIgnoresCancel,
                      {.workflows = {workflow::Register<IgnoresCancel>(kIgnoresCancel)}},
                      CancelAfterFirstTask);
}

sim::Coro<void> TerminateThenDelete(Stage& stage, client::Client& client) {
  stage.StartWorker(ChildWorker());
  const ChildHandle handle = co_await StartChild(stage, "wait");
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await handle.Terminate("gone", "d1", 2);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await handle.Delete();
  for (int i = 0; i < 250; ++i) {
    co_await stage.Sleep(200ms);
    const bool found = co_await stage.Attempt("describe_after_delete", handle.Describe());
    if (!found) break;
  }
  co_await stage.Attempt("start_with_reject_duplicate_after_delete",
                         StartChild(stage, "return", WorkflowIdReusePolicy::kRejectDuplicate),
                         CallKind::kStart);
  // The worker is there as long as the script.
  const ChildHandle again = client.Handle(kChild, handle.id());
  co_await again.TryResult();
}

// Three workflows, and how many the queries of the recording find.
sim::Coro<void> VisibilityCounts(Stage& stage, client::Client& client) {
  stage.StartWorker(ChildWorker());
  const std::vector<std::pair<std::string, const char*>> children = {
      {"v-ok", "return"}, {"v-fail", "fail"}, {"v-open", "wait"}};
  for (const auto& [id, does] : children) {
    const client::StartOptions options = stage.Options(id);
    const ChildHandle handle = co_await StartChild(stage, does, options);
    if (id != "v-open") co_await stage.Result(handle, id);
  }
  for (const std::string query :
       {"WorkflowType='Child'", "ExecutionStatus='Completed'", "ExecutionStatus='Failed'",
        "ExecutionStatus='Running'", "WorkflowId='v-ok' AND ExecutionStatus='Running'",
        "WorkflowType='Nope'", "WorkflowId STARTS_WITH 'v-'"}) {
    const client::WorkflowExecutionCount count = co_await client.CountWorkflows(query);
    stage.Fact("count " + query, count.count);
  }
  co_await stage.Attempt("bad_query", client.CountWorkflows("Nonsense = 1"));
  co_await stage.Save("v-ok", "", "ok");
  co_await stage.Save("v-fail", "", "fail");
}

// The first task comes with the answer to the start; whoever started it completes it.
sim::Coro<void> EagerStart(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const protocol::StartWorkflowExecutionRequest start{.workflow_id = stage.name(),
                                                      .workflow_type = "Child",
                                                      .task_queue = std::string(kQueue),
                                                      .input = history::ToPayloads(Doing("return")),
                                                      .workflow_task_timeout = 10s,
                                                      .identity = "client-1",
                                                      .request_id = "start-1",
                                                      .request_eager_execution = true};
  const auto started = co_await raw.Send(start, stage.name());
  const WorkflowTask task = *started.eager_workflow_task;
  co_await raw.Complete(task, CommandsOf(CompleteWorkflow("child done")));
  co_await stage.Result(stage.Handle(stage.name()));
  co_await stage.Save();
}

}  // namespace

Ports LifecyclePorts() {
  return {
      {"execution_timeout", ExecutionTimeout},
      {"run_timeout", RunTimeout},
      {"start_delay", StartDelay},
      {"start_delay_signal_with_start", StartDelaySignalWithStart},
      {"id_reuse_policies", IdReusePolicies},
      {"id_conflict_policies", IdConflictPolicies},
      {"conflict_terminate_at_once", ConflictTerminateAtOnce},
      {"cancel_before_first_task", CancelBeforeFirstTask},
      {"cancel_with_cleanup", CancelWithCleanup},
      {"cancel_ignored", CancelIgnored},
      {"terminate_then_delete", TerminateThenDelete},
      {"visibility_counts", VisibilityCounts},
      {"eager_start", EagerStart},
  };
}

}  // namespace groundhog::conformance
