// When the server could act, and when it could not: what excuses a timeout that fires late.
#pragma once

#include <vector>

#include "properties/evidence.h"
#include "sim/symbol.h"
#include "sim/time.h"

namespace groundhog::properties {

// A server whose store refuses a transaction of a workflow, or answers "unknown", looks at that
// workflow again after so long.
inline constexpr sim::Duration kStoreTrouble = std::chrono::milliseconds(100);

// The first moment at which a server that does its duty has acted on something of `workflow` that
// was due at `deadline`: then, unless it was down, paused, or in trouble with its store; the end of
// time if it never came back. Reads the trace: to be asked only of what was late. The server is the
// process that says the facts.
sim::Time WhenServed(const sim::Trace& trace, sim::Symbol workflow, sim::Time deadline);

}  // namespace groundhog::properties
