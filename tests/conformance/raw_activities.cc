// Activities of a worker that is driven by hand.
#include "tests/conformance/ports.h"
#include "tests/conformance/raw_worker.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
constexpr SignalType<> kX{"x"};

// A cancel is reported that nobody asked for.
sim::Coro<void> ActCancelledReportWithoutRequest(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(Step("a1", 10s)));
  const ActivityTask activity = co_await raw.PollActivity();
  co_await stage.Attempt("report_cancelled", raw.ReportCanceled(activity));
  co_await stage.Attempt("report_completed", raw.CompleteActivity(activity));
  co_await raw.CompleteNext();
}

// What heartbeats are answered before, during and after a cancellation.
sim::Coro<void> ActHeartbeatAnswers(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  history::ScheduleActivityTask step = Activity("a1", 10s);
  step.heartbeat_timeout = 2s;
  co_await raw.Complete(first, CommandsOf(step));
  const ActivityTask activity = co_await raw.PollActivity();
  co_await stage.Attempt("heartbeat_1", raw.Heartbeat(activity));
  co_await handle.Signal(kX);
  const WorkflowTask second = co_await raw.Poll();
  co_await raw.Complete(second, CommandsOf(CancelActivity(5)));
  co_await stage.Attempt("heartbeat_2", raw.Heartbeat(activity));
  co_await raw.ReportCanceled(activity, Text("bye"));
  co_await stage.Attempt("heartbeat_3", raw.Heartbeat(activity));
  co_await raw.CompleteNext();
}

// The first hand-out is lost; the second comes after the timeout and the back-off.
sim::Coro<void> ActTaskLostAfterPoll(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(Step("a1", 1s)));
  (void)co_await raw.PollActivity();
  const double handed_out = stage.Now();
  const ActivityTask again = co_await raw.PollActivity(std::string(kQueue), 20s);
  stage.Fact("second_hand_out",
             {{"attempt", again.token.attempt}, {"seconds_after_first", stage.Now() - handed_out}});
  co_await raw.CompleteActivity(again);
  co_await raw.CompleteNext();
}

}  // namespace

Ports RawActivityPorts() {
  return {
      {"act_cancelled_report_without_request", ActCancelledReportWithoutRequest},
      {"act_heartbeat_answers", ActHeartbeatAnswers},
      {"act_task_lost_after_poll", ActTaskLostAfterPoll},
  };
}

}  // namespace groundhog::conformance
