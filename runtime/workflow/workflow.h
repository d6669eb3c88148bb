// What a workflow author includes: the whole API of runtime/workflow.
//
//     class MoneyTransfer {
//      public:
//       Coro<std::string> Run(PaymentDetails details);
//     };
//
// A workflow is ordinary code that survives crashes: it is replayed from its history, so it must do
// the same each time. It gets its time from Now(), its randomness from Random(), and talks to the
// world through activities. One co_await an expression.
#pragma once

#include "runtime/workflow/activity.h"            // IWYU pragma: export
#include "runtime/workflow/as_completed.h"        // IWYU pragma: export
#include "runtime/workflow/block_thread.h"        // IWYU pragma: export
#include "runtime/workflow/cancellation_scope.h"  // IWYU pragma: export
#include "runtime/workflow/channel.h"             // IWYU pragma: export
#include "runtime/workflow/child_workflow.h"      // IWYU pragma: export
#include "runtime/workflow/condition.h"           // IWYU pragma: export
#include "runtime/workflow/continue_as_new.h"     // IWYU pragma: export
#include "runtime/workflow/coro.h"                // IWYU pragma: export
#include "runtime/workflow/details.h"             // IWYU pragma: export
#include "runtime/workflow/errors.h"              // IWYU pragma: export
#include "runtime/workflow/external_workflow.h"   // IWYU pragma: export
#include "runtime/workflow/handlers.h"            // IWYU pragma: export
#include "runtime/workflow/info.h"                // IWYU pragma: export
#include "runtime/workflow/local_activity.h"      // IWYU pragma: export
#include "runtime/workflow/logger.h"              // IWYU pragma: export
#include "runtime/workflow/propagation.h"         // IWYU pragma: export
#include "runtime/workflow/properties.h"          // IWYU pragma: export
#include "runtime/workflow/random.h"              // IWYU pragma: export
#include "runtime/workflow/registry.h"            // IWYU pragma: export
#include "runtime/workflow/result.h"              // IWYU pragma: export
#include "runtime/workflow/selector.h"            // IWYU pragma: export
#include "runtime/workflow/side_effect.h"         // IWYU pragma: export
#include "runtime/workflow/signal_channel.h"      // IWYU pragma: export
#include "runtime/workflow/spawn.h"               // IWYU pragma: export
#include "runtime/workflow/synchronization.h"     // IWYU pragma: export
#include "runtime/workflow/timer.h"               // IWYU pragma: export
#include "runtime/workflow/try.h"                 // IWYU pragma: export
#include "runtime/workflow/versioning.h"          // IWYU pragma: export
#include "runtime/workflow/wait.h"                // IWYU pragma: export
#include "runtime/workflow/wait_group.h"          // IWYU pragma: export
