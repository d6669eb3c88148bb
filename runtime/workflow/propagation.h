// CurrentHeader: what came with the message that is being handled. And what travels on by itself.
//
//     WorkerOptions{…, .propagated_headers = {"tenant", "trace"}};
//
// What the code starts, by whatever call, carries those names on: activities, local activities, children, signals to other
// workflows, the next run of ContinueAsNew. Their values are those of the current header; what that has not, of the run's own.
// A name that the call's own options give is left as they have it. Retries and cron keep the header of the run before, as the
// server does it. (Temporal's SDKs have a ContextPropagator for this, or interceptors that copy headers.)
#pragma once

#include "runtime/history/header.h"

namespace groundhog::workflow {

// In a handler (and in what it spawns): of its signal, update or query. Elsewhere, and if that has none, of the run's start.
Header CurrentHeader();

}  // namespace groundhog::workflow
