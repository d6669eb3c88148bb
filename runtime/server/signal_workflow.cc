// SignalWorkflowExecution and SignalWithStartWorkflowExecution (SEMANTICS f.1).
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/commands.h"
#include "runtime/server/handlers.h"
#include "runtime/server/signal.h"
#include "runtime/server/start_request.h"
#include "runtime/server/start_run.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using history::WorkflowIdConflictPolicy;
using history::WorkflowIdReusePolicy;
using protocol::SignalWithStartWorkflowExecutionRequest;
using protocol::SignalWithStartWorkflowExecutionResponse;

constexpr std::int32_t kMostSignals = 10'000;

absl::Status CheckSignalName(const std::string& name) {
  if (name.empty()) return protocol::NotSetOnRequest("SignalName");
  if (name.size() <= kLongestName) return absl::OkStatus();
  return absl::InvalidArgumentError("SignalName length exceeds limit.");
}

history::WorkflowExecutionSignaled SignalOf(SignalWithStartWorkflowExecutionRequest& request) {
  return {.signal_name = std::move(request.signal_name),
          .input = std::move(request.signal_input),
          .identity = request.start.identity,
          .header = request.start.header,
          .request_id = request.start.request_id};
}

// The workflow is there: a signal like any other,
// but it does not wait for the end of a start delay.
void SignalExisting(Engine& engine, Run& run, SignalWithStartWorkflowExecutionRequest& request,
                    sim::Reply& reply) {
  const SignalWithStartWorkflowExecutionResponse response{
      .run_id = run.start->run_id,
      .first_execution_run_id = run.started().first_execution_run_id,
      .started = false};
  if (WasSignaled(run.state, request.start.request_id)) return engine.Answer(reply, response);
  if (absl::Status refusal = CheckMaySignal(run.state.info); !refusal.ok()) {
    return engine.Refuse(reply, std::move(refusal));
  }
  const sim::Symbol cause = engine.causes().Signal(request.signal_name);
  Transition t = engine.Begin(run);
  AddSignal(t, SignalOf(request));
  t.info().in_start_delay = false;
  WantWorkflowTask(t, cause);
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, response);
  engine.FollowUp(t);
}

}  // namespace

absl::Status CheckMaySignal(const ExecutionInfo& info) {
  if (info.signals >= kMostSignals) return protocol::TooManySignals();
  if (info.close_attempted && info.workflow_task.phase == TaskPhase::kStarted) {
    return protocol::WorkflowClosing();
  }
  return absl::OkStatus();
}

bool WasSignaled(const RunState& state, const std::string& request_id) {
  const RequestIds* const known = state.signal_request_ids.get();
  return !request_id.empty() && known != nullptr && known->contains(request_id);
}

void AddSignal(Transition& t, history::WorkflowExecutionSignaled signal) {
  ++t.info().signals;
  if (!signal.request_id.empty()) t.NoteSignalRequest(signal.request_id);
  t.Add(std::move(signal));
}

void Handle(Engine& engine, protocol::SignalWorkflowExecutionRequest& request, sim::Reply reply) {
  if (absl::Status bad = CheckSignalName(request.signal_name); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  absl::StatusOr<Run*> found = engine.FindOpen(request.execution);
  if (!found.ok()) return engine.Refuse(reply, found.status());
  Run& run = **found;
  if (WasSignaled(run.state, request.request_id)) {
    return engine.Answer(reply, protocol::SignalWorkflowExecutionResponse{});
  }
  if (absl::Status refusal = CheckMaySignal(run.state.info); !refusal.ok()) {
    return engine.Refuse(reply, std::move(refusal));
  }
  const sim::Symbol cause = engine.causes().Signal(request.signal_name);
  Transition t = engine.Begin(run);
  AddSignal(t, {.signal_name = std::move(request.signal_name),
                .input = std::move(request.input),
                .identity = std::move(request.identity),
                .header = std::move(request.header),
                .request_id = std::move(request.request_id)});
  WantWorkflowTask(t, cause);
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, protocol::SignalWorkflowExecutionResponse{});
  engine.FollowUp(t);
}

void Handle(Engine& engine, SignalWithStartWorkflowExecutionRequest& request, sim::Reply reply) {
  protocol::StartWorkflowExecutionRequest& start = request.start;
  start.request_eager_execution = false;  // there is no such answer
  if (start.id_conflict_policy == WorkflowIdConflictPolicy::kFail) {
    return engine.Refuse(reply, protocol::ConflictPolicyFailNotSupported());
  }
  absl::Status bad = CheckSignalName(request.signal_name);
  bad.Update(CheckStart(start, engine.now()));
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  const bool may_use_existing =
      start.id_conflict_policy == WorkflowIdConflictPolicy::kUnspecified &&
      start.id_reuse_policy != WorkflowIdReusePolicy::kTerminateIfRunning;
  if (may_use_existing) start.id_conflict_policy = WorkflowIdConflictPolicy::kUseExisting;

  const absl::StatusOr<Run*> running = engine.FindOpen({.workflow_id = start.workflow_id});
  if (running.ok() && start.id_conflict_policy == WorkflowIdConflictPolicy::kUseExisting) {
    return SignalExisting(engine, **running, request, reply);
  }
  StartVerdict verdict = JudgeStart(engine, start);
  if (verdict.kind == StartVerdict::Kind::kRefused) {
    return engine.Refuse(reply, std::move(verdict.refusal));
  }
  if (verdict.kind != StartVerdict::Kind::kStart) {  // this very request has done both
    return engine.Answer(
        reply, SignalWithStartWorkflowExecutionResponse{
                   .run_id = verdict.current->run_id,
                   .first_execution_run_id = verdict.current->event->first_execution_run_id});
  }
  history::WorkflowExecutionSignaled signal = SignalOf(request);
  Transition& t = StartRequested(engine, verdict, start);
  AddSignal(t, std::move(signal));
  ScheduleFirstWorkflowTask(t);
  SignalWithStartWorkflowExecutionResponse response{.run_id = t.start().run_id,
                                                    .first_execution_run_id = t.start().run_id};
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, std::move(response));
  engine.FollowUp(t);
}

}  // namespace groundhog::server
