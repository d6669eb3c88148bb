#include "runtime/workflow/fiber.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

void Wait::Begin(std::coroutine_handle<> handle, Fiber& fiber) {
  handle_ = handle;
  fiber_ = &fiber;
  fiber.wait_ = this;
  fiber.DeliverPendingCancel();
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
}

void Fiber::RequestCancel() {
  if (execution_ == nullptr || execution_->destroying() || ended()) return;
  cancel_pending_ = true;
  DeliverPendingCancel();
}

void Fiber::DeliverPendingCancel() {
  if (!cancel_pending_ || shields_ > 0 || wait_ == nullptr) return;
  cancel_pending_ = false;
  wait_->Interrupt();
}

}  // namespace groundhog::workflow::internal
