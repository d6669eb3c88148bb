// Coro<T>: a coroutine of workflow code: lazy, move-only, awaited once.
//
//     Coro<std::string> MoneyTransfer::Run(PaymentDetails details) { … co_return result; }
//
// It runs when it is awaited (or given to Spawn), and only the loop of its run resumes it. It
// awaits what the workflow API gives it: activities, timers, conditions, other Coros, and what is
// made of them (Try, Shielded, WaitAny, WaitAll). Anything else does not compile. One co_await an
// expression: the order of two differs between compilers (COROUTINES).
//
// A lambda that is a coroutine must be a name that outlives the coroutine: its captures stay in the
// closure. `co_await [s]() -> Coro<int> { … }()` is wrong, and with g++ before 13 a double free
// that nothing can refuse; Spawn(lambda) keeps the closure.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "runtime/workflow/fiber.h"
#include "runtime/workflow/result.h"

namespace groundhog::workflow {

template <class T>
class Coro;

namespace internal {

// The base of everything that a Coro may await. A derived class has `MakeAwaiter()`; an awaiter
// has, beside the usual three, `Take()`: the outcome as a Result, for Try.
struct Awaitable {};

template <class A>
inline constexpr bool kIsAwaitable =
    std::is_base_of_v<Awaitable, std::remove_cv_t<std::remove_reference_t<A>>>;

// In execution.cc: the run learns that a fiber's outermost coroutine ended; a child is to run next.
void RootEnded(Fiber& fiber, std::exception_ptr error) noexcept;
void RunNext(Fiber& fiber, std::coroutine_handle<> handle) noexcept;

class PromiseBase {
 public:
  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      PromiseBase& promise = ended.promise();
      if (promise.continuation_) {
        promise.caller_->callee_ = nullptr;
        RunNext(*promise.fiber_, promise.continuation_);
      } else {
        RootEnded(*promise.fiber_, promise.error_);
      }
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  // The place in the author's code is for stack traces. (No std::source_location:
  // clang 14 has none.)
  template <class A>
  decltype(auto) await_transform(A&& awaited, const char* file = __builtin_FILE(),
                                 int line = __builtin_LINE()) {
    static_assert(kIsAwaitable<A>,
                  "a workflow awaits only what the workflow API gives it (ExecuteActivity, Sleep, "
                  "StartTimer, WaitCondition, a workflow::Coro, Try, Shielded, Spawn, WaitAny, "
                  "WaitAll): only then can it be replayed");
    file_ = file;
    line_ = line;
    return std::forward<A>(awaited).MakeAwaiter();
  }

  Fiber& fiber() { return *fiber_; }
  // It is the fiber's outermost coroutine.
  void set_fiber(Fiber& fiber) {
    fiber_ = &fiber;
    fiber.set_outermost(*this);
  }
  // It is awaited by another one.
  void EnterFrom(PromiseBase& caller, std::coroutine_handle<> continuation) {
    fiber_ = caller.fiber_;
    continuation_ = continuation;
    caller_ = &caller;
    caller.callee_ = this;
  }
  // What it awaits, if that is a coroutine that has not ended; else null.
  const PromiseBase* callee() const { return callee_; }
  // Where it awaited last.
  const char* file() const { return file_; }
  int line() const { return line_; }
  const std::exception_ptr& error() const { return error_; }

 private:
  Fiber* fiber_ = nullptr;
  std::coroutine_handle<> continuation_;
  std::exception_ptr error_;
  PromiseBase* caller_ = nullptr;
  const PromiseBase* callee_ = nullptr;
  const char* file_ = "";
  int line_ = 0;
};

template <class T>
class Promise : public PromiseBase {
 public:
  Coro<T> get_return_object();
  template <class U = T>  // the default lets `co_return {…}` through
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  // REQUIRES: the coroutine ended without an error.
  T TakeValue() { return std::move(*value_); }

 private:
  std::optional<T> value_;
};

template <>
class Promise<void> : public PromiseBase {
 public:
  Coro<void> get_return_object();
  void return_void() noexcept {}
  void TakeValue() noexcept {}
};

// A FailureError becomes its failure; anything else is thrown on, because it is a bug and no
// outcome.
FailurePtr FailureOf(const std::exception_ptr& error);

template <class T>
class CoroAwaiter {
 public:
  using Handle = std::coroutine_handle<Promise<T>>;
  explicit CoroAwaiter(Handle child) : child_(child) {
    if (!child_) throw std::logic_error("this Coro was awaited before, or moved away");
  }
  CoroAwaiter(const CoroAwaiter&) = delete;
  CoroAwaiter& operator=(const CoroAwaiter&) = delete;
  ~CoroAwaiter() {
    if (child_) child_.destroy();
  }

  bool await_ready() noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> awaiting) noexcept {
    child_.promise().EnterFrom(awaiting.promise(), awaiting);
    RunNext(awaiting.promise().fiber(), child_);
  }
  T await_resume() {
    if (child_.promise().error()) std::rethrow_exception(child_.promise().error());
    return child_.promise().TakeValue();
  }
  Result<T> Take() {
    if (child_.promise().error()) return Result<T>::Failed(FailureOf(child_.promise().error()));
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return child_.promise().TakeValue();
    }
  }

 private:
  Handle child_;
};

}  // namespace internal

template <class T>
class [[nodiscard]] Coro : public internal::Awaitable {
 public:
  using Value = T;
  using promise_type = internal::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Coro() = default;
  explicit Coro(Handle handle) : handle_(handle) {}
  Coro(Coro&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Coro& operator=(Coro&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Coro() {
    if (handle_) handle_.destroy();
  }

  explicit operator bool() const { return static_cast<bool>(handle_); }

  // For the awaiting coroutine, and for the run that starts it: the frame belongs to the caller
  // from now on.
  internal::CoroAwaiter<T> MakeAwaiter() { return internal::CoroAwaiter<T>(Release()); }
  Handle Release() { return std::exchange(handle_, {}); }

 private:
  Handle handle_;
};

namespace internal {

template <class T>
Coro<T> Promise<T>::get_return_object() {
  return Coro<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Coro<void> Promise<void>::get_return_object() {
  return Coro<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

template <class T>
inline constexpr bool kIsCoro = false;
template <class T>
inline constexpr bool kIsCoro<Coro<T>> = true;

}  // namespace internal
}  // namespace groundhog::workflow
