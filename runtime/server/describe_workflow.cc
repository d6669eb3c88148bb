// DescribeWorkflowExecution: what the store knows of a run.
#include "runtime/server/handlers.h"
#include "runtime/server/visibility.h"

namespace groundhog::server {
namespace {

protocol::PendingChildExecutionInfo Tell(const PendingChild& child) {
  return {.execution = {.workflow_id = child.initiated->workflow_id, .run_id = child.first_run_id},
          .workflow_type = child.initiated->workflow_type,
          .initiated_id = child.initiated_event_id,
          .parent_close_policy = child.initiated->parent_close_policy};
}

protocol::PendingActivityState StateOf(const PendingActivity& activity) {
  if (activity.cancel_requested) return protocol::PendingActivityState::kCancelRequested;
  if (activity.pause) {
    return activity.is_started() ? protocol::PendingActivityState::kPauseRequested
                                 : protocol::PendingActivityState::kPaused;
  }
  return activity.is_started() ? protocol::PendingActivityState::kStarted
                               : protocol::PendingActivityState::kScheduled;
}

protocol::PendingActivityInfo Tell(const PendingActivity& activity, Timestamp now) {
  const history::ActivityTaskScheduled& scheduled = *activity.scheduled;
  protocol::PendingActivityInfo told{
      .activity_id = scheduled.activity_id,
      .activity_type = scheduled.activity_type,
      .state = StateOf(activity),
      .attempt = activity.attempt,
      .maximum_attempts = scheduled.retry_policy.maximum_attempts,
      .scheduled_time = activity.scheduled_time,
      .last_attempt_complete_time = activity.last_attempt_complete_time,
      .last_failure = activity.last_failure,
      .heartbeat_details = activity.heartbeat_details,
      .expiration_time = activity.expiration(),
      .task_queue = scheduled.task_queue.name,
      .schedule_to_close_timeout = scheduled.schedule_to_close_timeout,
      .schedule_to_start_timeout = scheduled.schedule_to_start_timeout,
      .start_to_close_timeout = scheduled.start_to_close_timeout,
      .heartbeat_timeout = scheduled.heartbeat_timeout,
      .retry_policy = scheduled.retry_policy};
  if (activity.last_heartbeat_time != Timestamp{}) {
    told.last_heartbeat_time = activity.last_heartbeat_time;
  }
  if (activity.pause) {
    told.paused = protocol::ActivityPauseInfo{.time = activity.pause->time,
                                              .identity = activity.pause->identity,
                                              .reason = activity.pause->reason};
  }
  if (activity.started) told.last_worker_identity = activity.started->identity;
  if (activity.is_started()) {
    told.last_started_time = activity.started_time;
    return told;
  }
  if (activity.attempt > 1 && activity.scheduled_time > now) {
    told.next_attempt_schedule_time = activity.scheduled_time;
    // Temporal subtracts time stamps too; after a timeout there is
    // none to subtract (recorded README 10).
    if (activity.last_attempt_complete_time) {
      told.current_retry_interval = activity.scheduled_time - *activity.last_attempt_complete_time;
    }
  }
  return told;
}

}  // namespace

void Handle(Engine& engine, protocol::DescribeWorkflowExecutionRequest& request, sim::Reply reply) {
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  const RunRecord& record = engine.durable().run(*index);
  protocol::DescribeWorkflowExecutionResponse response{
      .info = InfoOf(record), .user_metadata = record.history.front().user_metadata};
  for (const auto& [id, activity] : record.state.activities) {
    response.pending_activities.push_back(Tell(activity, engine.now()));
  }
  const Relations* relations = record.state.relations.get();
  if (relations != nullptr && record.state.info.running()) {
    for (const auto& [id, child] : relations->children) {
      response.pending_children.push_back(Tell(child));
    }
  }
  const WorkflowTask& task = record.state.info.workflow_task;
  if (task.phase != TaskPhase::kNone) {
    response.pending_workflow_task =
        protocol::PendingWorkflowTaskInfo{.started = task.phase == TaskPhase::kStarted,
                                          .attempt = task.attempt,
                                          .scheduled_time = task.scheduled_time};
  }
  engine.Answer(reply, std::move(response));
}

}  // namespace groundhog::server
