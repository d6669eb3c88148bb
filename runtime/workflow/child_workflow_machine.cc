#include "runtime/workflow/child_workflow_machine.h"

#include <array>

#include <fmt/format.h>

#include "base/check.h"
#include "base/transition_table.h"
#include "runtime/history/namespaces.h"
#include "runtime/workflow/cancel_external_machine.h"
#include "runtime/workflow/difference.h"
#include "runtime/workflow/errors.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

using history::Failure;
using history::FailurePtr;
using history::HistoryEvent;
using history::MakeShared;
using history::RetryState;
using S = ChildState;
using I = ChildInput;

constexpr std::string_view kMachine = "Child workflow";

constexpr Row<S, I> kRows[] = {
    {S::kCreated, I::kInitiatedEvent, S::kInitiated},
    {S::kCreated, I::kCancelAndWait, S::kCanceled},
    {S::kCreated, I::kCancelAtOnce, S::kCanceled},

    {S::kInitiated, I::kStartedEvent, S::kStarted},
    {S::kInitiated, I::kStartFailedEvent, S::kStartFailed},
    {S::kInitiated, I::kCancelAndWait, S::kInitiated},
    {S::kInitiated, I::kCancelAtOnce, S::kCanceled},

    {S::kStarted, I::kCompletedEvent, S::kCompleted},
    {S::kStarted, I::kFailedEvent, S::kFailed},
    {S::kStarted, I::kTimedOutEvent, S::kTimedOut},
    {S::kStarted, I::kCanceledEvent, S::kCanceled},
    {S::kStarted, I::kTerminatedEvent, S::kTerminated},
    {S::kStarted, I::kCancelAndWait, S::kStarted},
    {S::kStarted, I::kCancelAtOnce, S::kCanceled},

    // The code was told that it is cancelled; which of these are legal depends on the cancellation
    // type (CheckAfterCancel).
    {S::kCanceled, I::kStartedEvent, S::kCanceled},
    {S::kCanceled, I::kStartFailedEvent, S::kCanceled},
    {S::kCanceled, I::kCompletedEvent, S::kCanceled},
    {S::kCanceled, I::kFailedEvent, S::kCanceled},
    {S::kCanceled, I::kTimedOutEvent, S::kCanceled},
    {S::kCanceled, I::kCanceledEvent, S::kCanceled},
    {S::kCanceled, I::kTerminatedEvent, S::kCanceled},
};
constexpr TransitionTable<S, I, kChildStates, kChildInputs> kTable(kRows);

bool IsOpen(ChildState state) {
  return state == S::kCreated || state == S::kInitiated || state == S::kStarted;
}

// Nothing if the machine has no use for such an event.
std::optional<ChildInput> InputOf(const HistoryEvent& event) {
  switch (TypeOf(event)) {
    case history::EventType::kStartChildWorkflowExecutionFailed:
      return I::kStartFailedEvent;
    case history::EventType::kChildWorkflowExecutionStarted:
      return I::kStartedEvent;
    case history::EventType::kChildWorkflowExecutionCompleted:
      return I::kCompletedEvent;
    case history::EventType::kChildWorkflowExecutionFailed:
      return I::kFailedEvent;
    case history::EventType::kChildWorkflowExecutionTimedOut:
      return I::kTimedOutEvent;
    case history::EventType::kChildWorkflowExecutionCanceled:
      return I::kCanceledEvent;
    case history::EventType::kChildWorkflowExecutionTerminated:
      return I::kTerminatedEvent;
    default:
      return std::nullopt;
  }
}

FailurePtr Cause(std::string message, history::FailureInfo info) {
  return MakeShared<Failure>(Failure{.message = std::move(message), .info = std::move(info)});
}

}  // namespace

std::optional<ChildState> NextState(ChildState from, ChildInput input) {
  return kTable.Next(from, input);
}

