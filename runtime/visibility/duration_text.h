// How a list filter spells the length of an execution: nanoseconds, a duration as Go spells it with
// "d" for days besides, or hh:mm:ss.
#pragma once

#include <optional>
#include <string_view>

#include "runtime/history/time.h"

namespace groundhog::visibility {

// "300ms", "-1.5h", "2h45m", "1d", "01:30:00", "5000000000"; nothing if it is none of them or does
// not fit.
std::optional<history::Duration> ParseExecutionDuration(std::string_view text);

}  // namespace groundhog::visibility
