// A child is started in three transactions (SEMANTICS f.6):
//
//     1. the child's run begins, without a workflow task;
//     2. ChildWorkflowExecutionStarted is written in the parent;
//     3. the child's first workflow task is scheduled.
//
// If the parent learns that the child may not be started, StartChildWorkflowExecutionFailed is
// written in place of all that.
#include <string>
#include <utility>

#include "runtime/server/carry_on.h"
#include "runtime/server/names.h"
#include "runtime/server/start_request.h"
#include "runtime/server/start_run.h"
#include "runtime/server/version_inheritance.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using Initiated = history::StartChildWorkflowExecutionInitiated;

sim::Label LabelOf(Engine& engine, const RunStart& parent, const sim::SymbolEntry& kind,
                   const PendingChild& child) {
  return sim::Label(sim::Symbol(kind), parent.workflow,
                    engine.causes().Intern(child.initiated->workflow_type), 0);
}

protocol::StartWorkflowExecutionRequest RequestFor(const PendingChild& child) {
  const Initiated& initiated = *child.initiated;
  return {.workflow_id = initiated.workflow_id,
          .workflow_type = initiated.workflow_type,
          .task_queue = initiated.task_queue.name,
          .input = initiated.input,
          .workflow_execution_timeout = initiated.workflow_execution_timeout,
          .workflow_run_timeout = initiated.workflow_run_timeout,
          .workflow_task_timeout = initiated.workflow_task_timeout,
          .request_id = child.request_id,
          .id_reuse_policy = initiated.workflow_id_reuse_policy,
          .retry_policy = initiated.retry_policy,
          .cron_schedule = initiated.cron_schedule,
          .memo = initiated.memo,
          .search_attributes = initiated.search_attributes,
          .header = initiated.header};
}

ParentLink LinkTo(const RunStart& parent, EventId initiated_event_id) {
  const history::WorkflowExecution& root = parent.event->root_workflow_execution;
  return {.parent = ExecutionOf(parent),
          .initiated_event_id = initiated_event_id,
          .root = root.workflow_id.empty() ? ExecutionOf(parent) : root};
}

// Ends the child before it began.
void RecordFailure(Engine& engine, Run& parent, const PendingChild& child) {
  const sim::Label label = LabelOf(engine, *parent.start, kStartChildFailed, child);
  Transition t = engine.Begin(parent);
  t.Add(history::StartChildWorkflowExecutionFailed{
      .namespace_ = child.initiated->namespace_,
      .workflow_id = child.initiated->workflow_id,
      .workflow_type = child.initiated->workflow_type,
      .cause = history::StartChildWorkflowExecutionFailedCause::kWorkflowAlreadyExists,
      .initiated_event_id = child.initiated_event_id});
  t.EraseChild(child.initiated_event_id);
  WantWorkflowTask(t, engine.causes().ChildStartFailed(label.subject()));
  if (engine.Commit(t, label)) engine.FollowUp(t);
}

// Begins the child's run. False if it could not be written.
bool Begin(Engine& engine, const Run& parent, const PendingChild& child,
           const StartVerdict& verdict) {
  protocol::StartWorkflowExecutionRequest request = RequestFor(child);
  const sim::Label label = LabelOf(engine, *parent.start, kStartChild, child);
  ParentLink link = LinkTo(*parent.start, child.initiated_event_id);
  link.versioning = VersioningOfChild(engine, parent, request.task_queue);
  Transition& t = StartRequested(engine, verdict, request, &link);
  t.info().awaits_parent = true;
  if (!engine.Commit(t, label)) return false;
  engine.FollowUp(t);
  return true;
}

// Tells the parent that the child has begun. False if it could not be written.
bool RecordStart(Engine& engine, Run& parent, PendingChild child, const RunStart& begun) {
  const sim::Label label = LabelOf(engine, *parent.start, kChildStarted, child);
  Transition t = engine.Begin(parent);
  child.phase = ChildPhase::kStarted;
  child.first_run_id = begun.event->first_execution_run_id;
  child.started_event_id = t.Add(history::ChildWorkflowExecutionStarted{
      .namespace_ = child.initiated->namespace_,
      .initiated_event_id = child.initiated_event_id,
      .workflow_execution = {.workflow_id = begun.workflow_id, .run_id = child.first_run_id},
      .workflow_type = child.initiated->workflow_type,
      .header = child.initiated->header});
  t.Save(std::move(child));
  WantWorkflowTask(t, engine.causes().ChildStarted(label.subject()));
  if (!engine.Commit(t, label)) return false;
  engine.FollowUp(t);
  return true;
}

// Lets the child's code run. False if it could not be written.
bool ReleaseChild(Engine& engine, Run& child) {
  const sim::Label label(sim::Symbol(kChildFirstTask), child.start->workflow, sim::Symbol(), 0);
  Transition t = engine.Begin(child);
  t.info().awaits_parent = false;
  ScheduleFirstWorkflowTask(t);
  if (!engine.Commit(t, label)) return false;
  engine.FollowUp(t);
  return true;
}

}  // namespace

// A parent that cannot be written is reloaded, and what is pending in it comes up again; of other
// runs that has to be asked for.
void StartChild(Engine& engine, Run& parent, const Deadline& deadline) {
  const PendingChild child = *parent.state.FindChild(deadline.id);
  if (!child.is_started()) {
    if (!FindRunOf(engine, child)) {
      StartVerdict verdict = JudgeStart(engine, RequestFor(child));
      if (verdict.kind == StartVerdict::Kind::kRefused) return RecordFailure(engine, parent, child);
      if (!Begin(engine, parent, child, verdict)) return TryAgain(engine, deadline);
    }
    const RunStart& begun = *engine.durable().run(*FindRunOf(engine, child)).start;
    if (!RecordStart(engine, parent, child, begun)) return;
    if (!engine.alive() || !engine.IsOpen(deadline.run)) return;
  }
  Run* run = engine.OpenRun(*FindRunOf(engine, child));
  if (run == nullptr) {  // it has ended already
    return engine.Push({engine.now(), deadline.run, DeadlineKind::kTellParent, 0, deadline.id});
  }
  if (run->state.info.awaits_parent && !ReleaseChild(engine, *run)) TryAgain(engine, deadline);
}

}  // namespace groundhog::server
