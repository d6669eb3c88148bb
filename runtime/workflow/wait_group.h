// WaitGroup: waits for a number of fibers, as Go's.
//
//     WaitGroup group;
//     group.Add(2);  …  group.Done();      // in each fiber
//     co_await group.Wait();
//
// It lives at least as long as who waits. To wait for fibers whose handles are at hand, WaitAll.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "runtime/workflow/condition.h"

namespace groundhog::workflow {

class WaitGroup {
 public:
  WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  void Add(std::int64_t count) {
    if (count_ + count < 0) throw std::logic_error("a WaitGroup has had more Done than Add");
    count_ += count;
  }
  void Done() { Add(-1); }
  [[nodiscard]] auto Wait() {
    return WaitCondition([this] { return count_ == 0; });
  }

 private:
  std::int64_t count_ = 0;
};

}  // namespace groundhog::workflow
