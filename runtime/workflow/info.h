// What a workflow may ask about itself: Info(), Now(), IsCancelRequested(). All of it is the same
// at every replay, but for is_replaying.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/history/event.h"
#include "runtime/history/time.h"

namespace groundhog::workflow {

// The texts are the run's own: valid as long as the run.
struct WorkflowInfo {
  std::string_view workflow_id;
  std::string_view run_id;
  std::string_view workflow_type;
  std::string_view task_queue;
  std::string_view first_execution_run_id;
  std::string_view cron_schedule;
  std::int32_t attempt = 1;
  history::Timestamp start_time = {};
  history::Duration run_timeout{0};
  history::Duration execution_timeout{0};
  history::Duration task_timeout{0};
  history::EventId history_length = 0;  // events up to the start of this Workflow Task
  std::int64_t history_size_bytes = 0;
  bool continue_as_new_suggested = false;
  bool is_replaying = false;
};

WorkflowInfo Info();

// The time at which this Workflow Task started. It does not move while the code runs.
history::Timestamp Now();

// Whether somebody asked this workflow to cancel, now or earlier.
bool IsCancelRequested();

}  // namespace groundhog::workflow
