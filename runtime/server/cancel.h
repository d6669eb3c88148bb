// A cancel request for a run, whoever makes it: a client, another workflow,
// or the end of its parent (SEMANTICS f.5).
#pragma once

#include "runtime/server/engine.h"

namespace groundhog::server {

// Writes it, and wants a workflow task for it, which a start delay does not hold up.
// REQUIRES: none was written before.
void AddCancelRequest(Transition& t, history::WorkflowExecutionCancelRequested request);

}  // namespace groundhog::server
