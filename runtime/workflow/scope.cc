#include "runtime/workflow/scope.h"

#include <algorithm>
#include <utility>

#include "runtime/workflow/fiber.h"

namespace groundhog::workflow::internal {

Scope::Scope(Ref<Scope> parent) : parent_(std::move(parent)) {
  if (!parent_) return;
  parent_->children_.push_back(this);
  canceled_ = parent_->canceled_;
}

Ref<Scope> Scope::Detached() {
  Ref<Scope> scope(new Scope(Ref<Scope>()));
  scope->detached_ = true;
  return scope;
}

Scope::~Scope() {
  if (parent_) std::erase(parent_->children_, this);
}

// None of these runs the author's code: it is only made ready to run.
void Scope::Cancel() {
  if (std::exchange(canceled_, true)) return;
  for (std::size_t i = 0; i < fibers_.size(); ++i) fibers_[i]->InterruptWait();
  for (std::size_t i = 0; i < operations_.size(); ++i) operations_[i]->RequestCancel();
  operations_.clear();
  for (std::size_t i = 0; i < children_.size(); ++i) children_[i]->Cancel();
}

void Scope::Add(Completion& operation) {
  if (canceled_) return;
  if (operations_.size() >= forget_at_) ForgetWhatIsDone();
  operations_.emplace_back(&operation);
}

// It is one of the last that were added.
void Scope::Remove(const Completion& operation) {
  const auto place =
      std::find_if(operations_.rbegin(), operations_.rend(),
                   [&operation](const auto& added) { return added.get() == &operation; });
  if (place != operations_.rend()) operations_.erase(std::next(place).base());
}

void Scope::Leave(Fiber& fiber) {
  const auto place = std::find(fibers_.begin(), fibers_.end(), &fiber);
  if (place != fibers_.end()) fibers_.erase(place);
}

void Scope::ForgetWhatIsDone() {
  std::erase_if(operations_, [](const Ref<Completion>& operation) { return operation->done(); });
  forget_at_ = std::max<std::size_t>(16, 2 * operations_.size());
}

}  // namespace groundhog::workflow::internal
