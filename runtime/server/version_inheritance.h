// What a run's first event says of the version that another run hands down: its parent,
// or the run before it in a chain.
//
//     child, continue-as-new   of a pinned run: pinned to the same version; of an auto-upgraded one: where that was
//     retry                    the same, if the failed run had inherited its pin itself; else it begins where any run would
//     cron                     nothing
//     a pinned override        always, but only to a task queue that the version has
//
// The heir's task queue has to be one of the version's. (Temporal's server:
// service/history/workflow/retry.go, mutable_state_impl.go,
// transfer_queue_active_task_executor.go; recorded deployments.)
#pragma once

#include <string>

#include "runtime/history/command.h"
#include "runtime/server/engine.h"

namespace groundhog::server {

using StartedVersioningPtr = history::Shared<history::StartedVersioning>;

// Each is null if there is nothing to be said.
StartedVersioningPtr VersioningOfChild(const Engine& engine, const Run& parent,
                                       const std::string& task_queue);
StartedVersioningPtr VersioningOfContinuation(
    const Engine& engine, Transition& t, const std::string& task_queue,
    history::ContinueAsNewVersioningBehavior initial_behavior);
StartedVersioningPtr VersioningOfSequel(Transition& t, history::ContinueAsNewInitiator initiator);

}  // namespace groundhog::server
