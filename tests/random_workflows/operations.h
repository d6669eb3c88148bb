// What a client does that is not about one workflow: each in one of six ways.
#pragma once

#include "runtime/client/client.h"
#include "sim/coro.h"
#include "tests/random_workflows/plan.h"

namespace groundhog::random_workflows {

// A schedule that starts the plan's program; it is changed, and deleted, or it ends by itself.
sim::Coro<void> KeepSchedule(client::Client& client, const Plan& plan, int how);
// An operation on many workflows.
sim::Coro<void> RunBatch(client::Client& client, const Plan& plan, int how);
// Closed runs of the plan's namespace are kept for so long.
sim::Coro<void> Retain(client::Client& client, const Plan& plan, int how);

}  // namespace groundhog::random_workflows
