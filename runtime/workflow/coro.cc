#include "runtime/workflow/coro.h"

#include "runtime/workflow/errors.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

void RootEnded(Fiber& fiber, std::exception_ptr error) noexcept {
  fiber.execution().OnRootEnded(fiber, std::move(error));
}

void RunNext(Fiber& fiber, std::coroutine_handle<> handle) noexcept {
  fiber.execution().loop().RunNext(handle, fiber);
}

FailurePtr FailureOf(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const FailureError& failure) {
    return failure.failure();
  }
}

}  // namespace groundhog::workflow::internal
