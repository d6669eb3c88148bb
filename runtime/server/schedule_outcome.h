// How the runs of a schedule ended, and what that means to it: pause on failure, what the next run
// is told (SEMANTICS f.12).
#pragma once

#include "runtime/server/engine.h"
#include "runtime/server/schedule.h"

namespace groundhog::server {

// Takes note of the runs that have ended since. Whether there were any.
bool NoteEnds(const Engine& engine, ScheduleRecord& record);

}  // namespace groundhog::server
