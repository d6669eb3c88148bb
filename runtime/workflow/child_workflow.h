// Child workflows, as workflow code starts them.
//
//     const ChildWorkflowOptions options{.workflow_id = "ship-" + order.id};
//     const std::string receipt = co_await ExecuteChildWorkflow(kShip, order, options);
//
//     ChildWorkflowHandle<std::string> shipping = co_await StartChildWorkflow(kShip, order, options);
//     co_await shipping.Signal(kHurry);
//     const std::string receipt = co_await shipping;
//
// The command is issued at the call. Awaiting ExecuteChildWorkflow (or the handle) gives the
// child's result or throws ChildWorkflowError, whose cause says what became of the child; if it
// could not be started, WorkflowAlreadyStartedError. `co_await Try(…)` gives a Result.
//
// A child outlives its parent's close only with ParentClosePolicy::kAbandon, and only if it had
// been started by then: who abandons a child awaits StartChildWorkflow first. Cancelling who waits
// for a child asks the child to cancel (what follows, the cancellation type says); who waits for
// its start is told at once, by a CanceledError.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "runtime/history/header.h"
#include "runtime/history/names.h"
#include "runtime/history/retry_policy.h"
#include "runtime/history/temporaries.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/child_workflow_machine.h"
#include "runtime/workflow/external_workflow.h"
#include "runtime/workflow/handle.h"

namespace groundhog::workflow {

using history::ParentClosePolicy;
using history::WorkflowIdReusePolicy;

// Zero and empty mean "the default": no limit, the parent's task queue, a UUID as id (of the run's
// random stream). Defaults as in Temporal's Python SDK.
struct ChildWorkflowOptions {
  std::string workflow_id = {};
  std::string task_queue = {};
  history::Duration execution_timeout{0};
  history::Duration run_timeout{0};
  history::Duration task_timeout{0};
  std::optional<history::RetryPolicy> retry_policy = {};  // none: it is not retried
  std::string cron_schedule = {};
  ParentClosePolicy parent_close_policy = ParentClosePolicy::kTerminate;
  ChildWorkflowCancellationType cancellation_type =
      ChildWorkflowCancellationType::kWaitCancellationCompleted;
  WorkflowIdReusePolicy id_reuse_policy = WorkflowIdReusePolicy::kAllowDuplicate;
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
  std::string static_summary = {};  // one line for people
  std::string static_details = {};  // and more
  Header header = {};
};

namespace internal {

Ref<ChildWorkflowMachine> StartChild(std::string_view type, const ChildWorkflowOptions& options,
                                     const char* call);

template <class R>
class ChildWait final : public HandleWait<ChildWorkflowMachine> {
 public:
  using HandleWait::HandleWait;
  R await_resume() const {
    if (machine().failure()) ThrowFailure(machine().failure());
    if constexpr (!std::is_void_v<R>) return history::ResultFromPayloads<R>(machine().result());
  }
  Result<R> Take() const {
    if (machine().failure()) return Result<R>::Failed(machine().failure());
    if constexpr (std::is_void_v<R>) {
      return {};
    } else {
      return history::ResultFromPayloads<R>(machine().result());
    }
  }
};

// The wait for a child's start.
class ChildStartWait : public Wait {
 public:
  bool await_ready() const { return machine_->start().done(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    ListenTo(machine_->start());
    Begin(handle, handle.promise().fiber());
  }
  void Interrupt() override;

 protected:
  explicit ChildStartWait(Ref<ChildWorkflowMachine> machine) : machine_(std::move(machine)) {}
  const Ref<ChildWorkflowMachine>& machine() const { return machine_; }
  // Null if the child was started.
  history::FailurePtr failure() const;

 private:
  Ref<ChildWorkflowMachine> machine_;
  bool interrupted_ = false;
};

}  // namespace internal

template <class R>
class ChildWorkflowHandle : public internal::Handle<internal::ChildWorkflowMachine> {
 public:
  using Value = R;
  explicit ChildWorkflowHandle(internal::Ref<internal::ChildWorkflowMachine> machine)
      : Handle(std::move(machine)) {}

