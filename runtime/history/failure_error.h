// The exceptions by which failures travel through author's code, in workflows and in activities.
//
// FailureError carries a Failure; ApplicationError is the author's own kind; CanceledError says
// that somebody cancelled what was waited for.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/failure.h"

namespace groundhog::history {

class FailureError : public std::exception {
 public:
  explicit FailureError(FailurePtr failure) : failure_(std::move(failure)) {}

  const FailurePtr& failure() const { return failure_; }
  // The whole chain in one line.
  const char* what() const noexcept override;

 private:
  FailurePtr failure_;
  mutable std::string text_;  // made when somebody reads it
};

// What was awaited will not happen, because somebody cancelled it.
class CanceledError : public FailureError {
 public:
  explicit CanceledError(FailurePtr failure) : FailureError(std::move(failure)) {}
  explicit CanceledError(std::string_view message = "Cancelled");
};

// The author's own error. `type` is what retry policies and callers look at.
class ApplicationError : public FailureError {
 public:
  explicit ApplicationError(FailurePtr failure) : FailureError(std::move(failure)) {}
  ApplicationError(std::string_view type, std::string_view message, bool non_retryable = false,
                   Payloads details = {});
  std::string_view type() const;
  std::string_view message() const { return failure()->message; }
  bool non_retryable() const;
};

}  // namespace groundhog::history
