// ResetWorkflowExecution: a new run that begins with a part of another
// one's history (SEMANTICS f.11).
#pragma once

#include <string>
#include <string_view>

#include "runtime/history/event.h"

namespace groundhog::protocol {

struct ResetWorkflowExecutionResponse {
  std::string run_id = {};
};
struct ResetWorkflowExecutionRequest {
  using Response = ResetWorkflowExecutionResponse;
  static constexpr std::string_view kName = "ResetWorkflowExecution";
  // The run whose history it is; without a run id the current one.
  history::WorkflowExecution execution = {};
  std::string reason = {};
  // The new run has the events before this one, which ended a workflow task, or could have.
  history::EventId workflow_task_finish_event_id = 0;
  std::string request_id = {};
  // What came after that event is brought to the new run again, unless it is excluded.
  bool exclude_signals = false;
  bool exclude_updates = false;
};

}  // namespace groundhog::protocol
