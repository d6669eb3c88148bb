#include "runtime/workflow/signal_external_machine.h"

#include <array>

#include <fmt/format.h>

#include "base/transition_table.h"
#include "runtime/workflow/difference.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

using history::HistoryEvent;
using S = SignalExternalState;
using I = SignalExternalInput;
using Cause = history::SignalExternalWorkflowExecutionFailedCause;

constexpr std::string_view kMachine = "Signal external WF";

constexpr Row<S, I> kRows[] = {
    {S::kCreated, I::kInitiatedEvent, S::kInitiated},
    {S::kCreated, I::kCancel, S::kCanceled},
    {S::kInitiated, I::kSignaledEvent, S::kSignaled},
    {S::kInitiated, I::kFailedEvent, S::kFailed},

    // Too late: the cancel is ignored.
    {S::kInitiated, I::kCancel, S::kInitiated},
    {S::kSignaled, I::kCancel, S::kSignaled},
    {S::kFailed, I::kCancel, S::kFailed},
    {S::kCanceled, I::kCancel, S::kCanceled},
};
constexpr TransitionTable<S, I, kSignalExternalStates, kSignalExternalInputs> kTable(kRows);

history::FailurePtr FailureOf(Cause cause) {
  const auto failure = [](std::string_view reason, std::string_view type) {
    return history::MakeShared<history::Failure>(history::Failure{
        .message = fmt::format("Unable to signal external workflow because {}", reason),
        .info = history::ApplicationFailureInfo{.type = std::string(type)}});
  };
  switch (cause) {
    case Cause::kExternalWorkflowExecutionNotFound:
      return failure("it was not found", "ExternalWorkflowExecutionNotFound");
    case Cause::kNamespaceNotFound:
      return failure("it was not found", "NamespaceNotFound");
    case Cause::kSignalCountLimitExceeded:
      return failure("The per-workflow signal limit was exceeded", "SignalCountLimitExceeded");
    case Cause::kUnspecified:
      break;
  }
  return failure("unknown", "Unspecified");
}

}  // namespace

std::optional<SignalExternalState> NextState(SignalExternalState from, SignalExternalInput input) {
  return kTable.Next(from, input);
}

std::string_view NameOf(SignalExternalState state) {
  constexpr std::array<std::string_view, kSignalExternalStates> kNames = {
      "Created", "Initiated", "Signaled", "Failed", "Canceled"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string SignalExternalMachine::Describe() const {
  return fmt::format("SignalExternalWorkflowExecution({}, workflow {})", command_.signal_name,
                     command_.execution.workflow_id);
}

history::Command SignalExternalMachine::TakeCommand() {
  has_input_ = false;
  history::Payloads input = std::exchange(command_.input, {});
  history::SignalExternalWorkflowExecution taken = command_;  // what identifies it stays
  taken.input = std::move(input);
  return taken;
}

std::optional<Nondeterminism> SignalExternalMachine::OnCommandEvent(const HistoryEvent& event) {
  const auto* initiated = history::As<history::SignalExternalWorkflowExecutionInitiated>(event);
  if (initiated == nullptr) return Difference(event, Describe(), NotHandled(kMachine, event));
  if (initiated->signal_name != command_.signal_name) {
    return Difference(event, Describe(),
                      fmt::format("Signal name of signal event '{}' does not match signal name of "
                                  "command '{}'",
                                  initiated->signal_name, command_.signal_name));
  }
  if (initiated->workflow_execution.workflow_id != command_.execution.workflow_id) {
    return Difference(
        event, Describe(),
        fmt::format("Workflow id of signal event '{}' does not match workflow id of command '{}'",
                    initiated->workflow_execution.workflow_id, command_.execution.workflow_id));
  }
  const auto next = NextState(state_, I::kInitiatedEvent);
  if (!next) {
    return Difference(event, Describe(),
                      InvalidTransition("SignalExternalMachine", NameOf(state_), event));
  }
  state_ = *next;
  return std::nullopt;
}

std::optional<Nondeterminism> SignalExternalMachine::OnEvent(const HistoryEvent& event,
                                                             bool& tells) {
  const auto* failed = history::As<history::SignalExternalWorkflowExecutionFailed>(event);
  const bool signaled = TypeOf(event) == history::EventType::kExternalWorkflowExecutionSignaled;
  if (failed == nullptr && !signaled) {
    return Difference(event, Describe(), NotHandled(kMachine, event));
  }
  const auto next = NextState(state_, signaled ? I::kSignaledEvent : I::kFailedEvent);
  if (!next) {
    return Difference(event, Describe(),
                      InvalidTransition("SignalExternalMachine", NameOf(state_), event));
  }
  state_ = *next;
  if (failed != nullptr) failure_ = FailureOf(failed->cause);
  tells = true;
  return std::nullopt;
}

void SignalExternalMachine::RequestCancel() {
  if (execution() == nullptr || done() || execution()->destroying()) return;
  execution()->RequireWritable("Cancel");
  const SignalExternalState before = state_;
  state_ = NextState(state_, I::kCancel).value_or(state_);
  if (state_ == before) return;  // too late
  failure_ = CanceledError("Signal was cancelled before being sent").failure();
  execution()->ResolveWhenIdle(*this);
}

}  // namespace groundhog::workflow::internal