std::string_view NameOf(ChildState state) {
  constexpr std::array<std::string_view, kChildStates> kNames = {
      "Created", "Initiated", "Started",  "StartFailed", "Completed",
      "Failed",  "TimedOut",  "Canceled", "Terminated"};
  return kNames[static_cast<std::size_t>(state)];
}

void ChildStart::RequestCancel() { child_.RequestCancel(); }

ChildWorkflowMachine::ChildWorkflowMachine(Execution* execution, std::string_view type,
                                           std::string workflow_id,
                                           ChildWorkflowCancellationType cancellation_type)
    : CommandMachine(execution),
      cancellation_type_(cancellation_type),
      namespace_(history::kDefaultNamespace),
      type_(type),
      workflow_id_(std::move(workflow_id)) {}

std::string ChildWorkflowMachine::Describe() const {
  return fmt::format("StartChildWorkflowExecution({}, id {})", type_, workflow_id_);
}

bool ChildWorkflowMachine::Apply(ChildInput input) {
  const std::optional<ChildState> next = NextState(state_, input);
  if (next) state_ = *next;
  return next.has_value();
}

std::optional<Nondeterminism> ChildWorkflowMachine::OnCommandEvent(const HistoryEvent& event) {
  const auto* initiated = history::As<history::StartChildWorkflowExecutionInitiated>(event);
  if (initiated == nullptr) return Difference(event, Describe(), NotHandled(kMachine, event));
  if (!Apply(I::kInitiatedEvent)) {
    return Difference(event, Describe(),
                      InvalidTransition("ChildWorkflowMachine", NameOf(state_), event));
  }
  if (initiated->workflow_id != workflow_id_) {
    return Difference(event, Describe(),
                      fmt::format("Child workflow id of scheduled event '{}' does not match child "
                                  "workflow id of command '{}'",
                                  initiated->workflow_id, workflow_id_));
  }
  if (initiated->workflow_type != type_) {
    return Difference(event, Describe(),
                      fmt::format("Child workflow type of scheduled event '{}' does not match "
                                  "child workflow type of command '{}'",
                                  initiated->workflow_type, type_));
  }
  initiated_event_id_ = event.event_id;
  namespace_ = initiated->namespace_;
  return std::nullopt;
}

std::optional<Nondeterminism> ChildWorkflowMachine::CheckAfterCancel(const HistoryEvent& event,
                                                                     ChildInput input) {
  if (input == I::kStartedEvent || input == I::kStartFailedEvent) return std::nullopt;
  if (input == I::kCanceledEvent) {
    if (!std::exchange(seen_canceled_, true)) return std::nullopt;
    return Difference(event, "nothing: the child is cancelled already",
                      "Child workflow has already seen a ChildWorkflowExecutionCanceledEvent, and "
                      "now another is being applied!");
  }
  const bool asked_and_gave_up =
      cancellation_type_ == ChildWorkflowCancellationType::kAbandon ||
      cancellation_type_ == ChildWorkflowCancellationType::kWaitCancellationRequested;
  if (asked_and_gave_up) return std::nullopt;
  return Difference(event, "nothing: the child was cancelled",
                    "Child workflows which don't have the ABANDON cancellation type cannot "
                    "complete after being cancelled.");
}

std::optional<Nondeterminism> ChildWorkflowMachine::OnEvent(const HistoryEvent& event,
                                                            bool& tells) {
  const std::optional<ChildInput> input = InputOf(event);
  if (!input) return Difference(event, Describe(), NotHandled(kMachine, event));
  if (state_ == S::kCanceled) {
    if (auto difference = CheckAfterCancel(event, *input)) return difference;
  }
  const bool was_open = IsOpen(state_);
  if (!Apply(*input)) {
    return Difference(event, Describe(),
                      InvalidTransition("ChildWorkflowMachine", NameOf(state_), event));
  }
  if (const auto* started = history::As<history::ChildWorkflowExecutionStarted>(event)) {
    started_event_id_ = event.event_id;
    run_id_ = started->workflow_execution.run_id;
  } else if (was_open) {
    SetOutcome(event);
  }
  tells = was_open;
  return std::nullopt;
}

