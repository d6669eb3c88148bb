// Fiber: one line of execution inside a run: the workflow's Run, a handler of a signal or an
// update, or what Spawn started. And Wait, the place where a fiber is suspended.
//
// A cancel is given to a fiber once, at the await where it stands: each kind of await decides what
// that means. A fiber that waits for nothing at that moment gets it at its next await. One that has
// entered scopes passes it on to the outermost of them (cancellation_scope.h); if that is detached,
// the cancel waits until the fiber has left it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <utility>

#include "runtime/history/run_attributes.h"
#include "runtime/workflow/completion.h"
#include "runtime/workflow/scope.h"

namespace groundhog::workflow::internal {

class Execution;
class Fiber;
class PromiseBase;
class UpdateMachine;

using SignalJob = history::Shared<history::WorkflowExecutionSignaled>;

// An await that suspends. Lives in the frame of the coroutine that awaits.
class Wait : public Listener {
 public:
  // The fiber is cancelled while it waits here.
  virtual void Interrupt() = 0;

 protected:
  Wait() = default;
  // To be called when the wait is in place. May interrupt at once.
  void Begin(std::coroutine_handle<> handle, Fiber& fiber);
  // Makes the coroutine ready to run. REQUIRES: Begin was called, Wake was not.
  void Wake();
  bool waiting() const { return fiber_ != nullptr; }
  void OnDone() override { Wake(); }

 private:
  std::coroutine_handle<> handle_;
  Fiber* fiber_ = nullptr;
};

enum class FiberKind : std::uint8_t { kMain, kSignalHandler, kUpdateHandler, kSpawned };

class Fiber final : public Completion {
 public:
  Fiber(Execution& execution, FiberKind kind) : execution_(&execution), kind_(kind) {}
  ~Fiber() override { DestroyFrames(); }

  Execution& execution() { return *execution_; }
  FiberKind kind() const { return kind_; }

  // The outermost coroutine, which the fiber owns from now on, and what must live as long as it (a
  // callable, for one).
  void set_root(std::coroutine_handle<> root) { root_ = root; }
  void Keep(std::shared_ptr<void> kept) { kept_ = std::move(kept); }
  void DestroyFrames();
  void set_outermost(const PromiseBase& promise) { outermost_ = &promise; }
  // Of its coroutines; as long as it has not ended.
  const PromiseBase* outermost() const { return outermost_; }

  // The root has ended, with this exception or none.
  void End(std::exception_ptr error) {
    error_ = std::move(error);
    ended_ = true;
  }
  bool ended() const { return ended_; }
  const std::exception_ptr& error() const { return error_; }
  // Tells who waits for it.
  void Resolve() { MarkDone(); }

  // The update that it handles, or that started it; null if none.
  UpdateMachine* update() const { return update_; }
  void set_update(UpdateMachine* update) { update_ = update; }

  // The same for a signal that has a header; null: none.
  const SignalJob& signal() const { return signal_; }
  void set_signal(SignalJob signal) { signal_ = std::move(signal); }

  // Delivers a cancel (see above).
  void RequestCancel() override;
  bool cancel_pending() const { return cancel_pending_; }

  // Where it stands; null: in none.
  Scope* scope() const { return scope_.get(); }
  // For a fiber that is new: it never leaves this scope.
  void BeginIn(Scope* scope);
  // Where it stood before, which is to be given to LeaveScope.
  [[nodiscard]] Ref<Scope> EnterScope(const Ref<Scope>& scope);
  void LeaveScope(Ref<Scope> before);
  // Its scope was cancelled.
  void InterruptWait() {
    if (wait_ != nullptr) wait_->Interrupt();
  }

  // Where the execution keeps it.
  std::size_t place() const { return place_; }
  void set_place(std::size_t where) { place_ = where; }
  void Detach() { execution_ = nullptr; }

 private:
  friend class Wait;
  void OnWaitBegins();
  void DeliverPendingCancel();
  void StandIn(Ref<Scope> scope);

  Execution* execution_;  // null when the run is gone
  std::coroutine_handle<> root_;
  const PromiseBase* outermost_ = nullptr;
  std::shared_ptr<void> kept_;
  Wait* wait_ = nullptr;
  UpdateMachine* update_ = nullptr;
  SignalJob signal_;
  std::exception_ptr error_;
  std::size_t place_ = 0;
  Ref<Scope> scope_;
  Ref<Scope> outermost_scope_;  // of those that it entered; null: none
  std::uint32_t entered_ = 0;
  FiberKind kind_;
  bool cancel_pending_ = false;
  bool ended_ = false;
};

}  // namespace groundhog::workflow::internal
