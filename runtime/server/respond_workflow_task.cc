// RespondWorkflowTaskCompleted and RespondWorkflowTaskFailed (SEMANTICS d.3, d.4, recorded README 14).
#include <optional>
#include <string>
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/close.h"
#include "runtime/server/commands.h"
#include "runtime/server/handlers.h"
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

void SetSticky(Transition& t, const std::optional<protocol::StickyAttributes>& attributes) {
  Shared<StickyQueue>& sticky = t.info().sticky;
  if (!attributes || attributes->worker_task_queue.empty()) {
    sticky = {};
    return;
  }
  if (sticky && sticky->name == attributes->worker_task_queue &&
      sticky->schedule_to_start_timeout == attributes->schedule_to_start_timeout) {
    return;
  }
  sticky = history::MakeShared<StickyQueue>(
      StickyQueue{.name = attributes->worker_task_queue,
                  .schedule_to_start_timeout = attributes->schedule_to_start_timeout});
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
  }
}

// A task whose answer was bad fails, and all of its commands are without effect.
void FailForBadCommand(Engine& engine, Run& run, BadCommand bad, const std::string& identity,
                       sim::Reply& reply) {
  engine.RollBack(run);
  const WorkflowTask& task = run.state.info.workflow_task;
  const bool unhandled = bad.cause == Cause::kUnhandledCommand;
  absl::Status answer = absl::InvalidArgumentError(bad.message);
  // One that keeps failing is left to its timeout, so that it does not fail all the time (SEMANTICS d.3).
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

void AnswerQueries(Engine& engine, std::vector<protocol::WorkflowQueryResult>& results) {
  for (protocol::WorkflowQueryResult& result : results) AnswerQuery(engine, std::move(result));
}

}  // namespace

void Handle(Engine& engine, RespondWorkflowTaskCompletedRequest& request, sim::Reply reply) {
  Run* run = FindStarted(engine, request.token);
  if (run == nullptr) return engine.Refuse(reply, protocol::WorkflowTaskNotFound());
  const bool only_heartbeat = request.force_create_new_workflow_task && request.commands.empty();
  const Timestamp heartbeat_since = run->state.info.workflow_task.heartbeat_since;
  if (only_heartbeat && heartbeat_since + kLongestHeartbeat < engine.now()) {
    return EndHeartbeat(engine, *run, reply);
  }
  if (absl::Status bad = CheckSequence(request.commands); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  Transition t = engine.Begin(*run);
  const bool has_news = t.has_buffered();
  const EventId completed_id = CompleteWorkflowTask(t, request.identity);
  SetSticky(t, request.sticky_attributes);
  t.DeferEvents();
  std::optional<BadCommand> bad = ApplyCommands(t, std::move(request.commands),
                                                {.engine = engine,
                                                 .completed_id = completed_id,
                                                 .identity = request.identity,
                                                 .has_news = has_news});
  if (bad) return FailForBadCommand(engine, *run, std::move(*bad), request.identity, reply);
  ScheduleNext(engine, t, request.force_create_new_workflow_task,
               only_heartbeat ? heartbeat_since : engine.now());
  const RunIndex index = run->index;
  if (!engine.Commit(t, reply)) return;
  engine.FindQueues(*run);
  engine.Answer(reply, protocol::RespondWorkflowTaskCompletedResponse{});
  if (!request.query_results.empty()) AnswerQueries(engine, request.query_results);
  engine.FollowUp(t);
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
