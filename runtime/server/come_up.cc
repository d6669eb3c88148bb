// What the server does by itself when a time has come (SEMANTICS c.2, d.3, f.4, f.10).
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/server/activity.h"
#include "runtime/server/archive.h"
#include "runtime/server/batch.h"
#include "runtime/server/carry_on.h"
#include "runtime/server/chain.h"
#include "runtime/server/close.h"
#include "runtime/server/delete_workflow.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/schedule_machine.h"
#include "runtime/server/version_routing.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

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

// Heartbeats have moved the deadline of the activity that this was about.
void RemindAgain(Engine& engine, const Run& run, const Deadline& deadline) {
  const auto next = NextDeadline(run.state.activities.find(deadline.id)->second);
  if (!next) return;
  engine.Push(Deadline{next->due, run.index, deadline.kind, deadline.number, deadline.id});
}

// All activities of the run that have missed a deadline, in the order of the deadlines: one
// transition, one workflow task.
void TimeOutActivities(Engine& engine, Run& run, const Deadline& deadline) {
  std::vector<std::pair<ActivityDeadline, EventId>> missed;
  for (const auto& [id, activity] : run.state.activities) {
    const std::optional<ActivityDeadline> next = NextDeadline(activity);
    if (next && next->due <= engine.now()) missed.emplace_back(*next, id);
  }
  const bool is_due = std::any_of(missed.begin(), missed.end(),
                                  [&](const auto& one) { return one.second == deadline.id; });
  if (!is_due) RemindAgain(engine, run, deadline);
  if (missed.empty()) return;
  std::stable_sort(missed.begin(), missed.end(),
                   [](const auto& a, const auto& b) { return a.first.due < b.first.due; });
  Transition t = engine.Begin(run);
  const PendingActivity& first = *FindActivity(t, missed.front().second);
  const sim::Label label = LabelOf(run, kActivityTimeout, first.type, first.attempt);
  sim::Symbol cause;  // of the first one that is over
  t.DeferEvents();
  for (const auto& [next, id] : missed) {
    PendingActivity& activity = *FindActivity(t, id);
    const sim::Symbol type = activity.type;
    if (TimeOutActivity(t, activity, next) && cause.empty()) {
      cause = engine.causes().ActivityTimedOut(type);
    }
  }
  if (!cause.empty()) WantWorkflowTask(t, cause);
  Settle(engine, t, label);
}

// All timers of the run that are due, in the order of their times: one transition,
// one workflow task.
void FireTimers(Engine& engine, Run& run) {
  std::vector<const PendingTimer*> due;
  for (const auto& [id, timer] : run.state.timers) {
    if (timer.fire_time <= engine.now()) due.push_back(&timer);
  }
  std::stable_sort(due.begin(), due.end(), [](const PendingTimer* a, const PendingTimer* b) {
    return a->fire_time < b->fire_time;
  });
  std::vector<history::TimerFired> fired;
  for (const PendingTimer* timer : due) {
    fired.push_back(
        {.timer_id = timer->started->timer_id, .started_event_id = timer->started_event_id});
  }
  const sim::Symbol first = engine.causes().Intern(fired.front().timer_id);
  Transition t = engine.Begin(run);
  for (history::TimerFired& event : fired) {
    t.EraseTimer(event.started_event_id);
    t.Add(std::move(event));
  }
  WantWorkflowTask(t, sim::Symbol(kCauseTimerFired));
  Settle(engine, t, LabelOf(run, kTimerFired, first));
}

void EndStartDelay(Engine& engine, Run& run) {
  Transition t = engine.Begin(run);
  t.info().in_start_delay = false;
  WantWorkflowTask(t, sim::Symbol(kCauseStarted));  // an update may have brought one already
  Settle(engine, t, LabelOf(run, kStartDelayOver));
}

