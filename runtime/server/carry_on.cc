#include "runtime/server/carry_on.h"

namespace groundhog::server {
namespace {

// The first run of the child's chain; null if there is none.
const std::string* FirstRunId(const Engine& engine, const PendingChild& child,
                              const RunsOfWorkflow& runs) {
  if (child.is_started()) return &child.first_run_id;
  for (const RunIndex index : runs) {
    const RunStart& start = *engine.durable().run(index).start;
    if (start.request_id == child.request_id) return &start.event->first_execution_run_id;
  }
  return nullptr;
}

// The parent of a run, where it has the run as a pending child;
// of a parent that was reset, its new run.
std::optional<RunIndex> FindParent(Engine& engine, const RunStart& child) {
  const history::WorkflowExecution& parent = child.event->parent_workflow_execution;
  if (parent.workflow_id.empty()) return std::nullopt;
  const EventId id = child.event->parent_initiated_event_id;
  for (const history::WorkflowExecution& where :
       {parent, history::WorkflowExecution{.workflow_id = parent.workflow_id}}) {
    const absl::StatusOr<RunIndex> index = engine.Find(where);
    Run* run = index.ok() ? engine.OpenRun(*index) : nullptr;
    const PendingChild* pending = run == nullptr ? nullptr : run->state.FindChild(id);
    if (pending != nullptr && pending->initiated->workflow_id == child.workflow_id) return *index;
  }
  return std::nullopt;
}

}  // namespace

history::WorkflowExecution ExecutionOf(const RunStart& start) {
  return {.workflow_id = start.workflow_id, .run_id = start.run_id};
}

std::optional<RunIndex> FindRunOf(const Engine& engine, const PendingChild& child) {
  const RunsOfWorkflow* runs = engine.durable().FindWorkflow(child.initiated->workflow_id);
  const std::string* first = runs == nullptr ? nullptr : FirstRunId(engine, child, *runs);
  if (first == nullptr) return std::nullopt;
  for (auto index = runs->rbegin(); index != runs->rend(); ++index) {
    if (BelongsTo(*engine.durable().run(*index).start, *first)) return *index;
  }
  return std::nullopt;
}

void TryAgain(Engine& engine, Deadline deadline) {
  deadline.due = engine.now() + kRetryDelay;
  engine.Push(deadline);
}

void ArmRelations(Engine& engine, Transition& t) {
  const Relations* relations = t.state().relations.get();
  if (relations == nullptr) return;
  for (const auto& [id, child] : relations->children) {
    // The store is asked: after a restart not all open runs are in memory yet.
    const std::optional<RunIndex> index = FindRunOf(engine, child);
    const bool is_over =
        child.is_started() && index && !engine.durable().run(*index).state.info.running();
    t.Arm(is_over ? DeadlineKind::kTellParent : DeadlineKind::kStartChild, t.now(), id);
  }
  for (const auto& [id, request] : relations->requests) {
    t.Arm(DeadlineKind::kExternalRequest, t.now(), id);
  }
}

void ArmAfterClose(Engine& engine, RunIndex index) {
  const RunRecord& record = engine.durable().run(index);
  if (const auto parent = FindParent(engine, *record.start)) {
    engine.Push({engine.now(), *parent, DeadlineKind::kTellParent, 0,
                 record.start->event->parent_initiated_event_id});
  }
  ArmTellChildren(engine, index);
}

void ArmTellChildren(Engine& engine, RunIndex index) {
  const Relations* relations = engine.durable().run(index).state.relations.get();
  if (relations == nullptr) return;
  for (const auto& [id, child] : relations->children) {
    engine.Push({engine.now(), index, DeadlineKind::kTellChild, 0, id});
  }
}

bool IsCurrentRelation(const Engine& engine, const Deadline& deadline) {
  const RunState& state = engine.durable().run(deadline.run).state;
  switch (deadline.kind) {
    case DeadlineKind::kStartChild:
    case DeadlineKind::kTellParent:
      return state.info.running() && state.FindChild(deadline.id) != nullptr;
    case DeadlineKind::kTellChild:
      return !state.info.running() && state.FindChild(deadline.id) != nullptr;
    case DeadlineKind::kExternalRequest:
      return state.info.running() && state.FindRequest(deadline.id) != nullptr;
    default:
      return false;
  }
}

void CarryOn(Engine& engine, const Deadline& deadline) {
  switch (deadline.kind) {
    case DeadlineKind::kStartChild:
      return StartChild(engine, *engine.OpenRun(deadline.run), deadline);
    case DeadlineKind::kTellParent:
      return TellParent(engine, *engine.OpenRun(deadline.run), deadline);
    case DeadlineKind::kTellChild:
      return TellChild(engine, deadline);
    case DeadlineKind::kExternalRequest:
      return DeliverRequest(engine, *engine.OpenRun(deadline.run), deadline);
    default:
      return;
  }
}

}  // namespace groundhog::server
