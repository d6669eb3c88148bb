// Spawn: a fiber of its own, beside the one that calls it.
//
//     FiberHandle auditor = Spawn(Audit(details));  // Coro<void> Audit(PaymentDetails)
//     FiberHandle other = Spawn([this]() -> Coro<void> { … });  // the closure lives as long
//     co_await auditor;                                         // throws what the fiber threw
//
// It starts when the caller next suspends. A cancel of the workflow goes to the main fiber only;
// cancelling a fiber that waits for another passes the cancel on. It stands in the scope where it
// was spawned (cancellation_scope.h). A FailureError that nobody awaits
// is lost; any other exception fails the Workflow Task at once.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "runtime/history/temporaries.h"
#include "runtime/workflow/coro.h"
#include "runtime/workflow/handle.h"

namespace groundhog::workflow {

namespace internal {

// In `scope`; null: where the caller stands.
Ref<Fiber> SpawnFiber(Coro<void> coro, std::shared_ptr<void> kept, Scope* scope = nullptr);

class FiberWait final : public HandleWait<Fiber> {
 public:
  using HandleWait::HandleWait;
  void await_resume() const {
    if (machine().error()) std::rethrow_exception(machine().error());
  }
  Result<void> Take() const {
    if (machine().error()) return Result<void>::Failed(FailureOf(machine().error()));
    return {};
  }
};

}  // namespace internal

class FiberHandle : public internal::Handle<internal::Fiber> {
 public:
  using Value = void;
  explicit FiberHandle(internal::Ref<internal::Fiber> fiber) : Handle(std::move(fiber)) {}
  internal::FiberWait MakeAwaiter() const { return internal::FiberWait(machine()); }
};

inline FiberHandle Spawn(Coro<void> coro) {
  return FiberHandle(internal::SpawnFiber(std::move(coro), nullptr));
}

template <class F>
requires std::is_invocable_r_v < Coro<void>, std::decay_t<F>
& > FiberHandle Spawn(F&& function) {
  RefuseUnsafeCallable<F>();
  auto kept = std::make_shared<std::decay_t<F>>(std::forward<F>(function));
  Coro<void> coro = (*kept)();
  return FiberHandle(internal::SpawnFiber(std::move(coro), std::move(kept)));
}

}  // namespace groundhog::workflow
