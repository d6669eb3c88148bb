// SignalExternalMachine: one signal to another workflow, as the code that sends it and its history
// see it (SEMANTICS e.3, f.1). It can be taken back only before it is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/workflow/command_machine.h"

namespace groundhog::workflow::internal {

enum class SignalExternalState : std::uint8_t {
  kCreated,  // the command is queued
  kInitiated,
  kSignaled,
  kFailed,
  kCanceled,  // before it was sent
};
enum class SignalExternalInput : std::uint8_t {
  kInitiatedEvent,
  kSignaledEvent,
  kFailedEvent,
  kCancel,
};
inline constexpr std::size_t kSignalExternalStates = 5;
inline constexpr std::size_t kSignalExternalInputs = 4;

// Null if the input is illegal in this state.
std::optional<SignalExternalState> NextState(SignalExternalState from, SignalExternalInput input);
std::string_view NameOf(SignalExternalState state);

class SignalExternalMachine final : public CommandMachine {
 public:
  // `target` is a child of the caller if `child_workflow_only`.
  SignalExternalMachine(Execution* execution, history::WorkflowExecution target,
                        bool child_workflow_only, std::string_view signal_name)
      : CommandMachine(execution),
        command_{.execution = std::move(target),
                 .signal_name = std::string(signal_name),
                 .child_workflow_only = child_workflow_only} {}

  SignalExternalState state() const { return state_; }
  // Null if the signal was delivered. REQUIRES: done().
  const history::FailurePtr& failure() const { return failure_; }
  void set_header(history::PayloadMap header) { command_.header = std::move(header); }
  void set_input(history::Payloads input) {
    command_.input = std::move(input);
    has_input_ = true;
  }

  void RequestCancel() override;

  // --- CommandMachine
  std::string Describe() const override;
  bool dropped_before_sent() const override { return state_ == SignalExternalState::kCanceled; }
  bool sendable() const override { return has_input_; }
  history::Command TakeCommand() override;
  std::optional<Nondeterminism> OnCommandEvent(const history::HistoryEvent& event) override;
  std::optional<Nondeterminism> OnEvent(const history::HistoryEvent& event, bool& tells) override;
  void Resolve() override {
    if (!done()) MarkDone();
  }

 private:
  SignalExternalState state_ = SignalExternalState::kCreated;
  bool has_input_ = false;  // none is needed while replaying
  history::SignalExternalWorkflowExecution command_;
  history::FailurePtr failure_;
};

}  // namespace groundhog::workflow::internal
