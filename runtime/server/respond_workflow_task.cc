// RespondWorkflowTaskCompleted and RespondWorkflowTaskFailed (SEMANTICS d.3, d.4,
// recorded README 14).
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/activity.h"
#include "runtime/server/close.h"
#include "runtime/server/commands.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/updates.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using protocol::RespondWorkflowTaskCompletedRequest;
using Cause = history::WorkflowTaskFailedCause;

constexpr Duration kLongestHeartbeat = std::chrono::minutes(30);  // SEMANTICS d.1

// The run whose started task the token is of, or null: a stale answer is dropped.
Run* FindStarted(Engine& engine, const protocol::WorkflowTaskToken& token) {
  const absl::StatusOr<RunIndex> index = engine.Find(token.execution);
  Run* run = index.ok() ? engine.OpenRun(*index) : nullptr;
  if (run == nullptr) return nullptr;
  const WorkflowTask& task = run->state.info.workflow_task;
  const bool is_this = task.phase == TaskPhase::kStarted && task.attempt == token.attempt &&
                       task.scheduled_event_id == token.scheduled_event_id &&
                       task.started_event_id == token.started_event_id &&
                       task.started_time == token.started_time;
  return is_this ? run : nullptr;
}

FailurePtr ServerFailure(std::string message) {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = std::move(message), .info = history::ServerFailureInfo{}});
}

bool AreEqual(const Shared<StickyQueue>& sticky, const protocol::StickyAttributes& attributes) {
  return sticky && sticky->name == attributes.worker_task_queue &&
         sticky->schedule_to_start_timeout == attributes.schedule_to_start_timeout;
}

void SetSticky(Engine& engine, Transition& t,
               const std::optional<protocol::StickyAttributes>& attributes) {
  Shared<StickyQueue>& sticky = t.info().sticky;
  if (!attributes || attributes->worker_task_queue.empty() || InTransition(t.info().versioning)) {
    sticky = {};
    return;
  }
  if (AreEqual(sticky, *attributes)) return;
  // All runs in one worker's cache share what they say of it.
  Shared<StickyQueue>& named = engine.matching().StickyQueueOf(attributes->worker_task_queue).named;
  if (!AreEqual(named, *attributes)) {
    named = history::MakeShared<StickyQueue>(
        StickyQueue{.name = attributes->worker_task_queue,
                    .schedule_to_start_timeout = attributes->schedule_to_start_timeout});
  }
  sticky = named;
}

// What the next task is for, when events waited while the last one ran.
sim::Symbol CauseOfBuffered(Engine& engine, Transition& t) {
  const EventHistory& written = engine.durable().run(t.run().index).history;
  for (const HistoryEvent& event : t.state().buffered) {
    if (history::As<history::ActivityTaskStarted>(event) != nullptr) continue;
    return engine.causes().Of(event, written);
  }
  return {};
}

void ScheduleNext(Engine& engine, Transition& t, bool forced, Timestamp heartbeat_since) {
  if (!t.info().running()) return;
  if (t.has_buffered()) {
    ScheduleWorkflowTask(t, CauseOfBuffered(engine, t));
  } else if (forced) {
    ScheduleForcedWorkflowTask(t, heartbeat_since);
  } else if (InTransition(t.info().versioning)) {  // the task was another version's still
    ScheduleWorkflowTask(t, sim::Symbol(kCauseMoves));
  }
}

// A task whose answer was bad fails, and all of its commands are without effect.
// `speculative` is the task as it was, if it was such a one: the store does not know it.
void FailForBadCommand(Engine& engine, Run& run, BadCommand bad,
                       const std::optional<WorkflowTask>& speculative, const std::string& identity,
                       sim::Reply& reply) {
  const std::unique_ptr<UpdateRegistry> updates = std::exchange(run.updates, nullptr);
  engine.RollBack(run);
  if (speculative) run.state.info.workflow_task = *speculative;
  if (updates) AbortUpdates(engine, run, *updates, AbortReason::kWorkflowTaskFailed);
  const WorkflowTask& task = run.state.info.workflow_task;
  const bool unhandled = bad.cause == Cause::kUnhandledCommand;
  absl::Status answer = absl::InvalidArgumentError(bad.message);
  // One that keeps failing is left to its timeout,
  // so that it does not fail all the time (SEMANTICS d.3).
  if (task.attempt > 1 && !unhandled) return engine.Refuse(reply, std::move(answer));
  Transition t = engine.Begin(run);
  const sim::Symbol cause = task.cause;
  FailWorkflowTask(t, TaskFailure{.cause = bad.cause,
                                  .failure = ServerFailure(std::move(bad.message)),
                                  .identity = identity});
  t.info().close_attempted = unhandled;
  ScheduleWorkflowTask(t, t.has_buffered() ? CauseOfBuffered(engine, t) : cause);
  if (!engine.Commit(t, reply)) return;
  engine.FindQueues(run);
  engine.Refuse(reply, std::move(answer));
  engine.FollowUp(t);
}

