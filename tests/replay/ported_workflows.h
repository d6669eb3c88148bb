// The Python workflows of the recordings, ported to replay their histories.
#pragma once

#include <map>
#include <string>

#include "runtime/workflow/registry.h"

namespace groundhog::replay::testing {

// By the class that a recording names; the workflow type is in the history.
const std::map<std::string, workflow::WorkflowRegistration>& PortedWorkflows();

// Version B of the workflow "Versioned", which meets what version A has done.
workflow::WorkflowRegistration PortedVersionedB();

}  // namespace groundhog::replay::testing
