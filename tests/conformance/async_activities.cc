// Activities that are completed from outside, too late, or paused.
#include "runtime/client/async_activity.h"
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using client::AsyncActivityHandle;

// Tells its worker that somebody else will complete it; its token is on the board.
activity::Registration AsyncStep(Stage& stage) {
  const auto run = [&stage](activity::Context& context,
                            history::Payloads) -> sim::Coro<history::Payloads> {
    stage.Post(context, What::kBegin, {{"token", context.TaskToken()}});
    activity::RaiseCompleteAsync();
    co_return history::Payloads();
  };
  return {.name = "async_step", .run = run};
}

AsyncActivityHandle HandleOfLastStep(Stage& stage) {
  const json& more = stage.board().posted().back().more;
  return stage.client().GetAsyncActivityHandle(more["token"].get<std::string>());
}

using WorkflowHandle = client::WorkflowHandle<json>;
using Deed = sim::Coro<void> (*)(Stage& stage, const WorkflowHandle& workflow,
                                 AsyncActivityHandle step);

// Starts OneActivity with an async_step, and 0.3 s after that began does `deed`.
sim::Coro<void> PlayAsync(Stage& stage, json input, Deed deed) {
  input["activity"] = "async_step";
  stage.StartWorker({.workflows = {workflow::Register<OneActivity>(kOneActivity)},
                     .activities = {AsyncStep(stage)}});
  const client::StartOptions options = stage.Options();
  const WorkflowHandle handle = co_await stage.client().Start(kOneActivity, options, input);
  co_await stage.WaitCall("async_step");
  co_await stage.Sleep(300ms);
  co_await deed(stage, handle, HandleOfLastStep(stage));
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.StopWorker();
}

sim::Coro<void> CompleteByToken(Stage& stage, const WorkflowHandle&, AsyncActivityHandle step) {
  co_await stage.Attempt("heartbeat_by_token", step.Heartbeat("half way"));
  co_await stage.Describe(stage.name(), "describe_after_heartbeat");
  co_await step.Complete("from outside");
  co_await stage.Sleep(200ms);
  co_await stage.Attempt("second_completion", step.Complete("again"));
}

sim::Coro<void> ActAsyncByToken(Stage& stage, client::Client&) {
  return PlayAsync(stage, {{"start_to_close_timeout", 10}}, CompleteByToken);
}

sim::Coro<void> CompleteById(Stage& stage, const WorkflowHandle&, AsyncActivityHandle) {
  const AsyncActivityHandle step =
      stage.client().GetAsyncActivityHandle(stage.name(), "", "charge");
  const json result = {{"ok", true}};
  co_await step.Complete(result);
  co_await stage.Sleep(200ms);
  co_await stage.Attempt("second_completion", step.Complete("again"));
}

sim::Coro<void> ActAsyncById(Stage& stage, client::Client&) {
  return PlayAsync(stage, {{"activity_id", "charge"}, {"start_to_close_timeout", 10}},
                   CompleteById);
}

sim::Coro<void> FailThenComplete(Stage& stage, const WorkflowHandle&, AsyncActivityHandle step) {
  const history::ApplicationError declined("Declined", "no");
  co_await step.Fail(declined);
  co_await stage.WaitCall("async_step", What::kBegin, /*attempt=*/2);
  co_await stage.Sleep(200ms);
  co_await stage.Attempt("stale_token", step.Complete("stale"));
  const AsyncActivityHandle second = HandleOfLastStep(stage);
  co_await second.Complete("second");
}

sim::Coro<void> ActAsyncFailThenOk(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.2}};
  return PlayAsync(stage, {{"start_to_close_timeout", 10}, {"retry_policy", policy}},
                   FailThenComplete);
}

sim::Coro<void> ReportAfterClose(Stage& stage, const WorkflowHandle& workflow,
                                 AsyncActivityHandle step) {
  co_await workflow.Terminate("", "stop");
  co_await stage.Attempt("complete_after_close", step.Complete("late"));
  const history::ApplicationError late("", "late");
  co_await stage.Attempt("fail_after_close", step.Fail(late));
  co_await stage.Attempt("heartbeat_after_close", step.Heartbeat("late"));
}

sim::Coro<void> ActReportAfterClose(Stage& stage, client::Client&) {
  return PlayAsync(stage, {{"start_to_close_timeout", 10}}, ReportAfterClose);
}

sim::Coro<void> ReportAfterTimeout(Stage& stage, const WorkflowHandle& workflow,
                                   AsyncActivityHandle step) {
  co_await stage.Sleep(1300ms);
  co_await stage.Describe(stage.name(), "describe_after_timeout");
  co_await stage.Attempt("complete_after_timeout", step.Complete("late"));
  co_await stage.Attempt("heartbeat_after_timeout", step.Heartbeat("late"));
  co_await workflow.Terminate("", "end of recording");
}

sim::Coro<void> ActReportAfterTimeout(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 30}};
  return PlayAsync(stage, {{"start_to_close_timeout", 1}, {"retry_policy", policy}},
                   ReportAfterTimeout);
}

// Paused in its first attempt, which fails, the activity is not tried again before it is unpaused.
sim::Coro<void> ActPauseUnpause(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<OneActivity>(kOneActivity)},
                     .activities = {stage.Scripted("step")}});
  const json policy = {{"initial_interval", 0.3}};
  const json input = {
      {"start_to_close_timeout", 10}, {"activity_id", "p"}, {"retry_policy", policy}};
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kOneActivity, options, input);
  co_await stage.WaitCall("step");
  const client::UntypedHandle running = stage.Handle(stage.name());
  co_await running.PauseActivity("p");
  stage.Fact("pause", 0);  // the exit status of the recorded command line
  co_await stage.Sleep(1s);
  co_await stage.Describe(stage.name(), "describe_paused");
  co_await running.UnpauseActivity("p");
  stage.Fact("unpause", 0);
  co_await stage.Result(handle);
  co_await stage.Save();
}

}  // namespace

Ports AsyncActivityPorts() {
  return {
      {"act_async_by_token", ActAsyncByToken},
      {"act_async_by_id", ActAsyncById},
      {"act_async_fail_then_ok", ActAsyncFailThenOk},
      {"act_report_after_close", ActReportAfterClose},
      {"act_report_after_timeout", ActReportAfterTimeout},
      {"act_pause_unpause", ActPauseUnpause},
  };
}

}  // namespace groundhog::conformance
