// ExecuteMultiOperation in the one form that there is: start a workflow, if need be,
// and update it (SEMANTICS f.3).
//
// Temporal answers a failure with one status for each of the two; a client shows the one that is to
// blame, and that is what the answer here is.
#pragma once

#include <string_view>

#include "runtime/protocol/workflow_service.h"

namespace groundhog::protocol {

struct ExecuteMultiOperationResponse {
  StartWorkflowExecutionResponse start = {};
  UpdateWorkflowExecutionResponse update = {};
};
struct ExecuteMultiOperationRequest {
  using Response = ExecuteMultiOperationResponse;
  static constexpr std::string_view kName = "ExecuteMultiOperation";
  StartWorkflowExecutionRequest start = {};
  // Of start.workflow_id; its execution is not looked at.
  UpdateWorkflowExecutionRequest update = {};
};

}  // namespace groundhog::protocol
