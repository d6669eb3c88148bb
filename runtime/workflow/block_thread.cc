#include "runtime/workflow/block_thread.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow {

void BlockThread(history::Duration time) {
  internal::Execution::Current("BlockThread").BlockThread(time);
}

}  // namespace groundhog::workflow
