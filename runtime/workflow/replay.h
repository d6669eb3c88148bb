// Replay: a whole recorded history against the registered workflows.
//
//     const ReplayResult result = Replay(registry, history);
//
// The verdicts are those of Temporal's Python replayer: what a history holds must be what the code
// does, in order, by kind, activity id and type, timer id. An open history may end anywhere;
// commands that the code issues in its last task are fine. A closed one must have an event for
// every command. An end by Terminated or TimedOut needs none.
#pragma once

#include <variant>

#include "runtime/history/event.h"
#include "runtime/workflow/registry.h"
#include "runtime/workflow/run_context.h"
#include "runtime/workflow/task_result.h"

namespace groundhog::workflow {

// The code did all that the history says, and nothing else.
struct Replayed {
  bool closed = false;  // whether the history ends the run
  // Of an open history that ends in WorkflowTaskStarted: what the code would answer.
  history::Commands next = {};
};

// TaskFailure: the code threw, or the workflow is not registered, or the events are no history.
using ReplayResult = std::variant<Replayed, TaskFailure, Nondeterminism>;

ReplayResult Replay(const WorkflowRegistry& registry, const history::EventHistory& history,
                    RunContext context = {});

}  // namespace groundhog::workflow
