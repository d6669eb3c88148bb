// AsCompleted: handles in the order in which they are done.
//
//     AsCompleted<ActivityHandle<int>> quotes(handles);   // copies the handles
//     while (quotes.HasNext()) {
//       const ActivityHandle<int> quote = co_await quotes.Next();
//       const Result<int> price = co_await Try(quote);    // done: does not wait
//     }
//
// Those that were done before come first, by place; then by the order of history. A cancel of the
// fiber that waits for Next throws CanceledError and leaves the handles alone. It lives as long as
// who waits.
#pragma once

#include <cstddef>
#include <deque>
#include <stdexcept>
#include <utility>
#include <vector>

#include "runtime/workflow/coro.h"
#include "runtime/workflow/handle.h"
#include "runtime/workflow/wait.h"

namespace groundhog::workflow {

namespace internal {

// The places of completions in the order in which they were done.
class CompletionOrder {
 public:
  explicit CompletionOrder(const std::vector<Ref<Completion>>& completions);
  CompletionOrder(const CompletionOrder&) = delete;
  CompletionOrder& operator=(const CompletionOrder&) = delete;

  bool HasNext() const { return given_ < watchers_.size(); }
  // REQUIRES: HasNext(), else std::logic_error.
  Coro<std::size_t> Next();

 private:
  class Watcher final : public Listener {
   public:
    Watcher(CompletionOrder& order, Ref<Completion> watched);
    const Ref<Completion>& watched() const { return watched_; }

   private:
    void OnDone() override { order_.done_.push_back(place_); }
    CompletionOrder& order_;
    Ref<Completion> watched_;
    std::size_t place_;
  };

  std::deque<Watcher> watchers_;
  std::vector<std::size_t> done_;
  std::size_t given_ = 0;
};

}  // namespace internal

template <class H>
class AsCompleted {
 public:
  explicit AsCompleted(std::vector<H> handles)
      : handles_(std::move(handles)), order_(internal::CompletionsOf(handles_)) {}

  bool HasNext() const { return order_.HasNext(); }
  Coro<H> Next() {
    const std::size_t place = co_await order_.Next();
    co_return handles_[place];
  }
  // The same, by its place in the list.
  Coro<std::size_t> NextPlace() { return order_.Next(); }

 private:
  std::vector<H> handles_;
  internal::CompletionOrder order_;
};

}  // namespace groundhog::workflow
