// Coro<T>: a coroutine of a simulated process: lazy, move-only, awaited once.
//
//     Coro<int> Answer(Process& process) { co_await process.Sleep(1s); co_return 42; }
//
// Nothing runs before it is awaited or spawned on a process. Only the kernel's run loop resumes: a
// coroutine that ends hands its awaiter to the loop's queue instead of jumping to it, so stacks
// stay flat and everything between two awaits is one step. Destroying a suspended Coro destroys its
// frame and, through the awaits in it, takes back alarms and pending replies.
// Exceptions travel to the awaiter.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"

namespace groundhog::sim {

// Runs handles in the order in which they were given, in the present kernel step.
class ResumeQueue {
 public:
  virtual void ResumeSoon(std::coroutine_handle<> handle) = 0;

 protected:
  ~ResumeQueue() = default;
};

template <class T>
class Coro;

namespace internal {

class CoroPromiseBase {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      CoroPromiseBase& promise = ended.promise();
      if (promise.continuation_) promise.queue_->ResumeSoon(promise.continuation_);
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }
#ifdef __cpp_sized_deallocation  // which clang++ does not have unless asked to
  // With the size, which g++ would not pass on otherwise: the heap need not look for it.
  static void* operator new(std::size_t size) { return ::operator new(size); }
  static void operator delete(void* frame, std::size_t size) { ::operator delete(frame, size); }
#endif
  void set_queue(ResumeQueue& queue) { queue_ = &queue; }
  ResumeQueue* queue() const { return queue_; }
  void set_continuation(std::coroutine_handle<> continuation) { continuation_ = continuation; }

 private:
  ResumeQueue* queue_ = nullptr;
  std::coroutine_handle<> continuation_;
};

template <class T>
class CoroPromise : public CoroPromiseBase {
 public:
  Coro<T> get_return_object();
  template <class U>
  void return_value(U&& value) {
    result_.template emplace<1>(std::forward<U>(value));
  }
  void unhandled_exception() { result_.template emplace<2>(std::current_exception()); }
  T Take() {
    if (result_.index() == 2) std::rethrow_exception(std::get<2>(result_));
    return std::move(std::get<1>(result_));
  }

 private:
  std::variant<std::monostate, T, std::exception_ptr> result_;
};

template <>
class CoroPromise<void> : public CoroPromiseBase {
 public:
  Coro<void> get_return_object();
  void return_void() {}
  void unhandled_exception() { error_ = std::current_exception(); }
  void Take() {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::exception_ptr error_;
};

}  // namespace internal

template <class T>
class [[nodiscard]] Coro {
 public:
  using promise_type = internal::CoroPromise<T>;

  Coro() = default;
  Coro(Coro&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Coro& operator=(Coro&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Coro() {
    if (handle_) handle_.destroy();
  }

  bool done() const { return handle_ && handle_.done(); }
  // Puts a first resumption into the queue; the coroutine and all that
  // it awaits are resumed by that queue only.
  void Start(ResumeQueue& queue) {
    handle_.promise().set_queue(queue);
    queue.ResumeSoon(handle_);
  }
  // The result, or throws what the coroutine threw. REQUIRES: done().
  T Take() { return handle_.promise().Take(); }

  class Awaiter {
   public:
    explicit Awaiter(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> awaiting) {
      ResumeQueue* queue = awaiting.promise().queue();
      handle_.promise().set_queue(*queue);
      handle_.promise().set_continuation(awaiting);
      queue->ResumeSoon(handle_);
    }
    T await_resume() { return handle_.promise().Take(); }

   private:
    std::coroutine_handle<promise_type> handle_;
  };
  Awaiter operator co_await() const& { return Awaiter(handle_); }
  Awaiter operator co_await() const&& { return Awaiter(handle_); }

 private:
  friend promise_type;
  explicit Coro(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

namespace internal {

template <class T>
Coro<T> CoroPromise<T>::get_return_object() {
  return Coro<T>(std::coroutine_handle<CoroPromise<T>>::from_promise(*this));
}
inline Coro<void> CoroPromise<void>::get_return_object() {
  return Coro<void>(std::coroutine_handle<CoroPromise<void>>::from_promise(*this));
}

}  // namespace internal
}  // namespace groundhog::sim
