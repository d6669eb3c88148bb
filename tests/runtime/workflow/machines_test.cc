// runtime/workflow/activity_machine.h and timer_machine.h: which event may come when.
#include "runtime/workflow/activity_machine.h"
#include "runtime/workflow/timer_machine.h"
#include "tests/catch.h"

namespace groundhog::workflow::internal {
namespace {

using S = ActivityState;
using I = ActivityInput;

template <class State, std::size_t n>
std::vector<State> All() {
  std::vector<State> all;
  for (std::size_t i = 0; i < n; ++i) all.push_back(static_cast<State>(i));
  return all;
}

bool IsEnd(S state) {
  return state == S::kCompleted || state == S::kFailed || state == S::kTimedOut ||
         state == S::kCanceled;
}

TEST_CASE("an activity can be cancelled in every state, and after its end that changes nothing") {
  for (const S state : All<S, kActivityStates>()) {
    INFO(NameOf(state));
    REQUIRE(NextState(state, I::kCancel).has_value());
    CHECK(NextState(state, I::kSendAndCancel).has_value() == (state == S::kCreated));
    if (IsEnd(state)) CHECK(NextState(state, I::kCancel) == state);
    if (IsEnd(state)) CHECK(NextState(state, I::kAbandon) == state);
  }
}

TEST_CASE("an activity is scheduled once, and ends once") {
  for (const S state : All<S, kActivityStates>()) {
    INFO(NameOf(state));
    CHECK(NextState(state, I::kScheduledEvent).has_value() ==
          (state == S::kCreated || state == S::kCreatedCancelQueued));
    for (const I end : {I::kFailedEvent, I::kTimedOutEvent, I::kCanceledEvent}) {
      if (IsEnd(state) || state == S::kCreated) CHECK_FALSE(NextState(state, end).has_value());
    }
    // What an abandoned activity still does is let be.
    CHECK(NextState(state, I::kCompletedEvent).has_value() ==
          (state == S::kStarted || state == S::kStartedCancelRequested || state == S::kCanceled));
  }
}

TEST_CASE("only an activity whose cancel was asked for reports that it was cancelled") {
  for (const S state : All<S, kActivityStates>()) {
    INFO(NameOf(state));
    CHECK(NextState(state, I::kCanceledEvent).has_value() ==
          (state == S::kScheduledCancelRequested || state == S::kStartedCancelRequested));
    CHECK(NextState(state, I::kCancelRequestedEvent).has_value() ==
          (state == S::kScheduledCancelQueued || state == S::kStartedCancelQueued));
  }
}

TEST_CASE("every state of the two machines can be reached from the first") {
  std::vector<S> reached{S::kCreated};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const I input : All<I, kActivityInputs>()) {
      const auto next = NextState(reached[i], input);
      if (next && std::find(reached.begin(), reached.end(), *next) == reached.end()) {
        reached.push_back(*next);
      }
    }
  }
  CHECK(reached.size() == kActivityStates);
  std::vector<TimerState> timer{TimerState::kCreated};
  for (std::size_t i = 0; i < timer.size(); ++i) {
    for (const TimerInput input : All<TimerInput, kTimerInputs>()) {
      const auto next = NextState(timer[i], input);
      if (next && std::find(timer.begin(), timer.end(), *next) == timer.end()) {
        timer.push_back(*next);
      }
    }
  }
  CHECK(timer.size() == kTimerStates);
}

TEST_CASE("a timer fires or is cancelled, never both") {
  using T = TimerState;
  using J = TimerInput;
  CHECK(NextState(T::kCreated, J::kStartedEvent) == T::kStarted);
  CHECK(NextState(T::kStarted, J::kFiredEvent) == T::kFired);
  CHECK(NextState(T::kCancelQueued, J::kCanceledEvent) == T::kCanceled);
  for (const T state : {T::kCancelQueued, T::kCanceled, T::kFired, T::kCreated}) {
    CHECK_FALSE(NextState(state, J::kFiredEvent).has_value());
  }
  for (const T state : All<T, kTimerStates>()) {
    const bool is_asked_once = state == T::kCreated || state == T::kStarted || state == T::kFired;
    CHECK(NextState(state, J::kCancel).has_value() == is_asked_once);
    CHECK(NextState(state, J::kSendAndCancel).has_value() == (state == T::kCreated));
  }
  CHECK(NextState(T::kCreated, J::kSendAndCancel) == T::kCreatedCancelQueued);
  CHECK(NextState(T::kCreatedCancelQueued, J::kStartedEvent) == T::kCancelQueued);
  CHECK(NextState(T::kFired, J::kCancel) == T::kFired);
}

}  // namespace
}  // namespace groundhog::workflow::internal
