// BlockThread: code that keeps its thread busy (a computation, a blocking call, a lock), modelled.
//
//     workflow::BlockThread(3s);
//
// A simulator does not look at the real clock, so it cannot see code that really blocks: code that
// is known to do so says it here. The worker's virtual time goes on by that much before the Task is
// answered. If the code does not yield for longer than RunContext::deadlock_timeout (2 s, as in
// Temporal's Python SDK), the task fails at that moment as the SDK's deadlock detector has it
// ([TMPRL1101]), and the run's next task waits until the thread is free. A replay blocks as well:
// code that blocks each time never gets on.
//
// A real loop without a co_await cannot be interrupted by anybody: one that awaits its own
// coroutines fails the task after RunContext::max_steps_per_task steps, one that awaits nothing
// hangs the program.
#pragma once

#include "runtime/history/time.h"

namespace groundhog::workflow {

// What a task's code has taken of its thread's time.
struct BlockedTime {
  history::Duration busy{0};   // until the answer, or until the detector spoke
  history::Duration stuck{0};  // after that
};

void BlockThread(history::Duration time);

}  // namespace groundhog::workflow
