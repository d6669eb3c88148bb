#include "runtime/workflow/cancel_external_machine.h"

#include <array>

#include <fmt/format.h>

#include "base/transition_table.h"
#include "runtime/workflow/difference.h"

namespace groundhog::workflow::internal {
namespace {

using history::HistoryEvent;
using S = CancelExternalState;
using I = CancelExternalInput;
using Cause = history::CancelExternalWorkflowExecutionFailedCause;

constexpr std::string_view kMachine = "Cancel external WF";

constexpr Row<S, I> kRows[] = {
    {S::kCreated, I::kInitiatedEvent, S::kInitiated},
    {S::kInitiated, I::kRequestedEvent, S::kRequested},
    {S::kInitiated, I::kFailedEvent, S::kFailed},
};
constexpr TransitionTable<S, I, kCancelExternalStates, kCancelExternalInputs> kTable(kRows);

history::FailurePtr FailureOf(Cause cause) {
  const auto failure = [](std::string_view reason, std::string_view type) {
    return history::MakeShared<history::Failure>(history::Failure{
        .message = fmt::format("Unable to cancel external workflow because {}", reason),
        .info = history::ApplicationFailureInfo{.type = std::string(type)}});
  };
  switch (cause) {
    case Cause::kExternalWorkflowExecutionNotFound:
      return failure("not found", "ExternalWorkflowExecutionNotFound");
    case Cause::kNamespaceNotFound:
      return failure("not found", "NamespaceNotFound");
    case Cause::kUnspecified:
      break;
  }
  return failure("unknown", "Unspecified");
}

}  // namespace

std::optional<CancelExternalState> NextState(CancelExternalState from, CancelExternalInput input) {
  return kTable.Next(from, input);
}

std::string_view NameOf(CancelExternalState state) {
  constexpr std::array<std::string_view, kCancelExternalStates> kNames = {"Created", "Initiated",
                                                                          "Requested", "Failed"};
  return kNames[static_cast<std::size_t>(state)];
}

CancelExternalMachine::CancelExternalMachine(Execution* execution, ChildWorkflowMachine& child,
                                             std::string reason)
    : CommandMachine(execution),
      command_{.execution = {.workflow_id = child.workflow_id(), .run_id = child.run_id()},
               .child_workflow_only = true,
               .reason = std::move(reason)},
      child_(&child) {}

std::string CancelExternalMachine::Describe() const {
  return fmt::format("RequestCancelExternalWorkflowExecution(workflow {})",
                     command_.execution.workflow_id);
}

std::optional<Nondeterminism> CancelExternalMachine::OnCommandEvent(const HistoryEvent& event) {
  const auto* initiated =
      history::As<history::RequestCancelExternalWorkflowExecutionInitiated>(event);
  if (initiated == nullptr) return Difference(event, Describe(), NotHandled(kMachine, event));
  if (initiated->workflow_execution.workflow_id != command_.execution.workflow_id) {
    return Difference(
        event, Describe(),
        fmt::format("Workflow id of cancel request event '{}' does not match workflow id of "
                    "command '{}'",
                    initiated->workflow_execution.workflow_id, command_.execution.workflow_id));
  }
  const auto next = NextState(state_, I::kInitiatedEvent);
  if (!next) {
    return Difference(event, Describe(),
                      InvalidTransition("CancelExternalMachine", NameOf(state_), event));
  }
  state_ = *next;
  return std::nullopt;
}

std::optional<Nondeterminism> CancelExternalMachine::OnEvent(const HistoryEvent& event,
                                                             bool& tells) {
  const auto* failed = history::As<history::RequestCancelExternalWorkflowExecutionFailed>(event);
  const bool requested =
      TypeOf(event) == history::EventType::kExternalWorkflowExecutionCancelRequested;
  if (failed == nullptr && !requested) {
    return Difference(event, Describe(), NotHandled(kMachine, event));
  }
  const auto next = NextState(state_, requested ? I::kRequestedEvent : I::kFailedEvent);
  if (!next) {
    return Difference(event, Describe(),
                      InvalidTransition("CancelExternalMachine", NameOf(state_), event));
  }
  state_ = *next;
  if (failed != nullptr) failure_ = FailureOf(failed->cause);
  tells = child_ ? requested && child_->OnCancelRequested() : true;
  return std::nullopt;
}

void CancelExternalMachine::Resolve() {
  if (child_) {
    child_->Resolve();
  } else if (!done()) {
    MarkDone();
  }
}

}  // namespace groundhog::workflow::internal
