#include "tests/conformance/workflows.h"

#include <cmath>

namespace groundhog::conformance {

using workflow::Coro;
using workflow::Result;
using workflow::Try;
using AnyActivity = ActivityType<json(json)>;

history::Duration Seconds(const json& seconds) {
  return history::Duration{std::llround(seconds.get<double>() * 1e9)};
}

history::RetryPolicy RetryPolicyOf(const json& policy) {
  history::RetryPolicy made{.initial_interval = std::chrono::seconds(1),
                            .backoff_coefficient = policy.value("backoff_coefficient", 2.0),
                            .maximum_attempts = policy.value("maximum_attempts", 0)};
  if (policy.contains("initial_interval")) {
    made.initial_interval = Seconds(policy["initial_interval"]);
  }
  if (policy.contains("maximum_interval")) {
    made.maximum_interval = Seconds(policy["maximum_interval"]);
  }
  for (const json& type : policy.value("non_retryable_error_types", json::array())) {
    made.non_retryable_error_types.push_back(type.get<std::string>());
  }
  return made;
}

namespace {

history::Duration LengthIn(const json& options, const char* name) {
  return options.contains(name) ? Seconds(options[name]) : history::Duration{0};
}

workflow::ActivityCancellationType CancellationTypeIn(const json& options) {
  const std::string name = options.value("cancellation_type", "TRY_CANCEL");
  if (name == "ABANDON") return workflow::ActivityCancellationType::kAbandon;
  if (name == "WAIT_CANCELLATION_COMPLETED") {
    return workflow::ActivityCancellationType::kWaitCancellationCompleted;
  }
  return workflow::ActivityCancellationType::kTryCancel;
}

json ArgumentIn(const json& input) { return input.contains("arg") ? input["arg"] : json(nullptr); }

}  // namespace

workflow::ActivityOptions ActivityOptionsOf(const json& options) {
  workflow::ActivityOptions made{
      .task_queue = options.value("task_queue", ""),
      .schedule_to_close_timeout = LengthIn(options, "schedule_to_close_timeout"),
      .schedule_to_start_timeout = LengthIn(options, "schedule_to_start_timeout"),
      .start_to_close_timeout = LengthIn(options, "start_to_close_timeout"),
      .heartbeat_timeout = LengthIn(options, "heartbeat_timeout"),
      .cancellation_type = CancellationTypeIn(options),
      .activity_id = options.value("activity_id", "")};
  if (options.contains("retry_policy")) made.retry_policy = RetryPolicyOf(options["retry_policy"]);
  return made;
}

std::string ExceptionName(const history::FailurePtr& failure) {
  if (history::InfoAs<history::CanceledFailureInfo>(failure) != nullptr) return "CancelledError";
  if (history::InfoAs<history::TimeoutFailureInfo>(failure) != nullptr) return "TimeoutError";
  if (history::InfoAs<history::ActivityFailureInfo>(failure) != nullptr) return "ActivityError";
  if (history::InfoAs<history::ChildWorkflowExecutionFailureInfo>(failure) != nullptr) {
    return "ChildWorkflowError";
  }
  if (history::InfoAs<history::TerminatedFailureInfo>(failure) != nullptr) return "TerminatedError";
  return "ApplicationError";
}

Coro<json> OneActivity::Run(json input) {
  const std::string name = input.value("activity", "step");
  const AnyActivity activity{name};
  const json argument = ArgumentIn(input);
  const workflow::ActivityOptions options = ActivityOptionsOf(input);
  co_return co_await workflow::ExecuteActivity(activity, argument, options);
}

Coro<json> OneLocalActivity::Run(json input) {
  const AnyActivity activity{"step"};
  const json argument = ArgumentIn(input);
  const workflow::ActivityOptions of = ActivityOptionsOf(input);
  const workflow::LocalActivityOptions options{
      .schedule_to_close_timeout = of.schedule_to_close_timeout,
      .start_to_close_timeout = of.start_to_close_timeout,
      .retry_policy = of.retry_policy,
      .local_retry_threshold = LengthIn(input, "local_retry_threshold")};
  co_return co_await workflow::ExecuteLocalActivity(activity, argument, options);
}

CancelActivity::CancelActivity() {
  workflow::OnSignal(kGo, [this] { go_ = true; });
}

Coro<std::string> CancelActivity::Run(json input) {
  const std::string name = input.value("activity", "step");
  const AnyActivity activity{name};
  const json argument = ArgumentIn(input);
  const workflow::ActivityOptions options = ActivityOptionsOf(input);
  auto step = workflow::ExecuteActivity(activity, argument, options);
  co_await workflow::WaitCondition([this] { return go_; });
  step.Cancel();
  const Result<json> ended = co_await Try(step);
  std::string said;
  if (ended.ok()) {
    said = "activity result: " + ended->get<std::string>();
  } else {
    said = "activity error: " + ExceptionName(ended.failure()->cause);
  }
  if (input.contains("then_sleep")) co_await workflow::Sleep(Seconds(input["then_sleep"]));
  co_return said;
}

Coro<std::string> Sleeper::Run(double seconds) {
  co_await workflow::Sleep(Seconds(seconds));
  co_return "awake";
}

Collect::Collect() {
  workflow::OnSignal(kAdd, [this](json value) { seen_.push_back(std::move(value)); });
  workflow::OnSignal(kEnd, [this] { end_ = true; });
}

Coro<json> Collect::Run() {
  seen_.push_back("run");
  co_await workflow::WaitCondition([this] { return end_; });
  co_return seen_;
}

Account::Account() {
  workflow::OnSignal(kEnd, [this] { end_ = true; });
  workflow::OnUpdate(
      kWithdraw, [this](int amount) { return Withdraw(amount); },
      [](int amount) {
        if (amount <= 0) throw history::ApplicationError("ValueError", "amount must be positive");
      });
  workflow::OnUpdate(kWithdrawSlow, [this](int amount) { return WithdrawSlow(amount); });
  workflow::OnUpdate(kNever, [this] { return Never(); });
}

Coro<int> Account::Run() {
  co_await workflow::WaitCondition([this] { return end_; });
  co_return balance_;
}

int Account::Withdraw(int amount) {
  if (amount > balance_) throw history::ApplicationError("Insufficient", "insufficient");
  return balance_ -= amount;
}

Coro<json> Account::WithdrawSlow(int amount) {
  const ActivityType<std::string()> step{"step"};
  const workflow::ActivityOptions options{.start_to_close_timeout = std::chrono::seconds(5)};
  const std::string result = co_await workflow::ExecuteActivity(step, options);
  balance_ -= amount;
  co_return json::array({balance_, result});
}

Coro<std::string> Account::Never() {
  co_await workflow::WaitCondition([] { return false; });
  co_return "x";
}

}  // namespace groundhog::conformance
