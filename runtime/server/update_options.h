// An override of a run's versioning: whether it may be made.
#pragma once

#include <string>

#include <absl/status/status.h>

#include "runtime/history/versioning.h"
#include "runtime/server/persistence.h"

namespace groundhog::server {

// InvalidArgument, or FailedPrecondition if no worker of the version polls the run's task queue.
absl::Status CheckOverride(const Durable& durable, const history::VersioningOverride& said,
                           const std::string& task_queue);

}  // namespace groundhog::server
