// Scope: the inside of a CancellationScope: what was started in it, who stands in it, and the
// scopes below it.
//
// A cancel reaches, in this order: the waits of the fibers that stand in the scope (in the order in
// which they entered), what was started in it and is not done (in the order of starting), and the
// scopes below (in the order of making). It stays: what is awaited in a cancelled scope later is
// cancelled at once. A detached scope is below none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/workflow/completion.h"

namespace groundhog::workflow::internal {

class Fiber;

class Scope {
 public:
  // Below `parent`; null: below the workflow itself, whose cancel comes by its fibers.
  explicit Scope(Ref<Scope> parent);
  static Ref<Scope> Detached();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

  void AddReference() { ++references_; }
  void DropReference() {
    if (--references_ == 0) delete this;
  }

  bool detached() const { return detached_; }
  bool canceled() const { return canceled_; }
  void Cancel();

  // Something was started in it, or it was not after all.
  void Add(Completion& operation);
  void Remove(const Completion& operation);
  // REQUIRES: a fiber leaves before it is gone.
  void Enter(Fiber& fiber) { fibers_.push_back(&fiber); }
  void Leave(Fiber& fiber);

 private:
  void ForgetWhatIsDone();

  Ref<Scope> parent_;
  std::vector<Scope*> children_;
  std::vector<Fiber*> fibers_;
  std::vector<Ref<Completion>> operations_;
  std::size_t forget_at_ = 16;
  std::uint32_t references_ = 0;
  bool detached_ = false;
  bool canceled_ = false;
};

}  // namespace groundhog::workflow::internal
