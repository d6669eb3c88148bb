// Try and Shielded: awaiting the same thing otherwise.
//
// `co_await Try(x)` gives a Result instead of throwing a failure. `co_await Shielded(x)` is not
// reached by a cancel of the workflow, neither the await nor, if x is a Coro, anything in it: for
// clean-up. A cancel that comes meanwhile is delivered at the next await after it. x is anything a
// workflow awaits: a handle, a Coro, WaitCondition, WaitAny, WaitAll, or the other of the two.
#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

#include "runtime/workflow/coro.h"

namespace groundhog::workflow {

namespace internal {

template <class X>
using AwaiterOf = decltype(std::declval<X&>().MakeAwaiter());

template <class X>
class TryAwaiter {
 public:
  explicit TryAwaiter(X& awaited) : inner_(awaited.MakeAwaiter()) {}
  bool await_ready() { return inner_.await_ready(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    inner_.await_suspend(handle);
  }
  auto await_resume() { return inner_.Take(); }

 private:
  AwaiterOf<X> inner_;
};

template <class X>
class ShieldedAwaiter {
 public:
  explicit ShieldedAwaiter(X& awaited) : inner_(awaited.MakeAwaiter()) {}
  bool await_ready() { return inner_.await_ready(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    fiber_ = &handle.promise().fiber();
    fiber_->EnterShield();
    inner_.await_suspend(handle);
  }
  decltype(auto) await_resume() {
    Leave();
    return inner_.await_resume();
  }
  auto Take() {
    Leave();
    return inner_.Take();
  }

 private:
  void Leave() {
    if (fiber_ != nullptr) std::exchange(fiber_, nullptr)->LeaveShield();
  }
  AwaiterOf<X> inner_;
  Fiber* fiber_ = nullptr;
};

// Holds what is to be awaited: a temporary by value, a name by reference.
template <class X, template <class> class Awaiter>
class [[nodiscard]] Wrapped : public Awaitable {
 public:
  explicit Wrapped(X&& awaited) : awaited_(std::forward<X>(awaited)) {}
  Awaiter<std::remove_reference_t<X>> MakeAwaiter() {
    return Awaiter<std::remove_reference_t<X>>(awaited_);
  }

 private:
  X awaited_;
};

}  // namespace internal

template <class X>
auto Try(X&& awaited) {
  static_assert(internal::kIsAwaitable<X>, "Try takes what a workflow can await");
  return internal::Wrapped<X, internal::TryAwaiter>(std::forward<X>(awaited));
}

template <class X>
auto Shielded(X&& awaited) {
  static_assert(internal::kIsAwaitable<X>, "Shielded takes what a workflow can await");
  return internal::Wrapped<X, internal::ShieldedAwaiter>(std::forward<X>(awaited));
}

}  // namespace groundhog::workflow
