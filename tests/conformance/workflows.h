// Small workflows that several groups of recordings share. Inputs are JSON, as they were recorded.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "runtime/workflow/workflow.h"
#include "tests/conformance/stage.h"

namespace groundhog::conformance {

using nlohmann::json;

inline constexpr WorkflowType<json(json)> kOneActivity{"OneActivity"};
inline constexpr WorkflowType<json(json)> kOneLocalActivity{"OneLocalActivity"};
inline constexpr WorkflowType<std::string(json)> kCancelActivity{"CancelActivity"};
inline constexpr SignalType<> kGo{"go"};

// Seconds as a duration.
history::Duration Seconds(const json& seconds);
// Of plain data: seconds for the four timeouts, an object for the retry policy,
// a name for the cancellation type.
workflow::ActivityOptions ActivityOptionsOf(const json& options);
history::RetryPolicy RetryPolicyOf(const json& policy);
// The exception that the recording SDK makes of a failure: "ApplicationError".
std::string ExceptionName(const history::FailurePtr& failure);

// return await activity(input.activity or "step", input.arg)
// with the options given in the input; errors escape.
class OneActivity {
 public:
  workflow::Coro<json> Run(json input);
};

// return await local_activity("step") with the options given in the
// input (local_retry_threshold in seconds).
class OneLocalActivity {
 public:
  workflow::Coro<json> Run(json input);
};

// Starts activity "step" with the options of the input; waits for signal "go"; cancels it; r = what
// it came to; then sleep(input.then_sleep) if given; return r.
class CancelActivity {
 public:
  CancelActivity();
  workflow::Coro<std::string> Run(json input);

 private:
  bool go_ = false;
};

inline constexpr WorkflowType<std::string(double)> kSleeper{"Sleep"};

// sleep(input seconds); return "awake".
class Sleeper {
 public:
  workflow::Coro<std::string> Run(double seconds);
};

inline constexpr WorkflowType<json()> kCollect{"Collect"};
inline constexpr SignalType<json> kAdd{"add"};
inline constexpr SignalType<> kEnd{"end"};

// seen = []; signal "add"(x): seen.append(x); signal "end": stop. Run:
// seen.append("run"); wait for end; return seen.
class Collect {
 public:
  Collect();
  workflow::Coro<json> Run();

 private:
  json seen_ = json::array();
  bool end_ = false;
};

inline constexpr WorkflowType<int()> kAccount{"Account"};
inline constexpr UpdateType<int(int)> kWithdraw{"withdraw"};
inline constexpr UpdateType<json(int)> kWithdrawSlow{"withdraw_slow"};
inline constexpr UpdateType<std::string()> kNever{"never"};

// balance = 100. Update "withdraw"(n): its validator refuses n <= 0; more than the balance fails;
// balance -= n; return balance. Update "withdraw_slow"(n): r = await activity step; balance -= n;
// return [balance, r]. Update "never": never. Run: wait for signal "end"; return balance.
class Account {
 public:
  Account();
  workflow::Coro<int> Run();

 private:
  int Withdraw(int amount);
  workflow::Coro<json> WithdrawSlow(int amount);
  workflow::Coro<std::string> Never();

  int balance_ = 100;
  bool end_ = false;
};

// Starts the workflow with the input while a worker polls; keeps result and history;
// stops the worker.
template <class R>
sim::Coro<void> PlayOne(Stage& stage, WorkflowType<R(json)> type, json input,
                        WorkerOptions worker) {
  // NOLINTNEXTLINE(bugprone-use-after-move): the coroutine's own copy, which clang-tidy takes for the caller's
  stage.StartWorker(std::move(worker));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(type, options, input);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.StopWorker();
}

// Starts a workflow without input while a worker polls, does `during` with it, keeps result and
// history, stops the worker.
using During = sim::Coro<void> (*)(Stage& stage, client::UntypedHandle handle);
template <class R>
sim::Coro<void> PlayWorkflow(Stage& stage, WorkflowType<R()> type, WorkerOptions worker,
                             During during = nullptr) {
  // NOLINTNEXTLINE(bugprone-use-after-move): the coroutine's own copy, which clang-tidy takes for the caller's
  stage.StartWorker(std::move(worker));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(type, options);
  if (during != nullptr) co_await during(stage, handle);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.StopWorker();
}

}  // namespace groundhog::conformance
