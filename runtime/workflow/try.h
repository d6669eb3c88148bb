// Try: `co_await Try(x)` gives a Result instead of throwing a failure.
//
// x is anything a workflow awaits: a handle, a Coro, WaitCondition, WaitAny, WaitAll, Shielded,
// what a CancellationScope runs.
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

// What was started by the call that made x; null if nothing was.
template <class X>
Completion* OperationOf(const X& x) {
  if constexpr (requires { x.operation(); }) {
    return x.operation();
  } else {
    return nullptr;
  }
}

// Holds what is to be awaited: a temporary by value, a name by reference.
template <class X, template <class> class Awaiter>
class [[nodiscard]] Wrapped : public Awaitable {
 public:
  explicit Wrapped(X&& awaited) : awaited_(std::forward<X>(awaited)) {}
  Awaiter<std::remove_reference_t<X>> MakeAwaiter() {
    return Awaiter<std::remove_reference_t<X>>(awaited_);
  }
  Completion* operation() const { return OperationOf(awaited_); }

 private:
  X awaited_;
};

}  // namespace internal

template <class X>
auto Try(X&& awaited) {
  static_assert(internal::kIsAwaitable<X>, "Try takes what a workflow can await");
  return internal::Wrapped<X, internal::TryAwaiter>(std::forward<X>(awaited));
}

}  // namespace groundhog::workflow
