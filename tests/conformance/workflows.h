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
// Of plain data: seconds for the four timeouts, an object for the retry policy, a name for the cancellation type.
workflow::ActivityOptions ActivityOptionsOf(const json& options);
history::RetryPolicy RetryPolicyOf(const json& policy);
// The exception that the recording SDK makes of a failure: "ApplicationError".
std::string ExceptionName(const history::FailurePtr& failure);

// return await activity(input.activity or "step", input.arg) with the options given in the input; errors escape.
class OneActivity {
 public:
  workflow::Coro<json> Run(json input);
};

// return await local_activity("step") with the options given in the input (local_retry_threshold in seconds).
class OneLocalActivity {
 public:
  workflow::Coro<json> Run(json input);
};

// Starts activity "step" with the options of the input; waits for signal "go"; cancels it; r = what it came to; then sleep(input.then_sleep)
// if given; return r.
class CancelActivity {
 public:
  CancelActivity();
  workflow::Coro<std::string> Run(json input);

 private:
  bool go_ = false;
};

// Starts the workflow with the input while a worker polls; keeps result and history; stops the worker.
template <class R>
sim::Coro<void> PlayOne(Stage& stage, WorkflowType<R(json)> type, json input,
                        WorkerOptions worker) {
  stage.StartWorker(std::move(worker));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(type, options, input);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.StopWorker();
}

}  // namespace groundhog::conformance
