// What happens while a worker that is driven by hand holds a workflow task.
#include "tests/conformance/ports.h"
#include "tests/conformance/raw_worker.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;

constexpr SignalType<> kX{"x"};
constexpr SignalType<> kY{"y"};
constexpr SignalType<> kZ{"z"};
constexpr SignalType<int> kS{"s"};

sim::Coro<void> WftTimerFiresWhileBeingCancelled(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(StartTimer("t1", 500ms)));
  co_await handle.Signal(kX);
  const WorkflowTask held = co_await raw.Poll();
  co_await stage.Sleep(1200ms);
  co_await stage.Attempt("cancel_completion", raw.Complete(held, CommandsOf(CancelTimer("t1"))));
  co_await stage.Sleep(200ms);
  co_await handle.Signal(kY);
  co_await raw.CompleteNext();
}

sim::Coro<void> WftActivityFinishesWhileBeingCancelled(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(Step("a1", 10s)));
  const ActivityTask activity = co_await raw.PollActivity();
  co_await handle.Signal(kX);
  const WorkflowTask held = co_await raw.Poll();
  co_await raw.CompleteActivity(activity);
  co_await stage.Sleep(100ms);
  co_await stage.Attempt("cancel_completion", raw.Complete(held, CommandsOf(CancelActivity(5))));
  co_await raw.CompleteNext();
}

sim::Coro<void> WftForceCloseBy101Signals(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask held = co_await raw.Poll();
  for (int i = 0; i <= 100; ++i) co_await handle.Signal(kS, i);
  co_await stage.Attempt("held_task_completion",
                         raw.Complete(held, CommandsOf(StartTimer("t", 30s))));
  const WorkflowTask next = co_await raw.Poll();
  stage.Fact("next_task_attempt", next.attempt);
  co_await stage.Attempt("next_completion", raw.Complete(next, CommandsOf(CompleteWorkflow())));
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftTerminateInFlight(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask held = co_await raw.Poll();
  co_await handle.Signal(kX);
  co_await handle.Terminate("stop");
  co_await stage.Attempt("held_task_completion",
                         raw.Complete(held, CommandsOf(CompleteWorkflow())));
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftRunTimeoutInFlight(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  client::StartOptions options = stage.Options();
  options.run_timeout = 1s;
  const auto handle = co_await raw.Start(options);
  const WorkflowTask held = co_await raw.Poll();
  co_await handle.Signal(kX);
  co_await stage.Result(handle);
  co_await stage.Attempt("held_task_completion",
                         raw.Complete(held, CommandsOf(CompleteWorkflow())));
  co_await stage.Save();
}

sim::Coro<void> WftCancelRequestInFlight(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask held = co_await raw.Poll();
  co_await handle.Cancel();
  co_await handle.Signal(kX);
  co_await raw.Complete(held, CommandsOf(StartTimer("t1", 30s)));
  co_await raw.CompleteNext();
}

sim::Coro<void> WftTimerAndSignalBuffered(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(StartTimer("t1", 600ms)));
  co_await handle.Signal(kX);
  const WorkflowTask held = co_await raw.Poll();
  co_await handle.Signal(kY);
  co_await stage.Sleep(1200ms);
  co_await handle.Signal(kZ);
  co_await raw.Complete(held);
  co_await raw.CompleteNext();
}

}  // namespace

Ports HeldTaskPorts() {
  return {
      {"wft_timer_fires_while_being_cancelled", WftTimerFiresWhileBeingCancelled},
      {"wft_activity_finishes_while_being_cancelled", WftActivityFinishesWhileBeingCancelled},
      {"wft_force_close_by_101_signals", WftForceCloseBy101Signals},
      {"wft_terminate_in_flight", WftTerminateInFlight},
      {"wft_run_timeout_in_flight", WftRunTimeoutInFlight},
      {"wft_cancel_request_in_flight", WftCancelRequestInFlight},
      {"wft_timer_and_signal_buffered", WftTimerAndSignalBuffered},
  };
}

}  // namespace groundhog::conformance
