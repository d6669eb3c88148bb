#include <chrono>

#include "tests/random_workflows/interpreter.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using workflow::ChildWorkflowHandle;
using workflow::ChildWorkflowOptions;
using workflow::Coro;
using workflow::Result;
using workflow::Try;
using Cancellation = workflow::ChildWorkflowCancellationType;

Cancellation ChildCancellationOf(int how) {
  constexpr Cancellation kTypes[] = {Cancellation::kWaitCancellationCompleted,
                                     Cancellation::kAbandon,
                                     Cancellation::kWaitCancellationRequested};
  return kTypes[how % 3];
}

workflow::ParentClosePolicy ClosePolicyOf(int how) {
  using Policy = workflow::ParentClosePolicy;
  constexpr Policy kPolicies[] = {Policy::kTerminate, Policy::kRequestCancel, Policy::kAbandon};
  return kPolicies[how % 3];
}

// Of the two workflows that clients start the one which this is not; or one that nobody ever
// starts.
std::string OtherId(const Step& step) {
  if (step.how == 5) return "nobody";
  return workflow::Info().workflow_id.substr(0, 2) == "w0" ? "w1" : "w0";
}

}  // namespace

Program Interpreter::ChildProgram(const Step& step) const {
  return {.steps = step.body, .ends_on_cancel = step.how % 2 == 0};
}

ChildWorkflowOptions Interpreter::ChildOptions(const Step& step) const {
  ChildWorkflowOptions options{
      .workflow_id = fmt::format("{}-{}", workflow::Info().workflow_id, step.place),
      .parent_close_policy = ClosePolicyOf(step.how),
      .cancellation_type = ChildCancellationOf(step.how)};
  if (step.how == 4) options.retry_policy = history::RetryPolicy{.maximum_attempts = 2};
  if (step.how == 5) options.run_timeout = 10s;
  if (step.how == 3) {
    options.id_reuse_policy = workflow::WorkflowIdReusePolicy::kAllowDuplicateFailedOnly;
    options.static_summary = "a child";
  }
  return options;
}

Coro<void> Interpreter::Child(const Step& step) {
  const ChildWorkflowOptions options = ChildOptions(step);
  const Program program = ChildProgram(step);
  const auto& type = step.how == 1 ? kAnyProgram : kProgram;
  const Result<std::string> done =
      co_await Try(workflow::ExecuteChildWorkflow(type, program, options));
  See(done);
}

Coro<void> Interpreter::LeftChild(const Step& step) {
  const ChildWorkflowOptions options = ChildOptions(step);
  const Program program = ChildProgram(step);
  const auto child = co_await Try(workflow::StartChildWorkflow(kProgram, program, options));
  See(child.ok() ? child->first_execution_run_id() : history::Describe(child.failure()));
}

// After a TRY_CANCEL the child may end cancelled and in no other way, or Temporal's core fails the
// workflow task for ever (SEMANTICS f.5): so it sleeps, and nobody else has to do with its type.
Coro<void> Interpreter::CancelledSleeper(const Step& step) {
  ChildWorkflowOptions options = ChildOptions(step);
  options.cancellation_type = Cancellation::kTryCancel;
  options.run_timeout = {};
  const Program program{.steps = {{.op = Op::kSleep, .how = 4, .place = "0"}},
                        .ends_on_cancel = true};
  auto child = workflow::ExecuteChildWorkflow(kGoProgram, program, options);
  const Result<void> slept = co_await Try(workflow::Sleep(1s));
  See(slept);
  child.Cancel("no longer");
  const Result<std::string> done = co_await Try(child);
  See(done);
}

Coro<void> Interpreter::CancelledChild(const Step& step) {
  if (step.how == kTriesToCancel) co_return co_await CancelledSleeper(step);
  ChildWorkflowOptions options = ChildOptions(step);
  if (step.how == 0) options.cancellation_type = Cancellation::kTryCancel;  // it is never sent
  const Program program = ChildProgram(step);
  auto child = workflow::ExecuteChildWorkflow(kProgram, program, options);
  if (step.how % 2 == 1) {
    const Result<void> slept = co_await Try(workflow::Sleep(1s));
    See(slept);
  }
  child.Cancel("no longer");
  const Result<std::string> done = co_await Try(child);
  See(done);
}

Coro<std::optional<ChildWorkflowHandle<std::string>>> Interpreter::Begin(
    const Program& program, const ChildWorkflowOptions& options) {
  auto started = co_await Try(workflow::StartChildWorkflow(kProgram, program, options));
  if (started.ok()) co_return *started;
  See(history::Describe(started.failure()));
  co_return std::nullopt;
}

Coro<void> Interpreter::SignalledChild(const Step& step) {
  const ChildWorkflowOptions options = ChildOptions(step);
  const Program program = ChildProgram(step);
  auto child = co_await Begin(program, options);
  if (!child) co_return;
  const Result<void> told = co_await Try(child->Signal(kPoke, step.how));
  See(told);
  const Result<std::string> done = co_await Try(*child);
  See(done);
}

// It would begin for ever, if it is cancelled between two runs or after the last thing that it
// awaits: so its time is limited.
Coro<void> Interpreter::CronChild(const Step& step) {
  ChildWorkflowOptions options = ChildOptions(step);
  options.cron_schedule = step.how == 4 ? "@every 7s" : "@every 2s";
  options.execution_timeout = 15s;
  const Program program = ChildProgram(step);
  auto child = co_await Begin(program, options);
  if (!child) co_return;
  const Result<void> slept = co_await Try(workflow::Sleep(step.how % 2 == 0 ? 5s : 1s));
  See(slept);
  if (step.how >= 4) co_return;
  if (step.how >= 2) child->Cancel("often enough");
  const Result<std::string> done = co_await Try(*child);
  See(done);
}

Coro<void> Interpreter::SignalOther(const Step& step) {
  const auto other = workflow::ExternalWorkflow(OtherId(step));
  auto signal = other.Signal(step.how == 3 ? kUnknown : kPoke, step.how % 3);
  if (step.how == 4) signal.Cancel();
  const Result<void> told = co_await Try(signal);
  See(told);
}

Coro<void> Interpreter::CancelOther(const Step& step) {
  const auto other = workflow::ExternalWorkflow(OtherId(step));
  const Result<void> told = co_await Try(other.Cancel("by the other"));
  See(told);
}

}  // namespace groundhog::random_workflows
