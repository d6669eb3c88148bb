// Lazy<T>: a value that is made when it is first needed, and copied whole. For state that few runs
// have: a run without it pays one pointer.
#pragma once

#include <memory>
#include <utility>

namespace groundhog::server {

template <class T>
class Lazy {
 public:
  Lazy() = default;
  Lazy(const Lazy& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Lazy(Lazy&&) noexcept = default;
  Lazy& operator=(Lazy other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Lazy() = default;

  // Null if it was never made.
  T* get() { return value_.get(); }
  const T* get() const { return value_.get(); }
  T& Make() {
    if (value_ == nullptr) value_ = std::make_unique<T>();
    return *value_;
  }
  void reset() { value_.reset(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace groundhog::server
