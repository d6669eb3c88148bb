#include "runtime/workflow/info.h"

#include "runtime/workflow/execution.h"
#include "runtime/workflow/handlers.h"

namespace groundhog::workflow {

WorkflowInfo Info() { return internal::Execution::Current("Info").Info(); }

history::Timestamp Now() { return internal::Execution::Current("Now").now(); }

bool IsCancelRequested() {
  return internal::Execution::Current("IsCancelRequested").cancel_requested();
}

bool AllHandlersFinished() {
  return internal::Execution::Current("AllHandlersFinished").AllHandlersFinished();
}

const history::Payloads& internal::LastCompletionPayloads() {
  return Execution::Current("LastCompletionResult").started().last_completion_result;
}

}  // namespace groundhog::workflow
