// RespondActivityTaskCompleted, …Failed, …Canceled and RecordActivityTaskHeartbeat, by task token
// and by id (SEMANTICS b.4, c.3, c.4, recorded README 13).
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/activity.h"
#include "runtime/server/handlers.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

// The activity that a call is about, in an open run.
struct Found {
  Run* run;
  EventId scheduled_event_id;
};

// Still in the attempt that the token was given for; else why not.
absl::StatusOr<Found> Find(Engine& engine, const protocol::ActivityTaskToken& token) {
  const absl::StatusOr<Run*> run = engine.FindOpen(token.execution);
  if (!run.ok()) return run.status();
  const auto& activities = (*run)->state.activities;
  const auto found = activities.find(token.scheduled_event_id);
  if (found == activities.end() || !found->second.is_started() ||
      found->second.attempt != token.attempt ||
      found->second.start_version != token.start_version) {
    return protocol::ActivityTaskNotFound();
  }
  return Found{*run, token.scheduled_event_id};
}

// In whatever attempt.
absl::StatusOr<Found> Find(Engine& engine, const protocol::ActivityName& name) {
  const absl::StatusOr<Run*> run = engine.FindOpen(name.execution);
  if (!run.ok()) return run.status();
  for (const auto& [id, activity] : (*run)->state.activities) {
    if (activity.scheduled->activity_id == name.activity_id) return Found{*run, id};
  }
  return protocol::ActivityIdNotFound(name.activity_id);
}

// As Find; what has not been taken by a worker can be completed by its id, and nothing else
// (T hist/api/respondactivitytaskfailed/api.go and its siblings).
template <class Name>
absl::StatusOr<Found> FindStarted(Engine& engine, const Name& name) {
  absl::StatusOr<Found> found = Find(engine, name);
  if (!found.ok()) return found;
  const auto& activities = found->run->state.activities;
  if (activities.find(found->scheduled_event_id)->second.is_started()) return found;
  return protocol::ActivityTaskNotFound();
}

template <class Response>
void Settle(Engine& engine, Transition& t, sim::Reply& reply) {
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, Response{});
  engine.FollowUp(t);
}

template <class Request>
void Complete(Engine& engine, const absl::StatusOr<Found>& found, Request& request,
              sim::Reply& reply) {
  if (!found.ok()) return engine.Refuse(reply, found.status());
  Transition t = engine.Begin(*found->run);
  PendingActivity& activity = *FindActivity(t, found->scheduled_event_id);
  // Whoever completes it before a worker has taken it counts as its worker (SEMANTICS c.4).
  if (!activity.is_started()) StartActivity(t, activity, request.identity, std::string());
  const sim::Symbol cause = engine.causes().ActivityCompleted(activity.type);
  CompleteActivity(t, activity, std::move(request.result), std::move(request.identity));
  WantWorkflowTask(t, cause);
  Settle<typename Request::Response>(engine, t, reply);
}

template <class Request>
void Fail(Engine& engine, const absl::StatusOr<Found>& found, Request& request, sim::Reply& reply) {
  if (!found.ok()) return engine.Refuse(reply, found.status());
  Transition t = engine.Begin(*found->run);
  PendingActivity& activity = *FindActivity(t, found->scheduled_event_id);
  const sim::Symbol cause = engine.causes().ActivityFailed(activity.type);
  if (request.last_heartbeat_details) {
    activity.heartbeat_details = std::move(*request.last_heartbeat_details);
  }
  if (FailActivity(t, activity, std::move(request.failure), std::move(request.identity))) {
    WantWorkflowTask(t, cause);
  }
  Settle<typename Request::Response>(engine, t, reply);
}

template <class Request>
void Cancel(Engine& engine, const absl::StatusOr<Found>& found, Request& request,
            sim::Reply& reply) {
  if (!found.ok()) return engine.Refuse(reply, found.status());
  if (!found->run->state.activities.find(found->scheduled_event_id)->second.cancel_requested) {
    return engine.Refuse(reply, protocol::ActivityCancelNotRequested());
  }
  Transition t = engine.Begin(*found->run);
  PendingActivity& activity = *FindActivity(t, found->scheduled_event_id);
  const sim::Symbol cause = engine.causes().ActivityCanceled(activity.type);
  CancelActivity(t, activity, std::move(request.details), std::move(request.identity));
  WantWorkflowTask(t, cause);
  Settle<typename Request::Response>(engine, t, reply);
}

template <class Request>
void Heartbeat(Engine& engine, const absl::StatusOr<Found>& found, Request& request,
               sim::Reply& reply) {
  if (!found.ok()) return engine.Refuse(reply, found.status());
  Transition t = engine.Begin(*found->run);
  PendingActivity& activity = *FindActivity(t, found->scheduled_event_id);
  HeartbeatActivity(t, activity, std::move(request.details));
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, protocol::RecordActivityTaskHeartbeatResponse{
                           .cancel_requested = activity.cancel_requested,
                           .activity_paused = static_cast<bool>(activity.pause),
                           .activity_reset = activity.reset});
  engine.FollowUp(t);
}

}  // namespace

void Handle(Engine& engine, protocol::RespondActivityTaskCompletedRequest& request,
            sim::Reply reply) {
  Complete(engine, Find(engine, request.token), request, reply);
}
void Handle(Engine& engine, protocol::RespondActivityTaskCompletedByIdRequest& request,
            sim::Reply reply) {
  Complete(engine, Find(engine, request.activity), request, reply);
}
void Handle(Engine& engine, protocol::RespondActivityTaskFailedRequest& request, sim::Reply reply) {
  Fail(engine, Find(engine, request.token), request, reply);
}
void Handle(Engine& engine, protocol::RespondActivityTaskFailedByIdRequest& request,
            sim::Reply reply) {
  Fail(engine, FindStarted(engine, request.activity), request, reply);
}
void Handle(Engine& engine, protocol::RespondActivityTaskCanceledRequest& request,
            sim::Reply reply) {
  Cancel(engine, Find(engine, request.token), request, reply);
}
void Handle(Engine& engine, protocol::RespondActivityTaskCanceledByIdRequest& request,
            sim::Reply reply) {
  Cancel(engine, FindStarted(engine, request.activity), request, reply);
}
void Handle(Engine& engine, protocol::RecordActivityTaskHeartbeatRequest& request,
            sim::Reply reply) {
  Heartbeat(engine, Find(engine, request.token), request, reply);
}
void Handle(Engine& engine, protocol::RecordActivityTaskHeartbeatByIdRequest& request,
            sim::Reply reply) {
  Heartbeat(engine, FindStarted(engine, request.activity), request, reply);
}

}  // namespace groundhog::server