void ChildWorkflowMachine::SetOutcome(const HistoryEvent& event) {
  if (const auto* completed = history::As<history::ChildWorkflowExecutionCompleted>(event)) {
    result_ = completed->result;
  } else if (const auto* failed = history::As<history::ChildWorkflowExecutionFailed>(event)) {
    failure_ = Wrapped("Child Workflow execution failed", failed->retry_state, failed->failure);
  } else if (const auto* late = history::As<history::ChildWorkflowExecutionTimedOut>(event)) {
    failure_ = Wrapped(
        "Child Workflow execution timed out", late->retry_state,
        Cause("Timed out",
              history::TimeoutFailureInfo{.timeout_type = history::TimeoutType::kStartToClose}));
  } else if (history::As<history::ChildWorkflowExecutionTerminated>(event) != nullptr) {
    failure_ = Wrapped("Child Workflow execution terminated", RetryState::kNonRetryableFailure,
                       Cause("Terminated", history::TerminatedFailureInfo{}));
  } else if (history::As<history::ChildWorkflowExecutionCanceled>(event) != nullptr) {
    seen_canceled_ = true;
    failure_ = Canceled("Child Workflow execution cancelled");
  } else {
    failure_ = WorkflowAlreadyStartedError().failure();
  }
}

FailurePtr ChildWorkflowMachine::Wrapped(std::string_view message, RetryState retry_state,
                                         FailurePtr cause) const {
  return MakeShared<Failure>(Failure{
      .message = std::string(message),
      .info = history::ChildWorkflowExecutionFailureInfo{.namespace_ = namespace_,
                                                         .workflow_id = workflow_id_,
                                                         .run_id = run_id_,
                                                         .workflow_type = type_,
                                                         .initiated_event_id = initiated_event_id_,
                                                         .started_event_id = started_event_id_,
                                                         .retry_state = retry_state},
      .cause = std::move(cause)});
}

FailurePtr ChildWorkflowMachine::Canceled(std::string message) const {
  return Wrapped(message, RetryState::kNonRetryableFailure,
                 Cause("", history::CanceledFailureInfo{}));
}

void ChildWorkflowMachine::Cancel(std::string_view reason) {
  if (execution() == nullptr || done() || execution()->destroying()) return;
  execution()->RequireWritable("Cancel");
  if (!IsOpen(state_) || std::exchange(cancel_asked_, true)) return;
  using Type = ChildWorkflowCancellationType;
  const bool at_once =
      cancellation_type_ == Type::kAbandon || cancellation_type_ == Type::kTryCancel;
  const ChildState before = state_;
  const bool legal = Apply(at_once ? I::kCancelAtOnce : I::kCancelAndWait);
  GH_CHECK(legal, "a child can be cancelled while it is open");
  dropped_ = before == S::kCreated;
  if (!dropped_ && cancellation_type_ != Type::kAbandon) {
    execution()->commands().Add(
        Ref<CommandMachine>(new CancelExternalMachine(execution(), *this, std::string(reason))));
  }
  if (state_ != S::kCanceled) return;
  failure_ = Canceled(dropped_ ? fmt::format("Child Workflow Execution cancelled before scheduled: "
                                             "{}",
                                             reason)
                               : "Child Workflow execution cancelled");
  execution()->ResolveWhenIdle(*this);
}

bool ChildWorkflowMachine::OnCancelRequested() {
  if (cancellation_type_ != ChildWorkflowCancellationType::kWaitCancellationRequested ||
      !IsOpen(state_)) {
    return false;
  }
  failure_ = Canceled("Child Workflow execution cancelled");
  return Apply(I::kCancelAtOnce);
}

void ChildWorkflowMachine::Resolve() {
  if (done()) return;
  if (!start_.done()) {
    const bool started = started_event_id_ != 0;
    start_.Resolve(started ? nullptr : failure_);
    if (started) return;  // the outcome has a turn of its own
  }
  MarkDone();
}

}  // namespace groundhog::workflow::internal
