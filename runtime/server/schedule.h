// ScheduleRecord: a schedule as the server keeps it (SEMANTICS f.12). One value, replaced as a
// whole by each transaction that changes it.
//
// What it holds does not grow with what it has done: ten recent actions, the runs that are open, a
// buffer of at most a thousand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/protocol/schedule.h"
#include "runtime/server/execution.h"

namespace groundhog::server {

// Schedules are numbered in the order of their creation. The number never leaves the server.
using ScheduleNumber = std::uint32_t;

using protocol::ScheduleOverlapPolicy;

// An action whose time has come.
struct BufferedStart {
  Timestamp nominal_time = {};
  Timestamp actual_time = {};
  // The schedule's, as it is when it is looked at.
  ScheduleOverlapPolicy overlap = ScheduleOverlapPolicy::kUnspecified;
  bool manual = false;  // a trigger, or of a backfill: not paused, not limited
};

struct RecentAction {
  Timestamp scheduled_at = {};
  Timestamp started_at = {};
  Shared<RunStart> run = {};
  history::WorkflowExecutionStatus status = history::WorkflowExecutionStatus::kRunning;
};

// Counters and flags, which no describe shows otherwise than they are.
struct ScheduleCounts {
  std::int64_t actions = 0;
  std::int64_t missed_catchup_window = 0;
  std::int64_t skipped_overlap = 0;
  std::int64_t dropped = 0;
};

struct ScheduleRecord {
  std::string id = {};
  std::string request_id = {};  // of its creation
  // Its spec is canonical; its state is `state`'s business.
  Shared<protocol::Schedule> schedule = {};
  protocol::ScheduleState state = {};
  ScheduleCounts counts = {};
  Timestamp created_at = {};
  std::optional<Timestamp> updated_at = {};
  // Times up to this one have been dealt with.
  Timestamp processed_until = {};
  std::int64_t conflict_token = 1;

  std::vector<BufferedStart> buffered = {};
  // Taken out of the buffer, to be started next: one in a transaction. Those of kAllowAll first.
  std::vector<BufferedStart> ready = {};
  // What is left of them; from `start_at` on, exclusive.
  std::vector<protocol::ScheduleBackfill> backfills = {};

  std::vector<Shared<RunStart>> running = {};  // the first runs of their chains
  std::vector<RecentAction> recent = {};
  // For the next run.
  history::Payloads last_completion_result = {};
  FailurePtr continued_failure = {};

  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
  Shared<std::vector<std::string>> request_ids = {};  // of the latest changes: each is made once

  ScheduleOverlapPolicy OverlapOf(ScheduleOverlapPolicy wanted) const {
    return wanted == ScheduleOverlapPolicy::kUnspecified ? schedule->policy.overlap : wanted;
  }
  bool MayAct(bool manual) const {
    if (manual) return true;
    return !state.paused && (!state.limited_actions || state.remaining_actions > 0);
  }
};

}  // namespace groundhog::server
