// The exceptions by which failures travel through workflow code, as Temporal's SDKs name them.
//
//     try {
//       co_await ExecuteActivity(kWithdraw, details, options);
//     } catch (const ActivityError& error) {
//       reason = error.failure();  // C++ forbids co_await in here: compensate with Try (try.h)
//     }
//
// A FailureError that leaves Run ends the workflow: as Failed, or as Canceled if a cancel was
// requested and the failure's chain holds a cancellation. Any other exception that leaves Run is a
// bug: it fails the Workflow Task, and the workflow waits for better code.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include "runtime/history/converter.h"
#include "runtime/history/failure.h"
#include "runtime/history/failure_error.h"

namespace groundhog::workflow {

using history::FailurePtr;

using history::ApplicationError;
using history::CanceledError;
using history::FailureError;

// An activity that was scheduled failed, timed out or was cancelled; the reason is the failure's
// cause.
class ActivityError : public FailureError {
 public:
  using FailureError::FailureError;
  const FailurePtr& cause() const { return failure()->cause; }
  std::string_view activity_type() const;
  std::string_view activity_id() const;
  history::RetryState retry_state() const;
};

// A child workflow failed, timed out, was cancelled or terminated;
// the reason is the failure's cause.
class ChildWorkflowError : public FailureError {
 public:
  using FailureError::FailureError;
  const FailurePtr& cause() const { return failure()->cause; }
  std::string_view workflow_type() const;
  std::string_view workflow_id() const;
  std::string_view run_id() const;
  history::RetryState retry_state() const;
};

// A child workflow was not started: there is a workflow with its id, and the reuse policy does not
// allow another.
class WorkflowAlreadyStartedError : public ApplicationError {
 public:
  static constexpr std::string_view kType = "WorkflowAlreadyStartedError";
  using ApplicationError::ApplicationError;
  WorkflowAlreadyStartedError() : ApplicationError(kType, "Workflow execution already started") {}
};

// An API call was made by code that no run's loop is executing.
class OutsideWorkflowError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// A query handler tried to change something.
class ReadOnlyError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// History has no answer to what the code asks, or one that the code cannot live with: fails the
// Workflow Task as non-deterministic.
class NondeterminismError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Throws the failure as the exception class that fits it.
[[noreturn]] void ThrowFailure(const FailurePtr& failure);

// Ends the workflow with this failure (from anywhere in its code): co_return's counterpart.
[[noreturn]] inline void Fail(const FailurePtr& failure) { ThrowFailure(failure); }

}  // namespace groundhog::workflow
