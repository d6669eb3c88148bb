#include "runtime/workflow/synchronization.h"

#include <algorithm>
#include <utility>

namespace groundhog::workflow {

internal::TurnHandle Semaphore::Acquire(std::int64_t permits) {
  internal::Ref<internal::Turn> turn(new internal::Turn(*this, permits));
  line_.push_back(turn);
  Grant();
  return internal::TurnHandle(std::move(turn));
}

bool Semaphore::TryAcquire(std::int64_t permits) {
  if (!line_.empty() || free_ < permits) return false;
  free_ -= permits;
  return true;
}

void Semaphore::Release(std::int64_t permits) {
  free_ += permits;
  Grant();
}

void Semaphore::Grant() {
  while (!line_.empty() && line_.front()->permits() <= free_) {
    const internal::Ref<internal::Turn> first = line_.front();
    line_.pop_front();
    free_ -= first->permits();
    first->Grant();
  }
}

void Semaphore::Leave(internal::Turn& turn) {
  std::erase_if(line_, [&turn](const auto& waiting) { return waiting.get() == &turn; });
  Grant();  // it may have held others back
}

void internal::Turn::RequestCancel() {
  if (done()) return;
  canceled_ = true;
  const Ref<Turn> alive(this);
  semaphore_->Leave(*this);
  MarkDone();
}

}  // namespace groundhog::workflow
