// The workflow task of a run: its life, its attempts, and the events that tell of it (SEMANTICS
// d.1-d.3, recorded README 2, 5, 6).
//
// Which phase follows which stands in one table (workflow_task.cc);
// a step that is not in it is a bug of the server.
#pragma once

#include <optional>
#include <string>

#include "runtime/history/enums.h"
#include "runtime/server/transition.h"

namespace groundhog::server {

enum class TaskInput : std::uint8_t {
  kSchedule,
  kStart,
  kComplete,
  kFail,     // by the worker, or by the server because of what the worker answered
  kTimeOut,  // start-to-close, or schedule-to-start on a sticky queue
  kDrop,     // it leaves no trace: a speculative one
};
// Nothing if the step is illegal in this phase.
std::optional<TaskPhase> NextPhase(TaskPhase from, TaskInput input);

// Schedules a task on the sticky queue, if there is one, else on the normal one.
// REQUIRES: there is none.
void ScheduleWorkflowTask(Transition& t, sim::Symbol cause);
// The same when nothing but a worker's wish for another task is the reason: `since` is when the
// chain of such tasks began.
void ScheduleForcedWorkflowTask(Transition& t, Timestamp since);
// After something happened that the workflow has to see: unless a task is there already, or the
// start delay is not over, or a child's parent has not recorded its start.
void WantWorkflowTask(Transition& t, sim::Symbol cause);

// A task in memory only, for the sake of updates (SEMANTICS d.2): `t` must not be committed.
// REQUIRES: there is none.
void ScheduleSpeculativeTask(Transition& t, sim::Symbol cause);
// A speculative task never was.
void DropSpeculativeTask(Transition& t);

struct TaskStarter {
  std::string identity = {};
  std::string request_id = {};
  bool from_sticky_queue = false;
};
void StartWorkflowTask(Transition& t, TaskStarter starter);

// The event id of WorkflowTaskCompleted. `versioning`: of the worker's code, if it is versioned.
EventId CompleteWorkflowTask(Transition& t, const std::string& identity,
                             Shared<history::CompletedVersioning> versioning = {});

struct TaskFailure {
  history::WorkflowTaskFailedCause cause = history::WorkflowTaskFailedCause::kUnspecified;
  FailurePtr failure = {};
  std::string identity = {};
  std::string base_run_id = {};  // of a reset
  std::string new_run_id = {};
};
void FailWorkflowTask(Transition& t, TaskFailure failure);
void TimeOutWorkflowTask(Transition& t, history::TimeoutType type);

// Whether the run has more buffered events than it may; then its started task is failed, they are
// flushed, and a new task is scheduled.
void EnforceBufferLimit(Transition& t);

// How long an attempt may take. From attempt 4 on a worker that keeps failing is given more and
// more time, so that the retries become fewer; the jitter follows from the names.
Duration WorkflowTaskTimeout(const RunStart& start, std::int32_t attempt);

}  // namespace groundhog::server
