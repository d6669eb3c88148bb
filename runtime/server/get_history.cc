// GetWorkflowExecutionHistory: the events of a run, or, for who waits for its end, the closing one.
#include "runtime/server/handlers.h"

namespace groundhog::server {

void Handle(Engine& engine, protocol::GetWorkflowExecutionHistoryRequest& request,
            sim::Reply reply) {
  using Response = protocol::GetWorkflowExecutionHistoryResponse;
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  const EventHistory& history = engine.durable().run(*index).history;
  if (!request.wait_for_close_event) return engine.Answer(reply, Response{.history = history});
  Run* run = engine.OpenRun(*index);
  if (run == nullptr) return engine.Answer(reply, Response{.history = {history.back()}});
  run->close_waiters.push_back(std::move(reply));
}

}  // namespace groundhog::server
