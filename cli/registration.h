// What a binary of this command line must define: its scenarios and its workflows.
//
//     #include "cli/registration.h"
//     namespace groundhog::cli {
//     Scenarios RegisteredScenarios() {
//       return {MakeScenario<OrderScenario>("order", "one order, one courier")};
//     }
//     workflow::WorkflowRegistry RegisteredWorkflows() {
//       return {workflow::Register<Order>(kOrder)};
//     }
//     }
//
// Link it with groundhog::main, which has `main`. The bundled binary's definitions stand in
// scenarios/registration.cc.
#pragma once

#include "runtime/workflow/registry.h"
#include "world/scenario.h"

namespace groundhog::cli {

Scenarios RegisteredScenarios();
// What `replay` runs recorded histories against.
workflow::WorkflowRegistry RegisteredWorkflows();

}  // namespace groundhog::cli
