// Script: carries out a plan: the client that starts a program in this way or that,
// and then does this or that to it.
#pragma once

#include "runtime/client/client.h"
#include "sim/coro.h"
#include "tests/random_workflows/plan.h"

namespace groundhog::random_workflows {

// Whether it was done, of each deed, is marked in the world (World::Sometimes).
sim::Coro<void> RunPlan(World& world, client::Client& client, Plan plan);

}  // namespace groundhog::random_workflows
