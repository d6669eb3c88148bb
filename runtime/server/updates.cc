#include "runtime/server/updates.h"

#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/commands.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using protocol::UpdateStage;

history::UpdateOutcome CompletedWorkflowFirst() {
  return {.failure = history::MakeShared<history::Failure>(history::Failure{
              .message = "Workflow Update failed because the Workflow completed before the Update "
                         "completed.",
              .source = "Server",
              .info = history::ApplicationFailureInfo{.type = "AcceptedUpdateCompletedWorkflow",
                                                      .non_retryable = true}})};
}

absl::Status CheckOpen(const ExecutionInfo& info) {
  if (info.workflow_task.keeps_failing()) {
    return protocol::UpdateOnFailingWorkflowTask();
  }
  if (info.close_attempted && info.workflow_task.phase == TaskPhase::kStarted) {
    return protocol::WorkflowClosing();
  }
  return absl::OkStatus();
}

// What a waiter gets for an update that is given up before it was accepted.
absl::Status PreAcceptedError(AbortReason reason, UpdatePhase phase) {
  switch (reason) {
    case AbortReason::kRegistryCleared:
      return protocol::UpdateAborted();
    case AbortReason::kWorkflowCompleted:
      return protocol::UpdateAbortedByClosing();
    case AbortReason::kWorkflowContinuing:
      return protocol::WorkflowClosing();
    case AbortReason::kWorkflowTaskFailed:
      // The workflow has seen the update: it must not be sent again by itself.
      return phase == UpdatePhase::kAdmitted ? protocol::UpdateAborted()
                                             : protocol::UpdateOnFailedWorkflowTask();
  }
  return protocol::UpdateAborted();
}

}  // namespace

absl::Status CheckUpdate(protocol::UpdateWorkflowExecutionRequest& request) {
  const history::UpdateMeta& meta = request.request.meta;
  if (meta.update_id.empty()) {
    return absl::InvalidArgumentError("Update meta is not set on request.");
  }
  if (meta.update_id.size() > kLongestName) {
    return absl::InvalidArgumentError("UpdateId length exceeds limit.");
  }
  if (request.request.input.name.empty()) {
    return absl::InvalidArgumentError("Update name is not set on request.");
  }
  if (request.wait_for == UpdateStage::kUnspecified) request.wait_for = UpdateStage::kCompleted;
  if (request.wait_for != UpdateStage::kAdmitted) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "UpdateWorkflowExecution issued asynchronously and waiting on update admitted is not "
      "supported.");
}

std::optional<history::UpdateOutcome> FindOutcome(const Engine& engine, RunIndex run,
                                                  const std::string& update_id) {
  const RunRecord& record = engine.durable().run(run);
  const auto info = record.state.updates.find(update_id);
  if (info == record.state.updates.end()) return std::nullopt;
  if (info->second.progress == UpdateProgress::kCompleted) {
    const HistoryEvent& event = record.history[static_cast<std::size_t>(info->second.event_id - 1)];
    return history::As<history::WorkflowExecutionUpdateCompleted>(event)->outcome;
  }
  if (info->second.progress == UpdateProgress::kAccepted && !record.state.info.running()) {
    return CompletedWorkflowFirst();
  }
  return std::nullopt;
}

void AnswerUpdate(Engine& engine, const RunStart& start, const std::string& update_id,
                  UpdateWaiter& waiter, UpdateStage stage,
                  std::optional<history::UpdateOutcome> outcome) {
  protocol::UpdateWorkflowExecutionResponse response{
      .execution = {.workflow_id = start.workflow_id, .run_id = start.run_id},
      .update_id = update_id,
      .stage = stage,
      .outcome = std::move(outcome)};
  if (waiter.start.has_value()) {
    engine.Answer(waiter.reply,
                  protocol::ExecuteMultiOperationResponse{.start = *std::move(waiter.start),
                                                          .update = std::move(response)});
  } else {
    engine.Answer(waiter.reply, std::move(response));
  }
}

