// Other workflows, as workflow code reaches them: by signals and cancel requests.
//
//     ExternalWorkflowHandle warehouse = ExternalWorkflow("warehouse-7");
//     co_await warehouse.Signal(kReserve, order);
//     co_await warehouse.Cancel("order was withdrawn");
//
// The command is issued at the call. Awaiting tells whether it arrived: if there is no such
// workflow, or it is closed, an ApplicationError of type ExternalWorkflowExecutionNotFound. A
// signal can be taken back (Cancel on what Signal gives, or a cancel of who waits for it) until it
// is sent; a cancel request cannot.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "runtime/history/names.h"
#include "runtime/history/temporaries.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/cancel_external_machine.h"
#include "runtime/workflow/handle.h"
#include "runtime/workflow/signal_external_machine.h"

namespace groundhog::workflow {

namespace internal {

Ref<SignalExternalMachine> SignalExternal(history::WorkflowExecution target,
                                          bool child_workflow_only, std::string_view signal_name);
Ref<CancelExternalMachine> CancelExternal(history::WorkflowExecution target,
                                          std::string_view reason);

template <class Machine>
class RequestWait final : public HandleWait<Machine> {
 public:
  using HandleWait<Machine>::HandleWait;
  void await_resume() const {
    if (this->machine().failure()) ThrowFailure(this->machine().failure());
  }
  Result<void> Take() const {
    if (this->machine().failure()) return Result<void>::Failed(this->machine().failure());
    return {};
  }
};

template <class Machine>
class RequestHandle : public Handle<Machine> {
 public:
  using Value = void;
  explicit RequestHandle(Ref<Machine> machine) : Handle<Machine>(std::move(machine)) {}
  RequestWait<Machine> MakeAwaiter() const { return RequestWait<Machine>(this->machine()); }
};

template <class... Params, class... Args>
Ref<SignalExternalMachine> SendSignal(history::WorkflowExecution target, bool child_workflow_only,
                                      const SignalType<Params...>& type, Args&&... arguments) {
  RefuseUnsafeTemporaries<Args...>();
  static_assert(sizeof...(Args) == sizeof...(Params),
                "Signal takes the arguments that the SignalType names");
  const std::tuple<const std::remove_reference_t<Args>&...> given(arguments...);
  static_assert(Fits<decltype(given), Params...>(),
                "an argument of Signal does not fit the SignalType");
  Ref<SignalExternalMachine> machine =
      SignalExternal(std::move(target), child_workflow_only, type.name);
  if (machine->is_to_be_sent()) machine->set_input(EncodeInput<Params...>(given));
  return machine;
}

}  // namespace internal

using ExternalSignalHandle = internal::RequestHandle<internal::SignalExternalMachine>;
using ExternalCancelHandle = internal::RequestHandle<internal::CancelExternalMachine>;

class ExternalWorkflowHandle {
 public:
  explicit ExternalWorkflowHandle(history::WorkflowExecution execution)
      : execution_(std::move(execution)) {}

  const std::string& workflow_id() const { return execution_.workflow_id; }
  const std::string& run_id() const { return execution_.run_id; }  // empty: the current one

  template <class... Params, class... Args>
  [[nodiscard]] ExternalSignalHandle Signal(const SignalType<Params...>& type,
                                            Args&&... arguments) const {
    return ExternalSignalHandle(
        internal::SendSignal(execution_, false, type, std::forward<Args>(arguments)...));
  }
  [[nodiscard]] ExternalCancelHandle Cancel(std::string_view reason = "") const {
    return ExternalCancelHandle(internal::CancelExternal(execution_, reason));
  }

 private:
  history::WorkflowExecution execution_;
};

// Without a run id: whichever run of the workflow is the current one when the request arrives.
inline ExternalWorkflowHandle ExternalWorkflow(std::string workflow_id, std::string run_id = {}) {
  return ExternalWorkflowHandle(
      {.workflow_id = std::move(workflow_id), .run_id = std::move(run_id)});
}

}  // namespace groundhog::workflow
