// A signal for a run, whoever sends it: a client, or another workflow (SEMANTICS f.1).
#pragma once

#include <string>

#include "runtime/history/event.h"
#include "runtime/server/engine.h"

namespace groundhog::server {

// Whether the run may get one more; else what its sender is told.
absl::Status CheckMaySignal(const ExecutionInfo& info);
// Whether it got this one before. An empty id never did.
bool WasSignaled(const RunState& state, const std::string& request_id);
// Writes it. The workflow task that it calls for is up to the caller.
void AddSignal(Transition& t, history::WorkflowExecutionSignaled signal);

}  // namespace groundhog::server
