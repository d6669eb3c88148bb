// SignalWorkflowExecution (SEMANTICS f.1).
#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

constexpr std::int32_t kMostSignals = 10'000;

absl::Status CheckAllowed(const ExecutionInfo& info) {
  if (info.signals >= kMostSignals) return protocol::TooManySignals();
  if (info.close_attempted && info.workflow_task.phase == TaskPhase::kStarted) {
    return protocol::WorkflowClosing();
  }
  return absl::OkStatus();
}

}  // namespace

void Handle(Engine& engine, protocol::SignalWorkflowExecutionRequest& request, sim::Reply reply) {
  if (request.signal_name.empty()) {
    return engine.Refuse(reply, protocol::NotSetOnRequest("SignalName"));
  }
  absl::StatusOr<Run*> found = engine.FindOpen(request.execution);
  if (!found.ok()) return engine.Refuse(reply, found.status());
  Run& run = **found;
  if (!request.request_id.empty() && run.state.signal_request_ids.contains(request.request_id)) {
    return engine.Answer(reply, protocol::SignalWorkflowExecutionResponse{});
  }
  if (absl::Status refusal = CheckAllowed(run.state.info); !refusal.ok()) {
    return engine.Refuse(reply, std::move(refusal));
  }
  const sim::Symbol cause = engine.causes().Signal(request.signal_name);
  Transition t = engine.Begin(run);
  ++t.info().signals;
  if (!request.request_id.empty()) t.NoteSignalRequest(request.request_id);
  t.Add(history::WorkflowExecutionSignaled{.signal_name = std::move(request.signal_name),
                                           .input = std::move(request.input),
                                           .identity = std::move(request.identity),
                                           .request_id = std::move(request.request_id)});
  WantWorkflowTask(t, cause);
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, protocol::SignalWorkflowExecutionResponse{});
  engine.FollowUp(t);
}

}  // namespace groundhog::server
