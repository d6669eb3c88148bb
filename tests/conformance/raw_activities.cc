// Activities of a worker that is driven by hand.
#include "tests/conformance/ports.h"
#include "tests/conformance/raw_worker.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;

// A cancel is reported that nobody asked for.
sim::Coro<void> ActCancelledReportWithoutRequest(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(Step("a1", 10s)));
  const ActivityTask activity = co_await raw.PollActivity();
  co_await stage.Attempt("report_cancelled", raw.ReportCanceled(activity));
  co_await stage.Attempt("report_completed", raw.CompleteActivity(activity));
  const WorkflowTask second = co_await raw.Poll();
  co_await raw.Complete(second, CommandsOf(CompleteWorkflow()));
  co_await stage.Result(handle);
  co_await stage.Save();
}

}  // namespace

Ports RawActivityPorts() {
  return {
      {"act_cancelled_report_without_request", ActCancelledReportWithoutRequest},
  };
}

}  // namespace groundhog::conformance
