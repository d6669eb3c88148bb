// StartWorkflowExecution and SignalWithStartWorkflowExecution:
// what a new run is to be (SEMANTICS f.1, f.10).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/command.h"
#include "runtime/history/event.h"

namespace groundhog::protocol {

using history::Duration;
using history::EventId;
using history::Timestamp;
using history::WorkflowExecution;

struct PollWorkflowTaskQueueResponse;

struct StartWorkflowExecutionResponse {
  std::string run_id = {};
  std::string first_execution_run_id = {};  // of the chain that the run belongs to
  bool started = true;                      // false: USE_EXISTING found a running one
  // The first task, started, if it was asked for and the run has one at once; null otherwise.
  std::shared_ptr<const PollWorkflowTaskQueueResponse> eager_workflow_task = {};
};
struct StartWorkflowExecutionRequest {
  using Response = StartWorkflowExecutionResponse;
  static constexpr std::string_view kName = "StartWorkflowExecution";
  std::string workflow_id = {};
  std::string workflow_type = {};
  std::string task_queue = {};
  history::Payloads input = {};
  Duration workflow_execution_timeout{0};
  Duration workflow_run_timeout{0};
  Duration workflow_task_timeout{0};
  Duration workflow_start_delay{0};
  std::string identity = {};
  std::string request_id = {};
  history::WorkflowIdReusePolicy id_reuse_policy = history::WorkflowIdReusePolicy::kUnspecified;
  history::WorkflowIdConflictPolicy id_conflict_policy =
      history::WorkflowIdConflictPolicy::kUnspecified;
  std::optional<history::RetryPolicy> retry_policy = {};  // none: a failed run is not tried again
  std::string cron_schedule = {};                         // history/cron_schedule.h
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
  history::PayloadMap header = {};
  history::UserMetadataPtr user_metadata = {};
  bool request_eager_execution = false;  // a worker beside the caller has room for the first task
  history::Shared<history::VersioningOverride> versioning_override = {};  // null: none
};

// Signals the workflow's current run, or starts one that has the signal from the beginning.
struct SignalWithStartWorkflowExecutionResponse {
  std::string run_id = {};
  std::string first_execution_run_id = {};
  bool started = true;
};
struct SignalWithStartWorkflowExecutionRequest {
  using Response = SignalWithStartWorkflowExecutionResponse;
  static constexpr std::string_view kName = "SignalWithStartWorkflowExecution";
  StartWorkflowExecutionRequest start = {};  // conflict policy unspecified means USE_EXISTING
  std::string signal_name = {};
  history::Payloads signal_input = {};
};

}  // namespace groundhog::protocol
