// The command line of a scenario binary (DESIGN §10).
//
// Exit status: 0 everything held; 1 a property was violated or a history does not replay; 2 the
// command line or an input is wrong (one message on standard error says where and what would be
// right); 3 Groundhog itself is at fault.
#pragma once

#include "runtime/workflow/registry.h"
#include "world/scenario.h"

namespace groundhog::cli {

struct Registered {
  Scenarios scenarios = {};
  workflow::WorkflowRegistry workflows = {};
};

int RunCommandLine(int argc, const char* const* argv, Registered registered);

}  // namespace groundhog::cli
