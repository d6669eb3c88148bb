// StableVector<T>: grows at its end, and what stands in it never moves. As a std::deque of large
// values, but an element is one look into a table away, and an empty one has no memory.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

namespace groundhog::server {

template <class T>
class StableVector {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    explicit Iterator(const std::unique_ptr<T>* at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const std::unique_ptr<T>* at_;
  };

  bool empty() const { return elements_.empty(); }
  std::size_t size() const { return elements_.size(); }
  T& operator[](std::size_t index) { return *elements_[index]; }
  const T& operator[](std::size_t index) const { return *elements_[index]; }
  Iterator begin() const { return Iterator(elements_.data()); }
  Iterator end() const { return Iterator(elements_.data() + elements_.size()); }

  T& Add() { return *elements_.emplace_back(std::make_unique<T>()); }

 private:
  std::vector<std::unique_ptr<T>> elements_;
};

}  // namespace groundhog::server
