// What a workflow may ask about itself: Info(), Now(), IsCancelRequested(). All of it is the same
// at every replay, but for is_replaying.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/history/converter.h"
#include "runtime/history/event.h"
#include "runtime/history/header.h"
#include "runtime/history/memo.h"
#include "runtime/history/search_attributes.h"
#include "runtime/history/time.h"

namespace groundhog::workflow {

struct WorkflowExecutionView {
  std::string_view workflow_id;
  std::string_view run_id;
  friend bool operator==(const WorkflowExecutionView&, const WorkflowExecutionView&) = default;
};

// The texts are the run's own: valid as long as the run.
struct WorkflowInfo {
  std::string_view workflow_id;
  std::string_view run_id;
  std::string_view workflow_type;
  std::string_view task_queue;
  std::string_view first_execution_run_id;  // of the chain
  std::string_view continued_run_id;        // the run before this one; empty if it is the first
  std::optional<WorkflowExecutionView> parent = {};  // of a child workflow
  std::optional<WorkflowExecutionView> root = {};    // of a child: where its tree of parents begins
  std::string_view cron_schedule;
  std::int32_t attempt = 1;
  history::Timestamp start_time = {};
  history::Duration run_timeout{0};
  history::Duration execution_timeout{0};
  history::Duration task_timeout{0};
  history::EventId history_length = 0;  // events up to the start of this Workflow Task
  std::int64_t history_size_bytes = 0;
  bool continue_as_new_suggested = false;
  // A pinned run could go on, as new, on another version of its deployment:
  // ContinueAsNewOptions::initial_versioning_behavior.
  bool target_worker_deployment_version_changed = false;
  bool is_replaying = false;
  std::optional<history::RetryPolicy> retry_policy = {};  // of the workflow itself
  Memo memo = {};                                         // both as they are now
  SearchAttributes search_attributes = {};
  Header header = {};  // that it was started with; of a handler's message: CurrentHeader()
};

WorkflowInfo Info();

// The time at which this Workflow Task started. It does not move while the code runs.
history::Timestamp Now();

// What the previous run of a cron workflow completed with; nothing if there is none.
template <class T>
std::optional<T> LastCompletionResult();

// Why the run before this one failed, if this one is its retry, or follows it by cron; else null.
history::FailurePtr LastFailure();

// Whether somebody asked this workflow to cancel, now or earlier.
bool IsCancelRequested();

namespace internal {
const history::Payloads& LastCompletionPayloads();
}  // namespace internal

template <class T>
std::optional<T> LastCompletionResult() {
  const history::Payloads& payloads = internal::LastCompletionPayloads();
  if (payloads.empty()) return std::nullopt;
  return history::FromPayload<T>(payloads.front());
}

}  // namespace groundhog::workflow
