// The deletion of a run (SEMANTICS f.11, recorded README 11): asked for now,
// done half a minute later, over restarts.
#pragma once

#include "runtime/server/engine.h"

namespace groundhog::server {

// Reminds of the time, if the run is to be deleted.
void ArmDeletion(Engine& engine, RunIndex index);
// The time has come. REQUIRES: the run is closed.
void CarryOutDeletion(Engine& engine, const Deadline& deadline);

}  // namespace groundhog::server
