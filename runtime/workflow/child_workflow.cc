#include "runtime/workflow/child_workflow.h"

#include "runtime/history/user_metadata.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

std::unique_ptr<history::StartChildWorkflowExecution> CommandOf(
    const Execution& execution, const ChildWorkflowMachine& child,
    const ChildWorkflowOptions& options) {
  auto command = std::make_unique<history::StartChildWorkflowExecution>();
  command->workflow_id = child.workflow_id();
  command->workflow_type = child.type();
  command->task_queue = options.task_queue;
  command->workflow_execution_timeout = options.execution_timeout;
  command->workflow_run_timeout = options.run_timeout;
  command->workflow_task_timeout = options.task_timeout;
  command->parent_close_policy = options.parent_close_policy;
  command->workflow_id_reuse_policy = options.id_reuse_policy;
  command->retry_policy = options.retry_policy;
  command->cron_schedule = options.cron_schedule;
  command->header = execution.HeaderOf(options.header);
  command->memo = options.memo;
  command->search_attributes = options.search_attributes;
  command->user_metadata =
      history::MakeUserMetadata(options.static_summary, options.static_details);
  return command;
}

}  // namespace

Ref<ChildWorkflowMachine> StartChild(std::string_view type, const ChildWorkflowOptions& options,
                                     const char* call) {
  Execution& execution = Execution::Current(call);
  execution.RequireWritable(call);
  if (execution.destroying()) {
    return Ref<ChildWorkflowMachine>(
        new ChildWorkflowMachine(nullptr, type, options.workflow_id, options.cancellation_type));
  }
  Ref<ChildWorkflowMachine> child(new ChildWorkflowMachine(
      &execution, type,
      options.workflow_id.empty() ? execution.NewChildWorkflowId() : options.workflow_id,
      options.cancellation_type));
  if (child->is_to_be_sent()) child->set_command(CommandOf(execution, *child, options));
  execution.commands().Add(Ref<CommandMachine>(child.get()));
  execution.Track(*child);
  return child;
}

void ChildStartWait::Interrupt() {
  interrupted_ = true;
  machine_->RequestCancel();
  Unlink();
  Wake();
}

history::FailurePtr ChildStartWait::failure() const {
  if (interrupted_) return CanceledError("Child workflow start cancelled").failure();
  return machine_->start().failure();
}

}  // namespace groundhog::workflow::internal
