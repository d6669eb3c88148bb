// Activities that their workflow cancels.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;

// The workflow starts an activity and cancels it after signal "go", which is sent 0.3 s after the
// activity began, or after it was scheduled if nobody polls for it.
sim::Coro<void> PlayCancel(Stage& stage, json input, bool begins = true) {
  stage.StartWorker({.workflows = {workflow::Register<CancelActivity>(kCancelActivity)},
                     .activities = {stage.Scripted("step")}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(kCancelActivity, options, input);
  if (begins) {
    co_await stage.WaitCall("step");
  } else {
    co_await stage.WaitEvent(handle, history::EventType::kActivityTaskScheduled);
  }
  co_await stage.Sleep(300ms);
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.StopWorker();
}

json Heartbeating(const char* cancellation_type) {
  return {{"start_to_close_timeout", 10},
          {"heartbeat_timeout", 1},
          {"cancellation_type", cancellation_type}};
}

sim::Coro<void> ActCancelTryRunning(Stage& stage, client::Client&) {
  co_await PlayCancel(stage, Heartbeating("TRY_CANCEL"));
  co_await stage.Sleep(1s);
}

sim::Coro<void> ActCancelTryRunningThenSleep(Stage& stage, client::Client&) {
  json input = Heartbeating("TRY_CANCEL");
  input["then_sleep"] = 2;
  return PlayCancel(stage, std::move(input));
}

sim::Coro<void> ActCancelWaitRunning(Stage& stage, client::Client&) {
  return PlayCancel(stage, Heartbeating("WAIT_CANCELLATION_COMPLETED"));
}

sim::Coro<void> ActCancelWaitIgnored(Stage& stage, client::Client&) {
  return PlayCancel(stage, Heartbeating("WAIT_CANCELLATION_COMPLETED"));
}

sim::Coro<void> ActCancelWaitNoHeartbeatFails(Stage& stage, client::Client&) {
  return PlayCancel(stage, {{"start_to_close_timeout", 10},
                            {"cancellation_type", "WAIT_CANCELLATION_COMPLETED"}});
}

sim::Coro<void> ActCancelAbandonRunning(Stage& stage, client::Client&) {
  return PlayCancel(
      stage,
      {{"start_to_close_timeout", 10}, {"cancellation_type", "ABANDON"}, {"then_sleep", 1.5}});
}

sim::Coro<void> PlayUnstarted(Stage& stage, const char* cancellation_type) {
  const json input = {{"start_to_close_timeout", 10},
                      {"task_queue", "nobody-polls"},
                      {"cancellation_type", cancellation_type}};
  return PlayCancel(stage, input, /*begins=*/false);
}

sim::Coro<void> ActCancelUnstartedWait(Stage& stage, client::Client&) {
  return PlayUnstarted(stage, "WAIT_CANCELLATION_COMPLETED");
}

sim::Coro<void> ActCancelUnstartedTry(Stage& stage, client::Client&) {
  return PlayUnstarted(stage, "TRY_CANCEL");
}

sim::Coro<void> ActCancelInBackoff(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 5}};
  return PlayCancel(stage, {{"start_to_close_timeout", 10},
                            {"cancellation_type", "WAIT_CANCELLATION_COMPLETED"},
                            {"retry_policy", policy}});
}

// Starts the activity and cancels it in the same workflow task; returns the error's text.
class CancelBeforeSent {
 public:
  workflow::Coro<std::string> Run(json input) {
    const ActivityType<json(json)> activity{"step"};
    const json argument = nullptr;
    const workflow::ActivityOptions options = ActivityOptionsOf(input);
    auto step = workflow::ExecuteActivity(activity, argument, options);
    step.Cancel();
    const workflow::Result<json> ended = co_await workflow::Try(step);
    if (ended.ok()) co_return "no error";
    const history::FailurePtr& failure = ended.failure();
    const std::string cause = failure->cause ? ExceptionName(failure->cause) : "NoneType";
    co_return ExceptionName(failure) + ": " + failure->message + " / " + cause;
  }
};
constexpr WorkflowType<std::string(json)> kCancelBeforeSent{"CancelBeforeSent"};

sim::Coro<void> ActCancelBeforeSent(Stage& stage, client::Client&) {
  WorkerOptions worker{.workflows = {workflow::Register<CancelBeforeSent>(kCancelBeforeSent)},
                       .activities = {stage.Scripted("step")}};
  return PlayOne(stage, kCancelBeforeSent, {{"start_to_close_timeout", 5}}, std::move(worker));
}

}  // namespace

Ports ActivityCancelPorts() {
  return {
      {"act_cancel_try_running", ActCancelTryRunning},
      {"act_cancel_try_running_then_sleep", ActCancelTryRunningThenSleep},
      {"act_cancel_wait_running", ActCancelWaitRunning},
      {"act_cancel_wait_ignored", ActCancelWaitIgnored},
      {"act_cancel_wait_no_heartbeat_fails", ActCancelWaitNoHeartbeatFails},
      {"act_cancel_abandon_running", ActCancelAbandonRunning},
      {"act_cancel_unstarted_wait", ActCancelUnstartedWait},
      {"act_cancel_unstarted_try", ActCancelUnstartedTry},
      {"act_cancel_in_backoff", ActCancelInBackoff},
      {"act_cancel_before_sent", ActCancelBeforeSent},
  };
}

}  // namespace groundhog::conformance
