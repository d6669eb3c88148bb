// Continue-as-new: ends this run and starts the next one of the chain, with a history of its own,
// in one step (SEMANTICS f.7).
//
//     if (Info().continue_as_new_suggested) ContinueAsNew(kAccount, balance);      // the workflow's own type, or another one
//     const ContinueAsNewOptions options{.run_timeout = 60s};
//     ContinueAsNew(kAccount, balance, options);
//
// It does not return. It throws ContinueAsNewError, which is no std::exception, so that code which
// catches those lets it through; it takes effect when it leaves Run or a handler. What is pending
// is given up: activities, timers, signals that nobody has handled. Signals and updates that are
// being handled should be waited for first: WaitCondition([] { return AllHandlersFinished(); }).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/history/command.h"
#include "runtime/history/header.h"
#include "runtime/history/memo.h"
#include "runtime/history/names.h"
#include "runtime/history/retry_policy.h"
#include "runtime/history/search_attributes.h"
#include "runtime/history/temporaries.h"
#include "runtime/history/time.h"
#include "runtime/workflow/arguments.h"

namespace groundhog::workflow {

// What is not set is as it is in this run: its task queue, its timeouts, its retry policy, the memo
// that it was started with, its search attributes as they are now. A header is not taken over, but
// for what is propagated (propagation.h).
struct ContinueAsNewOptions {
  std::string task_queue = {};
  history::Duration run_timeout{0};
  history::Duration task_timeout{0};
  std::optional<history::RetryPolicy> retry_policy = {};
  std::optional<Memo> memo = {};
  std::optional<SearchAttributes> search_attributes = {};
  Header header = {};
  // Of a pinned run: the next one begins on the current version, not on this run's.
  history::ContinueAsNewVersioningBehavior initial_versioning_behavior =
      history::ContinueAsNewVersioningBehavior::kUnspecified;
};

class ContinueAsNewError {
 public:
  explicit ContinueAsNewError(history::ContinueAsNewWorkflowExecution command)
      : command_(std::move(command)) {}
  const history::ContinueAsNewWorkflowExecution& command() const { return command_; }

 private:
  history::ContinueAsNewWorkflowExecution command_;
};

namespace internal {

// Whether the command will be sent; else its input is not asked for.
// Checks that the code may do this now.
bool BeginContinueAsNew();
[[noreturn]] void ThrowContinueAsNew(std::string_view type, const ContinueAsNewOptions& options,
                                     history::Payloads input);

}  // namespace internal

// The next run's arguments, then options, if any.
template <class R, class... Params, class... Args>
[[noreturn]] void ContinueAsNew(const WorkflowType<R(Params...)>& type,
                                Args&&... arguments_then_options) {
  RefuseUnsafeTemporaries<Args...>();
  constexpr std::size_t kParams = sizeof...(Params);
  static_assert(sizeof...(Args) == kParams || sizeof...(Args) == kParams + 1,
                "ContinueAsNew takes the workflow's arguments, then perhaps ContinueAsNewOptions");
  using Arguments = std::tuple<const std::remove_reference_t<Args>&...>;
  static_assert(internal::Fits<Arguments, Params...>(),
                "an argument of ContinueAsNew does not fit the WorkflowType's signature");
  const Arguments arguments(arguments_then_options...);
  history::Payloads input;
  if (internal::BeginContinueAsNew()) {
    input = internal::EncodeInput<Params...>(arguments);
  }
  if constexpr (sizeof...(Args) == kParams) {
    internal::ThrowContinueAsNew(type.name, ContinueAsNewOptions(), std::move(input));
  } else {
    internal::ThrowContinueAsNew(type.name, std::get<kParams>(arguments), std::move(input));
  }
}

}  // namespace groundhog::workflow
