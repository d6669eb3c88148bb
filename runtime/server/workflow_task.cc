#include "runtime/server/workflow_task.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "base/transition_table.h"
#include "runtime/server/names.h"
#include "runtime/server/update_registry.h"
#include "runtime/server/version_routing.h"

namespace groundhog::server {
namespace {

using history::MakeShared;
using history::TimeoutType;
using history::WorkflowTaskFailedCause;

constexpr Row<TaskPhase, TaskInput> kRows[] = {
    {TaskPhase::kNone, TaskInput::kSchedule, TaskPhase::kScheduled},
    {TaskPhase::kScheduled, TaskInput::kStart, TaskPhase::kStarted},
    {TaskPhase::kScheduled, TaskInput::kTimeOut, TaskPhase::kNone},
    {TaskPhase::kStarted, TaskInput::kComplete, TaskPhase::kNone},
    {TaskPhase::kStarted, TaskInput::kFail, TaskPhase::kNone},
    {TaskPhase::kStarted, TaskInput::kTimeOut, TaskPhase::kNone},
    {TaskPhase::kScheduled, TaskInput::kDrop, TaskPhase::kNone},
    {TaskPhase::kStarted, TaskInput::kDrop, TaskPhase::kNone},
};
constexpr TransitionTable<TaskPhase, TaskInput, 3, 6> kTable(kRows);

constexpr std::size_t kMostBufferedEvents = 100;  // SEMANTICS a.4 rule 6
constexpr std::int64_t kSuggestedBytes = 4 * 1024 * 1024;
constexpr EventId kSuggestedEvents = 4096;
constexpr Duration kSpeculativePatience = std::chrono::seconds(5);  // SEMANTICS d.1

void Advance(WorkflowTask& task, TaskInput input) {
  const auto next = kTable.Next(task.phase, input);
  GH_CHECK(next.has_value(), "a workflow task takes only steps of its table");
  task.phase = *next;
}

Shared<history::WorkflowTaskScheduled> MakeScheduled(Transition& t, std::int32_t attempt) {
  const history::TaskQueue& normal = t.start().event->task_queue;
  history::WorkflowTaskScheduled attributes{
      .task_queue = normal,
      .start_to_close_timeout = WorkflowTaskTimeout(t.start(), attempt),
      .attempt = attempt};
  if (t.info().sticky) {
    attributes.task_queue = history::TaskQueue{.name = t.info().sticky->name,
                                               .kind = history::TaskQueueKind::kSticky,
                                               .normal_name = normal.name};
  }
  return MakeShared<history::WorkflowTaskScheduled>(std::move(attributes));
}

Shared<history::WorkflowTaskScheduled> ScheduledAttributes(Transition& t, std::int32_t attempt) {
  if (attempt != 1) return MakeScheduled(t, attempt);
  auto& usual = t.info().sticky ? t.run().usual_sticky_task : t.run().usual_task;
  if (!usual || (t.info().sticky && usual->task_queue.name != t.info().sticky->name)) {
    usual = MakeScheduled(t, attempt);
  }
  return usual;
}

void Describe(Transition& t, WorkflowTask& task) {
  task.scheduled = ScheduledAttributes(t, task.attempt);
  task.scheduled_time = t.now();
  task.start_to_close_timeout = task.scheduled->start_to_close_timeout;
}

enum class Kind : std::uint8_t { kUsual, kSpeculative };

void Schedule(Transition& t, sim::Symbol cause, Timestamp heartbeat_since,
              Kind kind = Kind::kUsual) {
  WorkflowTask& task = t.info().workflow_task;
  Advance(task, TaskInput::kSchedule);
  if (t.has_buffered()) {  // news make it a normal task again (SEMANTICS d.2)
    task.attempt = 1;
    t.Flush();
  }
  task.speculative = kind == Kind::kSpeculative;
  task.written = task.attempt == 1 && !task.speculative;
  task.cause = cause;
  task.on_sticky_queue = static_cast<bool>(t.info().sticky);
  task.schedule_to_start_timeout =
      task.on_sticky_queue ? t.info().sticky->schedule_to_start_timeout
                           : Duration(task.speculative ? kSpeculativePatience : Duration::zero());
  task.heartbeat_since = heartbeat_since;
  Describe(t, task);
  task.scheduled_event_id =
      task.written ? t.AddAt(t.now(), task.scheduled) : t.info().next_event_id;
  task.started_event_id = 0;
  task.started = {};
  t.DispatchWorkflowTask();
  if (task.schedule_to_start_timeout.count() != 0) {
    t.Arm(DeadlineKind::kWorkflowTaskScheduleToStart, t.now() + task.schedule_to_start_timeout,
          task.scheduled_event_id, task.attempt);
  }
}

// A transient task that something happened to before it was started is
// a normal one (SEMANTICS d.2).
void BecomeNormalIfOvertaken(Transition& t) {
  WorkflowTask& task = t.info().workflow_task;
  if (task.written || task.scheduled_event_id == t.info().next_event_id) return;
  task.attempt = 1;
  task.written = true;
  Describe(t, task);
  task.scheduled_event_id = t.AddAt(t.now(), task.scheduled);
}

// What a failure or a timeout means for the next attempt (SEMANTICS d.3).
void CountFailure(Transition& t) {
  ExecutionInfo& info = t.info();
  info.close_attempted = false;
  if (info.sticky) {
    info.sticky = {};
    info.workflow_task.attempt = 1;
  } else {
    ++info.workflow_task.attempt;
  }
}

}  // namespace

std::optional<TaskPhase> NextPhase(TaskPhase from, TaskInput input) {
  return kTable.Next(from, input);
}

Duration WorkflowTaskTimeout(const RunStart& start, std::int32_t attempt) {
  constexpr std::int32_t kPatience = 3;
  constexpr Duration kFirst = std::chrono::seconds(5);
  constexpr Duration kMost = std::chrono::minutes(10);
  const Duration usual = start.event->workflow_task_timeout;
  if (attempt <= kPatience) return usual;
  const int doublings = std::min(attempt - kPatience - 1, 30);
  const Duration longest = std::min(kMost, kFirst * (std::int64_t{1} << doublings));
  constexpr std::uint64_t kMillionths = 1'000'000;
  const std::uint64_t hash =
      CombineHash(start.workflow.hash(), static_cast<std::uint64_t>(attempt));
  const auto share =
      static_cast<std::int64_t>(kMillionths * 8 / 10 + hash % (kMillionths * 2 / 10));
  return usual + longest / static_cast<std::int64_t>(kMillionths) * share;
}

void ScheduleWorkflowTask(Transition& t, sim::Symbol cause) { Schedule(t, cause, t.now()); }

void ScheduleForcedWorkflowTask(Transition& t, Timestamp since) {
  Schedule(t, sim::Symbol(kCauseForced), since);
}

void ScheduleSpeculativeTask(Transition& t, sim::Symbol cause) {
  Schedule(t, cause, t.now(), Kind::kSpeculative);
}

void DropSpeculativeTask(Transition& t) {
  WorkflowTask& task = t.info().workflow_task;
  Advance(task, TaskInput::kDrop);
  task.speculative = false;
  t.info().close_attempted = false;
}

void WantWorkflowTask(Transition& t, sim::Symbol cause) {
  const ExecutionInfo& info = t.info();
  if (info.workflow_task.phase != TaskPhase::kNone) return;
  if (info.in_start_delay || info.awaits_parent) return;
  ScheduleWorkflowTask(t, cause);
}

void StartWorkflowTask(Transition& t, TaskStarter starter) {
  ExecutionInfo& info = t.info();
  WorkflowTask& task = info.workflow_task;
  BecomeNormalIfOvertaken(t);
  if (!starter.from_sticky_queue) info.sticky = {};
  task.started_time = t.now();
  task.started = MakeShared<history::WorkflowTaskStarted>(history::WorkflowTaskStarted{
      .scheduled_event_id = task.scheduled_event_id,
      .identity = std::move(starter.identity),
      .request_id = std::move(starter.request_id),
      .suggest_continue_as_new = info.history_bytes >= kSuggestedBytes ||
                                 info.next_event_id > kSuggestedEvents || HasManyUpdates(t.run()),
      .target_worker_deployment_version_changed =
          IsPinned(info.versioning) && info.versioning->notified.has_value(),
      .history_size_bytes = info.history_bytes});
  task.started_event_id =
      task.written ? t.AddAt(t.now(), task.started) : task.scheduled_event_id + 1;
  Advance(task, TaskInput::kStart);
  t.Arm(DeadlineKind::kWorkflowTaskStartToClose, t.now() + task.start_to_close_timeout,
        task.started_event_id, task.attempt);
}

EventId CompleteWorkflowTask(Transition& t, const std::string& identity,
                             Shared<history::CompletedVersioning> versioning) {
  t.WriteSpeculativeTask();
  ExecutionInfo& info = t.info();
  WorkflowTask& task = info.workflow_task;
  Advance(task, TaskInput::kComplete);
  if (!task.written) {
    const EventId scheduled = t.AddAt(task.scheduled_time, task.scheduled);
    const EventId started = t.AddAt(task.started_time, task.started);
    GH_CHECK(scheduled == task.scheduled_event_id && started == task.started_event_id,
             "nothing is written while a transient task is started");
  }
  info.previous_started_event_id = task.started_event_id;
  info.close_attempted = false;
  task.attempt = 1;
  const auto completed = history::MakeShared<history::WorkflowTaskCompleted>(
      history::WorkflowTaskCompleted{.scheduled_event_id = task.scheduled_event_id,
                                     .started_event_id = task.started_event_id,
                                     .identity = identity,
                                     .versioning = std::move(versioning)});
  if (!completed->versioning && !info.versioning) return t.AddAt(t.now(), completed);
  const RunVersioningPtr before = info.versioning;
  info.versioning = AfterCompletion(before, *completed);
  const EventId id = t.AddAt(t.now(), completed);
  SettleVersioning(t, before);
  return id;
}

void FailWorkflowTask(Transition& t, TaskFailure failure) {
  t.WriteSpeculativeTask();  // a failure is to be seen
  WorkflowTask& task = t.info().workflow_task;
  Advance(task, TaskInput::kFail);
  if (task.written) {
    t.Add(history::WorkflowTaskFailed{.scheduled_event_id = task.scheduled_event_id,
                                      .started_event_id = task.started_event_id,
                                      .cause = failure.cause,
                                      .failure = std::move(failure.failure),
                                      .identity = std::move(failure.identity),
                                      .base_run_id = std::move(failure.base_run_id),
                                      .new_run_id = std::move(failure.new_run_id)});
  }
  CountFailure(t);
}

void TimeOutWorkflowTask(Transition& t, TimeoutType type) {
  t.WriteSpeculativeTask();
  WorkflowTask& task = t.info().workflow_task;
  Advance(task, TaskInput::kTimeOut);
  if (task.written) {
    t.Add(history::WorkflowTaskTimedOut{.scheduled_event_id = task.scheduled_event_id,
                                        .started_event_id = task.started_event_id,
                                        .timeout_type = type});
  }
  CountFailure(t);
  if (type == TimeoutType::kScheduleToStart) task.attempt = 1;
}

void EnforceBufferLimit(Transition& t) {
  const WorkflowTask& task = t.info().workflow_task;
  if (task.phase != TaskPhase::kStarted || t.state().buffered.size() <= kMostBufferedEvents) return;
  const sim::Symbol cause = task.cause;
  FailWorkflowTask(t, TaskFailure{.cause = WorkflowTaskFailedCause::kForceCloseCommand,
                                  .identity = std::string(kServerIdentity)});
  t.Flush();  // before the task is scheduled, so that its attempt is counted on (recorded README 5)
  ScheduleWorkflowTask(t, cause);
}

}  // namespace groundhog::server
