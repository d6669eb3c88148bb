#include "tests/conformance/family.h"

#include <fmt/format.h>

namespace groundhog::conformance {

using workflow::Coro;
using workflow::Result;
using workflow::Try;

Child::Child() {
  workflow::OnSignal(kGo, [this] { go_ = true; });
}

Coro<std::string> Child::Run(json input) {
  const std::string what = input["do"];
  const std::int32_t attempt = workflow::Info().attempt;
  if (what == "fail" || (what == "fail_then_ok" && attempt == 1)) {
    throw history::ApplicationError("ChildError", "child broke");
  }
  if (what == "wait") {
    co_await workflow::WaitCondition([this] { return go_; });
    co_return "went";
  }
  co_return what == "fail_then_ok" ? fmt::format("ok in attempt {}", attempt)
                                   : std::string("child done");
}

namespace {

workflow::ParentClosePolicy ClosePolicyIn(const json& input) {
  const std::string name = input.value("parent_close_policy", "TERMINATE");
  if (name == "ABANDON") return workflow::ParentClosePolicy::kAbandon;
  if (name == "REQUEST_CANCEL") return workflow::ParentClosePolicy::kRequestCancel;
  return workflow::ParentClosePolicy::kTerminate;
}

workflow::ChildWorkflowOptions ChildOptionsOf(const json& input) {
  using Cancellation = workflow::ChildWorkflowCancellationType;
  workflow::ChildWorkflowOptions options{.workflow_id = input["id"],
                                         .parent_close_policy = ClosePolicyIn(input)};
  if (input.contains("retry_policy")) options.retry_policy = RetryPolicyOf(input["retry_policy"]);
  if (input.value("cancellation_type", "") == "TRY_CANCEL") {
    options.cancellation_type = Cancellation::kTryCancel;
  }
  return options;
}

}  // namespace

Parent::Parent() {
  workflow::OnSignal(kGo, [this] { go_ = true; });
}

Coro<json> Parent::Run(json input) {
  const workflow::ChildWorkflowOptions options = ChildOptionsOf(input);
  const json child_input = input["child"];
  const auto started = co_await Try(workflow::StartChildWorkflow(kChild, child_input, options));
  if (!started.ok()) {
    co_return fmt::format("start failed: {}: {}", started.type(), started.message());
  }
  workflow::ChildWorkflowHandle<std::string> child = *started;
  const std::string then = input["then"];
  if (then == "await") {
    const std::string result = co_await child;
    co_return result;
  }
  co_await workflow::WaitCondition([this] { return go_; });
  if (then == "wait") co_return "parent done";
  child.Cancel();
  const Result<std::string> ended = co_await Try(child);
  if (ended.ok()) co_return "child result " + *ended;
  co_return ExceptionName(ended.failure()) + " <- " + ExceptionName(ended.failure()->cause);
}

namespace {

// The run that follows; empty if the event does not say that there is one.
std::string NextRunOf(const history::HistoryEvent& event) {
  if (const auto* e = history::As<history::WorkflowExecutionCompleted>(event)) {
    return e->new_execution_run_id;
  }
  if (const auto* e = history::As<history::WorkflowExecutionFailed>(event)) {
    return e->new_execution_run_id;
  }
  if (const auto* e = history::As<history::WorkflowExecutionContinuedAsNew>(event)) {
    return e->new_execution_run_id;
  }
  return {};
}

}  // namespace

sim::Coro<void> SaveChain(Stage& stage, std::string workflow_id, std::string run_id,
                          std::string suffix) {
  for (int n = 1; !run_id.empty(); ++n) {
    co_await stage.Save(workflow_id, run_id, suffix + std::to_string(n));
    run_id = NextRunOf(stage.saved().back().history.back());
  }
}

}  // namespace groundhog::conformance
