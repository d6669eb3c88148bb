// Attempt: a client's call that may come too late, or be impossible, which is an answer as well.
#pragma once

#include "sim/coro.h"

namespace groundhog::random_workflows {

// Whether it could be done.
sim::Coro<bool> Attempt(sim::Coro<void> call);

}  // namespace groundhog::random_workflows
