#include "runtime/workflow/local_activity_machine.h"

#include <array>

#include "base/transition_table.h"
#include "runtime/workflow/local_activities.h"

namespace groundhog::workflow::internal {
namespace {

using S = LocalActivityState;
using I = LocalActivityInput;

constexpr Row<S, I> kRows[] = {
    {S::kWaitingForMarker, I::kGoLive, S::kRequested},
    {S::kWaitingForMarker, I::kAnnounced, S::kResolvedByMarker},

    {S::kRequested, I::kResult, S::kMarkerQueued},

    {S::kMarkerQueued, I::kMarkerEvent, S::kRecorded},
    {S::kResolvedByMarker, I::kMarkerEvent, S::kRecorded},
};
constexpr TransitionTable<S, I, kLocalActivityStates, kLocalActivityInputs> kTable(kRows);

}  // namespace

std::optional<LocalActivityState> NextState(LocalActivityState from, LocalActivityInput input) {
  return kTable.Next(from, input);
}

std::string_view NameOf(LocalActivityState state) {
  constexpr std::array<std::string_view, kLocalActivityStates> kNames = {
      "WaitingForMarker", "Requested", "MarkerQueued", "ResolvedByMarker", "Recorded"};
  return kNames[static_cast<std::size_t>(state)];
}

void LocalActivityMachine::BackOff(Ref<TimerMachine> timer) {
  timer_ = std::move(timer);
  back_off_end_.ListenTo(*timer_);
}

void LocalActivityMachine::OnBackOffEnd() {
  const Ref<TimerMachine> timer = std::exchange(timer_, {});
  if (owner_ != nullptr) owner_->OnBackOffEnd(*this, timer->canceled());
}

void LocalActivityMachine::RequestCancel() {
  if (owner_ == nullptr || done()) return;
  if (timer_) {
    timer_->RequestCancel();
  } else {
    owner_->Cancel(*this);
  }
}

}  // namespace groundhog::workflow::internal
