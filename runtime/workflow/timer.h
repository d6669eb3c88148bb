// Durable timers.
//
//     co_await Sleep(30s);
//     TimerHandle timer = StartTimer(1h);  …  timer.Cancel();
//     const TimerOptions options{.summary = "until the shop opens"};     co_await Sleep(8h, options);
//
// The command is issued at the call. Zero is a timer too; a negative duration is a
// std::invalid_argument. Awaiting a timer that was cancelled throws CanceledError.
#pragma once

#include <string>
#include <utility>

#include "runtime/history/time.h"
#include "runtime/workflow/handle.h"
#include "runtime/workflow/timer_machine.h"

namespace groundhog::workflow {

struct TimerOptions {
  std::string summary = {};  // one line for people
};

namespace internal {

Ref<TimerMachine> StartTimer(history::Duration duration, const char* call,
                             const TimerOptions* options = nullptr);

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
  return TimerHandle(internal::StartTimer(duration, "StartTimer", nullptr));
}
[[nodiscard]] inline TimerHandle StartTimer(history::Duration duration,
                                            const TimerOptions& options) {
  return TimerHandle(internal::StartTimer(duration, "StartTimer", &options));
}

[[nodiscard]] inline TimerHandle Sleep(history::Duration duration) {
  return TimerHandle(internal::StartTimer(duration, "Sleep", nullptr));
}
[[nodiscard]] inline TimerHandle Sleep(history::Duration duration, const TimerOptions& options) {
  return TimerHandle(internal::StartTimer(duration, "Sleep", &options));
}

// Bind the options to a name first: in a co_await expression g++ 12 destroys a temporary twice.
TimerHandle StartTimer(history::Duration duration, const TimerOptions&& options) = delete;
TimerHandle Sleep(history::Duration duration, const TimerOptions&& options) = delete;

}  // namespace groundhog::workflow