// A worker that only asks for more time, for too long.
void EndHeartbeat(Engine& engine, Run& run, sim::Reply& reply) {
  Transition t = engine.Begin(run);
  const sim::Symbol cause = run.state.info.workflow_task.cause;
  TimeOutWorkflowTask(t, history::TimeoutType::kStartToClose);
  ScheduleWorkflowTask(t, cause);
  if (!engine.Commit(t, reply)) return;
  engine.FindQueues(run);
  engine.Refuse(reply, protocol::WorkflowTaskHeartbeatTimeout());
  engine.FollowUp(t);
}

// A worker that sees events of a speculative task again should not see too many (SEMANTICS d.2).
constexpr EventId kMostDiscardedEvents = 10;

// Whether a speculative task has done nothing that is to be written: all it did is reject updates.
bool LeavesNoTrace(const Run& run, const RespondWorkflowTaskCompletedRequest& request) {
  const ExecutionInfo& info = run.state.info;
  if (!info.workflow_task.speculative || !request.commands.empty() ||
      request.force_create_new_workflow_task) {
    return false;
  }
  const EventId since_last_task = info.next_event_id - info.previous_started_event_id - 2;
  const EventId most =
      request.discard_speculative_workflow_task_with_events ? kMostDiscardedEvents : 0;
  if (since_last_task > most) return false;
  for (const auto& [id, update] : run.state.updates) {  // a rejection would have to be written
    if (update.progress == UpdateProgress::kAdmitted) return false;
  }
  return std::all_of(request.messages.begin(), request.messages.end(),
                     [](const history::Message& message) {
                       return std::holds_alternative<history::UpdateRejection>(message.body);
                     });
}

// The rest of what a worker says to updates. The run may have closed itself.
CommandOutcome FinishUpdates(Transition& t, CommandContext& context, bool is_heartbeat) {
  if (!HasUpdates(t.run()) && context.messages.empty()) return std::nullopt;
  if (CommandOutcome bad = ApplyMessages(t, context)) return bad;
  if (t.info().running() && !is_heartbeat) RejectUnprocessedUpdates(t);
  return std::nullopt;
}

constexpr std::string_view kInlineRequestId = "request-from-RespondWorkflowTaskCompleted";

// Starts what the worker is to get with the answer: activities that it has room for,
// the next task (SEMANTICS d.4).
void StartInline(Transition& t, const CommandContext& context, bool next_task) {
  if (!t.info().running()) return;
  for (const EventId id : context.eager_activities) {
    PendingActivity* activity = FindActivity(t, id);
    if (activity == nullptr || activity->is_started()) continue;  // cancelled by the same answer
    StartActivity(t, *activity, context.identity, std::string());
  }
  if (InTransition(t.info().versioning)) return;  // it is for another version's worker
  const WorkflowTask& task = t.info().workflow_task;
  if (!next_task || task.phase != TaskPhase::kScheduled || task.speculative) return;
  StartWorkflowTask(t, TaskStarter{.identity = context.identity,
                                   .request_id = std::string(kInlineRequestId),
                                   .from_sticky_queue = static_cast<bool>(t.info().sticky)});
}

// What was started so, once it is written.
void TakeInline(Engine& engine, Run& run, const CommandContext& context,
                protocol::RespondWorkflowTaskCompletedResponse& answer) {
  if (!run.state.info.running()) return;
  for (const EventId id : context.eager_activities) {
    const auto activity = run.state.activities.find(id);
    if (activity == run.state.activities.end()) continue;
    answer.activity_tasks.push_back(MakeActivityTask(*run.start, activity->second));
  }
  const WorkflowTask& task = run.state.info.workflow_task;
  if (task.phase != TaskPhase::kStarted || task.started->request_id != kInlineRequestId) return;
  answer.workflow_task = std::make_shared<const protocol::PollWorkflowTaskQueueResponse>(
      MakeWorkflowTask(engine, run, static_cast<bool>(run.state.info.sticky)));
}

