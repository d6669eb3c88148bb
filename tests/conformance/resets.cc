// Resets.
#include "tests/conformance/family.h"
#include "tests/conformance/ports.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using workflow::Coro;

constexpr ActivityType<std::string(int)> kStepk{"stepk"};

template <class W, class R, class... Args>
WorkerOptions WorkerWith(Stage& stage, const WorkflowType<R(Args...)>& type) {
  return {.workflows = {workflow::Register<W>(type)},
          .activities = {stage.Scripted("stepk", /*key_from_argument=*/true)}};
}

sim::Coro<std::string> Reset(Stage& stage, std::string run_id, history::EventId event_id) {
  const client::ResetOptions options{.reason = "probe", .workflow_task_finish_event_id = event_id};
  const client::UntypedHandle handle = stage.Handle(stage.name(), run_id);
  co_return co_await handle.Reset(options);
}

// Results and histories of a run and of the one that it was reset to.
sim::Coro<void> KeepBoth(Stage& stage, std::string run1, std::string run2) {
  co_await stage.Result(stage.Handle(stage.name(), run1), "run1");
  co_await stage.Result(stage.Handle(stage.name(), run2), "run2");
  co_await stage.Save(stage.name(), run1, "run1");
  co_await stage.Save(stage.name(), run2, "run2");
}

// a = activity stepk(1); wait for signal go; b = activity stepk(2); return [a, b].
class TwoSteps {
 public:
  TwoSteps() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }
  Coro<json> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    const std::string first = co_await workflow::ExecuteActivity(kStepk, 1, options);
    co_await workflow::WaitCondition([this] { return go_; });
    const std::string second = co_await workflow::ExecuteActivity(kStepk, 2, options);
    co_return json::array({first, second});
  }

 private:
  bool go_ = false;
};
constexpr WorkflowType<json()> kTwoSteps{"TwoSteps"};

sim::Coro<void> PlayReset(Stage& stage, history::EventId event_id) {
  stage.StartWorker(WorkerWith<TwoSteps>(stage, kTwoSteps));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(kTwoSteps, options);
  const std::string& run1 = handle.result_run_id();
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, 2);
  co_await handle.Signal(kGo);
  co_await stage.Result(stage.Handle(stage.name(), run1), "run1");
  const std::string run2 = co_await Reset(stage, run1, event_id);
  co_await KeepBoth(stage, run1, run2);
}

sim::Coro<void> ResetToFirstTask(Stage& stage, client::Client&) { return PlayReset(stage, 4); }
sim::Coro<void> ResetToLastTask(Stage& stage, client::Client&) { return PlayReset(stage, 20); }

sim::Coro<void> ResetBadIds(Stage& stage, client::Client& client) {
  stage.StartWorker(ChildWorker());
  const client::StartOptions options = stage.Options();
  const json waits = Doing("wait");
  const auto handle = co_await client.Start(kChild, options, waits);
  const std::string& run1 = handle.result_run_id();
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await handle.Signal(kGo);
  co_await stage.Result(handle, "run1");
  co_await stage.Save(stage.name(), run1, "run1");
  for (const history::EventId event_id : {0, 1, 2, 5, 99}) {
    co_await stage.Attempt("reset_to_" + std::to_string(event_id), Reset(stage, run1, event_id));
  }
  const std::string run2 = co_await Reset(stage, run1, 3);
  stage.Fact("reset_to_3", "accepted");
  co_await stage.Result(stage.Handle(stage.name(), run2), "run2");
  co_await stage.Save(stage.name(), run2, "run2");
}

// activity stepk(1); sleep(1.5); return "slept".
class SleepsLong {
 public:
  Coro<std::string> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    co_await workflow::ExecuteActivity(kStepk, 1, options);
    co_await workflow::Sleep(1500ms);
    co_return "slept";
  }
};
constexpr WorkflowType<std::string()> kSleepsLong{"SleepsLong"};

sim::Coro<void> ResetWithRunningTimer(Stage& stage, client::Client& client) {
  stage.StartWorker(WorkerWith<SleepsLong>(stage, kSleepsLong));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSleepsLong, options);
  const std::string& run1 = handle.result_run_id();
  co_await stage.WaitEvent(handle, EventType::kTimerStarted);
  co_await stage.Sleep(500ms);
  const std::string run2 = co_await Reset(stage, run1, 10);
  co_await KeepBoth(stage, run1, run2);
}

constexpr SignalType<> kX{"x"};

// Starts timer 2.5 s and activity stepk(1) in the first task; signal "x" is handled by appending to
// log; returns [result of the activity, "timer", log] when both are done.
class TimerAndActivity {
 public:
  TimerAndActivity() {
    workflow::OnSignal(kX, [this] { log_.push_back("x"); });
  }
  Coro<json> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 20s};
    const auto step = workflow::ExecuteActivity(kStepk, 1, options);
    const workflow::TimerHandle timer = workflow::Sleep(2500ms);
    const std::string result = co_await step;
    co_await timer;
    co_return json::array({result, "timer", log_});
  }

 private:
  json log_ = json::array();
};
constexpr WorkflowType<json()> kTimerAndActivity{"TimerAndActivity"};

sim::Coro<void> ResetKeepsTimerAndActivity(Stage& stage, client::Client& client) {
  stage.StartWorker(WorkerWith<TimerAndActivity>(stage, kTimerAndActivity));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kTimerAndActivity, options);
  const std::string& run1 = handle.result_run_id();
  co_await stage.WaitCall("stepk:1");
  co_await handle.Signal(kX);
  const history::HistoryEvent completed =
      co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, 2);
  co_await stage.Sleep(500ms);
  stage.NextPlan();
  const std::string run2 = co_await Reset(stage, run1, completed.event_id);
  co_await KeepBoth(stage, run1, run2);
  co_await stage.StopWorker();
}

sim::Coro<void> ResetReappliesUpdate(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<Account>(kAccount)},
                     .activities = {stage.Scripted("step")}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kAccount, options);
  const std::string& run1 = handle.result_run_id();
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  const client::UpdateOptions update{.id = "u1"};
  co_await stage.Attempt("u1", handle.Update(kWithdraw, update, 30));
  const std::string run2 = co_await Reset(stage, run1, 4);
  const client::UntypedHandle heir = stage.Handle(stage.name(), run2);
  co_await stage.WaitEvent(heir, EventType::kWorkflowExecutionUpdateCompleted);
  co_await heir.Signal(kEnd);
  co_await stage.Result(heir, "run2");
  co_await stage.Save(stage.name(), run1, "run1");
  co_await stage.Save(stage.name(), run2, "run2");
}

}  // namespace

Ports ResetPorts() {
  return {
      {"reset_to_first_task", ResetToFirstTask},
      {"reset_to_last_task", ResetToLastTask},
      {"reset_bad_ids", ResetBadIds},
      {"reset_with_running_timer", ResetWithRunningTimer},
      {"reset_keeps_timer_and_activity", ResetKeepsTimerAndActivity},
      {"reset_reapplies_update", ResetReappliesUpdate},
  };
}

}  // namespace groundhog::conformance
