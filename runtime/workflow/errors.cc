#include "runtime/workflow/errors.h"

namespace groundhog::workflow {
namespace {

using history::ActivityFailureInfo;
using history::ApplicationFailureInfo;
using history::CanceledFailureInfo;

const ActivityFailureInfo& ActivityInfo(const FailurePtr& failure) {
  static const ActivityFailureInfo kNone;
  const auto* info = history::InfoAs<ActivityFailureInfo>(failure);
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

void ThrowFailure(const FailurePtr& failure) {
  if (!failure) throw std::logic_error("ThrowFailure: there is no failure to throw");
  if (history::InfoAs<ActivityFailureInfo>(failure) != nullptr) throw ActivityError(failure);
  if (history::InfoAs<CanceledFailureInfo>(failure) != nullptr) throw CanceledError(failure);
  if (history::InfoAs<ApplicationFailureInfo>(failure) != nullptr) throw ApplicationError(failure);
  throw FailureError(failure);
}

}  // namespace groundhog::workflow
