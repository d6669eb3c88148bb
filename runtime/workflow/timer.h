// Durable timers.
//
//     co_await Sleep(30s);
//     TimerHandle timer = StartTimer(1h);  …  timer.Cancel();
//
// The command is issued at the call. Zero is a timer too; a negative duration is a
// std::invalid_argument. Awaiting a timer that was cancelled throws CanceledError.
#pragma once

#include <utility>

#include "runtime/history/time.h"
#include "runtime/workflow/handle.h"
#include "runtime/workflow/timer_machine.h"

namespace groundhog::workflow {

namespace internal {

Ref<TimerMachine> StartTimer(history::Duration duration, const char* call);

class TimerWait final : public HandleWait<TimerMachine> {
 public:
  using HandleWait::HandleWait;
  void await_resume() const {
    if (machine().canceled()) throw CanceledError("Timer cancelled");
  }
  Result<void> Take() const {
    if (machine().canceled())
      return Result<void>::Failed(CanceledError("Timer cancelled").failure());
    return {};
  }
};

}  // namespace internal

class TimerHandle : public internal::Handle<internal::TimerMachine> {
 public:
  using Value = void;
  explicit TimerHandle(internal::Ref<internal::TimerMachine> machine)
      : Handle(std::move(machine)) {}
  internal::TimerWait MakeAwaiter() const { return internal::TimerWait(machine()); }
};

[[nodiscard]] inline TimerHandle StartTimer(history::Duration duration) {
  return TimerHandle(internal::StartTimer(duration, "StartTimer"));
}

[[nodiscard]] inline TimerHandle Sleep(history::Duration duration) {
  return TimerHandle(internal::StartTimer(duration, "Sleep"));
}

}  // namespace groundhog::workflow
