// TimerMachine: one durable timer as a run's code and its history see it (SEMANTICS e.3, f.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/command.h"
#include "runtime/history/event.h"
#include "runtime/workflow/completion.h"

namespace groundhog::workflow::internal {

class Execution;

enum class TimerState : std::uint8_t {
  kCreated,              // the command is queued
  kCreatedCancelQueued,  // so is that of its cancel, behind it
  kStarted,
  kCancelQueued,
  kFired,
  kCanceled,
};
enum class TimerInput : std::uint8_t {
  kStartedEvent,
  kFiredEvent,
  kCanceledEvent,
  kCancel,
  kSendAndCancel,  // by the code, in Go's dialect, before it is sent
};
inline constexpr std::size_t kTimerStates = 6;
inline constexpr std::size_t kTimerInputs = 5;

// Null if the input is illegal in this state.
std::optional<TimerState> NextState(TimerState from, TimerInput input);
std::string_view NameOf(TimerState state);

class TimerMachine final : public Completion {
 public:
  TimerMachine(Execution* execution, std::uint32_t seq, history::Duration duration)
      : execution_(execution), seq_(seq), number_(seq), duration_(duration) {}

  std::uint32_t seq() const { return seq_; }
  std::string id() const { return std::to_string(number_); }
  // By which its id goes, instead of its seq.
  void set_number(std::int64_t number) { number_ = number; }
  history::Duration duration() const { return duration_; }
  TimerState state() const { return state_; }
  void set_user_metadata(history::UserMetadataPtr metadata) { metadata_ = std::move(metadata); }
  const history::UserMetadataPtr& user_metadata() const { return metadata_; }
  bool dropped_before_sent() const { return dropped_; }

  // Makes the transition; false if it is illegal.
  [[nodiscard]] bool Apply(TimerInput input);

  // Tells the code that it fired, or that it was cancelled.
  void Resolve(bool canceled) {
    if (done()) return;
    canceled_ = canceled;
    MarkDone();
  }
  bool canceled() const { return canceled_; }

  void RequestCancel() override;
  void Detach() { execution_ = nullptr; }

 private:
  Execution* execution_;  // null: its run is gone, or it was made while the run was being destroyed
  std::uint32_t seq_;
  std::int64_t number_;
  TimerState state_ = TimerState::kCreated;
  bool dropped_ = false;
  bool canceled_ = false;
  history::Duration duration_;
  history::UserMetadataPtr metadata_;
};

}  // namespace groundhog::workflow::internal