void UpdateRun(Engine& engine, Run& run, history::UpdateRequest request, UpdateWaiter waiter) {
  const std::string id = request.meta.update_id;
  if (absl::Status refusal = CheckOpen(run.state.info); !refusal.ok()) {
    return engine.Refuse(waiter.reply, std::move(refusal));
  }
  if (auto outcome = FindOutcome(engine, run.index, id)) {
    return AnswerUpdate(engine, *run.start, id, waiter, UpdateStage::kCompleted,
                        std::move(outcome));
  }
  UpdateRegistry& updates = RegistryOf(run);
  PendingUpdate* update = updates.Find(id);
  if (update == nullptr) {
    if (absl::Status refusal = updates.CheckLimits(request, run.state.updates); !refusal.ok()) {
      return engine.Refuse(waiter.reply, std::move(refusal));
    }
    update = &updates.Admit(history::MakeShared<history::UpdateRequest>(std::move(request)));
  }
  AwaitUpdate(engine, run, *update, std::move(waiter));
  ScheduleTaskForUpdates(engine, run);
}

void AwaitUpdate(Engine& engine, const Run& run, PendingUpdate& update, UpdateWaiter waiter) {
  if (update.stage() < waiter.stage) {
    update.waiters.push_back(std::move(waiter));
  } else {
    AnswerUpdate(engine, *run.start, update.id, waiter, update.stage(), update.outcome);
  }
}

void ScheduleTaskForUpdates(Engine& engine, Run& run) {
  const ExecutionInfo& info = run.state.info;
  if (info.workflow_task.phase != TaskPhase::kNone || run.updates == nullptr) return;
  if (info.awaits_parent) return;  // the first task will bring them
  for (const PendingUpdate& update : run.updates->updates()) {
    if (!NextPhase(update.phase, UpdateStep::kSend).has_value() || !update.request) continue;
    Transition t = engine.Begin(run);  // nothing is written of it
    ScheduleSpeculativeTask(t, engine.causes().Update(update.request->input.name));
    return engine.FollowUp(t);
  }
}

void SettleUpdates(Engine& engine, Run& run) {
  std::vector<PendingUpdate>& updates = run.updates->updates();
  for (PendingUpdate& update : updates) {
    std::erase_if(update.waiters, [&](UpdateWaiter& waiter) {
      if (update.stage() < waiter.stage) return false;
      AnswerUpdate(engine, *run.start, update.id, waiter, update.stage(), update.outcome);
      return true;
    });
  }
  std::erase_if(
      updates, [](const PendingUpdate& update) { return update.phase == UpdatePhase::kCompleted; });
}

AbortReason ReasonOf(const HistoryEvent& closing) {
  const bool continues = history::Visit(closing, [](const auto& attributes) {
    if constexpr (requires { attributes.new_execution_run_id; }) {
      return !attributes.new_execution_run_id.empty();
    } else {
      return false;
    }
  });
  return continues ? AbortReason::kWorkflowContinuing : AbortReason::kWorkflowCompleted;
}

void AbortUpdates(Engine& engine, const Run& run, UpdateRegistry& updates, AbortReason reason) {
  for (PendingUpdate& update : updates.updates()) {
    const auto info = run.state.updates.find(update.id);
    const bool accepted =
        info != run.state.updates.end() && info->second.progress != UpdateProgress::kAdmitted;
    for (UpdateWaiter& waiter : update.waiters) {
      if (auto outcome = FindOutcome(engine, run.index, update.id)) {
        AnswerUpdate(engine, *run.start, update.id, waiter, UpdateStage::kCompleted,
                     std::move(outcome));
      } else if (accepted) {  // who wants more asks again
        AnswerUpdate(engine, *run.start, update.id, waiter, UpdateStage::kAccepted);
      } else {
        absl::Status error = PreAcceptedError(reason, update.phase);
        // Tried again it may start a run of its own.
        const bool only_updates = waiter.start.has_value() && !waiter.start->started;
        if (only_updates && absl::IsNotFound(error)) error = absl::AbortedError(error.message());
        engine.Refuse(waiter.reply, std::move(error));
      }
    }
  }
}

void ReapplyUpdate(Transition& t, const HistoryEvent& event) {
  const history::UpdateRequest* request = nullptr;
  if (const auto* admitted = history::As<history::WorkflowExecutionUpdateAdmitted>(event)) {
    request = &admitted->request;
  } else if (const auto* accepted = history::As<history::WorkflowExecutionUpdateAccepted>(event)) {
    if (accepted->accepted_request) request = &*accepted->accepted_request;
  }
  if (request == nullptr || t.state().updates.contains(request->meta.update_id)) return;
  const EventId id = t.Add(history::WorkflowExecutionUpdateAdmitted{
      .request = *request, .origin = history::UpdateAdmittedEventOrigin::kReapply});
  t.Save(request->meta.update_id, {.progress = UpdateProgress::kAdmitted, .event_id = id});
}

}  // namespace groundhog::server
