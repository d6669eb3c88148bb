// RequestCancelWorkflowExecution (SEMANTICS f.5): asking twice, or too late,
// is no error and changes nothing.
#include "runtime/protocol/errors.h"
#include "runtime/server/cancel.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {

void AddCancelRequest(Transition& t, history::WorkflowExecutionCancelRequested request) {
  t.info().cancel_requested = true;
  t.info().in_start_delay = false;
  t.Add(std::move(request));
  WantWorkflowTask(t, sim::Symbol(kCauseCancelRequested));
}

void Handle(Engine& engine, protocol::RequestCancelWorkflowExecutionRequest& request,
            sim::Reply reply) {
  if (!request.first_execution_run_id.empty()) request.execution.run_id.clear();
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  if (!BelongsTo(*engine.durable().run(*index).start, request.first_execution_run_id)) {
    return engine.Refuse(reply, protocol::WorkflowExecutionNotFound());
  }
  Run* run = engine.OpenRun(*index);
  if (run == nullptr || run->state.info.cancel_requested) {
    return engine.Answer(reply, protocol::RequestCancelWorkflowExecutionResponse{});
  }
  Transition t = engine.Begin(*run);
  AddCancelRequest(t,
                   {.cause = std::move(request.reason), .identity = std::move(request.identity)});
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, protocol::RequestCancelWorkflowExecutionResponse{});
  engine.FollowUp(t);
}

}  // namespace groundhog::server
