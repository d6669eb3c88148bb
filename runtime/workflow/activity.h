// Activities, as workflow code calls them.
//
//     const ActivityOptions options{.start_to_close_timeout = 5s, .retry_policy =
//     {.maximum_attempts = 3}}; const std::string receipt = co_await ExecuteActivity(kWithdraw,
//     details, options);
//
// The command is issued at the call, not at the await: two calls before the first await run side by
// side. Awaiting gives the activity's result or throws ActivityError; `co_await Try(…)` gives a
// Result.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/header.h"
#include "runtime/history/names.h"
#include "runtime/history/retry_policy.h"
#include "runtime/history/temporaries.h"
#include "runtime/workflow/activity_machine.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/handle.h"

namespace groundhog::workflow {

using history::Duration;
using history::RetryPolicy;

// Zero and empty mean "the default" (SEMANTICS c.1): no limit, the workflow's task queue, the
// default retry policy, a counted id. Temporal asks for one of start_to_close and
// schedule_to_close.
struct ActivityOptions {
  std::string task_queue = {};
  Duration schedule_to_close_timeout{0};
  Duration schedule_to_start_timeout{0};
  Duration start_to_close_timeout{0};
  Duration heartbeat_timeout{0};
  RetryPolicy retry_policy = {};
  ActivityCancellationType cancellation_type = ActivityCancellationType::kTryCancel;
  std::string activity_id = {};
  std::string summary = {};  // one line for people
  Header header = {};
};

namespace internal {

Ref<ActivityMachine> StartActivity(std::string_view type, const ActivityOptions& options);

template <class R, class Machine = ActivityMachine>
class ActivityWait final : public HandleWait<Machine> {
 public:
  using HandleWait<Machine>::HandleWait;
  R await_resume() const {
    if (this->machine().failure()) ThrowFailure(this->machine().failure());
    if constexpr (!std::is_void_v<R>) {
      return history::ResultFromPayloads<R>(this->machine().result());
    }
  }
  Result<R> Take() const {
    if (this->machine().failure()) return Result<R>::Failed(this->machine().failure());
    if constexpr (std::is_void_v<R>) {
      return {};
    } else {
      return history::ResultFromPayloads<R>(this->machine().result());
    }
  }
};

}  // namespace internal

template <class R>
class ActivityHandle : public internal::Handle<internal::ActivityMachine> {
 public:
  using Value = R;
  explicit ActivityHandle(internal::Ref<internal::ActivityMachine> machine)
      : Handle(std::move(machine)) {}
  const std::string& activity_id() const { return machine()->id(); }
  internal::ActivityWait<R> MakeAwaiter() const { return internal::ActivityWait<R>(machine()); }
};

// Schedules an activity: its arguments, then its options.
template <class R, class... Params, class... Args>
[[nodiscard]] ActivityHandle<R> ExecuteActivity(const ActivityType<R(Params...)>& type,
                                                Args&&... arguments_then_options) {
  RefuseUnsafeTemporaries<Args...>();
  constexpr std::size_t kParams = sizeof...(Params);
  static_assert(sizeof...(Args) == kParams + 1,
                "ExecuteActivity takes the activity's arguments, then ActivityOptions");
  using Arguments = std::tuple<const std::remove_reference_t<Args>&...>;
  static_assert(internal::Fits<Arguments, Params...>(),
                "an argument of ExecuteActivity does not fit the ActivityType's signature");
  const Arguments arguments(arguments_then_options...);
  const ActivityOptions& options = std::get<kParams>(arguments);
  internal::Ref<internal::ActivityMachine> machine = internal::StartActivity(type.name, options);
  if (history::ScheduleActivityTask* command = machine->command(); command != nullptr) {
    command->input = internal::EncodeInput<Params...>(arguments);
  }
  return ActivityHandle<R>(std::move(machine));
}

}  // namespace groundhog::workflow
