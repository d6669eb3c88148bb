#include "runtime/workflow/local_activity.h"

#include <stdexcept>

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

constexpr Duration kDefaultLocalRetryThreshold = std::chrono::minutes(1);

}  // namespace

Ref<LocalActivityMachine> StartLocalActivity(std::string_view type, history::Payloads input,
                                             const LocalActivityOptions& options) {
  Execution& execution = Execution::Current("ExecuteLocalActivity");
  execution.RequireWritable("ExecuteLocalActivity");
  if (options.start_to_close_timeout <= Duration::zero() &&
      options.schedule_to_close_timeout <= Duration::zero()) {
    throw std::invalid_argument(
        "a local activity needs a start_to_close_timeout or a schedule_to_close_timeout");
  }
  LocalActivityTask task{.activity_id = options.activity_id,
                         .activity_type = std::string(type),
                         .header = execution.HeaderOf(options.header),
                         .input = std::move(input),
                         .schedule_to_close_timeout = options.schedule_to_close_timeout,
                         .schedule_to_start_timeout = options.schedule_to_start_timeout,
                         .start_to_close_timeout = options.start_to_close_timeout,
                         .retry_policy = options.retry_policy,
                         .local_retry_threshold = options.local_retry_threshold == Duration::zero()
                                                      ? kDefaultLocalRetryThreshold
                                                      : options.local_retry_threshold};
  if (execution.destroying()) {
    return Ref<LocalActivityMachine>(
        new LocalActivityMachine(nullptr, std::move(task), options.cancellation_type, false));
  }
  Ref<LocalActivityMachine> machine =
      execution.local_activities().Start(std::move(task), options.cancellation_type);
  execution.Track(*machine);
  return machine;
}

}  // namespace groundhog::workflow::internal
