// CancelExternalMachine: one request that another workflow cancel, as the code that makes it and
// its history see it (SEMANTICS e.3, f.1). There is no taking it back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/workflow/child_workflow_machine.h"
#include "runtime/workflow/command_machine.h"

namespace groundhog::workflow::internal {

enum class CancelExternalState : std::uint8_t {
  kCreated,  // the command is queued
  kInitiated,
  kRequested,
  kFailed,
};
enum class CancelExternalInput : std::uint8_t { kInitiatedEvent, kRequestedEvent, kFailedEvent };
inline constexpr std::size_t kCancelExternalStates = 4;
inline constexpr std::size_t kCancelExternalInputs = 3;

// Null if the input is illegal in this state.
std::optional<CancelExternalState> NextState(CancelExternalState from, CancelExternalInput input);
std::string_view NameOf(CancelExternalState state);

class CancelExternalMachine final : public CommandMachine {
 public:
  CancelExternalMachine(Execution* execution,
                        history::RequestCancelExternalWorkflowExecution command)
      : CommandMachine(execution), command_(std::move(command)) {}
  // Of a child, by its parent. The machine of the child learns that it was asked.
  CancelExternalMachine(Execution* execution, ChildWorkflowMachine& child, std::string reason);

  CancelExternalState state() const { return state_; }
  // Null if the request was delivered. REQUIRES: done().
  const history::FailurePtr& failure() const { return failure_; }

  void RequestCancel() override {}

  // --- CommandMachine
  std::string Describe() const override;
  history::Command TakeCommand() override { return command_; }
  std::optional<Nondeterminism> OnCommandEvent(const history::HistoryEvent& event) override;
  std::optional<Nondeterminism> OnEvent(const history::HistoryEvent& event, bool& tells) override;
  void Resolve() override;

 private:
  CancelExternalState state_ = CancelExternalState::kCreated;
  history::RequestCancelExternalWorkflowExecution command_;
  Ref<ChildWorkflowMachine> child_;
  history::FailurePtr failure_;
};

}  // namespace groundhog::workflow::internal
