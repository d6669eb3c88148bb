// The Subject that users explore: a scenario, simulated whole and judged by all properties.
#pragma once

#include "explore/subject.h"
#include "world/scenario.h"
#include "world/simulation.h"

namespace groundhog::explore {

// The scenario is copied; what its `make` refers to must outlive the subjects.
SubjectFactory SubjectOf(ScenarioEntry scenario, SimulationOptions options = {});

}  // namespace groundhog::explore
