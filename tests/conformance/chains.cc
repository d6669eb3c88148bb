// Chains of runs: continue-as-new, workflow retry, cron.
#include "tests/conformance/family.h"
#include "tests/conformance/ports.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using workflow::Coro;

constexpr WorkflowType<std::string(int)> kCountdown{"Countdown"};

// sleep(0.1); if n > 0: continue_as_new(n - 1); return "zero".
class Countdown {
 public:
  Coro<std::string> Run(int n) {
    co_await workflow::Sleep(100ms);
    if (n > 0) workflow::ContinueAsNew(kCountdown, n - 1);
    co_return "zero";
  }
};

sim::Coro<void> ContinueAsNew(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<Countdown>(kCountdown)}});
  client::StartOptions options = stage.Options();
  options.memo = Memo{{"m", 1}};
  const auto handle = co_await client.Start(kCountdown, options, 2);
  co_await stage.Result(handle);
  co_await SaveChain(stage, stage.name(), handle.result_run_id());
}

constexpr WorkflowType<std::string()> kChangesItself{"ChangesItself"};
constexpr WorkflowType<std::string(std::string)> kOther{"Other"};

// continue_as_new("x", workflow type "Other", run_timeout 60 s, memo {"m": 2}).
class ChangesItself {
 public:
  Coro<std::string> Run() {
    const workflow::ContinueAsNewOptions options{.run_timeout = 60s, .memo = Memo{{"m", 2}}};
    workflow::ContinueAsNew(kOther, "x", options);
    co_return "";
  }
};

// return "other got " + input + memo.
class Other {
 public:
  Coro<std::string> Run(std::string input) {
    std::string text = "other got " + input + ", memo {";
    const workflow::WorkflowInfo info = workflow::Info();
    for (const auto& [name, payload] : info.memo.fields()) {
      text += (text.back() == '{' ? "'" : ", '") + name + "': " + payload.data();
    }
    co_return text + "}";
  }
};

sim::Coro<void> ContinueAsNewChanged(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<ChangesItself>(kChangesItself),
                                   workflow::Register<Other>(kOther)}});
  client::StartOptions options = stage.Options();
  options.memo = Memo{{"m", 1}, {"n", 1}};
  const auto handle = co_await client.Start(kChangesItself, options);
  co_await stage.Result(handle);
  co_await SaveChain(stage, stage.name(), handle.result_run_id());
}

constexpr WorkflowType<std::string(int)> kLeavesThingsPending{"LeavesThingsPending"};

// Run 1 (input 1): starts activity step (hangs), timer 60 s, child "Child"(do wait) id "kid"; when
// the child has started and signal "go" has come: continue_as_new(2). Run 2: sleep(0.5);
// return "clean".
class LeavesThingsPending {
 public:
  LeavesThingsPending() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }
  Coro<std::string> Run(int n) {
    if (n == 1) {
      const ActivityType<std::string()> hangs{"step"};
      const workflow::ActivityOptions three_seconds{.start_to_close_timeout = 3s};
      const auto step = workflow::ExecuteActivity(hangs, three_seconds);
      const workflow::ChildWorkflowOptions options{.workflow_id = "kid"};
      const json input = Doing("wait");
      const auto starting = workflow::StartChildWorkflow(kChild, input, options);
      const workflow::TimerHandle timer = workflow::Sleep(60s);
      const auto child = co_await starting;
      co_await workflow::WaitCondition([this] { return go_; });
      workflow::ContinueAsNew(kLeavesThingsPending, 2);
    }
    co_await workflow::Sleep(500ms);
    co_return "clean";
  }

 private:
  bool go_ = false;
};

sim::Coro<void> ContinueAsNewDropsPending(Stage& stage, client::Client& client) {
  stage.StartWorker(
      {.workflows = {workflow::Register<LeavesThingsPending>(kLeavesThingsPending), ChildCode()},
       .activities = {stage.Scripted("step")}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kLeavesThingsPending, options, 1);
  const std::string& run1 = handle.result_run_id();
  co_await stage.WaitEvent(stage.Handle("kid"), EventType::kWorkflowTaskCompleted);
  co_await stage.WaitEvent(stage.Handle(stage.name(), run1), EventType::kWorkflowTaskCompleted, 2);
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await SaveChain(stage, stage.name(), run1);
  co_await stage.Result(stage.Handle("kid"), "child");
  co_await stage.Save("kid", "", "child");
  co_await stage.StopWorker();
}

// if attempt < 3: raise ApplicationError("attempt n", type "Again"); return "third time".
class FailsTwice {
 public:
  Coro<std::string> Run() {
    const std::int32_t attempt = workflow::Info().attempt;
    if (attempt < 3) {
      throw history::ApplicationError("Again", "attempt " + std::to_string(attempt));
    }
    co_return "third time";
  }
};
constexpr WorkflowType<std::string()> kFailsTwice{"FailsTwice"};

sim::Coro<void> WorkflowRetry(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<FailsTwice>(kFailsTwice)}});
  client::StartOptions options = stage.Options();
  options.retry_policy =
      history::RetryPolicy{.initial_interval = 500ms, .backoff_coefficient = 4.0};
  const auto handle = co_await client.Start(kFailsTwice, options);
  co_await stage.Result(handle);
  co_await SaveChain(stage, stage.name(), handle.result_run_id());
}

// Returns (last completion result or 0) + 1.
class CronJob {
 public:
  Coro<int> Run() { co_return workflow::LastCompletionResult<int>().value_or(0) + 1; }
};
constexpr WorkflowType<int()> kCronJob{"CronJob"};

sim::Coro<void> CronEverySecond(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<CronJob>(kCronJob)}});
  client::StartOptions options = stage.Options();
  options.cron_schedule = "@every 1s";
  const auto handle = co_await client.Start(kCronJob, options);
  const client::UntypedHandle current = stage.Handle(stage.name());
  std::vector<std::string> runs = {handle.result_run_id()};
  while (runs.size() < 4) {
    const auto described = co_await current.Describe();
    const std::string& run = described.info.execution.run_id;
    if (run != runs.back()) runs.push_back(run);
    co_await stage.Sleep(100ms);
  }
  co_await current.Terminate("", "end of recording");
  for (int n = 1; n <= 3; ++n) {
    const std::string suffix = "run" + std::to_string(n);
    co_await stage.Save(stage.name(), runs[static_cast<std::size_t>(n - 1)], suffix);
    const history::HistoryEvent& last = stage.saved().back().history.back();
    const bool completed = history::TypeOf(last) == EventType::kWorkflowExecutionCompleted;
    stage.SetOutcome(suffix, completed ? "completed" : "another");
  }
}

}  // namespace

Ports ChainPorts() {
  return {
      {"continue_as_new", ContinueAsNew},
      {"continue_as_new_changed", ContinueAsNewChanged},
      {"continue_as_new_drops_pending", ContinueAsNewDropsPending},
      {"workflow_retry", WorkflowRetry},
      {"cron_every_second", CronEverySecond},
  };
}

}  // namespace groundhog::conformance
