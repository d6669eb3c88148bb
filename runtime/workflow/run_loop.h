// RunLoop: the only place that resumes a run's coroutines. First in, first out; a call of a
// sub-coroutine and its return go straight on, so that between two suspensions a fiber is not
// interrupted by others. No symmetric transfer: stacks stay flat at any optimisation level.
#pragma once

#include <coroutine>
#include <cstddef>
#include <utility>
#include <vector>

namespace groundhog::workflow::internal {

class Fiber;

// Something else to be done in turn.
class Delivery {
 public:
  virtual void Deliver() = 0;

 protected:
  ~Delivery() = default;
};

class RunLoop {
 public:
  // A coroutine of a fiber, or a delivery.
  struct Step {
    std::coroutine_handle<> handle;
    Fiber* fiber = nullptr;
    Delivery* delivery = nullptr;
  };

  void Enqueue(std::coroutine_handle<> handle, Fiber& fiber) {
    queue_.push_back({handle, &fiber, nullptr});
  }
  void Enqueue(Delivery& delivery) { queue_.push_back({{}, nullptr, &delivery}); }
  // Before anything that is queued.
  void RunNext(std::coroutine_handle<> handle, Fiber& fiber) { next_ = {handle, &fiber, nullptr}; }

  bool empty() const { return !next_.handle && front_ == queue_.size(); }

  // REQUIRES: !empty()
  Step Take() {
    if (next_.handle) return std::exchange(next_, {});
    const Step step = queue_[front_++];
    if (front_ == queue_.size()) {
      queue_.clear();
      front_ = 0;
    }
    return step;
  }

 private:
  Step next_;
  std::vector<Step> queue_;
  std::size_t front_ = 0;
};

}  // namespace groundhog::workflow::internal
