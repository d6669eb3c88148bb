// ChildWorkflowMachine: one child workflow as its parent's code and history see it, from the
// command to the last event (SEMANTICS e.3, f.5, f.6).
//
// The code is told twice: of the start (ChildStart) and of the outcome (the machine itself). A
// start that fails is the outcome as well. The state says what history has shown and what was asked
// for since; done() says what the code has been told.
//
// What a cancel means depends on the cancellation type. After ABANDON and TRY_CANCEL the code is
// told at once. The child may go on; of one that was not abandoned, only a cancelled end is
// accepted from then on, as in Temporal's core.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/command.h"
#include "runtime/workflow/command_machine.h"

namespace groundhog::workflow {

// What cancelling a child means to the code that waits for it (SEMANTICS f.5).
enum class ChildWorkflowCancellationType : std::uint8_t {
  kAbandon,                    // resolve at once and tell nobody
  kTryCancel,                  // ask for the cancel, resolve at once with a ChildWorkflowError
  kWaitCancellationCompleted,  // ask, and wait for what the child makes of it
  kWaitCancellationRequested,  // ask, and resolve when the child has been asked
};

namespace internal {

enum class ChildState : std::uint8_t {
  kCreated,  // the command is queued
  kInitiated,
  kStarted,
  kStartFailed,
  kCompleted,
  kFailed,
  kTimedOut,
  kCanceled,
  kTerminated,
};
enum class ChildInput : std::uint8_t {
  kInitiatedEvent,
  kStartFailedEvent,
  kStartedEvent,
  kCompletedEvent,
  kFailedEvent,
  kTimedOutEvent,
  kCanceledEvent,
  kTerminatedEvent,
  kCancelAndWait,  // by the code
  kCancelAtOnce,   // by the code, or because the child has been asked
};
inline constexpr std::size_t kChildStates = 9;
inline constexpr std::size_t kChildInputs = 10;

// Null if the input is illegal in this state.
std::optional<ChildState> NextState(ChildState from, ChildInput input);
std::string_view NameOf(ChildState state);

class ChildWorkflowMachine;

// The start of a child, for who waits for it: a part of the machine.
class ChildStart final : public Completion {
 public:
  explicit ChildStart(ChildWorkflowMachine& child) : child_(child) {}
  void RequestCancel() override;
  // Null if it succeeded. REQUIRES: done().
  const history::FailurePtr& failure() const { return failure_; }

 private:
  friend class ChildWorkflowMachine;
  void Resolve(history::FailurePtr failure) {
    failure_ = std::move(failure);
    MarkDone();
  }
  ChildWorkflowMachine& child_;
  history::FailurePtr failure_;
};

class ChildWorkflowMachine final : public CommandMachine {
 public:
  ChildWorkflowMachine(Execution* execution, std::string_view type, std::string workflow_id,
                       ChildWorkflowCancellationType cancellation_type);

  const std::string& type() const { return type_; }
  const std::string& workflow_id() const { return workflow_id_; }
  // Of the child's first run; empty until history has shown the start.
  const std::string& run_id() const { return run_id_; }
  ChildState state() const { return state_; }
  ChildStart& start() { return start_; }

  // The command to be sent; null while replaying, when nobody will send it.
  history::StartChildWorkflowExecution* command() { return command_.get(); }
  void set_command(std::unique_ptr<history::StartChildWorkflowExecution> c) {
    command_ = std::move(c);
  }

  // REQUIRES: done().
  const history::FailurePtr& failure() const { return failure_; }
  const history::Payloads& result() const { return result_; }

  // --- cancelling
  void RequestCancel() override { Cancel(""); }
  // Without effect when done, or asked for before.
  void Cancel(std::string_view reason);
  // The child has been asked to cancel; if the code waits for no more than that, it is to be told.
  // Whether it is.
  bool OnCancelRequested();

  // --- CommandMachine
  std::string Describe() const override;
  bool dropped_before_sent() const override { return dropped_; }
  bool sendable() const override { return command_ != nullptr; }
  history::Command TakeCommand() override { return std::move(*std::exchange(command_, nullptr)); }
  std::optional<Nondeterminism> OnCommandEvent(const history::HistoryEvent& event) override;
  std::optional<Nondeterminism> OnEvent(const history::HistoryEvent& event, bool& tells) override;
  void Resolve() override;

 private:
  // Makes the transition; false if it is illegal.
  [[nodiscard]] bool Apply(ChildInput input);
  std::optional<Nondeterminism> CheckAfterCancel(const history::HistoryEvent& event,
                                                 ChildInput input);
  // Keeps what the event says of the outcome.
  void SetOutcome(const history::HistoryEvent& event);
  // The wrapper around what happened to the child (SEMANTICS b.5).
  history::FailurePtr Wrapped(std::string_view message, history::RetryState retry_state,
                              history::FailurePtr cause) const;
  history::FailurePtr Canceled(std::string message) const;

  ChildState state_ = ChildState::kCreated;
  ChildWorkflowCancellationType cancellation_type_;
  bool dropped_ = false;
  bool cancel_asked_ = false;   // by the code
  bool seen_canceled_ = false;  // the event
  history::EventId initiated_event_id_ = 0;
  history::EventId started_event_id_ = 0;
  std::string namespace_;
  std::string type_;
  std::string workflow_id_;
  std::string run_id_;
  history::Payloads result_;
  history::FailurePtr failure_;
  std::unique_ptr<history::StartChildWorkflowExecution> command_;
  ChildStart start_{*this};
};

}  // namespace internal
}  // namespace groundhog::workflow