void TimeOutWorkflow(Engine& engine, Run& run) {
  Transition t = engine.Begin(run);
  const FailurePtr timeout = history::MakeShared<history::Failure>(history::Failure{
      .message = "workflow timeout",
      .info = history::TimeoutFailureInfo{.timeout_type = TimeoutType::kStartToClose}});
  const Sequel sequel = AfterTimeout(t, timeout);
  std::string run_id = SequelRunId(engine, t, sequel);
  FailTaskForClose(t);
  CloseRun(t, history::WorkflowExecutionStatus::kTimedOut,
           history::WorkflowExecutionTimedOut{.retry_state = sequel.retry_state,
                                              .new_execution_run_id = run_id});
  if (sequel.follows()) {
    StartSequel(
        engine, t, sequel, std::move(run_id),
        {.failure = timeout, .last_completion_result = t.start().event->last_completion_result});
  }
  Settle(engine, t, LabelOf(run, kWorkflowTimeout));
}

// The worker that has the run in its cache does not answer: any other will do.
void MoveQuery(Engine& engine, std::uint64_t query_id) {
  const PendingQuery& query = engine.queries().find(query_id)->second;
  WorkflowQueue& queue = NormalQueueOf(engine, query.run);
  queue.tasks.AddTask(WorkflowTaskRef{.run = query.run, .query_id = query_id});
  MatchWorkflowTasks(engine, queue);
}

}  // namespace

void ComeUp(Engine& engine, const Deadline& deadline) {
  if (deadline.kind == DeadlineKind::kQueryOnStickyQueue) {
    return MoveQuery(engine, static_cast<std::uint64_t>(deadline.id));
  }
  if (deadline.kind == DeadlineKind::kQueryTimeout) {
    return TimeOutQuery(engine, static_cast<std::uint64_t>(deadline.id));
  }
  if (deadline.kind == DeadlineKind::kTaskQueueTurn) {
    ActivityQueue& queue =
        engine.matching().ActivityQueueNumbered(static_cast<std::uint32_t>(deadline.id));
    queue.waits = false;
    return MatchActivityTasks(engine, queue);
  }
  if (deadline.kind == DeadlineKind::kDeleteRun) return CarryOutDeletion(engine, deadline);
  if (deadline.kind == DeadlineKind::kArchiveRun) return CarryOutArchival(engine, deadline);
  if (deadline.kind == DeadlineKind::kBatchOperation) return CarryOnBatch(engine, deadline);
  if (IsOfSchedule(deadline.kind)) {
    return WakeSchedule(engine, static_cast<ScheduleNumber>(deadline.id));
  }
  if (IsBetweenWorkflows(deadline.kind)) return CarryOn(engine, deadline);
  Run& run = *engine.OpenRun(deadline.run);
  switch (deadline.kind) {
    case DeadlineKind::kWorkflowTaskStartToClose:
      return TimeOutTask(engine, run, TimeoutType::kStartToClose);
    case DeadlineKind::kWorkflowTaskScheduleToStart:
      return TimeOutTask(engine, run, TimeoutType::kScheduleToStart);
    case DeadlineKind::kActivityTimeout:
      return TimeOutActivities(engine, run, deadline);
    case DeadlineKind::kActivityRetry:
      return engine.DispatchActivity(run, run.state.activities.find(deadline.id)->second);
    case DeadlineKind::kTimer:
      return FireTimers(engine, run);
    case DeadlineKind::kStartDelay:
      return EndStartDelay(engine, run);
    case DeadlineKind::kWorkflowTimeout:
      return TimeOutWorkflow(engine, run);
    case DeadlineKind::kQueryOnStickyQueue:
    case DeadlineKind::kQueryTimeout:
    case DeadlineKind::kDeleteRun:
    case DeadlineKind::kArchiveRun:
    case DeadlineKind::kBatchOperation:
    case DeadlineKind::kTaskQueueTurn:
    case DeadlineKind::kScheduleWake:
    case DeadlineKind::kScheduleTime:
    case DeadlineKind::kStartChild:
    case DeadlineKind::kTellParent:
    case DeadlineKind::kTellChild:
    case DeadlineKind::kExternalRequest:
      return;
  }
}

}  // namespace groundhog::server
