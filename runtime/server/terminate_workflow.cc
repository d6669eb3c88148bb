// TerminateWorkflowExecution (SEMANTICS f.11, recorded README 2).
#include "runtime/protocol/errors.h"
#include "runtime/server/close.h"
#include "runtime/server/handlers.h"

namespace groundhog::server {
namespace {

// Recorded act_report_after_close.
constexpr std::string_view kDefaultReason = "terminated by user via frontend";

}  // namespace

void Handle(Engine& engine, protocol::TerminateWorkflowExecutionRequest& request,
            sim::Reply reply) {
  if (!request.first_execution_run_id.empty()) request.execution.run_id.clear();
  absl::StatusOr<Run*> found = engine.FindOpen(request.execution);
  if (!found.ok()) return engine.Refuse(reply, found.status());
  if (!BelongsTo(*(*found)->start, request.first_execution_run_id)) {
    return engine.Refuse(reply, protocol::WorkflowExecutionNotFound());
  }
  if (request.reason.empty()) request.reason = kDefaultReason;
  Transition t = engine.Begin(**found);
  TerminateRun(t, history::WorkflowExecutionTerminated{.reason = std::move(request.reason),
                                                       .details = std::move(request.details),
                                                       .identity = std::move(request.identity)});
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, protocol::TerminateWorkflowExecutionResponse{});
  engine.FollowUp(t);
}

}  // namespace groundhog::server
