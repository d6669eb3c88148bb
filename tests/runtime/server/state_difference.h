// DifferenceFromHistory: where a run's stored state says otherwise than its history.
//
//     CHECK(DifferenceFromHistory(world.durable().run(0), world.symbols()) == "");
//
// The state is a summary of the history and of what leaves no event: attempts, heartbeats,
// stickiness, transient and speculative tasks. So all but that has to be what rebuild.h makes of
// the events and of those that wait in the buffer. Of a run that a reset made, activities and start
// count from the reset, and requests that were pending there are the new run's own.
#pragma once

#include <string>

#include "runtime/server/persistence.h"
#include "sim/symbol.h"

namespace groundhog::server::testing {

// Empty if there is none. Of a closed run nothing may be pending but children that are to be told.
std::string DifferenceFromHistory(const RunRecord& run, sim::SymbolTable& symbols);

}  // namespace groundhog::server::testing
