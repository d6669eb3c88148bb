// Schedules: what starts workflows at times (SEMANTICS f.12), and what a client says of them to the
// server. Names are Temporal's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/schedule_spec.h"
#include "runtime/protocol/start_workflow.h"

namespace groundhog::protocol {

using history::ScheduleSpec;

// What becomes of an action while the run of an earlier one is open.
enum class ScheduleOverlapPolicy : std::uint8_t {
  kUnspecified,     // the schedule's; of a schedule: kSkip
  kSkip,            // it does not take place
  kBufferOne,       // the first one waits for the end of the run, others do not take place
  kBufferAll,       // all wait, one after the other
  kCancelOther,     // the run is asked to cancel; the action waits for its end
  kTerminateOther,  // the run is terminated
  kAllowAll,  // it takes place at once, is in nobody's way, and passes nothing on to the next one
};

// The workflow to be started.
struct ScheduleAction {
  std::string workflow_id = {};  // the time is appended to it: "job-2026-11-23T00:53:15Z"
  std::string workflow_type = {};
  std::string task_queue = {};
  history::Payloads input = {};
  Duration workflow_execution_timeout{0};
  Duration workflow_run_timeout{0};
  Duration workflow_task_timeout{0};
  std::optional<history::RetryPolicy> retry_policy = {};
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
  history::PayloadMap header = {};
  history::UserMetadataPtr user_metadata = {};
};

struct SchedulePolicy {
  ScheduleOverlapPolicy overlap = ScheduleOverlapPolicy::kUnspecified;
  // An action that could not take place in time, as the server was down, does so if it is not later
  // than this. 0: 365 days; at least 10 s.
  Duration catchup_window{0};
  bool pause_on_failure = false;           // when a run has failed or timed out
  bool keep_original_workflow_id = false;  // no time is appended
};

struct ScheduleState {
  std::string note = {};
  bool paused = false;
  // Then only so many take place; triggers and backfills do not count.
  bool limited_actions = false;
  std::int64_t remaining_actions = 0;
};

struct Schedule {
  ScheduleAction action = {};
  ScheduleSpec spec = {};
  SchedulePolicy policy = {};
  ScheduleState state = {};
};

// All times of the spec from `start_at` to `end_at`, as if they were now.
struct ScheduleBackfill {
  Timestamp start_at = {};  // included
  Timestamp end_at = {};    // included
  ScheduleOverlapPolicy overlap = ScheduleOverlapPolicy::kUnspecified;
};
struct TriggerImmediately {
  ScheduleOverlapPolicy overlap = ScheduleOverlapPolicy::kUnspecified;
};
struct SchedulePatch {
  std::optional<TriggerImmediately> trigger = {};
  std::vector<ScheduleBackfill> backfill = {};
  std::string pause = {};    // the note to pause with; empty: does not pause
  std::string unpause = {};  // likewise
};

struct ScheduleActionResult {
  Timestamp scheduled_at = {};
  Timestamp started_at = {};
  WorkflowExecution workflow = {};  // its first run
  history::WorkflowExecutionStatus status = history::WorkflowExecutionStatus::kRunning;
};
struct ScheduleInfo {
  std::int64_t num_actions = 0;
  std::int64_t num_actions_missed_catchup_window = 0;
  std::int64_t num_actions_skipped_overlap = 0;
  std::int64_t num_actions_dropped = 0;  // the buffer was full
  std::int64_t buffer_size = 0;
  std::vector<WorkflowExecution> running_actions = {};    // without those of kAllowAll
  std::vector<ScheduleActionResult> recent_actions = {};  // the last ten
  std::vector<Timestamp> next_action_times = {};          // the next ten
  Timestamp created_at = {};
  std::optional<Timestamp> last_updated_at = {};
};

struct CreateScheduleResponse {
  std::int64_t conflict_token = 0;
};
struct CreateScheduleRequest {
  using Response = CreateScheduleResponse;
  static constexpr std::string_view kName = "CreateSchedule";
  std::string schedule_id = {};
  Schedule schedule = {};
  SchedulePatch initial_patch = {};
  std::string request_id = {};
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
};

struct DescribeScheduleResponse {
  Schedule schedule = {};
  ScheduleInfo info = {};
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
  std::int64_t conflict_token = 0;  // changes with each change of the schedule
};
struct DescribeScheduleRequest {
  using Response = DescribeScheduleResponse;
  static constexpr std::string_view kName = "DescribeSchedule";
  std::string schedule_id = {};
};

struct UpdateScheduleResponse {};
struct UpdateScheduleRequest {
  using Response = UpdateScheduleResponse;
  static constexpr std::string_view kName = "UpdateSchedule";
  std::string schedule_id = {};
  Schedule schedule = {};
  // 0: whatever the schedule is by now; else it must be as it was described.
  std::int64_t conflict_token = 0;
  std::string request_id = {};
  std::optional<history::PayloadMap> search_attributes = {};  // none: they stay
};

struct PatchScheduleResponse {};
struct PatchScheduleRequest {
  using Response = PatchScheduleResponse;
  static constexpr std::string_view kName = "PatchSchedule";
  std::string schedule_id = {};
  SchedulePatch patch = {};
  std::string request_id = {};
};

// Runs that were started go on.
struct DeleteScheduleResponse {};
struct DeleteScheduleRequest {
  using Response = DeleteScheduleResponse;
  static constexpr std::string_view kName = "DeleteSchedule";
  std::string schedule_id = {};
};

struct ListScheduleMatchingTimesResponse {
  std::vector<Timestamp> times = {};  // with their jitter; at most 1,000
};
struct ListScheduleMatchingTimesRequest {
  using Response = ListScheduleMatchingTimesResponse;
  static constexpr std::string_view kName = "ListScheduleMatchingTimes";
  std::string schedule_id = {};
  Timestamp start_time = {};  // not included
  Timestamp end_time = {};
};

struct ScheduleListEntry {
  std::string schedule_id = {};
  ScheduleSpec spec = {};
  std::string workflow_type = {};
  std::string note = {};
  bool paused = false;
  std::vector<ScheduleActionResult> recent_actions = {};  // the last five
  std::vector<Timestamp> next_action_times = {};          // the next five
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
};
struct ListSchedulesResponse {
  std::vector<ScheduleListEntry> schedules = {};  // in the order of their ids
  std::string next_page_token = {};               // empty: there is no further page
};
struct ListSchedulesRequest {
  using Response = ListSchedulesResponse;
  static constexpr std::string_view kName = "ListSchedules";
  std::int32_t maximum_page_size = 0;  // 0: the most, 1000
  std::string next_page_token = {};
};

}  // namespace groundhog::protocol
