#include "runtime/workflow/errors.h"

namespace groundhog::workflow {
namespace {

using history::ActivityFailureInfo;
using history::ApplicationFailureInfo;
using history::CanceledFailureInfo;
using history::ChildWorkflowExecutionFailureInfo;

const ActivityFailureInfo& ActivityInfo(const FailurePtr& failure) {
  static const ActivityFailureInfo kNone;
  const auto* info = history::InfoAs<ActivityFailureInfo>(failure);
  return info == nullptr ? kNone : *info;
}

const ChildWorkflowExecutionFailureInfo& ChildInfo(const FailurePtr& failure) {
  static const ChildWorkflowExecutionFailureInfo kNone;
  const auto* info = history::InfoAs<ChildWorkflowExecutionFailureInfo>(failure);
  return info == nullptr ? kNone : *info;
}

}  // namespace

std::string_view ActivityError::activity_type() const {
  return ActivityInfo(failure()).activity_type;
}
std::string_view ActivityError::activity_id() const { return ActivityInfo(failure()).activity_id; }
history::RetryState ActivityError::retry_state() const {
  return ActivityInfo(failure()).retry_state;
}

std::string_view ChildWorkflowError::workflow_type() const {
  return ChildInfo(failure()).workflow_type;
}
std::string_view ChildWorkflowError::workflow_id() const {
  return ChildInfo(failure()).workflow_id;
}
std::string_view ChildWorkflowError::run_id() const { return ChildInfo(failure()).run_id; }
history::RetryState ChildWorkflowError::retry_state() const {
  return ChildInfo(failure()).retry_state;
}

void ThrowFailure(const FailurePtr& failure) {
  if (!failure) throw std::logic_error("ThrowFailure: there is no failure to throw");
  if (history::InfoAs<ActivityFailureInfo>(failure) != nullptr) throw ActivityError(failure);
  if (history::InfoAs<ChildWorkflowExecutionFailureInfo>(failure) != nullptr) {
    throw ChildWorkflowError(failure);
  }
  if (history::InfoAs<CanceledFailureInfo>(failure) != nullptr) throw CanceledError(failure);
  if (const auto* error = history::InfoAs<ApplicationFailureInfo>(failure)) {
    if (error->type == WorkflowAlreadyStartedError::kType) {
      throw WorkflowAlreadyStartedError(failure);
    }
    throw ApplicationError(failure);
  }
  throw FailureError(failure);
}

}  // namespace groundhog::workflow
