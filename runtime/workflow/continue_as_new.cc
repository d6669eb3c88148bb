#include "runtime/workflow/continue_as_new.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

bool BeginContinueAsNew() {
  Execution& execution = Execution::Current("ContinueAsNew");
  execution.RequireWritable("ContinueAsNew");
  return execution.sends();
}

void ThrowContinueAsNew(std::string_view type, const ContinueAsNewOptions& options,
                        history::Payloads input) {
  const Execution& execution = Execution::Current("ContinueAsNew");
  // What is empty is filled in as Temporal's core SDK does it;
  // names and timeouts are left to the server.
  const history::WorkflowExecutionStarted& started = execution.started();
  history::PayloadMap memo = options.memo ? options.memo->fields() : history::PayloadMap();
  throw ContinueAsNewError(history::ContinueAsNewWorkflowExecution{
      .workflow_type = std::string(type),
      .task_queue = options.task_queue,
      .input = std::move(input),
      .workflow_run_timeout = options.run_timeout,
      .workflow_task_timeout = options.task_timeout,
      .retry_policy = options.retry_policy ? options.retry_policy : started.retry_policy,
      .initiator = history::ContinueAsNewInitiator::kUnspecified,  // as the SDKs send it
      .initial_versioning_behavior = options.initial_versioning_behavior,
      .header = execution.HeaderOf(options.header),
      .memo = memo.empty() ? started.memo : memo,
      .search_attributes = options.search_attributes ? options.search_attributes->fields()
                                                     : execution.search_attributes()});
}

}  // namespace groundhog::workflow::internal
