// Signals, from clients and from other workflows; cancel requests from other workflows.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using history::EventType;
using workflow::Coro;

WorkerOptions CollectWorker() { return {.workflows = {workflow::Register<Collect>(kCollect)}}; }

sim::Coro<void> SigBeforeFirstTask(Stage& stage, client::Client& client) {
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kCollect, options);
  for (const int number : {1, 2}) {
    const json value = number;
    co_await handle.Signal(kAdd, value);
  }
  co_await handle.Signal(kEnd);
  stage.StartWorker(CollectWorker());
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> AddInOrder(Stage& stage, client::UntypedHandle handle) {
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  for (int i = 0; i < 5; ++i) {
    const json value = i;
    co_await handle.Signal(kAdd, value);
    co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, i + 2);
  }
  co_await handle.Signal(kEnd);
}

sim::Coro<void> SigInOrder(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kCollect, CollectWorker(), AddInOrder);
}

sim::Coro<void> SignalNobody(Stage& stage, client::UntypedHandle handle) {
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  const SignalType<int> nobody{"nobody"};
  co_await handle.Signal(nobody, 1);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, 2);
  const json value = 1;
  co_await handle.Signal(kAdd, value);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, 3);
  co_await handle.Signal(kEnd);
}

sim::Coro<void> SigUnknownName(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kCollect, CollectWorker(), SignalNobody);
}

sim::Coro<void> SigWithStartNewAndExisting(Stage& stage, client::Client& client) {
  stage.StartWorker(CollectWorker());
  client::StartOptions options = stage.Options();
  options.start_signal = client::SignalCall(kAdd, json("first"));
  const auto handle = co_await client.Start(kCollect, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  options.start_signal = client::SignalCall(kAdd, json("second"));
  const auto second = co_await client.Start(kCollect, options);
  stage.Fact("same_run", handle.result_run_id() == second.result_run_id());
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, 2);
  co_await handle.Signal(kEnd);
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> EndAtOnce(Stage& stage, client::UntypedHandle handle) {
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await handle.Signal(kEnd);
}

sim::Coro<void> SigClosedOrUnknown(Stage& stage, client::Client&) {
  co_await PlayWorkflow(stage, kCollect, CollectWorker(), EndAtOnce);
  const json value = 1;
  const client::UntypedHandle closed = stage.Handle(stage.name());
  co_await stage.Attempt("signal_closed", closed.Signal(kAdd, value));
  co_await stage.Attempt("cancel_closed", closed.Cancel());
  co_await stage.Attempt("terminate_closed", closed.Terminate());
  const client::UntypedHandle unknown = stage.Handle("no-such-workflow");
  co_await stage.Attempt("signal_unknown", unknown.Signal(kAdd, value));
  co_await stage.Attempt("cancel_unknown", unknown.Cancel());
  co_await stage.Attempt("terminate_unknown", unknown.Terminate());
  co_await stage.Attempt("describe_unknown", unknown.Describe());
}

// How the recorded workflow wrote an error: its exception, type and message.
std::string ErrorText(const history::FailurePtr& failure) {
  const auto* application = history::InfoAs<history::ApplicationFailureInfo>(failure);
  const std::string type = application == nullptr ? "" : application->type + ": ";
  return ExceptionName(failure) + ": " + type + failure->message;
}

// h = external handle(input); await h.signal("add", "from outside"); await h.signal("end"); return
// "sent", or the text of the error.
class SignalsOther {
 public:
  Coro<std::string> Run(std::string workflow_id) {
    const workflow::ExternalWorkflowHandle other = workflow::ExternalWorkflow(workflow_id);
    const json value = "from outside";
    const workflow::Result<void> added = co_await workflow::Try(other.Signal(kAdd, value));
    if (!added.ok()) co_return ErrorText(added.failure());
    const workflow::Result<void> ended = co_await workflow::Try(other.Signal(kEnd));
    co_return ended.ok() ? "sent" : ErrorText(ended.failure());
  }
};
constexpr WorkflowType<std::string(std::string)> kSignalsOther{"SignalsOther"};

// await external handle(input).cancel(); return "requested", or the text of the error.
class CancelsOther {
 public:
  Coro<std::string> Run(std::string workflow_id) {
    const workflow::ExternalWorkflowHandle other = workflow::ExternalWorkflow(workflow_id);
    const workflow::Result<void> asked = co_await workflow::Try(other.Cancel());
    co_return asked.ok() ? "requested" : ErrorText(asked.failure());
  }
};
constexpr WorkflowType<std::string(std::string)> kCancelsOther{"CancelsOther"};

// The workflow does it to a running "target".
sim::Coro<void> PlayOnTarget(Stage& stage, WorkflowType<std::string(std::string)> type,
                             workflow::WorkflowRegistration code) {
  stage.StartWorker({.workflows = {code, workflow::Register<Collect>(kCollect)}});
  const client::StartOptions target = stage.Options("target");
  const auto other = co_await stage.client().Start(kCollect, target);
  co_await stage.WaitEvent(other, EventType::kWorkflowTaskCompleted);
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(type, options, "target");
  co_await stage.Result(handle);
  co_await stage.Result(other, "target");
  co_await stage.Save();
  co_await stage.Save("target", "", "target");
}

sim::Coro<void> SigExternalOk(Stage& stage, client::Client&) {
  return PlayOnTarget(stage, kSignalsOther, workflow::Register<SignalsOther>(kSignalsOther));
}

sim::Coro<void> CancelExternalOk(Stage& stage, client::Client&) {
  return PlayOnTarget(stage, kCancelsOther, workflow::Register<CancelsOther>(kCancelsOther));
}

sim::Coro<void> SigExternalNotFound(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<SignalsOther>(kSignalsOther)}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSignalsOther, options, "no-such-workflow");
  co_await stage.Result(handle);
  co_await stage.Save();
}

