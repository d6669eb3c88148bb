// Version routing: which of the queues of one name a task goes to, and what it means that a worker
// of another version takes it.
//
//     pinned            the queue of the run's version
//     auto-upgraded     the queue of the version that is current (or ramping) for the task queue
//     neither           the same; where there is no current version: the queue of unversioned workers
//
// An activity goes the way of its run, but for one of a pinned run on a task queue that its version
// does not have: that is as if it were not pinned. If an unpinned run's task is taken by another
// version's worker the run moves there: that is its transition; if it is an activity that goes
// there first, it waits until a workflow task has moved the run. Tasks that wait are sorted anew
// when the routing changes. (Temporal's server: service/matching/task_queue_partition_manager.go,
// service/history/api/record…taskstarted.)
#pragma once

#include <optional>
#include <string>

#include "runtime/server/engine.h"

namespace groundhog::server {

// `unversioned` is the queue for unversioned workers. REQUIRES: it has_versions.
WorkflowQueue& QueueOfRun(Engine& engine, WorkflowQueue& unversioned, const RunStart& start,
                          const ExecutionInfo& info);
ActivityQueue& QueueOfActivity(Engine& engine, ActivityQueue& unversioned, const Run& run,
                               const PendingActivity& activity);
// Where the run's tasks wait, and its queries, if it is closed perhaps; it need not have versions.
WorkflowQueue& NormalQueueOf(Engine& engine, RunIndex run);
// Whether the worker that has the run in its cache may have its next task.
bool FitsStickyQueue(const Engine& engine, const Run& run);

// A workflow task was started for a worker that polls this queue, which has_versions.
// May begin a transition.
void NoteStartOnQueue(const Engine& engine, Transition& t, const WorkflowQueue& queue);
// Whether the run has to move to the queue's version before the activity begins there.
bool HasToMoveFirst(const Engine& engine, const Run& run, const ActivityQueue& queue);
// Moves it: the activity is handed out again when a workflow task has been completed there.
void MoveRun(const Engine& engine, Transition& t, const ActivityQueue& queue);

// A workflow task is about to be started: notes whether a pinned run
// is to hear of another version in WorkflowTaskStarted.
void NoteTargetVersion(const Engine& engine, Transition& t);

// After the versioning of a run has changed: its search attributes, and where its activities wait.
void SettleVersioning(Transition& t, const RunVersioningPtr& before);
// Its workflow task, if it waits, is to wait where the run belongs now.
void DispatchWaitingTask(Transition& t);
// Writes the event, and does what it says.
void ApplyOptions(Transition& t, const history::WorkflowExecutionOptionsUpdated& updated);

// A worker of this version polls the queue; makes it known, if it is not.
// False if the caller was told why not.
bool AdmitPoller(Engine& engine, const WorkerDeploymentVersion& version,
                 const VersionTaskQueue& queue, sim::Reply& reply);

// All queues that the store knows of; a process has just started.
void OpenVersionQueues(Engine& engine);
// The routing has changed: whoever waits on a queue that the deployment's versions have.
void SortTasksAnew(Engine& engine, const DeploymentRecord& deployment);

}  // namespace groundhog::server
