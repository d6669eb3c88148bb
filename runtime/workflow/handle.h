// Handle: what the code holds of something that it started: an activity, a timer, a fiber. Cheap to
// copy; awaitable, more than once.
#pragma once

#include <coroutine>
#include <utility>

#include "runtime/workflow/completion.h"
#include "runtime/workflow/coro.h"

namespace groundhog::workflow {
namespace internal {

template <class Machine>
class Handle : public Awaitable {
 public:
  // Whether its outcome is known to the code.
  bool done() const { return machine_->done(); }
  // Asks for it to be given up. Without effect when it is done.
  void Cancel() { machine_->RequestCancel(); }

  const Ref<Machine>& machine() const { return machine_; }
  // What was started with it (cancellation_scope.h).
  Completion* operation() const { return machine_.get(); }

 protected:
  explicit Handle(Ref<Machine> machine) : machine_(std::move(machine)) {}

 private:
  Ref<Machine> machine_;
};

// Waits for a completion. A cancel of the waiting fiber is passed on to what it waits for.
template <class Machine>
class HandleWait : public Wait {
 public:
  explicit HandleWait(Ref<Machine> machine) : machine_(std::move(machine)) {}

  bool await_ready() const { return machine_->done(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    ListenTo(*machine_);
    Begin(handle, handle.promise().fiber());
  }
  void Interrupt() override { machine_->RequestCancel(); }

 protected:
  Machine& machine() const { return *machine_; }

 private:
  Ref<Machine> machine_;
};

}  // namespace internal
}  // namespace groundhog::workflow
