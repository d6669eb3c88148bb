#include "runtime/workflow/activity.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

Ref<ActivityMachine> StartActivity(std::string_view type, const ActivityOptions& options) {
  return Execution::Current("ExecuteActivity").StartActivity(type, options);
}

}  // namespace groundhog::workflow::internal
