#include <chrono>
#include <string>

#include "runtime/workflow/workflow.h"

using namespace groundhog;
using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::WaitCondition;

struct Details {
  std::string from;
  std::string to;
  int amount = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Details, from, to, amount)

constexpr ActivityType<int(Details)> kPay{"pay"};
constexpr WorkflowType<int(Details)> kTransfer{"Transfer"};

// What the refusals advise compiles on every compiler.
Coro<int> Transfer() {
  const ActivityOptions options{.start_to_close_timeout = 5s,
                                .retry_policy = {.non_retryable_error_types = {"A", "B"}}};
  const Details details{"85-150", "43-812", 250};
  const int paid = co_await ExecuteActivity(kPay, details, options);
  const std::string name = "x";
  const auto named = [name] { return !name.empty(); };
  co_await WaitCondition(named);
  const bool in_time = co_await WaitCondition(named, 5s);
  const auto beside = [name]() -> Coro<void> { co_return; };
  co_await workflow::Spawn(beside);
  co_return in_time ? paid : 0;
}
