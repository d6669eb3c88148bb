// CancellationScope, Shielded, WithTimeout: what is cancelled together.
//
//     const CancellationScope scope;
//     const FiberHandle picking = scope.Spawn(Pick(order));
//     const Result<std::string> paid = co_await Try(scope.Run(Pay(order)));
//     if (!paid.ok()) scope.Cancel();               // picking is given up as well
//
//     const Result<int> quote = co_await Try(WithTimeout(1h, AskForQuote(order)));
//     co_await Shielded(Refund(order));             // clean-up that no cancel reaches
//
// Scopes are a tree: one that is made while the code stands in another is below it. Cancelling a
// scope cancels the activities, timers, child workflows, local activities and requests that were
// started in it, the waits of the fibers that stand in it, and all scopes below, but no detached
// one. A cancelled scope stays so: what is awaited in it later is cancelled at once, so clean-up
// goes into Shielded. What that means to who waits, each kind of await decides: an activity
// gives an ActivityError, a timer or a condition a CanceledError.
//
// A fiber stands in a scope while it awaits Run, and what it spawns there stands in it from the
// start. A cancel of a fiber (that of the workflow goes to the main one) becomes a cancel of the
// outermost scope which it entered. If that is detached, the cancel waits until the fiber has left
// it, and is delivered at the next await.
//
// What is started in the call itself, as in `scope.Run(ExecuteActivity(…))`, belongs to the scope;
// a handle that has a name belongs to where it was made, though the wait for it is in the scope,
// and passes a cancel on.
#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

#include "runtime/history/time.h"
#include "runtime/workflow/coro.h"
#include "runtime/workflow/scope.h"
#include "runtime/workflow/spawn.h"
#include "runtime/workflow/timer.h"
#include "runtime/workflow/try.h"

namespace groundhog::workflow {

namespace internal {

// A scope below the one where the calling code stands.
Ref<Scope> NewScope(const char* call);
void CancelScope(Scope& scope, const char* call);
// What the calling code has just started belongs to that scope instead; null: to none that anybody
// could cancel.
void MoveOperation(Completion& operation, Scope* scope);
template <class X>
void ClaimOperation(const X& x, Scope* scope) {
  if (Completion* const operation = OperationOf(x)) MoveOperation(*operation, scope);
}
// A fiber that cancels the scope when the timer fires.
void CancelWhenFired(Ref<Scope> scope, Ref<TimerMachine> timer);

// Awaits something in a scope.
template <class X>
class ScopedAwaiter {
 public:
  ScopedAwaiter(X& awaited, Ref<Scope> scope)
      : inner_(awaited.MakeAwaiter()), scope_(std::move(scope)) {}
  bool await_ready() { return inner_.await_ready(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    fiber_ = &handle.promise().fiber();
    before_ = fiber_->EnterScope(scope_);
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
    if (fiber_ != nullptr) std::exchange(fiber_, nullptr)->LeaveScope(std::move(before_));
  }
  AwaiterOf<X> inner_;
  Ref<Scope> scope_;
  Ref<Scope> before_;       // where the fiber stood
  Fiber* fiber_ = nullptr;  // null: it is not in the scope
};

template <class X>
class ShieldedAwaiter final : public ScopedAwaiter<X> {
 public:
  explicit ShieldedAwaiter(X& awaited) : ScopedAwaiter<X>(awaited, Scope::Detached()) {}
};

// Holds what is to be awaited in a scope: a temporary by value, a name by reference.
template <class X>
class [[nodiscard]] Scoped : public Awaitable {
 public:
  Scoped(X&& awaited, Ref<Scope> scope)
      : awaited_(std::forward<X>(awaited)), scope_(std::move(scope)) {}
  ScopedAwaiter<std::remove_reference_t<X>> MakeAwaiter() {
    return ScopedAwaiter<std::remove_reference_t<X>>(awaited_, scope_);
  }

