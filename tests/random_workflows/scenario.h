// The scenario of random workflows: one or two programs (program.h), with clients that do to them
// whatever clients can do (script.h), and workers of any kind, which are restarted and redeployed
// (fleet.h): all of it drawn as inputs, so an explorer draws and shrinks it together with the
// faults.
//
//     Survives(Faults().WithInputs(), RandomRuns(2'000))
#pragma once

#include "explore/subject.h"
#include "world/scenario.h"

namespace groundhog::random_workflows {

ScenarioEntry RandomWorkflowsEntry();

// The scenario's simulations, judged by the built-in properties and by CheckReplays (replays.h).
explore::SubjectFactory RandomWorkflows();

}  // namespace groundhog::random_workflows
