#include "runtime/workflow/timer.h"

#include "runtime/history/user_metadata.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

Ref<TimerMachine> StartTimer(history::Duration duration, const char* call,
                             const TimerOptions* options) {
  Execution& execution = Execution::Current(call);
  execution.RequireWritable(call);
  Ref<TimerMachine> timer = execution.StartTimer(duration);
  if (options != nullptr) {
    timer->set_user_metadata(history::MakeUserMetadata(options->summary));
  }
  return timer;
}

}  // namespace groundhog::workflow::internal
