// CheckReplays: every history of a simulation, replayed as a worker that has it evicted after every
// task would: for each workflow task a new run gets the history up to that task, answers it, and
// goes on with the rest.
//
// The property `replay` replays each history whole, and task by task in one run. Here each cut is
// one: what is answered at the cut has to be what the history says that was answered, and the run
// has to go on from there.
#pragma once

#include "properties/evidence.h"
#include "properties/violation.h"

namespace groundhog::random_workflows {

void CheckReplays(const properties::Evidence& evidence, properties::Violations& found);

}  // namespace groundhog::random_workflows
