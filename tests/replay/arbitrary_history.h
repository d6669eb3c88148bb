// Histories for rapidcheck: every event type, every field, any value that JSON can carry. They read
// and write well, but they make no sense as histories (references point anywhere).
#pragma once

#include "runtime/history/event.h"

namespace groundhog::replay {

// To be called inside a property; ids run from 1.
history::EventHistory ArbitraryHistory();

}  // namespace groundhog::replay
