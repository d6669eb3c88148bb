// Semaphore: a count of free places, for the coroutines of one process (a worker's slots).
//
//     co_await slots.Acquire();  …  slots.Release();
//
// First come, first served. A coroutine that is destroyed while it waits leaves the line.
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstdint>
#include <vector>

#include "sim/kernel.h"

namespace groundhog::sim {

class Semaphore {
 public:
  Semaphore(Kernel& kernel, std::uint32_t free) : kernel_(kernel), free_(free) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  class Awaiter {
   public:
    explicit Awaiter(Semaphore& semaphore) : semaphore_(semaphore) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() {
      if (handle_) std::erase(semaphore_.waiting_, this);
    }
    bool await_ready() {
      if (semaphore_.free_ == 0) return false;
      --semaphore_.free_;
      return true;
    }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      semaphore_.waiting_.push_back(this);
    }
    void await_resume() { handle_ = nullptr; }

   private:
    friend class Semaphore;
    Semaphore& semaphore_;
    std::coroutine_handle<> handle_;
  };

  Awaiter Acquire() { return Awaiter(*this); }
  // Takes a place if there is a free one.
  bool TryAcquire() {
    if (free_ == 0) return false;
    --free_;
    return true;
  }
  void Release() {
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    Awaiter* const first = waiting_.front();
    waiting_.erase(waiting_.begin());
    const std::coroutine_handle<> handle = first->handle_;
    first->handle_ = nullptr;
    kernel_.Resume(handle);
  }

 private:
  Kernel& kernel_;
  std::uint32_t free_;
  std::vector<Awaiter*> waiting_;
};

}  // namespace groundhog::sim
