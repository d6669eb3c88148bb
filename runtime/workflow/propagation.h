// CurrentHeader: what came with the message that is being handled. And what travels on by itself.
//
//     WorkerOptions{…, .propagated_headers = {"tenant", "trace"}};
//
// Activities, local activities, children, signals to others, the next run of ContinueAsNew carry on
// those names, with the values of the current header, or else of the run's own. What a call's
// options give is left as it is. Retries and cron keep the header of the run before. (Temporal's
// SDKs have a ContextPropagator for this, or interceptors that copy headers.)
#pragma once

#include "runtime/history/header.h"

namespace groundhog::workflow {

// In a handler, and what it spawns: of its signal, update or query; if that has none, of the start.
Header CurrentHeader();

}  // namespace groundhog::workflow
