// DeleteWorkflowExecution.
#include "runtime/server/delete_workflow.h"

#include <string>
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/close.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"

namespace groundhog::server {
namespace {

constexpr Duration kDeletionDelay = std::chrono::seconds(30);

}  // namespace

void Handle(Engine& engine, protocol::DeleteWorkflowExecutionRequest& request, sim::Reply reply) {
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  const Timestamp time = engine.now() + kDeletionDelay;
  if (Run* run = engine.OpenRun(*index)) {
    Transition t = engine.Begin(*run);
    TerminateRun(t, history::WorkflowExecutionTerminated{.reason = "Delete workflow execution",
                                                         .identity = std::string(kServerIdentity)});
    t.NoteDeletion(time);
    if (!engine.Commit(t, reply)) return;
    engine.Answer(reply, protocol::DeleteWorkflowExecutionResponse{});
    return engine.FollowUp(t);
  }
  const RunRecord& record = engine.durable().run(*index);
  if (!record.delete_time || record.by_retention) {
    const bool written = engine.CommitAlone(reply.label(), SetDeleteTime{*index, time});
    if (!engine.alive()) return;
    if (!written) {
      ArmDeletion(engine, *index);  // perhaps it was
      return engine.Refuse(reply, protocol::ShardReloading());
    }
    ArmDeletion(engine, *index);
  }
  engine.Answer(reply, protocol::DeleteWorkflowExecutionResponse{});
}

void ArmDeletion(Engine& engine, RunIndex index) {
  const RunRecord& record = engine.durable().run(index);
  if (!record.delete_time || record.deleted) return;
  const Deadline deadline{
      .due = *record.delete_time, .run = index, .kind = DeadlineKind::kDeleteRun};
  if (record.by_retention) return engine.PushInBackground(deadline);
  engine.Push(deadline);
}

void CarryOutDeletion(Engine& engine, const Deadline& deadline) {
  const RunRecord& record = engine.durable().run(deadline.run);
  const sim::Label label(sim::Symbol(kDeleteRun), record.start->workflow, sim::Symbol(), 0);
  if (engine.CommitAlone(label, DeleteRun{deadline.run}) || !engine.alive()) return;
  Deadline again = deadline;
  again.due = engine.now() + kRetryDelay;
  engine.Push(again);
}

}  // namespace groundhog::server
