// UpdateWorkflowExecution and PollWorkflowExecutionUpdate (SEMANTICS f.3).
// Part of workflow_service.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/message.h"

namespace groundhog::protocol {

// Temporal's UpdateWorkflowExecutionLifecycleStage: how far an update has come,
// or how far a caller waits.
enum class UpdateStage : std::uint8_t { kUnspecified, kAdmitted, kAccepted, kCompleted };

struct UpdateWorkflowExecutionResponse {
  history::WorkflowExecution execution = {};
  std::string update_id = {};
  UpdateStage stage = UpdateStage::kUnspecified;
  // Of a completed one; a rejection is a failure.
  std::optional<history::UpdateOutcome> outcome = {};
};
struct UpdateWorkflowExecutionRequest {
  using Response = UpdateWorkflowExecutionResponse;
  static constexpr std::string_view kName = "UpdateWorkflowExecution";
  history::WorkflowExecution execution = {};
  // The chain that the run has to belong to; then the run id does not matter.
  std::string first_execution_run_id = {};
  UpdateStage wait_for = UpdateStage::kUnspecified;
  history::UpdateRequest request = {};
};

struct PollWorkflowExecutionUpdateRequest {
  using Response = UpdateWorkflowExecutionResponse;
  static constexpr std::string_view kName = "PollWorkflowExecutionUpdate";
  history::WorkflowExecution execution = {};
  std::string update_id = {};
  UpdateStage wait_for = UpdateStage::kUnspecified;
  std::string identity = {};
};

}  // namespace groundhog::protocol
