// ExecuteMultiOperation: an update, and the start of its workflow if
// there is none that it may use (SEMANTICS f.3).
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/start_request.h"
#include "runtime/server/start_run.h"
#include "runtime/server/updates.h"

namespace groundhog::server {
namespace {

using protocol::StartWorkflowExecutionRequest;

// Whether the update goes to this run as it is.
bool MayUse(Run& run, const StartWorkflowExecutionRequest& start, const std::string& update_id) {
  const bool same_start = !start.request_id.empty() && run.start->request_id == start.request_id;
  return same_start || RegistryOf(run).Find(update_id) != nullptr ||
         start.id_conflict_policy == history::WorkflowIdConflictPolicy::kUseExisting;
}

bool IsCompleted(const RunRecord& record, const std::string& update_id) {
  const auto info = record.state.updates.find(update_id);
  return info != record.state.updates.end() && info->second.progress == UpdateProgress::kCompleted;
}

absl::Status Check(const protocol::ExecuteMultiOperationRequest& request) {
  if (request.start.request_eager_execution) {
    return absl::InvalidArgumentError("RequestEagerExecution is not supported for MultiOperation.");
  }
  if (request.start.workflow_start_delay.count() == 0) return absl::OkStatus();
  return absl::InvalidArgumentError("WorkflowStartDelay is not supported for MultiOperation.");
}

}  // namespace

void Handle(Engine& engine, protocol::ExecuteMultiOperationRequest& request, sim::Reply reply) {
  absl::Status bad = CheckUpdate(request.update);
  bad.Update(CheckStart(request.start, engine.now()));
  bad.Update(Check(request));
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  const std::string& id = request.update.request.meta.update_id;
  UpdateWaiter waiter{.reply = std::move(reply), .stage = request.update.wait_for};

  if (const auto index = engine.durable().FindCurrent(request.start.workflow_id)) {
    const RunRecord& current = engine.durable().run(*index);
    const RunStart& start = *current.start;
    waiter.start = protocol::StartWorkflowExecutionResponse{
        .run_id = start.run_id,
        .first_execution_run_id = start.event->first_execution_run_id,
        .started = false};
    if (IsCompleted(current, id)) {
      return AnswerUpdate(engine, start, id, waiter, protocol::UpdateStage::kCompleted,
                          FindOutcome(engine, *index, id));
    }
    Run* run = engine.OpenRun(*index);
    if (run != nullptr && MayUse(*run, request.start, id)) {
      return UpdateRun(engine, *run, std::move(request.update.request), std::move(waiter));
    }
  }
  StartVerdict verdict = JudgeStart(engine, request.start);
  if (verdict.kind == StartVerdict::Kind::kRefused) {
    return engine.Refuse(waiter.reply, std::move(verdict.refusal));
  }
  if (verdict.kind != StartVerdict::Kind::kStart) {  // this very request started it; it is over
    return engine.Refuse(waiter.reply, protocol::WorkflowAlreadyCompleted());
  }
  Transition& t = StartRequested(engine, verdict, request.start);
  ScheduleFirstWorkflowTask(t);
  if (!engine.Commit(t, waiter.reply)) return;
  const std::string& run_id = t.start().run_id;
  waiter.start =
      protocol::StartWorkflowExecutionResponse{.run_id = run_id, .first_execution_run_id = run_id};
  UpdateRun(engine, t.run(), std::move(request.update.request), std::move(waiter));
  engine.FollowUp(t);
}

}  // namespace groundhog::server