constexpr SignalType<int> kWork{"work"};
constexpr ActivityType<std::string(int)> kStepk{"stepk"};
constexpr WorkflowType<json()> kSlowHandler{"SlowHandler"};

// Signal "work"(x): log.append(await activity stepk(x)). Run:
// wait until log has 2 entries; return log.
class SlowHandler {
 public:
  SlowHandler() {
    workflow::OnSignal(kWork, [this](int number) { return Work(number); });
  }
  Coro<json> Run() {
    co_await workflow::WaitCondition([this] { return log_.size() == 2; });
    co_return log_;
  }

 private:
  Coro<void> Work(int number) {
    const workflow::ActivityOptions options{.start_to_close_timeout = std::chrono::seconds(5)};
    const std::string result = co_await workflow::ExecuteActivity(kStepk, number, options);
    log_.push_back(result);
  }
  json log_ = json::array();
};

sim::Coro<void> SigHandlersInterleave(Stage& stage, client::Client& client) {
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSlowHandler, options);
  co_await handle.Signal(kWork, 1);
  co_await handle.Signal(kWork, 2);
  stage.StartWorker({.workflows = {workflow::Register<SlowHandler>(kSlowHandler)},
                     .activities = {stage.Scripted("stepk", /*key_from_argument=*/true)}});
  co_await stage.Result(handle);
  co_await stage.Save();
}

}  // namespace

Ports SignalPorts() {
  return {
      {"sig_before_first_task", SigBeforeFirstTask},
      {"sig_in_order", SigInOrder},
      {"sig_unknown_name", SigUnknownName},
      {"sig_with_start_new_and_existing", SigWithStartNewAndExisting},
      {"sig_closed_or_unknown", SigClosedOrUnknown},
      {"sig_external_ok", SigExternalOk},
      {"sig_external_not_found", SigExternalNotFound},
      {"cancel_external_ok", CancelExternalOk},
      {"sig_handlers_interleave", SigHandlersInterleave},
  };
}

}  // namespace groundhog::conformance
