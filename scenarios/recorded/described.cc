#include "scenarios/recorded/described.h"

#include <cmath>
#include <string>

#include <fmt/format.h>

#include "runtime/history/spelling.h"

namespace groundhog::recorded {
namespace {

using history::Timestamp;
using nlohmann::json;
using protocol::PendingActivityInfo;
using protocol::PendingActivityState;

std::string NameOfState(PendingActivityState state) {
  switch (state) {
    case PendingActivityState::kScheduled:
      return "PENDING_ACTIVITY_STATE_SCHEDULED";
    case PendingActivityState::kStarted:
      return "PENDING_ACTIVITY_STATE_STARTED";
    case PendingActivityState::kCancelRequested:
      return "PENDING_ACTIVITY_STATE_CANCEL_REQUESTED";
    case PendingActivityState::kPaused:
      return "PENDING_ACTIVITY_STATE_PAUSED";
    case PendingActivityState::kPauseRequested:
      return "PENDING_ACTIVITY_STATE_PAUSE_REQUESTED";
  }
  return {};
}

double InSeconds(history::Duration length) { return static_cast<double>(length.count()) / 1e9; }

json SecondsFromNow(const PendingActivityInfo& activity, Timestamp now) {
  json seconds = json::object();
  const auto add = [&](const char* name, const std::optional<Timestamp>& time) {
    if (time) seconds[name] = std::round(InSeconds(*time - now) * 1000) / 1000;
  };
  add("scheduled_time", activity.scheduled_time);
  add("last_started_time", activity.last_started_time);
  add("last_attempt_complete_time", activity.last_attempt_complete_time);
  add("next_attempt_schedule_time", activity.next_attempt_schedule_time);
  add("last_heartbeat_time", activity.last_heartbeat_time);
  return seconds;
}

json DescribeFailure(const history::Failure& failure) {
  json described = {{"message", failure.message}};
  if (!failure.source.empty()) described["source"] = failure.source;
  if (const auto* application = std::get_if<history::ApplicationFailureInfo>(&failure.info)) {
    described["applicationFailureInfo"] = {{"type", application->type}};
    if (application->non_retryable) described["applicationFailureInfo"]["nonRetryable"] = true;
    if (application->next_retry_delay) {
      described["applicationFailureInfo"]["nextRetryDelay"] =
          fmt::format("{:.3f}s", InSeconds(*application->next_retry_delay));
    }
  }
  if (const auto* timeout = std::get_if<history::TimeoutFailureInfo>(&failure.info)) {
    described["timeoutFailureInfo"] = {
        {"timeoutType", fmt::format("TIMEOUT_TYPE_{}", NameOf(timeout->timeout_type))}};
  }
  if (failure.cause) described["cause"] = DescribeFailure(*failure.cause);
  return described;
}

json DescribePayloads(const history::Payloads& payloads) {
  json described = json::array();
  for (const history::Payload& payload : payloads) {
    described.push_back({{"metadata", {{"encoding", history::FormatBase64(payload.encoding())}}},
                         {"data", history::FormatBase64(payload.data())}});
  }
  return {{"payloads", std::move(described)}};
}

json DescribeActivity(const PendingActivityInfo& activity, Timestamp now) {
  json described = {{"activityId", activity.activity_id},
                    {"activityType", {{"name", activity.activity_type}}},
                    {"state", NameOfState(activity.state)},
                    {"attempt", activity.attempt},
                    {"seconds_from_now", SecondsFromNow(activity, now)}};
  if (activity.maximum_attempts != 0) described["maximumAttempts"] = activity.maximum_attempts;
  if (!activity.last_worker_identity.empty()) {
    described["lastWorkerIdentity"] = activity.last_worker_identity;
  }
  if (activity.current_retry_interval) {
    described["currentRetryInterval"] =
        fmt::format("{:.9f}s", InSeconds(*activity.current_retry_interval));
  }
  if (activity.paused) described["paused"] = true;
  if (!activity.heartbeat_details.empty()) {
    described["heartbeatDetails"] = DescribePayloads(activity.heartbeat_details);
  }
  if (activity.last_failure) described["lastFailure"] = DescribeFailure(*activity.last_failure);
  return described;
}

}  // namespace

json DescribedAsRecorded(const protocol::DescribeWorkflowExecutionResponse& described,
                         Timestamp now) {
  json fact = {
      {"status", fmt::format("WORKFLOW_EXECUTION_STATUS_{}", NameOf(described.info.status))},
      {"pendingActivities", json::array()}};
  for (const PendingActivityInfo& activity : described.pending_activities) {
    fact["pendingActivities"].push_back(DescribeActivity(activity, now));
  }
  if (described.pending_workflow_task) {
    fact["pendingWorkflowTask"] = {{"state", described.pending_workflow_task->started
                                                 ? "PENDING_WORKFLOW_TASK_STATE_STARTED"
                                                 : "PENDING_WORKFLOW_TASK_STATE_SCHEDULED"},
                                   {"attempt", described.pending_workflow_task->attempt}};
  }
  return fact;
}

}  // namespace groundhog::recorded
