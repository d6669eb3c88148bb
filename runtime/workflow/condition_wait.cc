#include "runtime/workflow/condition_wait.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

ConditionWait::~ConditionWait() {
  if (execution_ != nullptr) execution_->RemoveCondition(*this);
}

void ConditionWait::BeginCondition(std::coroutine_handle<> handle, Fiber& fiber) {
  execution_ = &fiber.execution();
  execution_->AddCondition(*this);
  if (limit_ && !limit_->done()) ListenTo(*limit_);
  Begin(handle, fiber);
  if (limit_ && limit_->done() && waiting()) OnDone();  // before it was awaited
}

bool ConditionWait::Check() noexcept {
  try {
    if (!Holds()) return false;
  } catch (...) {
    error_ = std::current_exception();
  }
  outcome_ = Outcome::kHolds;
  execution_ = nullptr;
  Unlink();
  Wake();
  return true;
}

void ConditionWait::Interrupt() {
  outcome_ = Outcome::kInterrupted;
  execution_->RemoveCondition(*this);
  Unlink();
  Wake();
}

void ConditionWait::OnDone() {
  outcome_ = limit_->canceled() ? Outcome::kInterrupted : Outcome::kTimedOut;
  execution_->RemoveCondition(*this);
  Wake();
}

void ConditionWait::EndCondition() {
  if (limit_) limit_->RequestCancel();  // nothing if it has fired
  if (error_) std::rethrow_exception(error_);
}

}  // namespace groundhog::workflow::internal
