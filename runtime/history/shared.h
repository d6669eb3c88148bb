// Shared<T>: a reference-counted immutable value, as cheap to copy as a pointer.
//
// Histories, payloads and failures are written once and then read from many places: the server's
// store, poll responses, the worker's cache, reports.
// Sharing them means that history is appended, never copied.
//
// The count is not atomic: a simulation lives in one thread, and everything it made is handed over
// to another thread as a whole or not at all. A value that threads share (a scenario's constant)
// must be copied into each simulation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace groundhog::history {

struct SharedBlock {
  std::uint32_t references;
};

template <class T>
class Shared {
 public:
  Shared() = default;
  Shared(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): reads like a pointer
  Shared(const Shared& other) : block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  Shared(Shared&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Shared& operator=(Shared other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Shared() {
    if (block_ != nullptr && --block_->references == 0) delete block_;
  }

  template <class... Args>
  static Shared Make(Args&&... args) {
    Shared made;
    made.block_ = new Block{{1}, T{std::forward<Args>(args)...}};
    return made;
  }

  const T& operator*() const { return block_->value; }
  const T* operator->() const { return &block_->value; }
  const T* get() const { return block_ == nullptr ? nullptr : &block_->value; }
  explicit operator bool() const { return block_ != nullptr; }

  // For holders that remember the type elsewhere. Release gives the reference away;
  // the others take what Release gave.
  SharedBlock* Release() && { return std::exchange(block_, nullptr); }
  static Shared Of(SharedBlock* block) {
    Shared shared;
    shared.block_ = static_cast<Block*>(block);
    if (block != nullptr) ++block->references;
    return shared;
  }
  static const T* ValueOf(const SharedBlock* block) {
    return block == nullptr ? nullptr : &static_cast<const Block*>(block)->value;
  }
  static void Delete(SharedBlock* block) { delete static_cast<Block*>(block); }

  // Equal when the values are equal, or both are absent.
  friend bool operator==(const Shared& a, const Shared& b) {
    if (a.block_ == b.block_) return true;
    return a && b && *a == *b;
  }

 private:
  struct Block : SharedBlock {
    T value;
  };
  Block* block_ = nullptr;
};

template <class T, class... Args>
Shared<T> MakeShared(Args&&... args) {
  return Shared<T>::Make(std::forward<Args>(args)...);
}

}  // namespace groundhog::history
