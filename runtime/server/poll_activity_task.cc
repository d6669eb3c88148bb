// PollActivityTaskQueue: hands out activity tasks (SEMANTICS g). That one is started is written
// before its worker gets it.
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/activity.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/version_routing.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using protocol::PollActivityTaskQueueResponse;

const PendingActivity* FindPending(Engine& engine, const ActivityTaskRef& ref) {
  const Run* run = engine.OpenRun(ref.run);
  if (run == nullptr) return nullptr;
  const auto found = run->state.activities.find(ref.scheduled_event_id);
  return found == run->state.activities.end() ? nullptr : &found->second;
}

bool IsWanted(Engine& engine, const ActivityTaskRef& ref) {
  const PendingActivity* activity = FindPending(engine, ref);
  return activity != nullptr && !activity->is_started() && !activity->pause &&
         activity->attempt == ref.attempt;
}

bool IsStartedFor(const PendingActivity* activity, const std::string& request_id) {
  return activity != nullptr && activity->is_started() &&
         activity->started->request_id == request_id;
}

void HandOut(Engine& engine, const ActivityTaskRef& ref, Poll& poll) {
  Run& run = *engine.OpenRun(ref.run);
  Transition t = engine.Begin(run);
  PendingActivity& activity = *FindActivity(t, ref.scheduled_event_id);
  poll.reply.set_label(sim::Label(sim::Symbol(kPollActivityTask), run.start->workflow,
                                  activity.type, activity.attempt));
  std::string request_id = poll.request_id;
  StartActivity(t, activity, std::move(poll.identity), std::move(poll.request_id));
  const bool written = engine.Commit(t, poll.reply.label());
  if (!engine.alive()) return;
  if (!written) {
    // Asking the store again shows whether it was written;
    // then the task is this poll's all the same.
    const PendingActivity* reloaded = FindPending(engine, ref);
    if (!IsStartedFor(reloaded, request_id)) {
      return engine.Refuse(poll.reply, protocol::ShardReloading());
    }
    return engine.Answer(poll.reply,
                         MakeActivityTask(*engine.durable().run(ref.run).start, *reloaded));
  }
  const auto task = [&] { return MakeActivityTask(*run.start, activity); };
  engine.Answer(poll.reply, task);
  engine.FollowUp(t);
}

// Whether it waits where it belongs now, and its run is where it is to be.
bool MayBeginOn(Engine& engine, const ActivityTaskRef& ref, const ActivityQueue& queue) {
  if (!queue.has_versions) return true;
  const Run& run = *engine.OpenRun(ref.run);
  if (InTransition(run.state.info.versioning)) return false;
  const PendingActivity& activity = *FindPending(engine, ref);
  ActivityQueue& named = engine.matching().ActivityQueueOf(activity.scheduled->task_queue.name);
  return &QueueOfActivity(engine, named, run, activity) == &queue;
}

// The activity is dropped; it comes again when a workflow task has moved its run.
void Move(Engine& engine, Run& run, const ActivityTaskRef& ref, const ActivityQueue& queue) {
  const sim::Symbol type = FindPending(engine, ref)->type;
  const sim::Label label(sim::Symbol(kMoveToVersion), run.start->workflow, type, ref.attempt);
  Transition t = engine.Begin(run);
  MoveRun(engine, t, queue);
  WantWorkflowTask(t, sim::Symbol(kCauseMoves));
  if (!engine.Commit(t, label)) return;
  engine.FindQueues(run);
  engine.FollowUp(t);
}

// The next task has to wait.
void TakeTurn(Engine& engine, ActivityQueue& queue) {
  queue.waits = true;
  engine.Push(Deadline{.due = engine.now() + queue.interval,
                       .kind = DeadlineKind::kTaskQueueTurn,
                       .id = queue.number});
}

}  // namespace

PollActivityTaskQueueResponse MakeActivityTask(const RunStart& start,
                                               const PendingActivity& activity) {
  const history::ActivityTaskScheduled& scheduled = *activity.scheduled;
  return PollActivityTaskQueueResponse{
      .has_task = true,
      .token = {.execution = {.workflow_id = start.workflow_id, .run_id = start.run_id},
                .scheduled_event_id = activity.scheduled_event_id,
                .activity_id = scheduled.activity_id,
                .activity_type = scheduled.activity_type,
                .attempt = activity.attempt,
                .start_version = activity.start_version},
      .workflow_type = start.event->workflow_type,
      .header = scheduled.header,
      .input = scheduled.input,
      .heartbeat_details = activity.heartbeat_details,
      .scheduled_time = activity.first_scheduled_time,
      .current_attempt_scheduled_time = activity.scheduled_time,
      .started_time = activity.started_time,
      .schedule_to_close_timeout = scheduled.schedule_to_close_timeout,
      .start_to_close_timeout = scheduled.start_to_close_timeout,
      .heartbeat_timeout = scheduled.heartbeat_timeout,
      .retry_policy = scheduled.retry_policy};
}

void MatchActivityTasks(Engine& engine, ActivityQueue& queue) {
  const auto is_wanted = [&](const ActivityTaskRef& ref) {
    return IsWanted(engine, ref) && MayBeginOn(engine, ref, queue);
  };
  while (engine.alive()) {
    if (queue.waits) return;
    auto match = queue.tasks.TakeMatch(is_wanted);
    if (!match) return;
    if (Run& run = *engine.OpenRun(match->task.run);
        queue.has_versions && HasToMoveFirst(engine, run, queue)) {
      queue.tasks.AddPoll(std::move(match->poll));
      Move(engine, run, match->task, queue);
      continue;
    }
    if (queue.interval.count() != 0) TakeTurn(engine, queue);
    HandOut(engine, match->task, match->poll);
  }
}

void Handle(Engine& engine, protocol::PollActivityTaskQueueRequest& request, sim::Reply reply) {
  ActivityQueue* queue = &engine.matching().ActivityQueueOf(request.task_queue);
  if (request.deployment_version) {
    const WorkerDeploymentVersion& version = *request.deployment_version;
    const VersionTaskQueue polled{request.task_queue, TaskQueueType::kActivity};
    if (!AdmitPoller(engine, version, polled, reply)) return;
    queue = &engine.matching().OfVersion(*queue, version);
  }
  queue->interval = request.max_tasks_per_second > 0
                        ? history::IntervalOf(request.max_tasks_per_second)
                        : Duration{0};
  queue->tasks.AddPoll(Poll{.reply = std::move(reply),
                            .identity = std::move(request.identity),
                            .request_id = std::move(request.request_id)});
  MatchActivityTasks(engine, *queue);
}

}  // namespace groundhog::server
