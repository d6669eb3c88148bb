#include "runtime/server/engine.h"

#include <algorithm>

#include "runtime/history/namespaces.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/activity.h"
#include "runtime/server/archive.h"
#include "runtime/server/batch.h"
#include "runtime/server/carry_on.h"
#include "runtime/server/close.h"
#include "runtime/server/delete_workflow.h"
#include "runtime/server/handlers.h"
#include "runtime/server/schedule_machine.h"
#include "runtime/server/sites.h"
#include "runtime/server/updates.h"
#include "runtime/server/version_routing.h"
#include "runtime/server/workflow_task.h"
#include "sim/kernel.h"

namespace groundhog::server {
Engine::Engine(sim::Process& process, sim::Store<Durable>& store, std::string name,
               const ServerOptions& options)
    : process_(process),
      incarnation_(process.incarnation()),
      store_(store),
      causes_(process.kernel().symbols()),
      namespace_(std::move(name)),
      options_(options) {
  constexpr std::size_t kUsualLength = 8;
  transaction_.writes.reserve(kUsualLength);
  transaction_.facts.reserve(kUsualLength);
}

Engine::~Engine() = default;

sim::Symbol Engine::ScopeOf(const std::string& workflow_id) {
  if (namespace_ == history::kDefaultNamespace) return causes_.Intern(workflow_id);
  return causes_.Intern(namespace_ + "/" + workflow_id);
}

Timestamp Engine::now() const {
  return history::FromUnixNanos(sim::ToUnixNanos(process_.kernel().now()));
}

// ---- Runs ----

absl::StatusOr<RunIndex> Engine::Find(const protocol::WorkflowExecution& execution) const {
  const auto& [workflow_id, run_id] = execution;
  const std::optional<RunIndex> index =
      run_id.empty() ? durable().FindCurrent(workflow_id) : durable().FindRun(workflow_id, run_id);
  if (!index || durable().run(*index).deleted) return protocol::WorkflowNotFound(workflow_id);
  return *index;
}

absl::StatusOr<Run*> Engine::FindOpen(const protocol::WorkflowExecution& execution) {
  const absl::StatusOr<RunIndex> index = Find(execution);
  if (!index.ok()) return index.status();
  Run* run = OpenRun(*index);
  if (run == nullptr) return protocol::WorkflowAlreadyCompleted();
  return run;
}

std::unique_ptr<Run> Engine::MakeRun(RunIndex index, Shared<RunStart> start) {
  auto run = std::make_unique<Run>();
  run->index = index;
  run->start = std::move(start);
  FindQueues(*run);
  return run;
}

void Engine::Adopt(std::unique_ptr<Run> run) {
  const RunIndex index = run->index;
  if (runs_.size() <= index) runs_.resize(index + 1);
  runs_[index] = std::move(run);
  loaded_.Push(index);
}

void Engine::FindQueues(Run& run) {
  if (run.workflow_queue == nullptr) {
    const std::string& name = run.started().task_queue.name;
    run.workflow_queue = &matching_.WorkflowQueueOf(name);
    run.activity_queue = &matching_.ActivityQueueOf(name);
  }
  const Shared<StickyQueue>& sticky = run.state.info.sticky;
  if (sticky.get() == run.sticky.get()) return;
  run.sticky = sticky;
  run.sticky_queue = sticky ? &matching_.StickyQueueOf(sticky->name) : nullptr;
}

void Engine::ForgetClosed(RunIndex index) {
  std::unique_ptr<Run> run = std::exchange(runs_[index], nullptr);
  const RunRecord& record = durable().run(index);
  const HistoryEvent& closing = record.history.back();
  if (run->updates != nullptr) AbortUpdates(*this, *run, *run->updates, ReasonOf(closing));
  for (sim::Reply& waiter : run->close_waiters) {
    Answer(waiter, protocol::GetWorkflowExecutionHistoryResponse{.history = {closing}});
  }
  for (HistoryWaiter& waiter : run->history_waiters) AnswerHistory(*this, record, waiter);
  ReleaseQueries(index);
  ArmAfterClose(*this, index);
  ArmDeletion(*this, index);
  ArmArchival(*this, index);
  if (durable().NextScheduleNumber() != 0) TellSchedule(*this, record);
}

void Engine::ReleaseQueries(RunIndex index) {
  if (!queries_.empty()) server::ReleaseQueries(*this, index);
}

// ---- Transitions ----

Transition& Engine::AlsoStart(Shared<RunStart> start) {
  const auto made = std::count_if(companions_.begin(), companions_.end(),
                                  [](const auto& other) { return other->made != nullptr; });
  const RunIndex index = durable().NextRunIndex() + static_cast<RunIndex>(made);
  transaction_.writes.push_back(NewRun{start});
  std::unique_ptr<Run> run = MakeRun(index, std::move(start));
  Run& started = *run;
  companions_.push_back(std::make_unique<Companion>(
      Companion{index, std::move(run), Transition(started, now(), transaction_)}));
  return companions_.back()->transition;
}

Transition& Engine::AlsoChange(Run& run) {
  companions_.push_back(std::make_unique<Companion>(
      Companion{run.index, nullptr, Transition(run, now(), transaction_)}));
  return companions_.back()->transition;
}

bool Engine::Commit(Transition& t, const sim::Label& label) {
  EnforceBufferLimit(t);
  EnforceHistoryLimit(t);
  t.Finish();
  for (const auto& other : companions_) {
    if (&other->transition != &t) other->transition.Finish();
  }
  if (retention_.count() != 0) NoteRetention(t);
  const sim::CommitOutcome outcome = store_.Commit(process_, label, transaction_);
  switch (outcome) {
    case sim::CommitOutcome::kCommitted:
      for (const auto& other : companions_) {
        if (other->made != nullptr) Adopt(std::move(other->made));
      }
      return true;
    case sim::CommitOutcome::kCrashed:
      transaction_ = {};
      companions_.clear();
      return false;
    case sim::CommitOutcome::kRefused:
    case sim::CommitOutcome::kUnknown:
      GiveUp(t.run().index);
      return false;
  }
  return false;
}

void Engine::NoteRetention(const Transition& t) {
  const auto note = [this](const Transition& changed) {
    const Run& run = changed.run();
    if (run.state.info.running()) return;
    transaction_.writes.push_back(
        SetDeleteTime{run.index, run.state.info.close_time + retention_, true});
  };
  const bool is_companion =
      std::any_of(companions_.begin(), companions_.end(),
                  [&t](const auto& other) { return &other->transition == &t; });
  if (!is_companion) note(t);
  for (const auto& other : companions_) note(other->transition);
}

bool Engine::CommitAlone(const sim::Label& label, Durable::Write write) {
  transaction_.writes.push_back(std::move(write));
  const sim::CommitOutcome outcome = store_.Commit(process_, label, transaction_);
  if (outcome != sim::CommitOutcome::kCommitted) transaction_ = {};
  return outcome == sim::CommitOutcome::kCommitted;
}

void Engine::GiveUp(RunIndex index) {
  transaction_ = {};
  std::vector<RunIndex> changed = {index};
  for (const auto& other : std::exchange(companions_, {})) {
    if (other->index != index) changed.push_back(other->index);
  }
  for (const RunIndex run : changed) Reload(run);
}

bool Engine::Commit(Transition& t, sim::Reply& reply) {
  if (Commit(t, reply.label())) return true;
  if (alive()) Refuse(reply, protocol::ShardReloading());
  return false;
}

void Engine::RollBack(Run& run) {
  transaction_ = {};
  for (const auto& other : std::exchange(companions_, {})) {
    if (other->made == nullptr) RollBack(other->transition.run());
  }
  run.state = durable().run(run.index).state;
  FindQueues(run);
  if (const auto updates = std::exchange(run.updates, nullptr)) {
    AbortUpdates(*this, run, *updates, AbortReason::kRegistryCleared);
  }
}

void Engine::FollowUp(Transition& t) {
  // Taken out first: what follows makes transactions of its own.
  const Companions companions = std::exchange(companions_, {});
  const bool is_companion =
      std::any_of(companions.begin(), companions.end(),
                  [&t](const auto& other) { return &other->transition == &t; });
  if (!is_companion) ActOn(t);
  for (const auto& other : companions) {
    if (alive() && OpenRun(other->index) == &other->transition.run()) ActOn(other->transition);
  }
}

void Engine::ActOn(Transition& t) {
  for (const Deadline& deadline : t.deadlines()) Push(deadline);
  Run& run = t.run();
  if (run.updates != nullptr) SettleUpdates(*this, run);
  if (!run.history_waiters.empty()) TellHistoryWaiters(*this, run);
  if (!run.state.info.running()) {
    ForgetClosed(run.index);
    return;
  }
  if (t.dispatches_workflow_task()) DispatchWorkflowTask(run);
  for (const EventId id : t.activities_to_dispatch()) {
    if (!alive()) return;
    const auto activity = run.state.activities.find(id);
    if (activity != run.state.activities.end()) DispatchActivity(run, activity->second);
  }
}

// ---- Tasks ----

void Engine::DispatchWorkflowTask(Run& run) {
  const WorkflowTask& task = run.state.info.workflow_task;
  const bool has_versions = run.workflow_queue->has_versions;
  const bool sticky = task.on_sticky_queue && run.sticky_queue != nullptr &&
                      run.sticky_queue->HasWorker(now()) &&
                      !(has_versions && !FitsStickyQueue(*this, run));
  WorkflowQueue& normal = has_versions
                              ? QueueOfRun(*this, *run.workflow_queue, *run.start, run.state.info)
                              : *run.workflow_queue;
  WorkflowQueue& queue = sticky ? *run.sticky_queue : normal;
  queue.tasks.AddTask(WorkflowTaskRef{
      .run = run.index, .attempt = task.attempt, .scheduled_event_id = task.scheduled_event_id});
  MatchWorkflowTasks(*this, queue);
}

void Engine::DispatchActivity(Run& run, const PendingActivity& activity) {
  const std::string& name = activity.scheduled->task_queue.name;
  ActivityQueue& named =
      name == run.started().task_queue.name ? *run.activity_queue : matching_.ActivityQueueOf(name);
  ActivityQueue& queue = named.has_versions ? QueueOfActivity(*this, named, run, activity) : named;
  queue.tasks.AddTask(ActivityTaskRef{.run = run.index,
                                      .attempt = activity.attempt,
                                      .scheduled_event_id = activity.scheduled_event_id});
  MatchActivityTasks(*this, queue);
}

// ---- Deadlines ----

bool Engine::IsCurrent(const Deadline& deadline) const {
  if (deadline.kind == DeadlineKind::kQueryOnStickyQueue) {
    const auto query = queries_.find(static_cast<std::uint64_t>(deadline.id));
    return query != queries_.end() && !query->second.handed_out;
  }
  if (deadline.kind == DeadlineKind::kQueryTimeout) {
    const auto query = queries_.find(static_cast<std::uint64_t>(deadline.id));
    return query != queries_.end() && query->second.direct && !query->second.handed_out;
  }
  if (deadline.kind == DeadlineKind::kTaskQueueTurn) return true;
  if (deadline.kind == DeadlineKind::kBatchOperation) {
    return durable().batches()[static_cast<BatchIndex>(deadline.id)].running();
  }
  if (IsOfSchedule(deadline.kind)) return IsCurrentOfSchedule(deadline);
  if (deadline.kind == DeadlineKind::kDeleteRun) {
    const RunRecord& record = durable().run(deadline.run);
    return record.delete_time.has_value() && !record.deleted && !IsOpen(deadline.run);
  }
  if (deadline.kind == DeadlineKind::kArchiveRun) {
    return !durable().run(deadline.run).deleted && !IsOpen(deadline.run);
  }
  if (IsBetweenWorkflows(deadline.kind)) return IsCurrentRelation(*this, deadline);
  const RunState& state = StateOf(deadline.run);
  const ExecutionInfo& info = state.info;
  if (!info.running()) return false;
  const WorkflowTask& task = info.workflow_task;
  const auto activity = [&]() -> const PendingActivity* {
    const auto found = state.activities.find(deadline.id);
    return found == state.activities.end() ? nullptr : &found->second;
  };
  switch (deadline.kind) {
    // By the time as well: a speculative task that never was may have had the same ids.
    case DeadlineKind::kWorkflowTaskStartToClose:
      return task.phase == TaskPhase::kStarted && task.started_event_id == deadline.id &&
             task.attempt == deadline.number &&
             task.started_time + task.start_to_close_timeout <= deadline.due;
    case DeadlineKind::kWorkflowTaskScheduleToStart:
      return task.phase == TaskPhase::kScheduled && task.scheduled_event_id == deadline.id &&
             task.attempt == deadline.number &&
             task.scheduled_time + task.schedule_to_start_timeout <= deadline.due;
    case DeadlineKind::kActivityTimeout: {
      const PendingActivity* waiting = activity();
      return waiting != nullptr && StampOf(*waiting) == deadline.number;
    }
    case DeadlineKind::kActivityRetry: {
      const PendingActivity* waiting = activity();
      return waiting != nullptr && !waiting->is_started() && !waiting->pause &&
             waiting->attempt == deadline.number && waiting->scheduled_time <= deadline.due;
    }
    case DeadlineKind::kTimer:
      return state.timers.contains(deadline.id);
    case DeadlineKind::kStartDelay:
      return info.in_start_delay;
    case DeadlineKind::kWorkflowTimeout:
      return true;
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
      break;
  }
  return false;
}

void Engine::PushInBackground(const Deadline& deadline) {
  if (in_background_ == nullptr) {
    in_background_ = std::make_unique<Reminders>(Reminders{.foreground = false});
  }
  in_background_->queue.Push(deadline);
}

bool Engine::IsCurrentOfSchedule(const Deadline& deadline) const {
  const auto number = static_cast<ScheduleNumber>(deadline.id);
  if (durable().schedule(number) == nullptr) return false;
  return deadline.kind == DeadlineKind::kScheduleWake || schedules_.WakeOf(number) == deadline.due;
}

void Engine::SetAlarm(Reminders& reminders) {
  DeadlineQueue& queue = reminders.queue;
  queue.Sweep([this](const Deadline& deadline) { return IsCurrent(deadline); });
  while (!queue.empty() && !IsCurrent(queue.top())) queue.Pop();
  const bool armed = reminders.alarm.generation != 0;
  if (queue.empty()) {
    if (armed) process_.Cancel(reminders.alarm);
    reminders.alarm = {};
    return;
  }
  const Timestamp due = queue.top().due;
  if (armed && reminders.alarm_due <= due) return;  // it looks again then
  if (armed) process_.Cancel(reminders.alarm);
  reminders.alarm_due = due;
  const sim::AlarmAction look = [](void* target, std::uint64_t queue) {
    static_cast<Engine*>(target)->OnAlarm(*reinterpret_cast<Reminders*>(queue));
  };
  reminders.alarm = process_.SetAlarm(
      due - now(), look, this, reinterpret_cast<std::uint64_t>(&reminders), reminders.foreground);
}

void Engine::OnAlarm(Reminders& reminders) {
  reminders.alarm = {};
  if (&reminders == &schedule_times_ && !TimePasses(*this)) return;
  DeadlineQueue& queue = reminders.queue;
  while (alive() && !queue.empty() && queue.top().due <= now()) {
    const Deadline deadline = queue.Pop();
    if (IsCurrent(deadline)) ComeUp(*this, deadline);
  }
  EndStep();
}

void Engine::PushScheduleWake(ScheduleNumber number, Timestamp due) {
  deadlines_.queue.Push({.due = due, .kind = DeadlineKind::kScheduleWake, .id = number});
}

void Engine::PushScheduleTime(ScheduleNumber number) {
  const std::optional<Timestamp> due = schedules_.WakeOf(number);
  if (!due) return;
  schedule_times_.queue.Push({.due = *due, .kind = DeadlineKind::kScheduleTime, .id = number});
}

void Engine::EndStep() {
  for (const sim::Label& label : answered_) {
    if (!alive()) break;
    const sim::Answer crash = process_.kernel().choices().Choose(kAfterReply, label);
    if (crash != 0) process_.Crash(sim::OutageOf(crash));
  }
  answered_.clear();
  if (!alive()) return;
  if (loaded_.size() > options_.max_loaded_runs) LetRest();
  SetAlarm(deadlines_);
  if (in_background_ != nullptr) SetAlarm(*in_background_);
  if (!schedule_times_.queue.empty() && TimePasses(*this)) SetAlarm(schedule_times_);
}

// ---- The store is right ----

Run& Engine::Load(RunIndex index) {
  const RunRecord& record = durable().run(index);
  std::unique_ptr<Run> run = MakeRun(index, record.start);
  run->state = record.state;
  FindQueues(*run);
  Adopt(std::move(run));
  return *runs_[index];
}

Run* Engine::Wake(RunIndex index) { return IsOpen(index) ? &Load(index) : nullptr; }

const RunState& Engine::StateOf(RunIndex index) const {
  const bool loaded = index < runs_.size() && runs_[index] != nullptr;
  return loaded ? runs_[index]->state : durable().run(index).state;
}

void Engine::LetRest() {
  constexpr int kMostLooks = 4;  // in one step, which loads fewer
  for (int look = 0; look < kMostLooks && loaded_.size() > options_.max_loaded_runs; ++look) {
    const RunIndex index = loaded_.Pop();
    std::unique_ptr<Run>& run = runs_[index];
    if (run == nullptr) continue;
    if (run->does_nothing()) {
      run = nullptr;
    } else {
      loaded_.Push(index);
    }
  }
}

void Engine::Recover() {
  const auto count = durable().NextRunIndex();
  runs_.resize(count);
  OpenVersionQueues(*this);
  for (RunIndex index = 0; index < count; ++index) {
    if (!durable().run(index).state.info.running()) {
      ArmTellChildren(*this, index);
      ArmDeletion(*this, index);
      ArmArchival(*this, index);
      continue;
    }
    Rederive(Load(index), Timestamp::min());
    LetRest();
  }
  ArmBatches(*this);
  for (ScheduleNumber number = 0; number < durable().NextScheduleNumber(); ++number) {
    PushScheduleWake(number, now());
  }
  EndStep();
}

void Engine::Reload(RunIndex index) {
  if (index >= durable().NextRunIndex()) return;  // it was to be started, and was not
  const bool loaded = index < runs_.size() && runs_[index] != nullptr;
  if (loaded) RollBack(*runs_[index]);
  Run& run = loaded ? *runs_[index] : Load(index);
  if (!run.state.info.running()) {
    ForgetClosed(index);
    return;
  }
  Rederive(run, now() + kRetryDelay);
}

void Engine::Rederive(Run& run, Timestamp not_before) {
  Transition t(run, now(), transaction_);  // only to collect; nothing is changed
  const ExecutionInfo& info = run.state.info;
  const WorkflowTask& task = info.workflow_task;
  if (info.in_start_delay) t.Arm(DeadlineKind::kStartDelay, info.first_task_time);
  if (info.run_deadline) t.Arm(DeadlineKind::kWorkflowTimeout, *info.run_deadline);
  if (task.phase == TaskPhase::kScheduled) {
    t.DispatchWorkflowTask();
    if (task.schedule_to_start_timeout.count() != 0) {
      t.Arm(DeadlineKind::kWorkflowTaskScheduleToStart,
            task.scheduled_time + task.schedule_to_start_timeout, task.scheduled_event_id,
            task.attempt);
    }
  } else if (task.phase == TaskPhase::kStarted) {
    t.Arm(DeadlineKind::kWorkflowTaskStartToClose, task.started_time + task.start_to_close_timeout,
          task.started_event_id, task.attempt);
  }
  for (const auto& [id, activity] : run.state.activities) ArmActivity(t, activity);
  for (const auto& [id, timer] : run.state.timers) {
    t.Arm(DeadlineKind::kTimer, timer.fire_time, id);
  }
  ArmRelations(*this, t);
  for (Deadline deadline : t.deadlines()) {
    deadline.due = std::max(deadline.due, not_before);
    Push(deadline);
  }
  if (t.dispatches_workflow_task()) DispatchWorkflowTask(run);
  for (const EventId id : t.activities_to_dispatch()) {
    const auto activity = run.state.activities.find(id);
    if (activity != run.state.activities.end()) DispatchActivity(run, activity->second);
  }
}

}  // namespace groundhog::server
