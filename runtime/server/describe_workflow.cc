// DescribeWorkflowExecution and ListWorkflowExecutions: what the store knows of the runs.
#include <algorithm>

#include "runtime/history/search_attributes.h"
#include "runtime/server/handlers.h"

namespace groundhog::server {
namespace {

protocol::WorkflowExecutionInfo InfoOf(const RunRecord& record) {
  const RunStart& start = *record.start;
  const ExecutionInfo& info = record.state.info;
  protocol::WorkflowExecutionInfo told{
      .execution = {.workflow_id = start.workflow_id, .run_id = start.run_id},
      .workflow_type = start.event->workflow_type,
      .task_queue = start.event->task_queue.name,
      .status = info.status,
      .start_time = info.start_time,
      .execution_time = info.first_task_time,
      .history_length = static_cast<std::int64_t>(record.history.size()),
      .history_size_bytes = info.history_bytes,
      .first_run_id = start.event->first_execution_run_id,
      .memo = MemoOf(start, info),
      .search_attributes = SearchAttributesOf(start, info)};
  if (info.properties && !info.properties->build_ids.empty()) {
    constexpr KeywordListKey kBuildIds{"BuildIds"};
    const SearchAttributeUpdate build_ids = kBuildIds.ValueSet(info.properties->build_ids);
    history::Put(told.search_attributes, build_ids.name(), build_ids.payload());
  }
  if (!info.running()) told.close_time = info.close_time;
  if (!start.event->parent_workflow_execution.workflow_id.empty()) {
    told.parent_execution = start.event->parent_workflow_execution;
    told.root_execution = start.event->root_workflow_execution;
  }
  return told;
}

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
    // Temporal subtracts time stamps too; after a timeout there is none to subtract (recorded README 10).
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

void Handle(Engine& engine, protocol::ListWorkflowExecutionsRequest& request, sim::Reply reply) {
  protocol::ListWorkflowExecutionsResponse response;
  const auto& runs = engine.durable().runs();
  for (auto record = runs.rbegin(); record != runs.rend(); ++record) {
    if (record->deleted) continue;
    if (!request.status || record->state.info.status == *request.status) {
      response.executions.push_back(InfoOf(*record));
    }
  }
  // The newest start first; of equal ones the one that was accepted last, which is where it stands.
  std::stable_sort(response.executions.begin(), response.executions.end(),
                   [](const auto& a, const auto& b) { return a.start_time > b.start_time; });
  engine.Answer(reply, std::move(response));
}

}  // namespace groundhog::server
