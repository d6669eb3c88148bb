// ActivityMachine: one activity as a run's code and its history see it, from the command to the
// last event.
//
// The state says what history has shown (and what was asked for since); `done()` says what the code
// has been told. The two differ between an event and the activation that delivers it. Legal
// transitions are SEMANTICS e.3 and f.5: after TRY_CANCEL the code is told at once, and later
// events of the activity are accepted and ignored; after ABANDON only Started and Completed may
// still come.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/command.h"
#include "runtime/workflow/completion.h"

namespace groundhog::workflow {

// What cancelling an activity means to the code that waits for it (SEMANTICS f.5).
enum class ActivityCancellationType : std::uint8_t {
  kTryCancel,                  // ask for the cancel, resolve at once with a cancelled ActivityError
  kWaitCancellationCompleted,  // ask, and wait for what the activity makes of it
  kAbandon,                    // resolve at once and tell nobody
};

namespace internal {

class Execution;

enum class ActivityState : std::uint8_t {
  kCreated,              // the command is queued
  kCreatedCancelQueued,  // so is that of its cancel, behind it
  kScheduled,
  kStarted,
  kScheduledCancelQueued,
  kScheduledCancelRequested,
  kStartedCancelQueued,
  kStartedCancelRequested,
  kCompleted,
  kFailed,
  kTimedOut,
  kCanceled,
};
enum class ActivityInput : std::uint8_t {
  kScheduledEvent,
  kStartedEvent,
  kCompletedEvent,
  kFailedEvent,
  kTimedOutEvent,
  kCancelRequestedEvent,
  kCanceledEvent,
  kCancel,         // by the code, unless the type is ABANDON
  kAbandon,        // by the code
  kSendAndCancel,  // by the code, in Go's dialect, before it is sent
};
inline constexpr std::size_t kActivityStates = 12;
inline constexpr std::size_t kActivityInputs = 10;

// Null if the input is illegal in this state.
std::optional<ActivityState> NextState(ActivityState from, ActivityInput input);
std::string_view NameOf(ActivityState state);

class ActivityMachine final : public Completion {
 public:
  ActivityMachine(Execution* execution, std::uint32_t seq, std::string_view type,
                  std::string_view custom_id, ActivityCancellationType cancellation_type);

  std::uint32_t seq() const { return seq_; }
  const std::string& id() const { return id_; }
  const std::string& type() const { return type_; }
  ActivityState state() const { return state_; }
  ActivityCancellationType cancellation_type() const { return cancellation_type_; }
  history::EventId scheduled_event_id() const { return scheduled_event_id_; }
  bool dropped_before_sent() const { return dropped_; }

  // The command to be sent; null while replaying, when nobody will send it.
  history::ScheduleActivityTask* command() { return command_.get(); }
  void set_command(std::unique_ptr<history::ScheduleActivityTask> c) { command_ = std::move(c); }

  // Makes the transition; false if it is illegal.
  [[nodiscard]] bool Apply(ActivityInput input);
  void OnScheduled(history::EventId event_id) { scheduled_event_id_ = event_id; }

  // What the next activation will tell the code.
  void SetResult(const history::Payloads& result) { result_ = result; }
  void SetFailure(std::string_view message, history::RetryState retry_state,
                  history::EventId started_event_id, std::string_view identity,
                  history::FailurePtr cause);
  void SetCanceled(const history::Payloads& details, history::EventId started_event_id,
                   std::string_view identity);
  // Tells the code. Nothing if it was told before.
  void Resolve() {
    if (!done()) MarkDone();
  }

  // REQUIRES: done().
  const history::FailurePtr& failure() const { return failure_; }
  const history::Payloads& result() const { return result_; }

  void RequestCancel() override;
  void Detach() { execution_ = nullptr; }

 private:
  Execution* execution_;  // null: its run is gone, or it was made while the run was being destroyed
  std::uint32_t seq_;
  ActivityState state_ = ActivityState::kCreated;
  ActivityCancellationType cancellation_type_;
  bool dropped_ = false;
  history::EventId scheduled_event_id_ = 0;
  std::string id_;
  std::string type_;
  history::Payloads result_;
  history::FailurePtr failure_;
  std::unique_ptr<history::ScheduleActivityTask> command_;
};

}  // namespace internal
}  // namespace groundhog::workflow
