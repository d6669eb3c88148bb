// PauseActivity, UnpauseActivity, ResetActivity and
// UpdateActivityOptions (SEMANTICS b.4; recorded act_pause_unpause).
#include "runtime/protocol/operate_activity.h"

#include <utility>
#include <vector>

#include "runtime/history/retry.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/activity.h"
#include "runtime/server/activity_options.h"
#include "runtime/server/handlers.h"

namespace groundhog::server {
namespace {

bool IsMeant(const PendingActivity& activity, const protocol::ActivitySelection& selection) {
  return selection.activity_id.empty()
             ? activity.scheduled->activity_type == selection.activity_type
             : activity.scheduled->activity_id == selection.activity_id;
}

// Does it to each that is meant, in one transaction. `change` gives a refusal or OK; nothing is
// written after a refusal.
template <class Response, class Change>
void ForEach(Engine& engine, const protocol::ActivitySelection& selection, sim::Reply& reply,
             const Change& change) {
  const absl::StatusOr<Run*> run = engine.FindOpen(selection.execution);
  if (!run.ok()) return engine.Refuse(reply, run.status());
  Transition t = engine.Begin(**run);
  bool found = false;
  for (auto& [id, activity] : t.state().activities) {
    if (!IsMeant(activity, selection)) continue;
    found = true;
    if (absl::Status bad = change(t, activity); !bad.ok()) {
      engine.RollBack(**run);
      return engine.Refuse(reply, std::move(bad));
    }
  }
  if (!found) return engine.Refuse(reply, protocol::ActivityNotFound());
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, Response{});
  engine.FollowUp(t);
}

// As it was scheduled.
Shared<history::ActivityTaskScheduled> OriginalOf(const Engine& engine, Transition& t,
                                                  const PendingActivity& activity) {
  const EventHistory& history = engine.durable().run(t.run().index).history;
  return history[static_cast<std::size_t>(activity.scheduled_event_id - 1)]
      .attributes.share<history::ActivityTaskScheduled>();
}

absl::Status Update(history::ActivityTaskScheduled& options,
                    const protocol::ActivityOptionsUpdate& update, Duration run_timeout) {
  const auto put = [](auto& field, const auto& value) {
    if (value) field = *value;
  };
  put(options.task_queue.name, update.task_queue);
  put(options.schedule_to_close_timeout, update.schedule_to_close_timeout);
  put(options.schedule_to_start_timeout, update.schedule_to_start_timeout);
  put(options.start_to_close_timeout, update.start_to_close_timeout);
  put(options.heartbeat_timeout, update.heartbeat_timeout);
  put(options.retry_policy, update.retry_policy);
  history::ScheduleActivityTask command{
      .activity_id = options.activity_id,
      .activity_type = options.activity_type,
      .task_queue = options.task_queue.name,
      .schedule_to_close_timeout = options.schedule_to_close_timeout,
      .schedule_to_start_timeout = options.schedule_to_start_timeout,
      .start_to_close_timeout = options.start_to_close_timeout,
      .heartbeat_timeout = options.heartbeat_timeout,
      .retry_policy = options.retry_policy};
  absl::Status status = NormalizeActivity(command, run_timeout, options.task_queue.name);
  options.schedule_to_close_timeout = command.schedule_to_close_timeout;
  options.schedule_to_start_timeout = command.schedule_to_start_timeout;
  options.start_to_close_timeout = command.start_to_close_timeout;
  options.heartbeat_timeout = command.heartbeat_timeout;
  if (command.retry_policy) options.retry_policy = *command.retry_policy;
  return status;
}

}  // namespace

void Handle(Engine& engine, protocol::PauseActivityRequest& request, sim::Reply reply) {
  const auto pause = history::MakeShared<PauseInfo>(
      PauseInfo{.time = engine.now(), .identity = request.identity, .reason = request.reason});
  ForEach<protocol::PauseActivityResponse>(engine, request.activities, reply,
                                           [&](Transition& t, PendingActivity& activity) {
                                             if (!activity.pause) PauseActivity(t, activity, pause);
                                             return absl::OkStatus();
                                           });
}

void Handle(Engine& engine, protocol::UnpauseActivityRequest& request, sim::Reply reply) {
  ForEach<protocol::UnpauseActivityResponse>(engine, request.activities, reply,
                                             [&](Transition& t, PendingActivity& activity) {
                                               if (!activity.pause) return absl::OkStatus();
                                               if (request.reset_heartbeat)
                                                 ForgetHeartbeat(activity);
                                               UnpauseActivity(t, activity, request.reset_attempts);
                                               return absl::OkStatus();
                                             });
}

void Handle(Engine& engine, protocol::ResetActivityRequest& request, sim::Reply reply) {
  ForEach<protocol::ResetActivityResponse>(engine, request.activities, reply,
                                           [&](Transition& t, PendingActivity& activity) {
                                             if (request.restore_original_options)
                                               activity.scheduled = OriginalOf(engine, t, activity);
                                             if (request.reset_heartbeat) ForgetHeartbeat(activity);
                                             ResetActivity(t, activity, request.keep_paused);
                                             return absl::OkStatus();
                                           });
}

void Handle(Engine& engine, protocol::UpdateActivityOptionsRequest& request, sim::Reply reply) {
  ForEach<protocol::UpdateActivityOptionsResponse>(
      engine, request.activities, reply, [&](Transition& t, PendingActivity& activity) {
        history::ActivityTaskScheduled options = *activity.scheduled;
        absl::Status status =
            Update(options, request.options, t.start().event->workflow_run_timeout);
        activity.scheduled =
            history::MakeShared<history::ActivityTaskScheduled>(std::move(options));
        ChangeActivity(t, activity);
        return status;
      });
}

}  // namespace groundhog::server
