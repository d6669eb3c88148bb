// UpdateWorkflowExecution and PollWorkflowExecutionUpdate (SEMANTICS f.3).
//
// A long poll ends when the update has come as far as the caller waits for; there is no other end
// (ARCHITECTURE, decision 10).
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/updates.h"

namespace groundhog::server {

using protocol::UpdateStage;

void Handle(Engine& engine, protocol::UpdateWorkflowExecutionRequest& request, sim::Reply reply) {
  if (absl::Status bad = CheckUpdate(request); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  if (!request.first_execution_run_id.empty()) request.execution.run_id.clear();
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  if (!BelongsTo(*engine.durable().run(*index).start, request.first_execution_run_id)) {
    return engine.Refuse(reply, protocol::WorkflowExecutionNotFound());
  }
  UpdateWaiter waiter{.reply = std::move(reply), .stage = request.wait_for};
  if (Run* run = engine.OpenRun(*index)) {
    return UpdateRun(engine, *run, std::move(request.request), std::move(waiter));
  }
  // Who asks again for an update of a closed run gets the same answer.
  const std::string& id = request.request.meta.update_id;
  auto outcome = FindOutcome(engine, *index, id);
  if (!outcome) return engine.Refuse(waiter.reply, protocol::WorkflowAlreadyCompleted());
  AnswerUpdate(engine, *engine.durable().run(*index).start, id, waiter, UpdateStage::kCompleted,
               std::move(outcome));
}

void Handle(Engine& engine, protocol::PollWorkflowExecutionUpdateRequest& request,
            sim::Reply reply) {
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  const RunStart& start = *engine.durable().run(*index).start;
  UpdateWaiter waiter{.reply = std::move(reply), .stage = request.wait_for};
  if (auto outcome = FindOutcome(engine, *index, request.update_id)) {
    return AnswerUpdate(engine, start, request.update_id, waiter, UpdateStage::kCompleted,
                        std::move(outcome));
  }
  Run* run = engine.OpenRun(*index);
  PendingUpdate* update = run == nullptr ? nullptr : RegistryOf(*run).Find(request.update_id);
  if (update == nullptr) {
    return engine.Refuse(waiter.reply, protocol::UpdateNotFound(request.update_id));
  }
  AwaitUpdate(engine, *run, *update, std::move(waiter));
}

}  // namespace groundhog::server
