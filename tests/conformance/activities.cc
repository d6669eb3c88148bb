// Activities: retries, timeouts, heartbeats, several at once.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;

sim::Coro<void> OneStep(Stage& stage, json input) {
  WorkerOptions worker{.workflows = {workflow::Register<OneActivity>(kOneActivity)},
                       .activities = {stage.Scripted("step")}};
  return PlayOne(stage, kOneActivity, std::move(input), std::move(worker));
}

sim::Coro<void> ActOk(Stage& stage, client::Client&) {
  return OneStep(stage, {{"start_to_close_timeout", 5}});
}

// ---- Retries ----

sim::Coro<void> ActBackoffCoefficient(Stage& stage, client::Client&) {
  const json policy = {
      {"initial_interval", 0.2}, {"backoff_coefficient", 3.0}, {"maximum_interval", 1.0}};
  return OneStep(stage, {{"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> ActMaxAttempts(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.1}, {"maximum_attempts", 3}};
  return OneStep(stage, {{"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> ActMaxAttempts1(Stage& stage, client::Client&) {
  const json policy = {{"maximum_attempts", 1}};
  return OneStep(stage, {{"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> ActRetryUntilScheduleToClose(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.4}};
  return OneStep(stage, {{"schedule_to_close_timeout", 1.5}, {"retry_policy", policy}});
}

sim::Coro<void> ActNonRetryableFlag(Stage& stage, client::Client&) {
  return OneStep(stage, {{"start_to_close_timeout", 5}});
}

sim::Coro<void> ActNonRetryableTypeList(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.1},
                       {"non_retryable_error_types", json::array({"StepError"})}};
  return OneStep(stage, {{"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> DescribeInTheWait(Stage& stage) {
  co_await stage.WaitCall("step", What::kRaise);
  co_await stage.Sleep(200ms);
  co_await stage.Describe(stage.name(), "describe_in_the_wait");
}

sim::Coro<void> ActNextRetryDelay(Stage& stage, client::Client&) {
  stage.Spawn(DescribeInTheWait(stage));
  const json policy = {{"initial_interval", 10}};
  return OneStep(stage, {{"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> ActBenign(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.1}, {"maximum_attempts", 2}};
  return OneStep(stage, {{"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> ActNotRegistered(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.1}, {"maximum_attempts", 2}};
  return OneStep(
      stage, {{"activity", "unknown"}, {"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

// ---- Timeouts and heartbeats ----

sim::Coro<void> ActScheduleToStartTimeout(Stage& stage, client::Client&) {
  return OneStep(stage, {{"start_to_close_timeout", 5},
                         {"schedule_to_start_timeout", 1},
                         {"task_queue", "nobody-polls"}});
}

sim::Coro<void> ActHeartbeatTimeoutThenDetails(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.2}};
  return OneStep(
      stage, {{"start_to_close_timeout", 10}, {"heartbeat_timeout", 1}, {"retry_policy", policy}});
}

sim::Coro<void> ActHeartbeatThenErrorDetails(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.2}};
  return OneStep(
      stage, {{"start_to_close_timeout", 10}, {"heartbeat_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> ActHeartbeatKeepsAlive(Stage& stage, client::Client&) {
  return OneStep(stage, {{"start_to_close_timeout", 10}, {"heartbeat_timeout", 1}});
}

sim::Coro<void> ActStartToCloseLast(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.1}, {"maximum_attempts", 2}};
  return OneStep(stage, {{"start_to_close_timeout", 1}, {"retry_policy", policy}});
}

sim::Coro<void> ActStartToCloseNoTimeLeft(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 1}};
  return OneStep(stage, {{"start_to_close_timeout", 1},
                         {"schedule_to_close_timeout", 1.5},
                         {"retry_policy", policy}});
}

sim::Coro<void> ActTimeoutTypeNonRetryable(Stage& stage, client::Client&) {
  const json policy = {
      {"non_retryable_error_types", json::array({"TemporalTimeout:StartToClose"})}};
  return OneStep(stage, {{"start_to_close_timeout", 1}, {"retry_policy", policy}});
}

// ---- Several ----

constexpr ActivityType<json(int)> kStepk{"stepk"};
constexpr WorkflowType<json(json)> kParallel{"Parallel"};
constexpr WorkflowType<json(json)> kBusy{"BusyWhileActivitiesFinish"};
constexpr SignalType<int> kExtra{"extra"};
const workflow::ActivityOptions kTwentySeconds{.start_to_close_timeout = 20s};

std::vector<workflow::ActivityHandle<json>> StartSteps(int count) {
  std::vector<workflow::ActivityHandle<json>> steps;
  for (int i = 1; i <= count; ++i) {
    steps.push_back(workflow::ExecuteActivity(kStepk, i, kTwentySeconds));
  }
  return steps;
}

// Starts stepk(1) to stepk(n) together and returns the results in order.
class Parallel {
 public:
  Coro<json> Run(json input) {
    const std::vector<json> results = co_await workflow::WaitAll(StartSteps(input["n"].get<int>()));
    co_return json(results);
  }
};

sim::Coro<void> PlayParallel(Stage& stage, int count) {
  WorkerOptions worker{.workflows = {workflow::Register<Parallel>(kParallel)},
                       .activities = {stage.Scripted("stepk", /*key_from_argument=*/true)}};
  return PlayOne(stage, kParallel, {{"n", count}}, std::move(worker));
}

sim::Coro<void> ActParallelReverseOrder(Stage& stage, client::Client&) {
  return PlayParallel(stage, 3);
}

sim::Coro<void> ActFanOut50(Stage& stage, client::Client&) { return PlayParallel(stage, 50); }

// Starts stepk(1) to stepk(3); waits for signal "go"; in the recording that workflow task took 1.7
// s; starts a timer of 30 s in the same task; awaits all three; returns the results.
class BusyWhileActivitiesFinish {
 public:
  BusyWhileActivitiesFinish() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }
  Coro<json> Run(json) {
    const std::vector<workflow::ActivityHandle<json>> steps = StartSteps(3);
    co_await workflow::WaitCondition([this] { return go_; });
    workflow::TimerHandle timer = workflow::Sleep(30s);
    const std::vector<json> results = co_await workflow::WaitAll(steps);
    timer.Cancel();
    co_return json(results);
  }

 private:
  bool go_ = false;
};

sim::Coro<void> ActResultsBuffered(Stage& stage, client::Client& client) {
  sim::Process& worker =
      stage.StartWorker({.workflows = {workflow::Register<BusyWhileActivitiesFinish>(kBusy)}});
  stage.StartWorker({.activities = {stage.Scripted("stepk", true)}}, "activity-worker");
  const client::StartOptions options = stage.Options();
  const json input = json::object();
  const auto handle = co_await client.Start(kBusy, options, input);
  co_await stage.WaitCall("stepk:3");
  co_await stage.Sleep(200ms);
  stage.SlowNextTask(worker, 1700ms);
  co_await handle.Signal(kGo);
  co_await stage.Sleep(1200ms);
  co_await handle.Signal(kExtra, 1);
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> ActOtherTaskQueue(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<OneActivity>(kOneActivity)}});
  const client::StartOptions options = stage.Options();
  const json input = {{"start_to_close_timeout", 5}, {"task_queue", "bank-queue"}};
  const auto handle = co_await client.Start(kOneActivity, options, input);
  co_await stage.WaitEvent(handle, history::EventType::kActivityTaskScheduled);
  co_await stage.Sleep(500ms);
  stage.StartWorker({.task_queue = "bank-queue", .activities = {stage.Scripted("step")}},
                    "worker-bank");
  co_await stage.Result(handle);
  co_await stage.Save();
}

}  // namespace

Ports ActivityPorts() {
  return {
      {"act_ok", ActOk},
      {"act_backoff_coefficient", ActBackoffCoefficient},
      {"act_max_attempts", ActMaxAttempts},
      {"act_max_attempts_1", ActMaxAttempts1},
      {"act_retry_until_schedule_to_close", ActRetryUntilScheduleToClose},
      {"act_schedule_to_start_timeout", ActScheduleToStartTimeout},
      {"act_heartbeat_timeout_then_details", ActHeartbeatTimeoutThenDetails},
      {"act_heartbeat_then_error_details", ActHeartbeatThenErrorDetails},
      {"act_start_to_close_last", ActStartToCloseLast},
      {"act_start_to_close_no_time_left", ActStartToCloseNoTimeLeft},
      {"act_non_retryable_flag", ActNonRetryableFlag},
      {"act_non_retryable_type_list", ActNonRetryableTypeList},
      {"act_next_retry_delay", ActNextRetryDelay},
      {"act_benign", ActBenign},
      {"act_not_registered", ActNotRegistered},
      {"act_timeout_type_non_retryable", ActTimeoutTypeNonRetryable},
      {"act_parallel_reverse_order", ActParallelReverseOrder},
      {"act_fan_out_50", ActFanOut50},
      {"act_results_buffered", ActResultsBuffered},
      {"act_other_task_queue", ActOtherTaskQueue},
      {"act_heartbeat_keeps_alive", ActHeartbeatKeepsAlive},
  };
}

}  // namespace groundhog::conformance
