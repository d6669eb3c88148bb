// A signal or cancel request is delivered in two transactions (SEMANTICS f.1):
//
//     1. the target gets it, unless it has it already;
//     2. the sender gets the event that says so.
//
// If there is no such target, the sender is told that in place of both.
// A workflow cannot reach itself this way.
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/cancel.h"
#include "runtime/server/carry_on.h"
#include "runtime/server/names.h"
#include "runtime/server/signal.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using history::CancelExternalWorkflowExecutionFailedCause;
using history::SignalExternalWorkflowExecutionFailedCause;
using SignalInitiated = history::SignalExternalWorkflowExecutionInitiated;
using CancelInitiated = history::RequestCancelExternalWorkflowExecutionInitiated;

enum class Delivery : std::uint8_t {
  kDone,
  kNotFound,
  kTooManySignals,
  kNotNow,  // it is to be tried again
};

sim::Label LabelOf(const RunStart& run, const sim::SymbolEntry& kind, sim::Symbol subject) {
  return sim::Label(sim::Symbol(kind), run.workflow, subject, 0);
}

// The run that the request is for; nothing if there is none that it may reach.
template <class Initiated>
std::optional<RunIndex> FindTarget(const Engine& engine, const RunStart& source,
                                   const Initiated& request) {
  if (request.workflow_execution.workflow_id == source.workflow_id) return std::nullopt;
  const absl::StatusOr<RunIndex> index = engine.Find(request.workflow_execution);
  if (!index.ok()) return std::nullopt;
  const RunStart& target = *engine.durable().run(*index).start;
  const bool is_child = target.event->parent_workflow_execution == ExecutionOf(source);
  if (request.child_workflow_only && !is_child) return std::nullopt;
  return *index;
}

// Writes what `change` does to the target.
template <class Change>
Delivery Write(Engine& engine, Run& target, const sim::Label& label, const Change& change) {
  Transition t = engine.Begin(target);
  change(t);
  if (!engine.Commit(t, label)) return Delivery::kNotNow;
  engine.FollowUp(t);
  return Delivery::kDone;
}

Delivery Deliver(Engine& engine, const RunStart& source, const PendingRequest& request,
                 const SignalInitiated& signal) {
  const std::optional<RunIndex> index = FindTarget(engine, source, signal);
  if (!index) return Delivery::kNotFound;
  if (WasSignaled(engine.durable().run(*index).state, request.request_id)) return Delivery::kDone;
  Run* target = engine.OpenRun(*index);
  if (target == nullptr) return Delivery::kNotFound;
  const absl::Status refusal = CheckMaySignal(target->state.info);
  if (absl::IsInvalidArgument(refusal)) return Delivery::kTooManySignals;
  if (!refusal.ok()) return Delivery::kNotNow;
  const sim::Symbol name = engine.causes().Intern(signal.signal_name);
  return Write(engine, *target, LabelOf(*target->start, kSignalExternal, name), [&](Transition& t) {
    AddSignal(t, {.signal_name = signal.signal_name,
                  .input = signal.input,
                  .identity = std::string(kServerIdentity),
                  .header = signal.header,
                  .request_id = request.request_id,
                  .external_workflow_execution = ExecutionOf(source)});
    WantWorkflowTask(t, engine.causes().Signal(signal.signal_name));
  });
}

Delivery Deliver(Engine& engine, const RunStart& source, const PendingRequest& request,
                 const CancelInitiated& cancel) {
  const std::optional<RunIndex> index = FindTarget(engine, source, cancel);
  if (!index) return Delivery::kNotFound;
  Run* target = engine.OpenRun(*index);
  // Too late, or asked for before: that is no failure (SEMANTICS f.5).
  if (target == nullptr || target->state.info.cancel_requested) return Delivery::kDone;
  return Write(engine, *target, LabelOf(*target->start, kCancelExternal, {}), [&](Transition& t) {
    AddCancelRequest(t, {.cause = cancel.reason,
                         .external_initiated_event_id = request.initiated_event_id,
                         .identity = std::string(kServerIdentity),
                         .external_workflow_execution = ExecutionOf(source)});
  });
}

void AddOutcome(Transition& t, const PendingRequest& request, const SignalInitiated& signal,
                Delivery delivery) {
  using Cause = SignalExternalWorkflowExecutionFailedCause;
  if (delivery == Delivery::kDone) {
    t.Add(
        history::ExternalWorkflowExecutionSignaled{.initiated_event_id = request.initiated_event_id,
                                                   .namespace_ = signal.namespace_,
                                                   .workflow_execution = signal.workflow_execution,
                                                   .control = signal.control});
    return;
  }
  t.Add(history::SignalExternalWorkflowExecutionFailed{
      .cause = delivery == Delivery::kTooManySignals ? Cause::kSignalCountLimitExceeded
                                                     : Cause::kExternalWorkflowExecutionNotFound,
      .namespace_ = signal.namespace_,
      .workflow_execution = signal.workflow_execution,
      .initiated_event_id = request.initiated_event_id,
      .control = signal.control});
}

void AddOutcome(Transition& t, const PendingRequest& request, const CancelInitiated& cancel,
                Delivery delivery) {
  if (delivery == Delivery::kDone) {
    t.Add(history::ExternalWorkflowExecutionCancelRequested{
        .initiated_event_id = request.initiated_event_id,
        .namespace_ = cancel.namespace_,
        .workflow_execution = cancel.workflow_execution});
    return;
  }
  t.Add(history::RequestCancelExternalWorkflowExecutionFailed{
      .cause = CancelExternalWorkflowExecutionFailedCause::kExternalWorkflowExecutionNotFound,
      .namespace_ = cancel.namespace_,
      .workflow_execution = cancel.workflow_execution,
      .initiated_event_id = request.initiated_event_id,
      .control = cancel.control});
}

}  // namespace

void DeliverRequest(Engine& engine, Run& source, const Deadline& deadline) {
  const PendingRequest request = *source.state.FindRequest(deadline.id);
  const auto deliver = [&](const auto& initiated) {
    return Deliver(engine, *source.start, request, *initiated);
  };
  const Delivery delivery = std::visit(deliver, request.initiated);
  if (delivery == Delivery::kNotNow) return TryAgain(engine, deadline);
  if (!engine.alive()) return;
  const bool done = delivery == Delivery::kDone;
  const sim::SymbolEntry& told =
      request.is_signal() ? (done ? kCauseExternalSignaled : kCauseExternalSignalFailed)
                          : (done ? kCauseExternalCancelled : kCauseExternalCancelFailed);
  Transition t = engine.Begin(source);
  std::visit([&](const auto& initiated) { AddOutcome(t, request, *initiated, delivery); },
             request.initiated);
  t.EraseRequest(deadline.id);
  WantWorkflowTask(t, sim::Symbol(told));
  if (!engine.Commit(t, LabelOf(*source.start, kExternalRequest, sim::Symbol(told)))) return;
  engine.FollowUp(t);
}

}  // namespace groundhog::server
