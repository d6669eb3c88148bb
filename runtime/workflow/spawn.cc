#include "runtime/workflow/spawn.h"

#include <stdexcept>

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

Ref<Fiber> SpawnFiber(Coro<void> coro, std::shared_ptr<void> kept, Scope* scope) {
  if (!coro)
    throw std::logic_error("Spawn was given a Coro that was awaited before, or moved away");
  Execution& execution = Execution::Current("Spawn");
  execution.RequireWritable("Spawn");
  Ref<Fiber> fiber = execution.NewFiber(FiberKind::kSpawned);
  const Coro<void>::Handle root = coro.Release();
  root.promise().set_fiber(*fiber);
  fiber->set_root(root);
  fiber->Keep(std::move(kept));
  fiber->set_update(execution.current_update());
  fiber->set_signal(execution.current_signal());
  if (execution.destroying()) return fiber;
  fiber->BeginIn(scope != nullptr ? scope : execution.scope());
  execution.loop().Enqueue(root, *fiber);
  return fiber;
}

}  // namespace groundhog::workflow::internal
