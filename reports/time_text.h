// Virtual time as people read it: relative to the start of the simulation, and lengths in words.
#pragma once

#include <string>

#include "sim/time.h"

namespace groundhog::reports {

// "5.003 s", "1:30.500", "2:05:00.000", "3 d 02:05:00": to the millisecond, the rest is cut.
std::string TimeText(sim::Duration since_start);
// "500 ms", "5 s", "1.25 s", "1 min 30 s", "2 h", "1 d 4 h": exact down to a microsecond.
std::string LengthText(sim::Duration length);

}  // namespace groundhog::reports
