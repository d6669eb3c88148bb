#include "runtime/workflow/info.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow {

WorkflowInfo Info() { return internal::Execution::Current("Info").Info(); }

history::Timestamp Now() { return internal::Execution::Current("Now").now(); }

bool IsCancelRequested() {
  return internal::Execution::Current("IsCancelRequested").cancel_requested();
}

}  // namespace groundhog::workflow
