// What the server does by itself when a time has come (SEMANTICS c.2, d.3, f.4, f.10).
#include <utility>

#include "runtime/server/activity.h"
#include "runtime/server/close.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using history::RetryState;
using history::TimeoutType;

void Settle(Engine& engine, Transition& t, const sim::Label& label) {
  if (!engine.Commit(t, label)) return;  // reloaded, it comes up again; or the process is dead
  engine.FindQueues(t.run());
  engine.FollowUp(t);
}

sim::Label LabelOf(const Run& run, const sim::SymbolEntry& kind, sim::Symbol subject = {},
                   std::int32_t number = 0) {
  return sim::Label(sim::Symbol(kind), run.start->workflow, subject, number);
}

void TimeOutTask(Engine& engine, Run& run, TimeoutType type) {
  const WorkflowTask& task = run.state.info.workflow_task;
  const sim::Label label = LabelOf(run, kWorkflowTaskTimeout, task.cause, task.attempt);
  const sim::Symbol cause = task.cause;
  Transition t = engine.Begin(run);
  TimeOutWorkflowTask(t, type);
  ScheduleWorkflowTask(t, cause);
  Settle(engine, t, label);
}

void TimeOut(Engine& engine, Run& run, const Deadline& deadline) {
  Transition t = engine.Begin(run);
  PendingActivity& activity = *FindActivity(t, deadline.id);
  const std::optional<ActivityDeadline> next = NextDeadline(activity);
  if (!next) return;
  if (next->due > engine.now()) {  // heartbeats have moved it
    return engine.Push(Deadline{next->due, run.index, deadline.kind, deadline.number, deadline.id});
  }
  const sim::Label label = LabelOf(run, kActivityTimeout, activity.type, activity.attempt);
  const sim::Symbol cause = engine.causes().ActivityTimedOut(activity.type);
  if (TimeOutActivity(t, activity, *next)) WantWorkflowTask(t, cause);
  Settle(engine, t, label);
}

void Fire(Engine& engine, Run& run, EventId started_event_id) {
  Transition t = engine.Begin(run);
  const std::string timer_id = run.state.timers.find(started_event_id)->second.started->timer_id;
  t.EraseTimer(started_event_id);
  t.Add(history::TimerFired{.timer_id = timer_id, .started_event_id = started_event_id});
  WantWorkflowTask(t, sim::Symbol(kCauseTimerFired));
  Settle(engine, t, LabelOf(run, kTimerFired, engine.causes().Intern(timer_id)));
}

void EndStartDelay(Engine& engine, Run& run) {
  Transition t = engine.Begin(run);
  t.info().in_start_delay = false;
  ScheduleWorkflowTask(t, sim::Symbol(kCauseStarted));
  Settle(engine, t, LabelOf(run, kStartDelayOver));
}

void TimeOutWorkflow(Engine& engine, Run& run) {
  Transition t = engine.Begin(run);
  const RetryState state = run.state.info.execution_timeout ? RetryState::kTimeout
                                                            : RetryState::kRetryPolicyNotSet;
  FailTaskForClose(t);
  CloseRun(t, history::WorkflowExecutionStatus::kTimedOut,
           history::WorkflowExecutionTimedOut{.retry_state = state});
  Settle(engine, t, LabelOf(run, kWorkflowTimeout));
}

// The worker that has the run in its cache does not answer: any other will do.
void MoveQuery(Engine& engine, std::uint64_t query_id) {
  const PendingQuery& query = engine.queries().find(query_id)->second;
  const std::string& name = engine.durable().run(query.run).start->event->task_queue.name;
  WorkflowQueue& queue = engine.matching().WorkflowQueueOf(name);
  queue.tasks.AddTask(WorkflowTaskRef{.run = query.run, .query_id = query_id});
  MatchWorkflowTasks(engine, queue);
}

}  // namespace

void ComeUp(Engine& engine, const Deadline& deadline) {
  if (deadline.kind == DeadlineKind::kQueryOnStickyQueue) {
    return MoveQuery(engine, static_cast<std::uint64_t>(deadline.id));
  }
  Run& run = *engine.OpenRun(deadline.run);
  switch (deadline.kind) {
    case DeadlineKind::kWorkflowTaskStartToClose:
      return TimeOutTask(engine, run, TimeoutType::kStartToClose);
    case DeadlineKind::kWorkflowTaskScheduleToStart:
      return TimeOutTask(engine, run, TimeoutType::kScheduleToStart);
    case DeadlineKind::kActivityTimeout:
      return TimeOut(engine, run, deadline);
    case DeadlineKind::kActivityRetry:
      return engine.DispatchActivity(run, run.state.activities.find(deadline.id)->second);
    case DeadlineKind::kTimer:
      return Fire(engine, run, deadline.id);
    case DeadlineKind::kStartDelay:
      return EndStartDelay(engine, run);
    case DeadlineKind::kWorkflowTimeout:
      return TimeOutWorkflow(engine, run);
    case DeadlineKind::kQueryOnStickyQueue:
      return;
  }
}

}  // namespace groundhog::server
