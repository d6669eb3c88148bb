#include "runtime/server/activity_options.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "runtime/history/retry.h"
#include "runtime/server/commands.h"

namespace groundhog::server {
namespace {

using history::Duration;

absl::Status CheckNames(const history::ScheduleActivityTask& command) {
  if (command.activity_id.empty()) return absl::InvalidArgumentError("activityId is not set");
  if (command.activity_type.empty()) return absl::InvalidArgumentError("activityType is not set");
  if (command.activity_id.size() > kLongestName) {
    return absl::InvalidArgumentError(
        fmt::format("activityId exceeds length limit. Length={} Limit={}",
                    command.activity_id.size(), kLongestName));
  }
  if (command.activity_type.size() > kLongestName) {
    return absl::InvalidArgumentError(
        fmt::format("activityType exceeds length limit. Length={} Limit={}",
                    command.activity_type.size(), kLongestName));
  }
  return absl::OkStatus();
}

absl::Status CheckNotNegative(Duration duration, std::string_view name) {
  if (duration.count() >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("invalid {}: negative duration", name));
}

absl::Status CheckDurations(const history::ScheduleActivityTask& command) {
  absl::Status status =
      CheckNotNegative(command.schedule_to_close_timeout, "ScheduleToCloseTimeout");
  status.Update(CheckNotNegative(command.schedule_to_start_timeout, "ScheduleToStartTimeout"));
  status.Update(CheckNotNegative(command.start_to_close_timeout, "StartToCloseTimeout"));
  status.Update(CheckNotNegative(command.heartbeat_timeout, "HeartbeatTimeout"));
  return status;
}

// The smaller one, where 0 means "not set".
Duration OrCappedBy(Duration duration, Duration cap) {
  return duration.count() == 0 ? cap : std::min(duration, cap);
}

void Cap(Duration& duration, Duration cap) { duration = std::min(duration, cap); }

}  // namespace

absl::Status NormalizeActivity(history::ScheduleActivityTask& command, Duration run_timeout,
                               const std::string& default_queue) {
  if (absl::Status status = CheckNames(command); !status.ok()) return status;
  if (absl::Status status = CheckDurations(command); !status.ok()) return status;
  if (command.task_queue.empty()) command.task_queue = default_queue;

  Duration& schedule_to_close = command.schedule_to_close_timeout;
  Duration& schedule_to_start = command.schedule_to_start_timeout;
  Duration& start_to_close = command.start_to_close_timeout;
  if (schedule_to_close.count() > 0) {
    schedule_to_start = OrCappedBy(schedule_to_start, schedule_to_close);
    start_to_close = OrCappedBy(start_to_close, schedule_to_close);
  } else if (start_to_close.count() > 0) {
    schedule_to_close = run_timeout;
    if (schedule_to_start.count() == 0) schedule_to_start = run_timeout;
  } else {
    return absl::InvalidArgumentError(
        fmt::format("a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the "
                    "activity. ActivityId={} ActivityType={}",
                    command.activity_id, command.activity_type));
  }
  if (run_timeout.count() > 0) {
    Cap(schedule_to_close, run_timeout);
    Cap(schedule_to_start, run_timeout);
    Cap(start_to_close, run_timeout);
    Cap(command.heartbeat_timeout, run_timeout);
  }
  Cap(command.heartbeat_timeout, start_to_close);

  if (!command.retry_policy) command.retry_policy.emplace();
  if (absl::Status status = history::ValidateRetryPolicy(*command.retry_policy); !status.ok()) {
    return status;
  }
  command.retry_policy = history::WithDefaults(std::move(*command.retry_policy));
  return absl::OkStatus();
}

}  // namespace groundhog::server
