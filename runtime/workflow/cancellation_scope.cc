#include "runtime/workflow/cancellation_scope.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

Coro<void> CancelLater(Ref<Scope> scope, Ref<TimerMachine> timer) {
  const TimerHandle limit(timer);
  const Result<void> fired = co_await Try(limit);
  if (fired.ok()) scope->Cancel();
}

}  // namespace

Ref<Scope> NewScope(const char* call) {
  return Ref<Scope>(new Scope(Ref<Scope>(Execution::Current(call).scope())));
}

void CancelScope(Scope& scope, const char* call) {
  Execution& execution = Execution::Current(call);
  if (execution.destroying()) return;
  execution.RequireWritable(call);
  scope.Cancel();
}

void MoveOperation(Completion& operation, Scope* scope) {
  const Execution& execution = Execution::Current("CancellationScope");
  if (execution.destroying()) return;
  if (Scope* const before = execution.scope(); before != nullptr) before->Remove(operation);
  if (scope != nullptr) scope->Add(operation);
}

void CancelWhenFired(Ref<Scope> scope, Ref<TimerMachine> timer) {
  SpawnFiber(CancelLater(std::move(scope), std::move(timer)), nullptr);
}

}  // namespace groundhog::workflow::internal
