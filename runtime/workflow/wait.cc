#include "runtime/workflow/wait.h"

namespace groundhog::workflow::internal {

std::size_t AnyAwaiter::FirstDone() const {
  std::size_t place = 0;
  while (place < completions_.size() && !completions_[place]->done()) ++place;
  return place;
}

void AnyAwaiter::Watch() {
  if (completions_.empty()) throw std::invalid_argument("WaitAny needs at least one handle");
  for (const Ref<Completion>& completion : completions_) watchers_.emplace_back(*this, *completion);
}

void AnyAwaiter::OneIsDone() {
  for (Watcher& watcher : watchers_) watcher.Unlink();
  Wake();
}

void AnyAwaiter::Interrupt() {
  interrupted_ = true;
  OneIsDone();
}

Result<std::size_t> AnyAwaiter::Take() {
  if (interrupted_)
    return Result<std::size_t>::Failed(CanceledError("WaitAny cancelled").failure());
  return FirstDone();
}

Completion* AllWait::NextOpen() {
  while (next_ < completions_.size() && completions_[next_]->done()) ++next_;
  return next_ == completions_.size() ? nullptr : completions_[next_].get();
}

void AllWait::OnDone() {
  if (Completion* const next = NextOpen(); next != nullptr) {
    ListenTo(*next);
  } else {
    Wake();
  }
}

void AllWait::Interrupt() {
  // Cancelling one may wake this wait, so the list is gone through by what is known now.
  const std::vector<Ref<Completion>> completions = completions_;
  for (const Ref<Completion>& completion : completions) completion->RequestCancel();
}

}  // namespace groundhog::workflow::internal
