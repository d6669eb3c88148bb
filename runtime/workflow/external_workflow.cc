#include "runtime/workflow/external_workflow.h"

#include <fmt/format.h>

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

Ref<SignalExternalMachine> SignalExternal(history::WorkflowExecution target,
                                          bool child_workflow_only, std::string_view signal_name) {
  Execution& execution = Execution::Current("Signal");
  execution.RequireWritable("Signal");
  Execution* const owner = execution.destroying() ? nullptr : &execution;
  Ref<SignalExternalMachine> machine(
      new SignalExternalMachine(owner, std::move(target), child_workflow_only, signal_name));
  if (owner == nullptr) return machine;
  if (machine->is_to_be_sent()) machine->set_header(execution.HeaderOf({}));
  owner->commands().Add(Ref<CommandMachine>(machine.get()));
  owner->Track(*machine);
  return machine;
}

Ref<CancelExternalMachine> CancelExternal(history::WorkflowExecution target,
                                          std::string_view reason) {
  Execution& execution = Execution::Current("Cancel");
  execution.RequireWritable("Cancel");
  Execution* const owner = execution.destroying() ? nullptr : &execution;
  Ref<CancelExternalMachine> machine(new CancelExternalMachine(
      owner, {.execution = std::move(target),
              // As Temporal's core words it.
              .reason = fmt::format("Cancel requested by workflow with run id {} with reason: {}",
                                    execution.Info().run_id, reason)}));
  if (owner != nullptr) owner->commands().Add(Ref<CommandMachine>(machine.get()));
  return machine;
}

}  // namespace groundhog::workflow::internal
