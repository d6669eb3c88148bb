// LocalActivityTask: what a run asks its driver (a worker) to execute without the server, and
// LocalActivityResolution: what came of it (SEMANTICS d.6, f.8).
//
// The driver tries again by itself while the back-off is at most `local_retry_threshold`; a longer
// one it reports as `backoff`, and the run waits by a timer. Timeouts that are zero do not exist.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/history/attribute_parts.h"
#include "runtime/history/failure.h"
#include "runtime/history/payload.h"
#include "runtime/history/retry_policy.h"
#include "runtime/history/time.h"

namespace groundhog::workflow {

struct LocalActivityTask {
  std::uint32_t seq = 0;  // names it within its run
  std::int32_t attempt = 1;
  std::string activity_id = {};
  std::string activity_type = {};
  history::PayloadMap header = {};
  history::Payloads input = {};
  history::Duration schedule_to_close_timeout{0};
  history::Duration schedule_to_start_timeout{0};
  history::Duration start_to_close_timeout{0};
  history::RetryPolicy retry_policy = {};
  history::Duration local_retry_threshold{0};
  // When its first attempt was asked for, if that was before this task.
  std::optional<history::Timestamp> original_schedule_time = {};
};

struct LocalActivityResolution {
  std::uint32_t seq = 0;
  std::int32_t attempt = 1;
  history::Payloads result = {};
  history::FailurePtr failure = {};  // null: it completed
  std::optional<history::Duration> backoff = {};
  history::Timestamp complete_time = {};
  history::Timestamp original_schedule_time = {};
};

}  // namespace groundhog::workflow
