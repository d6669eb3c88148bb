// RespondActivityTaskCompleted, …Failed, …Canceled and RecordActivityTaskHeartbeat (SEMANTICS b.4, c.3, c.4, recorded README 13).
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/activity.h"
#include "runtime/server/handlers.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

// The run whose activity the token is of, still in the attempt that the token was given for; else why not.
absl::StatusOr<Run*> FindRunning(Engine& engine, const protocol::ActivityTaskToken& token) {
  absl::StatusOr<Run*> run = engine.FindOpen(token.execution);
  if (!run.ok()) return run;
  const auto& activities = (*run)->state.activities;
  const auto found = activities.find(token.scheduled_event_id);
  if (found == activities.end() || !found->second.is_started() ||
      found->second.attempt != token.attempt ||
      found->second.start_version != token.start_version) {
    return protocol::ActivityTaskNotFound();
  }
  return run;
}

template <class Response>
void Settle(Engine& engine, Transition& t, sim::Reply& reply) {
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, Response{});
  engine.FollowUp(t);
}

}  // namespace

void Handle(Engine& engine, protocol::RespondActivityTaskCompletedRequest& request,
            sim::Reply reply) {
  const absl::StatusOr<Run*> run = FindRunning(engine, request.token);
  if (!run.ok()) return engine.Refuse(reply, run.status());
  Transition t = engine.Begin(**run);
  PendingActivity& activity = *FindActivity(t, request.token.scheduled_event_id);
  const sim::Symbol cause = engine.causes().ActivityCompleted(activity.type);
  CompleteActivity(t, activity, std::move(request.result), std::move(request.identity));
  WantWorkflowTask(t, cause);
  Settle<protocol::RespondActivityTaskCompletedResponse>(engine, t, reply);
}

void Handle(Engine& engine, protocol::RespondActivityTaskFailedRequest& request, sim::Reply reply) {
  const absl::StatusOr<Run*> run = FindRunning(engine, request.token);
  if (!run.ok()) return engine.Refuse(reply, run.status());
  Transition t = engine.Begin(**run);
  PendingActivity& activity = *FindActivity(t, request.token.scheduled_event_id);
  const sim::Symbol cause = engine.causes().ActivityFailed(activity.type);
  if (request.last_heartbeat_details) {
    activity.heartbeat_details = std::move(*request.last_heartbeat_details);
  }
  if (FailActivity(t, activity, std::move(request.failure), std::move(request.identity))) {
    WantWorkflowTask(t, cause);
  }
  Settle<protocol::RespondActivityTaskFailedResponse>(engine, t, reply);
}

void Handle(Engine& engine, protocol::RespondActivityTaskCanceledRequest& request,
            sim::Reply reply) {
  const absl::StatusOr<Run*> run = FindRunning(engine, request.token);
  if (!run.ok()) return engine.Refuse(reply, run.status());
  Transition t = engine.Begin(**run);
  PendingActivity& activity = *FindActivity(t, request.token.scheduled_event_id);
  if (!activity.cancel_requested) {
    return engine.Refuse(reply, protocol::ActivityCancelNotRequested());
  }
  const sim::Symbol cause = engine.causes().ActivityCanceled(activity.type);
  CancelActivity(t, activity, std::move(request.details), std::move(request.identity));
  WantWorkflowTask(t, cause);
  Settle<protocol::RespondActivityTaskCanceledResponse>(engine, t, reply);
}

void Handle(Engine& engine, protocol::RecordActivityTaskHeartbeatRequest& request,
            sim::Reply reply) {
  const absl::StatusOr<Run*> run = FindRunning(engine, request.token);
  if (!run.ok()) return engine.Refuse(reply, run.status());
  Transition t = engine.Begin(**run);
  PendingActivity& activity = *FindActivity(t, request.token.scheduled_event_id);
  HeartbeatActivity(t, activity, std::move(request.details));
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, protocol::RecordActivityTaskHeartbeatResponse{
                           .cancel_requested = activity.cancel_requested});
  engine.FollowUp(t);
}

}  // namespace groundhog::server
