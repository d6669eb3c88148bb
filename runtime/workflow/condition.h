// WaitCondition: waits until something that other code of the same workflow changes has become
// true.
//
//     co_await WaitCondition([this] { return decided_; });
//     const bool in_time = co_await WaitCondition([this] { return decided_; }, 24h);
//
// The predicate is looked at whenever the workflow's code has come to rest; it must not issue
// commands. A time limit is a durable timer, started at the call and taken back when the condition
// holds first.
#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

#include "runtime/history/temporaries.h"
#include "runtime/history/time.h"
#include "runtime/workflow/condition_wait.h"
#include "runtime/workflow/coro.h"
#include "runtime/workflow/errors.h"
#include "runtime/workflow/timer.h"

namespace groundhog::workflow {

namespace internal {

void RequireWritable(const char* call);

// T is void without a time limit, bool with one: whether the condition held in time.
template <class Predicate, class T>
class ConditionAwaiter final : public ConditionWait {
 public:
  ConditionAwaiter(Predicate predicate, Ref<TimerMachine> limit)
      : ConditionWait(std::move(limit)), predicate_(std::move(predicate)) {}

  bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    BeginCondition(handle, handle.promise().fiber());
  }
  T await_resume() { return Take().value(); }
  Result<T> Take() {
    EndCondition();
    if (outcome() == Outcome::kInterrupted) {
      return Result<T>::Failed(CanceledError("WaitCondition cancelled").failure());
    }
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return outcome() == Outcome::kHolds;
    }
  }

 private:
  bool Holds() override { return static_cast<bool>(predicate_()); }
  Predicate predicate_;
};

template <class Predicate, class T>
class [[nodiscard]] Condition : public Awaitable {
 public:
  using Value = T;
  Condition(Predicate predicate, Ref<TimerMachine> limit)
      : predicate_(std::move(predicate)), limit_(std::move(limit)) {}
  // Once.
  ConditionAwaiter<Predicate, T> MakeAwaiter() {
    return ConditionAwaiter<Predicate, T>(std::move(predicate_), std::move(limit_));
  }
  Completion* operation() const { return limit_.get(); }

 private:
  Predicate predicate_;
  Ref<TimerMachine> limit_;
};

}  // namespace internal

template <class F>
auto WaitCondition(F&& predicate) {
  RefuseUnsafeCallable<F>();
  static_assert(std::is_invocable_r_v<bool, F&>, "WaitCondition takes a predicate: bool()");
  internal::RequireWritable("WaitCondition");
  return internal::Condition<std::decay_t<F>, void>(std::forward<F>(predicate), {});
}

template <class F>
auto WaitCondition(F&& predicate, history::Duration limit) {
  RefuseUnsafeCallable<F>();
  static_assert(std::is_invocable_r_v<bool, F&>, "WaitCondition takes a predicate: bool()");
  return internal::Condition<std::decay_t<F>, bool>(std::forward<F>(predicate),
                                                    internal::StartTimer(limit, "WaitCondition"));
}

}  // namespace groundhog::workflow
