#include "runtime/workflow/timer_machine.h"

#include <array>

#include "base/transition_table.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

using S = TimerState;
using I = TimerInput;

constexpr Row<S, I> kRows[] = {
    {S::kCreated, I::kStartedEvent, S::kStarted},
    {S::kCreated, I::kCancel, S::kCanceled},
    {S::kCreated, I::kSendAndCancel, S::kCreatedCancelQueued},

    {S::kCreatedCancelQueued, I::kStartedEvent, S::kCancelQueued},

    {S::kStarted, I::kFiredEvent, S::kFired},
    {S::kStarted, I::kCancel, S::kCancelQueued},

    {S::kCancelQueued, I::kCanceledEvent, S::kCanceled},

    // Too late: the cancel is ignored.
    {S::kFired, I::kCancel, S::kFired},
};
constexpr TransitionTable<S, I, kTimerStates, kTimerInputs> kTable(kRows);

}  // namespace

std::optional<TimerState> NextState(TimerState from, TimerInput input) {
  return kTable.Next(from, input);
}

std::string_view NameOf(TimerState state) {
  constexpr std::array<std::string_view, kTimerStates> kNames = {
      "Created", "CreatedCancelQueued", "Started", "CancelQueued", "Fired", "Canceled"};
  return kNames[static_cast<std::size_t>(state)];
}

bool TimerMachine::Apply(TimerInput input) {
  const std::optional<TimerState> next = NextState(state_, input);
  if (!next.has_value()) return false;
  if (state_ == TimerState::kCreated && *next == TimerState::kCanceled) dropped_ = true;
  state_ = *next;
  return true;
}

void TimerMachine::RequestCancel() {
  if (execution_ != nullptr && !done()) execution_->CancelTimer(*this);
}

}  // namespace groundhog::workflow::internal
