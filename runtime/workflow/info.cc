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

history::FailurePtr LastFailure() {
  return internal::Execution::Current("LastFailure").started().continued_failure;
}

const history::Payloads& internal::LastCompletionPayloads() {
  return Execution::Current("LastCompletionResult").started().last_completion_result;
}

}  // namespace groundhog::workflow
