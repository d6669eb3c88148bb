#include "runtime/workflow/as_completed.h"

namespace groundhog::workflow::internal {

CompletionOrder::CompletionOrder(const std::vector<Ref<Completion>>& completions) {
  for (const Ref<Completion>& completion : completions) watchers_.emplace_back(*this, completion);
}

CompletionOrder::Watcher::Watcher(CompletionOrder& order, Ref<Completion> watched)
    : order_(order), watched_(std::move(watched)), place_(order.watchers_.size()) {
  if (watched_->done()) {
    order_.done_.push_back(place_);
  } else {
    ListenTo(*watched_);
  }
}

Coro<std::size_t> CompletionOrder::Next() {
  if (!HasNext()) throw std::logic_error("AsCompleted: each handle was given already");
  while (given_ == done_.size()) {
    std::vector<Ref<Completion>> open;
    for (const Watcher& watcher : watchers_) {
      if (!watcher.watched()->done()) open.push_back(watcher.watched());
    }
    Any any(std::move(open));
    co_await any;
  }
  co_return done_[given_++];
}

}  // namespace groundhog::workflow::internal
