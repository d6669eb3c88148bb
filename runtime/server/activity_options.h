// What the server makes of the timeouts and the policy that a workflow
// gave an activity (SEMANTICS c.1, b.1).
#pragma once

#include <absl/status/status.h>

#include "runtime/history/command.h"

namespace groundhog::server {

// Fills in and caps. InvalidArgument with Temporal's text if the
// command can't be accepted. A run timeout of 0 is none.
absl::Status NormalizeActivity(history::ScheduleActivityTask& command,
                               history::Duration run_timeout, const std::string& default_queue);

}  // namespace groundhog::server
