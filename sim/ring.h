// Ring<T>: a first-in-first-out queue in one growing block; after warm-up,
// pushing and popping allocate nothing.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace groundhog::sim {

template <class T>
class Ring {
 public:
  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }

  void Push(T value) {
    if (size() == block_.size()) Grow();
    block_[tail_++ & (block_.size() - 1)] = std::move(value);
  }
  // REQUIRES: !empty()
  T& front() { return block_[head_ & (block_.size() - 1)]; }
  T Pop() { return std::move(block_[head_++ & (block_.size() - 1)]); }
  void Clear() { head_ = tail_ = 0; }

 private:
  void Grow() {
    constexpr std::size_t kFirst = 16;
    std::vector<T> larger(block_.empty() ? kFirst : block_.size() * 2);
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) {
      larger[i] = std::move(block_[(head_ + i) & (block_.size() - 1)]);
    }
    block_ = std::move(larger);
    head_ = 0;
    tail_ = count;
  }

  std::vector<T> block_;  // its size is a power of two, or 0
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace groundhog::sim