Shared<history::CompletedVersioning> VersioningOf(
    const RespondWorkflowTaskCompletedRequest& request) {
  if (!request.deployment_version) return nullptr;
  return history::MakeShared<history::CompletedVersioning>(history::CompletedVersioning{
      .versioning_behavior = request.versioning_behavior,
      .worker_deployment_name = request.deployment_version->deployment_name,
      .deployment_version = *request.deployment_version});
}

void AnswerQueries(Engine& engine, std::vector<protocol::WorkflowQueryResult>& results) {
  for (protocol::WorkflowQueryResult& result : results) AnswerQuery(engine, std::move(result));
}

}  // namespace

void Handle(Engine& engine, RespondWorkflowTaskCompletedRequest& request, sim::Reply reply) {
  Run* run = FindStarted(engine, request.token);
  if (run == nullptr) return engine.Refuse(reply, protocol::WorkflowTaskNotFound());
  const bool forced = request.force_create_new_workflow_task;
  const bool only_heartbeat = forced && request.commands.empty() && request.messages.empty();
  const Timestamp heartbeat_since = run->state.info.workflow_task.heartbeat_since;
  if (only_heartbeat && heartbeat_since + kLongestHeartbeat < engine.now()) {
    return EndHeartbeat(engine, *run, reply);
  }
  if (absl::Status bad = CheckSequence(request.commands); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  if (request.versioning_behavior != VersioningBehavior::kUnspecified &&
      !request.deployment_version) {
    return engine.Refuse(reply, protocol::BehaviorWithoutDeployment());
  }
  std::optional<WorkflowTask> speculative;
  if (run->state.info.workflow_task.speculative) speculative = run->state.info.workflow_task;
  const bool dropped = LeavesNoTrace(*run, request);
  Transition t = engine.Begin(*run);
  CommandContext context{.engine = engine,
                         .identity = request.identity,
                         .has_news = t.has_buffered(),
                         .messages = std::move(request.messages)};
  if (dropped) {
    DropSpeculativeTask(t);
  } else {
    context.completed_id = CompleteWorkflowTask(t, request.identity, VersioningOf(request));
    NoteBuildId(t, request.build_id);
  }
  SetSticky(engine, t, request.sticky_attributes);
  t.DeferEvents();
  CommandOutcome bad = ApplyCommands(t, std::move(request.commands), context);
  if (!bad) bad = FinishUpdates(t, context, forced);
  if (bad) {
    return FailForBadCommand(engine, *run, std::move(*bad), speculative, request.identity, reply);
  }
  const RunIndex index = run->index;
  protocol::RespondWorkflowTaskCompletedResponse answer;
  if (dropped) {
    answer.reset_history_event_id = t.info().previous_started_event_id;
  } else {
    ScheduleNext(engine, t, forced, only_heartbeat ? heartbeat_since : engine.now());
    StartInline(t, context, request.return_new_workflow_task);
    if (!engine.Commit(t, reply)) return;
    TakeInline(engine, *run, context, answer);
  }
  engine.FindQueues(*run);
  engine.Answer(reply, std::move(answer));
  if (!request.query_results.empty()) AnswerQueries(engine, request.query_results);
  engine.FollowUp(t);
  // What was admitted while the task was under way gets one of its own.
  if (Run* open = engine.OpenRun(index); open != nullptr && open->updates != nullptr) {
    ScheduleTaskForUpdates(engine, *open);
  }
  engine.ReleaseQueries(index);
}

void Handle(Engine& engine, protocol::RespondWorkflowTaskFailedRequest& request, sim::Reply reply) {
  Run* run = FindStarted(engine, request.token);
  if (run == nullptr) return engine.Refuse(reply, protocol::WorkflowTaskNotFound());
  Transition t = engine.Begin(*run);
  if (request.cause == Cause::kGrpcMessageTooLarge) {  // no attempt will ever succeed
    TerminateRun(t, history::WorkflowExecutionTerminated{.reason = SpellCause(request.cause),
                                                         .identity = std::move(request.identity)});
  } else {
    FailWorkflowTask(t, TaskFailure{.cause = request.cause,
                                    .failure = std::move(request.failure),
                                    .identity = std::move(request.identity)});
    ScheduleWorkflowTask(
        t, t.has_buffered() ? CauseOfBuffered(engine, t) : run->state.info.workflow_task.cause);
  }
  const RunIndex index = run->index;
  if (!engine.Commit(t, reply)) return;
  engine.FindQueues(*run);
  engine.Answer(reply, protocol::RespondWorkflowTaskFailedResponse{});
  engine.FollowUp(t);
  engine.ReleaseQueries(index);
}

}  // namespace groundhog::server
