// Timers, conditions with a time limit.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using workflow::Coro;

template <class W, class R, class... Args>
WorkerOptions WorkerWith(const WorkflowType<R(Args...)>& type) {
  return {.workflows = {workflow::Register<W>(type)}};
}

sim::Coro<void> PlayWithSeconds(Stage& stage, WorkflowType<std::string(double)> type,
                                double seconds, WorkerOptions worker, During during = nullptr) {
  stage.StartWorker(std::move(worker));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(type, options, seconds);
  if (during != nullptr) co_await during(stage, handle);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.StopWorker();
}

sim::Coro<void> TmrSleep(Stage& stage, client::Client&) {
  return PlayWithSeconds(stage, kSleeper, 0.5, WorkerWith<Sleeper>(kSleeper));
}

// The recorded server was late by its default configuration,
// which the history does not show but for its times.
sim::Coro<void> TmrSleepDefaultServer(Stage& stage, client::Client&) {
  return PlayWithSeconds(stage, kSleeper, 0.3, WorkerWith<Sleeper>(kSleeper));
}

// sleep(0); return "awake".
class SleepZero {
 public:
  Coro<std::string> Run() {
    co_await workflow::Sleep(0s);
    co_return "awake";
  }
};
constexpr WorkflowType<std::string()> kSleepZero{"SleepZero"};

sim::Coro<void> TmrSleepZero(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kSleepZero, WorkerWith<SleepZero>(kSleepZero));
}

sim::Coro<void> GoAfterTimerStarted(Stage& stage, client::UntypedHandle handle) {
  co_await stage.WaitEvent(handle, EventType::kTimerStarted);
  co_await stage.Sleep(300ms);
  co_await handle.Signal(kGo);
}

// t = task(sleep(30)); wait for signal "go"; t.cancel(); return "cancelled".
class CancelsTimer {
 public:
  CancelsTimer() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }
  Coro<std::string> Run() {
    workflow::TimerHandle timer = workflow::Sleep(30s);
    co_await workflow::WaitCondition([this] { return go_; });
    timer.Cancel();
    co_return "cancelled";
  }

 private:
  bool go_ = false;
};
constexpr WorkflowType<std::string()> kCancelsTimer{"CancelTimer"};

sim::Coro<void> TmrCancelledBeforeFiring(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kCancelsTimer, WorkerWith<CancelsTimer>(kCancelsTimer),
                      GoAfterTimerStarted);
}

// t = task(sleep(30)); t.cancel(); sleep(0.1); return "ok".
class CancelsTimerInSameTask {
 public:
  Coro<std::string> Run() {
    workflow::TimerHandle timer = workflow::Sleep(30s);
    timer.Cancel();
    co_await workflow::Sleep(100ms);
    co_return "ok";
  }
};
constexpr WorkflowType<std::string()> kCancelsTimerInSameTask{"CancelTimerSameTask"};

sim::Coro<void> TmrCancelledInSameTask(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kCancelsTimerInSameTask,
                      WorkerWith<CancelsTimerInSameTask>(kCancelsTimerInSameTask));
}

// a = start activity step; t = task(sleep(input)); the first that is done;
// cancel the other; return which won.
class TimerVsActivity {
 public:
  Coro<std::string> Run(double seconds) {
    const ActivityType<std::string()> activity{"step"};
    const workflow::ActivityOptions options{.start_to_close_timeout = 10s};
    workflow::ActivityHandle<std::string> step = workflow::ExecuteActivity(activity, options);
    workflow::TimerHandle timer = workflow::Sleep(Seconds(seconds));
    co_await workflow::WaitAny(step, timer);
    if (!step.done()) {
      step.Cancel();
      co_return "timer won";
    }
    timer.Cancel();
    const std::string result = co_await step;
    co_return "activity won: " + result;
  }
};
constexpr WorkflowType<std::string(double)> kTimerVsActivity{"TimerVsActivity"};

sim::Coro<void> TmrVsActivityActivityWins(Stage& stage, client::Client&) {
  WorkerOptions worker = WorkerWith<TimerVsActivity>(kTimerVsActivity);
  worker.activities = {stage.Scripted("step")};
  return PlayWithSeconds(stage, kTimerVsActivity, 5.0, std::move(worker));
}

// Starts 10 timers of 0.5 s in one task; returns the order in which they are ready.
class ManyTimers {
 public:
  Coro<json> Run() {
    std::vector<workflow::FiberHandle> fibers;
    for (int i = 1; i <= 10; ++i) fibers.push_back(workflow::Spawn(One(i)));
    for (const workflow::FiberHandle& fiber : fibers) co_await fiber;
    co_return order_;
  }

 private:
  Coro<void> One(int number) {
    co_await workflow::Sleep(500ms);
    order_.push_back(number);
  }
  json order_ = json::array();
};
constexpr WorkflowType<json()> kManyTimers{"ManyTimers"};

sim::Coro<void> TmrManySameInstant(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kManyTimers, WorkerWith<ManyTimers>(kManyTimers));
}

// wait_condition(go, timeout=input); return "go" or "timeout".
class WaitsWithTimeout {
 public:
  WaitsWithTimeout() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }
  Coro<std::string> Run(double seconds) {
    const bool in_time = co_await workflow::WaitCondition([this] { return go_; }, Seconds(seconds));
    co_return in_time ? "go" : "timeout";
  }

 private:
  bool go_ = false;
};
constexpr WorkflowType<std::string(double)> kWaitTimeout{"WaitTimeout"};

sim::Coro<void> WaitConditionTimesOut(Stage& stage, client::Client&) {
  return PlayWithSeconds(stage, kWaitTimeout, 0.5, WorkerWith<WaitsWithTimeout>(kWaitTimeout));
}

sim::Coro<void> WaitConditionSatisfied(Stage& stage, client::Client&) {
  return PlayWithSeconds(stage, kWaitTimeout, 30.0, WorkerWith<WaitsWithTimeout>(kWaitTimeout),
                         GoAfterTimerStarted);
}

}  // namespace

Ports TimerPorts() {
  return {
      {"tmr_sleep", TmrSleep},
      {"tmr_sleep_default_server", TmrSleepDefaultServer},
      {"tmr_sleep_zero", TmrSleepZero},
      {"tmr_cancelled_before_firing", TmrCancelledBeforeFiring},
      {"tmr_cancelled_in_same_task", TmrCancelledInSameTask},
      {"tmr_vs_activity_activity_wins", TmrVsActivityActivityWins},
      {"tmr_many_same_instant", TmrManySameInstant},
      {"wait_condition_times_out", WaitConditionTimesOut},
      {"wait_condition_satisfied", WaitConditionSatisfied},
  };
}

}  // namespace groundhog::conformance
