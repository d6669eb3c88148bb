// Result<T>: a value, or the Failure that came instead.
//
// What `co_await Try(…)` gives. C++ has no co_await inside a catch block, so code that compensates
// looks at a Result:
//
//     const Result<std::string> deposit = co_await Try(ExecuteActivity(kDeposit, details,
//     options)); if (!deposit.ok()) { co_await ExecuteActivity(kRefund, details, options);
//     Fail(deposit.failure()); }
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "runtime/history/failure_text.h"
#include "runtime/workflow/errors.h"

namespace groundhog::workflow {

namespace internal {

// What Result<T> and Result<void> have in common: looking at the failure.
class ResultBase {
 public:
  bool ok() const { return !failure_; }
  explicit operator bool() const { return ok(); }

  // Null if ok().
  const FailurePtr& failure() const { return failure_; }
  // The type of the application error at the bottom: "InvalidAccountError". Empty if there is none.
  std::string_view type() const { return history::ApplicationTypeOf(failure_); }
  // The message at the bottom.
  std::string_view message() const {
    const history::Failure* root = history::RootCause(failure_);
    return root == nullptr ? std::string_view() : std::string_view(root->message);
  }
  // Whether it did not happen because it was cancelled.
  bool canceled() const { return history::HasCanceledFailure(failure_); }

 protected:
  ResultBase() = default;
  explicit ResultBase(FailurePtr failure) : failure_(std::move(failure)) {
    if (!failure_) throw std::logic_error("a Result was made of a failure that is null");
  }
  void RequireOk() const {
    if (!ok()) {
      throw std::logic_error("the value of a Result was read, but it holds a failure: " +
                             history::Describe(failure_) + " (ask ok() first)");
    }
  }

 private:
  FailurePtr failure_;
};

}  // namespace internal

template <class T>
class [[nodiscard]] Result : public internal::ResultBase {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a value is a result
  Result(T value) : value_(std::in_place_index<1>, std::move(value)) {}
  static Result Failed(FailurePtr failure) { return Result(std::move(failure), 0); }

  // REQUIRES: ok(), else std::logic_error.
  const T& operator*() const& {
    RequireOk();
    return *std::get_if<1>(&value_);
  }
  T&& operator*() && {
    RequireOk();
    return std::move(*std::get_if<1>(&value_));
  }
  const T* operator->() const { return &**this; }

  // The value, or the failure as an exception.
  const T& value() const& {
    if (!ok()) ThrowFailure(failure());
    return **this;
  }
  T value() && {
    if (!ok()) ThrowFailure(failure());
    return *std::move(*this);
  }
  T value_or(T otherwise) const { return ok() ? **this : std::move(otherwise); }

 private:
  Result(FailurePtr failure, int) : ResultBase(std::move(failure)) {}
  std::variant<std::monostate, T> value_;
};

template <>
class [[nodiscard]] Result<void> : public internal::ResultBase {
 public:
  Result() = default;
  static Result Failed(FailurePtr failure) { return Result(std::move(failure)); }
  void value() const {
    if (!ok()) ThrowFailure(failure());
  }

 private:
  explicit Result(FailurePtr failure) : ResultBase(std::move(failure)) {}
};

}  // namespace groundhog::workflow
