// ConditionWait: the wait of WaitCondition (condition.h), whatever its predicate. While it waits,
// it is in the list of its Execution, which checks it whenever the code has come to rest.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <utility>

#include "runtime/workflow/fiber.h"
#include "runtime/workflow/timer_machine.h"

namespace groundhog::workflow::internal {

class ConditionWait : public Wait {
 public:
  ~ConditionWait() override;
  // Tells whether the condition holds; what the predicate throws is kept for the waiter and counts
  // as holding.
  bool Check() noexcept;
  void Interrupt() override;

 protected:
  explicit ConditionWait(Ref<TimerMachine> limit) : limit_(std::move(limit)) {}
  void BeginCondition(std::coroutine_handle<> handle, Fiber& fiber);
  // To be called when the wait is over: takes back the timer, and throws on what the predicate
  // threw.
  void EndCondition();
  virtual bool Holds() = 0;
  void OnDone() override;  // the time limit
  enum class Outcome : std::uint8_t { kWaiting, kHolds, kTimedOut, kInterrupted };
  Outcome outcome() const { return outcome_; }

 private:
  friend class Execution;
  Execution* execution_ = nullptr;  // null: not in its list
  Ref<TimerMachine> limit_;         // null: no time limit
  std::exception_ptr error_;
  Outcome outcome_ = Outcome::kWaiting;
};

}  // namespace groundhog::workflow::internal
