#include "runtime/workflow/fiber.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

void Wait::Begin(std::coroutine_handle<> handle, Fiber& fiber) {
  handle_ = handle;
  fiber_ = &fiber;
  fiber.wait_ = this;
  fiber.OnWaitBegins();
}

void Wait::Wake() {
  Fiber* const fiber = std::exchange(fiber_, nullptr);
  if (fiber == nullptr) return;
  fiber->wait_ = nullptr;
  fiber->execution().loop().Enqueue(handle_, *fiber);
}

void Fiber::DestroyFrames() {
  if (root_) std::exchange(root_, {}).destroy();
  kept_.reset();
  if (scope_) StandIn({});
}

void Fiber::StandIn(Ref<Scope> scope) {
  if (scope_) scope_->Leave(*this);
  scope_ = std::move(scope);
  if (scope_) scope_->Enter(*this);
}

void Fiber::BeginIn(Scope* scope) {
  if (scope != nullptr) StandIn(Ref<Scope>(scope));
}

Ref<Scope> Fiber::EnterScope(const Ref<Scope>& scope) {
  Ref<Scope> before = scope_;
  if (entered_++ == 0) outermost_scope_ = scope;
  StandIn(scope);
  return before;
}

void Fiber::LeaveScope(Ref<Scope> before) {
  if (--entered_ == 0) outermost_scope_ = {};
  StandIn(std::move(before));
}

void Fiber::OnWaitBegins() {
  if (scope_ && scope_->canceled()) InterruptWait();
  if (cancel_pending_) DeliverPendingCancel();
}

void Fiber::RequestCancel() {
  if (execution_ == nullptr || execution_->destroying() || ended()) return;
  cancel_pending_ = true;
  DeliverPendingCancel();
}

void Fiber::DeliverPendingCancel() {
  if (outermost_scope_) {
    if (outermost_scope_->detached()) return;
    cancel_pending_ = false;
    outermost_scope_->Cancel();
  } else if (wait_ != nullptr) {
    cancel_pending_ = false;
    wait_->Interrupt();
  }
}

}  // namespace groundhog::workflow::internal