  const std::string& workflow_id() const { return machine()->workflow_id(); }
  // Empty until the child was started.
  const std::string& first_execution_run_id() const { return machine()->run_id(); }

  // Asks the child to cancel. Without effect when it is done.
  void Cancel(std::string_view reason = "") { machine()->Cancel(reason); }
  // Goes to the child only: if another workflow has its id by then, the signal fails.
  template <class... Params, class... Args>
  [[nodiscard]] ExternalSignalHandle Signal(const SignalType<Params...>& type,
                                            Args&&... arguments) const {
    return ExternalSignalHandle(internal::SendSignal({.workflow_id = workflow_id()}, true, type,
                                                     std::forward<Args>(arguments)...));
  }

  internal::ChildWait<R> MakeAwaiter() const { return internal::ChildWait<R>(machine()); }
};

namespace internal {

template <class R>
class StartedChildWait final : public ChildStartWait {
 public:
  explicit StartedChildWait(Ref<ChildWorkflowMachine> machine)
      : ChildStartWait(std::move(machine)) {}
  ChildWorkflowHandle<R> await_resume() { return Take().value(); }
  Result<ChildWorkflowHandle<R>> Take() {
    if (const history::FailurePtr why = failure()) {
      return Result<ChildWorkflowHandle<R>>::Failed(why);
    }
    return ChildWorkflowHandle<R>(machine());
  }
};

// What StartChildWorkflow gives: to be awaited.
template <class R>
class [[nodiscard]] StartingChild : public Awaitable {
 public:
  using Value = ChildWorkflowHandle<R>;
  explicit StartingChild(Ref<ChildWorkflowMachine> machine) : machine_(std::move(machine)) {}
  StartedChildWait<R> MakeAwaiter() const { return StartedChildWait<R>(machine_); }
  Completion* operation() const { return machine_.get(); }

 private:
  Ref<ChildWorkflowMachine> machine_;
};

template <class R, class... Params, class... Args>
Ref<ChildWorkflowMachine> StartChild(const char* call, const WorkflowType<R(Params...)>& type,
                                     Args&&... arguments_then_options) {
  RefuseUnsafeTemporaries<Args...>();
  constexpr std::size_t kParams = sizeof...(Params);
  static_assert(sizeof...(Args) == kParams + 1,
                "a child workflow takes its arguments, then ChildWorkflowOptions");
  using Arguments = std::tuple<const std::remove_reference_t<Args>&...>;
  static_assert(Fits<Arguments, Params...>(),
                "an argument of a child workflow does not fit the WorkflowType's signature");
  const Arguments arguments(arguments_then_options...);
  const ChildWorkflowOptions& options = std::get<kParams>(arguments);
  Ref<ChildWorkflowMachine> machine = StartChild(type.name, options, call);
  if (history::StartChildWorkflowExecution* command = machine->command(); command != nullptr) {
    command->input = EncodeInput<Params...>(arguments);
  }
  return machine;
}

}  // namespace internal

// Starts a child: its arguments, then its options. Awaiting gives the child's result.
template <class R, class... Params, class... Args>
[[nodiscard]] ChildWorkflowHandle<R> ExecuteChildWorkflow(const WorkflowType<R(Params...)>& type,
                                                          Args&&... arguments_then_options) {
  return ChildWorkflowHandle<R>(internal::StartChild(
      "ExecuteChildWorkflow", type, std::forward<Args>(arguments_then_options)...));
}

// The same; awaiting gives the child's handle once it was started.
template <class R, class... Params, class... Args>
internal::StartingChild<R> StartChildWorkflow(const WorkflowType<R(Params...)>& type,
                                              Args&&... arguments_then_options) {
  return internal::StartingChild<R>(internal::StartChild(
      "StartChildWorkflow", type, std::forward<Args>(arguments_then_options)...));
}

}  // namespace groundhog::workflow
