// Local activities: executed by the worker that runs the workflow, without the server (SEMANTICS
// d.6, f.8). For short calls: the result is recorded with the Workflow Task that asked for it.
//
//     const LocalActivityOptions options{.start_to_close_timeout = 1s};
//     const int rate = co_await ExecuteLocalActivity(kLookUpRate, currency, options);
//
// A failing one is tried again in the worker while the back-off is at most local_retry_threshold,
// and after a timer when it is longer. A worker that dies has forgotten it: it is executed again,
// even if it had succeeded, unless its Workflow Task had been completed.
//
// Awaiting gives the result, or throws the failure of the activity itself; a timeout or a cancel
// comes as ActivityError.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/workflow/activity.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/local_activity_machine.h"

namespace groundhog::workflow {

// Zero and empty mean "the default". One of start_to_close and schedule_to_close has to be given,
// else std::invalid_argument.
struct LocalActivityOptions {
  Duration schedule_to_close_timeout{0};
  Duration schedule_to_start_timeout{0};
  Duration start_to_close_timeout{0};
  RetryPolicy retry_policy = {};
  Duration local_retry_threshold{0};  // default: one minute
  ActivityCancellationType cancellation_type = ActivityCancellationType::kTryCancel;
  std::string activity_id = {};
  Header header = {};
};

namespace internal {

Ref<LocalActivityMachine> StartLocalActivity(std::string_view type, history::Payloads input,
                                             const LocalActivityOptions& options);

}  // namespace internal

template <class R>
class LocalActivityHandle : public internal::Handle<internal::LocalActivityMachine> {
 public:
  using Value = R;
  explicit LocalActivityHandle(internal::Ref<internal::LocalActivityMachine> machine)
      : Handle(std::move(machine)) {}
  const std::string& activity_id() const { return machine()->id(); }
  internal::ActivityWait<R, internal::LocalActivityMachine> MakeAwaiter() const {
    return internal::ActivityWait<R, internal::LocalActivityMachine>(machine());
  }
};

// Asks for a local activity: its arguments, then its options.
template <class R, class... Params, class... Args>
[[nodiscard]] LocalActivityHandle<R> ExecuteLocalActivity(const ActivityType<R(Params...)>& type,
                                                          Args&&... arguments_then_options) {
  RefuseUnsafeTemporaries<Args...>();
  constexpr std::size_t kParams = sizeof...(Params);
  static_assert(sizeof...(Args) == kParams + 1,
                "ExecuteLocalActivity takes the activity's arguments, then LocalActivityOptions");
  using Arguments = std::tuple<const std::remove_reference_t<Args>&...>;
  static_assert(internal::Fits<Arguments, Params...>(),
                "an argument of ExecuteLocalActivity does not fit the ActivityType's signature");
  const Arguments arguments(arguments_then_options...);
  const LocalActivityOptions& options = std::get<kParams>(arguments);
  return LocalActivityHandle<R>(internal::StartLocalActivity(
      type.name, internal::EncodeInput<Params...>(arguments), options));
}

}  // namespace groundhog::workflow
