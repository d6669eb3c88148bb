// Mutex and Semaphore: for fibers of one workflow that must not be at the same place at once, as
// Temporal's Go SDK has them.
//
//     Mutex mutex_;
//     co_await mutex_.Lock();
//     const MutexGuard guard(mutex_);       // unlocks at the end of the block
//     …
//     co_await slots_.Acquire(2);  …  slots_.Release(2);
//
// First come, first served: a large request at the head of the line holds smaller ones back.
// Nothing of it is in history. A cancel of a fiber that waits in line takes it out, and throws
// CanceledError. They live at least as long as who waits: as members of the workflow, say.
#pragma once

#include <cstdint>
#include <deque>

#include "runtime/workflow/handle.h"

namespace groundhog::workflow {

class Semaphore;

namespace internal {

// A place in the line.
class Turn final : public Completion {
 public:
  Turn(Semaphore& semaphore, std::int64_t permits) : semaphore_(&semaphore), permits_(permits) {}
  std::int64_t permits() const { return permits_; }
  bool canceled() const { return canceled_; }
  void Grant() { MarkDone(); }
  void RequestCancel() override;

 private:
  Semaphore* semaphore_;
  std::int64_t permits_;
  bool canceled_ = false;
};

class TurnWait final : public HandleWait<Turn> {
 public:
  using HandleWait::HandleWait;
  void await_resume() const { Take().value(); }
  Result<void> Take() const {
    if (!machine().canceled()) return {};
    return Result<void>::Failed(CanceledError("Semaphore wait cancelled").failure());
  }
};

class [[nodiscard]] TurnHandle : public Awaitable {
 public:
  using Value = void;
  explicit TurnHandle(Ref<Turn> turn) : turn_(std::move(turn)) {}
  TurnWait MakeAwaiter() const { return TurnWait(turn_); }

 private:
  Ref<Turn> turn_;
};

}  // namespace internal

class Semaphore {
 public:
  explicit Semaphore(std::int64_t permits) : free_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // To be awaited at once: the place in the line is taken by the call.
  internal::TurnHandle Acquire(std::int64_t permits = 1);
  // Whether there were as many free, with nobody in line.
  bool TryAcquire(std::int64_t permits = 1);
  void Release(std::int64_t permits = 1);

 private:
  friend class internal::Turn;
  void Leave(internal::Turn& turn);
  void Grant();

  std::int64_t free_;
  std::deque<internal::Ref<internal::Turn>> line_;
};

class Mutex {
 public:
  internal::TurnHandle Lock() { return semaphore_.Acquire(); }
  bool TryLock() { return semaphore_.TryAcquire(); }
  // REQUIRES: it is locked.
  void Unlock() { semaphore_.Release(); }
  bool IsLocked() {
    if (!semaphore_.TryAcquire()) return true;
    semaphore_.Release();
    return false;
  }

 private:
  Semaphore semaphore_{1};
};

// Unlocks what is locked already.
class [[nodiscard]] MutexGuard {
 public:
  explicit MutexGuard(Mutex& mutex) : mutex_(mutex) {}
  MutexGuard(const MutexGuard&) = delete;
  MutexGuard& operator=(const MutexGuard&) = delete;
  ~MutexGuard() { mutex_.Unlock(); }

 private:
  Mutex& mutex_;
};

}  // namespace groundhog::workflow
