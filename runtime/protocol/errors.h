// The errors that Temporal's server answers with, as gRPC code and text. One place for the texts, because users match on them.
#pragma once

#include <string_view>

#include <absl/status/status.h>

namespace groundhog::protocol {

// SEMANTICS d.4, recorded README 2 and 14.
inline absl::Status WorkflowTaskNotFound() { return absl::NotFoundError("Workflow task not found."); }
// Recorded README 13.
inline absl::Status ActivityTaskNotFound() {
  return absl::NotFoundError(
      "invalid activityID or activity already timed out or invoking workflow is completed");
}
inline absl::Status WorkflowAlreadyCompleted() {
  return absl::NotFoundError("workflow execution already completed");
}
// SEMANTICS d.3.
inline absl::Status WorkflowClosing() {
  return absl::ResourceExhaustedError(
      "workflow operation can not be applied because workflow is closing");
}

}  // namespace groundhog::protocol