 private:
  X awaited_;
  Ref<Scope> scope_;
};

template <class X>
class TimeLimitedAwaiter {
 public:
  TimeLimitedAwaiter(X& awaited, Ref<Scope> scope, Ref<TimerMachine> limit)
      : inner_(awaited, std::move(scope)), limit_(std::move(limit)) {}
  bool await_ready() { return inner_.await_ready(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    inner_.await_suspend(handle);
  }
  decltype(auto) await_resume() {
    limit_->RequestCancel();  // nothing if it has fired
    return inner_.await_resume();
  }
  auto Take() {
    limit_->RequestCancel();
    return inner_.Take();
  }

 private:
  ScopedAwaiter<X> inner_;
  Ref<TimerMachine> limit_;
};

template <class X>
class [[nodiscard]] TimeLimited : public Awaitable {
 public:
  TimeLimited(X&& awaited, Ref<Scope> scope, Ref<TimerMachine> limit)
      : awaited_(std::forward<X>(awaited)), scope_(std::move(scope)), limit_(std::move(limit)) {}
  TimeLimitedAwaiter<std::remove_reference_t<X>> MakeAwaiter() {
    return TimeLimitedAwaiter<std::remove_reference_t<X>>(awaited_, scope_, limit_);
  }

 private:
  X awaited_;
  Ref<Scope> scope_;
  Ref<TimerMachine> limit_;
};

}  // namespace internal

// Cheap to copy: copies are the same scope.
class CancellationScope {
 public:
  // Below the scope where the calling code stands.
  CancellationScope() : scope_(internal::NewScope("CancellationScope")) {}
  // Below none: only its own Cancel reaches what is in it.
  static CancellationScope Detached() { return CancellationScope(internal::Scope::Detached()); }

  // Awaits x in the scope; gives what x gives. x is anything a workflow awaits.
  template <class X>
  internal::Scoped<X> Run(X&& x) const {
    static_assert(internal::kIsAwaitable<X>, "Run takes what a workflow can await");
    if constexpr (!std::is_lvalue_reference_v<X>) internal::ClaimOperation(x, scope_.get());
    return internal::Scoped<X>(std::forward<X>(x), scope_);
  }
  // As workflow::Spawn; the fiber stands in the scope.
  FiberHandle Spawn(Coro<void> coro) const {
    return FiberHandle(internal::SpawnFiber(std::move(coro), nullptr, scope_.get()));
  }

  void Cancel() const { internal::CancelScope(*scope_, "CancellationScope::Cancel"); }
  // Whether it was cancelled, by itself or from above.
  bool cancel_requested() const { return scope_->canceled(); }

 private:
  explicit CancellationScope(internal::Ref<internal::Scope> scope) : scope_(std::move(scope)) {}
  internal::Ref<internal::Scope> scope_;
};

// Awaits x, and no cancel from outside reaches the await, nor anything in x if that is a Coro.
template <class X>
auto Shielded(X&& x) {
  static_assert(internal::kIsAwaitable<X>, "Shielded takes what a workflow can await");
  if constexpr (!std::is_lvalue_reference_v<X>) internal::ClaimOperation(x, nullptr);
  return internal::Wrapped<X, internal::ShieldedAwaiter>(std::forward<X>(x));
}

// Awaits x in a scope of its own, which a durable timer cancels; the timer is started at the call
// and taken back when x ends first. Whether it was in time, x's outcome tells: a failure whose
// `canceled()` is true.
template <class X>
internal::TimeLimited<X> WithTimeout(history::Duration limit, X&& x) {
  static_assert(internal::kIsAwaitable<X>, "WithTimeout takes what a workflow can await");
  internal::Ref<internal::TimerMachine> timer = internal::StartTimer(limit, "WithTimeout");
  internal::Ref<internal::Scope> scope = internal::NewScope("WithTimeout");
  internal::CancelWhenFired(scope, timer);
  if constexpr (!std::is_lvalue_reference_v<X>) internal::ClaimOperation(x, scope.get());
  return internal::TimeLimited<X>(std::forward<X>(x), std::move(scope), std::move(timer));
}

}  // namespace groundhog::workflow
