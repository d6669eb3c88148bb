#include "tests/replay/ported_workflows.h"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/workflow/workflow.h"
#include "scenarios/money_transfer/workflows.h"

namespace groundhog::replay::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using workflow::ActivityCancellationType;
using workflow::ActivityHandle;
using workflow::ActivityOptions;
using workflow::CanceledError;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::OnSignal;
using workflow::OnUpdate;
using workflow::Register;
using workflow::Result;
using workflow::Sleep;
using workflow::StartTimer;
using workflow::Try;
using workflow::WaitCondition;
using workflow::WorkflowRegistration;

constexpr SignalType<> kGo{"go"};
constexpr ActivityType<json()> kStep{"step"};
constexpr ActivityType<json(int)> kStepk{"stepk"};
const ActivityOptions kFiveSeconds{.start_to_close_timeout = 5s};

history::Duration Seconds(double seconds) {
  return std::chrono::duration_cast<history::Duration>(std::chrono::duration<double>(seconds));
}

// --- the ports, under the names of the probes' classes

ActivityOptions OptionsFrom(const json& o) {
  ActivityOptions options;
  const auto seconds = [&o](const char* key) { return Seconds(o.value(key, 0.0)); };
  options.start_to_close_timeout = seconds("start_to_close_timeout");
  options.schedule_to_close_timeout = seconds("schedule_to_close_timeout");
  options.schedule_to_start_timeout = seconds("schedule_to_start_timeout");
  options.heartbeat_timeout = seconds("heartbeat_timeout");
  options.task_queue = o.value("task_queue", "");
  options.activity_id = o.value("activity_id", "");
  const std::string cancellation = o.value("cancellation_type", "TRY_CANCEL");
  options.cancellation_type = cancellation == "ABANDON" ? ActivityCancellationType::kAbandon
                              : cancellation == "TRY_CANCEL"
                                  ? ActivityCancellationType::kTryCancel
                                  : ActivityCancellationType::kWaitCancellationCompleted;
  return options;
}

history::Payload ArgumentFrom(const json& o) {
  if (!o.contains("arg") || o.at("arg").is_null()) return history::ToPayload(nullptr);
  return history::ToPayload(o.at("arg"));
}

ActivityHandle<json> StartScripted(const json& o) {
  const std::string name = o.value("activity", "step");
  const ActivityOptions options = OptionsFrom(o);
  const history::Payload argument = ArgumentFrom(o);
  return ExecuteActivity(ActivityType<json(history::Payload)>{name}, argument, options);
}

struct OneActivity {
  Coro<json> Run(json o) { co_return co_await StartScripted(o); }
};

struct Going {
  Going() {
    OnSignal(kGo, [this] { go_ = true; });
  }
  bool go_ = false;
};

struct CancelActivity : Going {
  Coro<std::string> Run(json o) {
    ActivityHandle<json> activity = StartScripted(o);
    co_await WaitCondition([this] { return go_; });
    activity.Cancel();
    const Result<json> result = co_await Try(activity);
    std::string text = "activity error: CancelledError";
    if (result.ok()) text = "activity result: " + result->get<std::string>();
    if (!result.ok() && !result.canceled()) text = "activity error: ApplicationError";
    if (o.contains("then_sleep")) co_await Sleep(Seconds(o.at("then_sleep").get<double>()));
    co_return text;
  }
};

struct CancelBeforeSent {
  Coro<std::string> Run(json o) {
    const ActivityOptions options = OptionsFrom(o);
    ActivityHandle<json> activity = ExecuteActivity(kStep, options);
    activity.Cancel();
    const Result<json> result = co_await Try(activity);
    co_return result.canceled() ? "ActivityError: Activity cancelled / CancelledError" : "no error";
  }
};

struct Parallel {
  Coro<std::vector<json>> Run(json o) {
    const ActivityOptions options{.start_to_close_timeout = 20s};
    std::vector<ActivityHandle<json>> handles;
    for (int i = 1; i <= o.at("n").get<int>(); ++i) {
      handles.push_back(ExecuteActivity(kStepk, i, options));
    }
    co_return co_await workflow::WaitAll(handles);
  }
};

struct BusyWhileActivitiesFinish : Going {
  Coro<std::vector<json>> Run(json) {
    const ActivityOptions options{.start_to_close_timeout = 20s};
    std::vector<ActivityHandle<json>> handles;
    for (int i = 1; i <= 3; ++i) handles.push_back(ExecuteActivity(kStepk, i, options));
    co_await WaitCondition([this] { return go_; });
    workflow::TimerHandle timer = StartTimer(30s);
    std::vector<json> results;
    for (ActivityHandle<json>& handle : handles) results.push_back(co_await handle);
    timer.Cancel();
    co_return results;
  }
};

struct Sleeps {
  Coro<std::string> Run(double seconds) {
    co_await Sleep(Seconds(seconds));
    co_return "awake";
  }
};
struct SleepZero {
  Coro<std::string> Run() {
    co_await Sleep(0s);
    co_return "awake";
  }
};
struct CancelTimer : Going {
  Coro<std::string> Run() {
    workflow::TimerHandle timer = StartTimer(30s);
    co_await WaitCondition([this] { return go_; });
    timer.Cancel();
    co_return "cancelled";
  }
};
struct CancelTimerSameTask {
  Coro<std::string> Run() {
    workflow::TimerHandle timer = StartTimer(30s);
    timer.Cancel();
    co_await Sleep(100ms);
    co_return "ok";
  }
};
struct TimerVsActivity {
  Coro<std::string> Run(double seconds) {
    const ActivityOptions options{.start_to_close_timeout = 10s};
    ActivityHandle<json> activity = ExecuteActivity(kStep, options);
    workflow::TimerHandle timer = StartTimer(Seconds(seconds));
    const std::size_t first = co_await workflow::WaitAny(activity, timer);
    if (first == 1) {
      activity.Cancel();
      co_return "timer won";
    }
    timer.Cancel();
    const json result = co_await activity;
    co_return "activity won: " + result.get<std::string>();
  }
};
struct ManyTimers {
  Coro<void> One(int i) {
    co_await Sleep(500ms);
    order_.push_back(i);
  }
  Coro<std::vector<int>> Run() {
    std::vector<workflow::FiberHandle> fibers;
    for (int i = 1; i <= 10; ++i) fibers.push_back(workflow::Spawn(One(i)));
    co_await workflow::WaitAll(fibers);
    co_return order_;
  }
  std::vector<int> order_;
};
struct WaitTimeout : Going {
  Coro<std::string> Run(double seconds) {
    const bool in_time = co_await WaitCondition([this] { return go_; }, Seconds(seconds));
    co_return in_time ? "go" : "timeout";
  }
};

constexpr SignalType<json> kAdd{"add"};
constexpr SignalType<> kEnd{"end"};
struct Collect {
  Collect() {
    OnSignal(kAdd, [this](const json& x) { seen_.push_back(x); });
    OnSignal(kEnd, [this] { end_ = true; });
  }
  Coro<std::vector<json>> Run() {
    seen_.push_back("run");
    co_await WaitCondition([this] { return end_; });
    co_return seen_;
  }
  std::vector<json> seen_;
  bool end_ = false;
};

constexpr SignalType<int> kWork{"work"};
struct SlowHandler {
  SlowHandler() {
    OnSignal(kWork, [this](int x) { return Work(x); });
  }
  Coro<void> Work(int x) { log_.push_back(co_await ExecuteActivity(kStepk, x, kFiveSeconds)); }
  Coro<std::vector<json>> Run() {
    co_await WaitCondition([this] { return log_.size() == 2 && workflow::AllHandlersFinished(); });
    co_return log_;
  }
  std::vector<json> log_;
};

struct PatchableV2 : Going {
  Coro<std::string> Run() {
    const bool is_new = workflow::Patched("two");
    co_await WaitCondition([this] { return go_; });
    const json result = co_await ExecuteActivity(kStepk, is_new ? 2 : 1, kFiveSeconds);
    co_return (is_new ? "new " : "old ") + result.get<std::string>();
  }
};
struct PatchableV3 : Going {
  Coro<std::string> Run() {
    workflow::DeprecatePatch("two");
    co_await WaitCondition([this] { return go_; });
    const json result = co_await ExecuteActivity(kStepk, 2, kFiveSeconds);
    co_return "v3 " + result.get<std::string>();
  }
};

workflow::LocalActivityHandle<json> StartLocally(const json& o) {
  const ActivityOptions options = OptionsFrom(o);
  const workflow::LocalActivityOptions local{
      .start_to_close_timeout = options.start_to_close_timeout,
      .local_retry_threshold = Seconds(o.value("local_retry_threshold", 0.0))};
  const history::Payload argument = ArgumentFrom(o);
  return workflow::ExecuteLocalActivity(ActivityType<json(history::Payload)>{"step"}, argument,
                                        local);
}

struct OneLocalActivity {
  Coro<json> Run(json o) { co_return co_await StartLocally(o); }
};
struct LongLocal {
  Coro<json> Run() {
    const json options{{"start_to_close_timeout", 10}};
    co_return co_await StartLocally(options);
  }
};

struct Invisible {
  Coro<json> Run() {
    const std::uint64_t a = workflow::Random().Next();
    const std::string b = workflow::Uuid4();
    const history::Timestamp before = workflow::Now();
    workflow::Logger().Info("hello {}", a);
    co_await Sleep(200ms);
    const workflow::WorkflowInfo info = workflow::Info();
    co_return json{{"random_in_range", true},
                   {"uuid_version", b.at(14) - '0'},
                   {"time_advanced", workflow::Now() > before},
                   {"workflow_id", info.workflow_id},
                   {"attempt", info.attempt},
                   {"history_length_at_second_task", info.history_length},
                   {"task_queue", info.task_queue},
                   {"type", info.workflow_type},
                   {"run_timeout", info.run_timeout == 0s ? "None" : "some"},
                   {"task_timeout", info.task_timeout == 10s ? "0:00:10" : "other"},
                   {"cron", nullptr},
                   {"parent", nullptr},
                   {"namespace", "default"},
                   {"suggested_can", info.continue_as_new_suggested},
                   {"continued_run_id", nullptr}};
  }
};

struct SaysOk {
  Coro<std::string> Run() { co_return "ok"; }
};
struct RaisesAfterActivity {
  Coro<json> Run() { co_return co_await ExecuteActivity(kStep, kFiveSeconds); }
};
struct RaisesApplicationError {
  Coro<std::string> Run() {
    throw workflow::ApplicationError("RuleError", "business rule", true,
                                     history::ToPayloads(json{{"code", 7}}));
    co_return "";
  }
};
struct VersionedA : Going {
  Coro<std::string> Run() {
    co_await ExecuteActivity(kStep, kFiveSeconds);
    co_await WaitCondition([this] { return go_; });
    co_await ExecuteActivity(kStep, kFiveSeconds);
    co_return "A";
  }
};
struct VersionedB : Going {
  Coro<std::string> Run() {
    co_await Sleep(100ms);
    co_await WaitCondition([this] { return go_; });
    co_await ExecuteActivity(kStep, kFiveSeconds);
    co_return "B";
  }
};
constexpr SignalType<json> kS{"s"};
struct BlocksThenReturns {
  BlocksThenReturns() {
    OnSignal(kS, [this](const json& x) { seen_.push_back(x); });
  }
  Coro<std::vector<json>> Run() { co_return seen_; }
  std::vector<json> seen_;
};
struct BlocksWithQuery {
  BlocksWithQuery() {
    OnSignal(kEnd, [this] { end_ = true; });
  }
  Coro<std::string> Run() {
    co_await WaitCondition([this] { return end_; });
    co_return "after";
  }
  bool end_ = false;
};
constexpr SignalType<> kCount{"s"};
struct SignalCounter {
  SignalCounter() {
    OnSignal(kCount, [this] { ++n_; });
  }
  Coro<int> Run(int up_to) {
    co_await WaitCondition([this, up_to] { return n_ >= up_to; });
    co_return n_;
  }
  int n_ = 0;
};

constexpr UpdateType<int(int)> kWithdrawUpdate{"withdraw"};
constexpr UpdateType<json(int)> kWithdrawSlow{"withdraw_slow"};
constexpr UpdateType<std::string()> kNever{"never"};
struct Account {
  Account() {
    OnUpdate(
        kWithdrawUpdate,
        [this](int n) {
          if (n > balance_) throw workflow::ApplicationError("Insufficient", "insufficient");
          return balance_ -= n;
        },
        [](int n) {
          if (n <= 0) throw workflow::ApplicationError("ValueError", "amount must be positive");
        });
    OnUpdate(kWithdrawSlow, [this](int n) { return WithdrawSlow(n); });
    OnUpdate(kNever, []() -> Coro<std::string> {
      co_await WaitCondition([] { return false; });
      co_return "x";
    });
    OnSignal(kEnd, [this] { end_ = true; });
  }
  Coro<int> Run() {
    co_await WaitCondition([this] { return end_; });
    co_return balance_;
  }
  Coro<json> WithdrawSlow(int n) {
    const json result = co_await ExecuteActivity(kStep, kFiveSeconds);
    balance_ -= n;
    co_return json::array({balance_, result});
  }
  int balance_ = 100;
  bool end_ = false;
};

struct Child : Going {
  Coro<std::string> Run(json o) {
    const std::string what = o.at("do");
    const int attempt = workflow::Info().attempt;
    if (what == "fail" || (what == "fail_then_ok" && attempt == 1)) {
      throw workflow::ApplicationError("ChildError", "child broke");
    }
    if (what == "wait") {
      co_await WaitCondition([this] { return go_; });
      co_return "went";
    }
    co_return what == "fail_then_ok" ? fmt::format("ok in attempt {}", attempt) : "child done";
  }
};
constexpr WorkflowType<std::string(int)> kCountdown{"Countdown"};
struct Countdown {
  Coro<std::string> Run(int n) {
    co_await Sleep(100ms);
    if (n > 0) workflow::ContinueAsNew(kCountdown, n - 1);
    co_return "zero";
  }
};
struct FailsTwice {
  Coro<std::string> Run() {
    const int attempt = workflow::Info().attempt;
    if (attempt < 3) throw workflow::ApplicationError("Again", fmt::format("attempt {}", attempt));
    co_return "third time";
  }
};
struct CronJob {
  Coro<int> Run() { co_return workflow::LastCompletionResult<int>().value_or(0) + 1; }
};
struct CleansUp {
  Coro<std::string> Run() {
    const Result<void> waited = co_await Try(WaitCondition([] { return false; }));
    co_await ExecuteActivity(kStep, kFiveSeconds);
    workflow::Fail(waited.failure());
  }
};
struct IgnoresCancel {
  Coro<std::string> Run() {
    try {
      co_await WaitCondition([] { return false; });
    } catch (const CanceledError&) {
      co_return "not today";
    }
    co_return "never";
  }
};
struct TwoSteps : Going {
  Coro<std::vector<json>> Run() {
    std::vector<json> results;
    results.push_back(co_await ExecuteActivity(kStepk, 1, kFiveSeconds));
    co_await WaitCondition([this] { return go_; });
    results.push_back(co_await ExecuteActivity(kStepk, 2, kFiveSeconds));
    co_return results;
  }
};
struct SleepsLong {
  Coro<std::string> Run() {
    co_await ExecuteActivity(kStepk, 1, kFiveSeconds);
    co_await Sleep(1500ms);
    co_return "slept";
  }
};
constexpr SignalType<> kX{"x"};
struct TimerAndActivity {
  TimerAndActivity() {
    OnSignal(kX, [this] { log_.push_back("x"); });
  }
  Coro<std::vector<json>> Run() {
    const ActivityOptions options{.start_to_close_timeout = 20s};
    ActivityHandle<json> activity = ExecuteActivity(kStepk, 1, options);
    workflow::TimerHandle timer = StartTimer(2500ms);
    const json result = co_await activity;
    co_await timer;
    co_return std::vector<json>{result, "timer", log_};
  }
  std::vector<std::string> log_;
};

template <class W, class R, class... Args>
WorkflowRegistration Port(Coro<R> (W::*)(Args...), const char* name) {
  return Register<W>(WorkflowType<R(Args...)>{name});
}
#define PORT(Class, name) Port(&Class::Run, name)

}  // namespace

const std::map<std::string, WorkflowRegistration>& PortedWorkflows() {
  static const std::map<std::string, WorkflowRegistration> ports{
      {"wfs:OneActivity", PORT(OneActivity, "OneActivity")},
      {"wfs:CancelActivity", PORT(CancelActivity, "CancelActivity")},
      {"activities:CancelBeforeSent", PORT(CancelBeforeSent, "CancelBeforeSent")},
      {"activities:Parallel", PORT(Parallel, "Parallel")},
      {"activities:BusyWhileActivitiesFinish",
       PORT(BusyWhileActivitiesFinish, "BusyWhileActivitiesFinish")},
      {"timers_signals_updates:Sleep", PORT(Sleeps, "Sleep")},
      {"timers_signals_updates:SleepZero", PORT(SleepZero, "SleepZero")},
      {"timers_signals_updates:CancelTimer", PORT(CancelTimer, "CancelTimer")},
      {"timers_signals_updates:CancelTimerSameTask",
       PORT(CancelTimerSameTask, "CancelTimerSameTask")},
      {"timers_signals_updates:TimerVsActivity", PORT(TimerVsActivity, "TimerVsActivity")},
      {"timers_signals_updates:ManyTimers", PORT(ManyTimers, "ManyTimers")},
      {"timers_signals_updates:WaitTimeout", PORT(WaitTimeout, "WaitTimeout")},
      {"timers_signals_updates:Collect", PORT(Collect, "Collect")},
      {"timers_signals_updates:SlowHandler", PORT(SlowHandler, "SlowHandler")},
      {"timers_signals_updates:PatchableV2", PORT(PatchableV2, "Patchable")},
      {"timers_signals_updates:PatchableV3", PORT(PatchableV3, "Patchable")},
      {"timers_signals_updates:Invisible", PORT(Invisible, "Invisible")},
      {"wfs:OneLocalActivity", PORT(OneLocalActivity, "OneLocalActivity")},
      {"workflow_tasks:LongLocal", PORT(LongLocal, "LongLocal")},
      {"workflow_tasks:KillsWorkerOnce", PORT(SaysOk, "KillsWorkerOnce")},
      {"workflow_tasks:KillsWorkerTwice", PORT(SaysOk, "KillsWorkerTwice")},
      {"workflow_tasks:RaisesPlain", PORT(SaysOk, "RaisesPlain")},
      {"workflow_tasks:Deadlocks", PORT(SaysOk, "Deadlocks")},
      {"workflow_tasks:RaisesAfterActivity", PORT(RaisesAfterActivity, "RaisesAfterActivity")},
      {"workflow_tasks:RaisesApplicationError",
       PORT(RaisesApplicationError, "RaisesApplicationError")},
      {"workflow_tasks:VersionedA", PORT(VersionedA, "Versioned")},
      {"workflow_tasks:BlocksThenReturns", PORT(BlocksThenReturns, "BlocksThenReturns")},
      {"workflow_tasks:BlocksWithQuery", PORT(BlocksWithQuery, "BlocksWithQuery")},
      {"workflow_tasks:SignalCounter", PORT(SignalCounter, "SignalCounter")},
      {"timers_signals_updates:Account", PORT(Account, "Account")},
      {"lifecycle:Child", PORT(Child, "Child")},
      {"lifecycle:Countdown", PORT(Countdown, "Countdown")},
      {"lifecycle:FailsTwice", PORT(FailsTwice, "FailsTwice")},
      {"lifecycle:CronJob", PORT(CronJob, "CronJob")},
      {"lifecycle:CleansUp", PORT(CleansUp, "CleansUp")},
      {"lifecycle:IgnoresCancel", PORT(IgnoresCancel, "IgnoresCancel")},
      {"lifecycle:TwoSteps", PORT(TwoSteps, "TwoSteps")},
      {"lifecycle:SleepsLong", PORT(SleepsLong, "SleepsLong")},
      {"lifecycle:TimerAndActivity", PORT(TimerAndActivity, "TimerAndActivity")},
      {"bank:MoneyTransfer", Register<money_transfer::MoneyTransfer>(banking::kMoneyTransfer)},
      {"bank:MoneyTransferStc1",
       Register<money_transfer::MoneyTransferStartToClose1s>(banking::kMoneyTransfer)},
      {"bank:MoneyTransferUnlimited",
       Register<money_transfer::MoneyTransferUnlimitedAttempts>(banking::kMoneyTransfer)},
      {"bank:MoneyTransferNoHandler",
       Register<money_transfer::MoneyTransferNoHandler>(banking::kMoneyTransfer)},
      {"bank:MoneyTransferShielded",
       Register<money_transfer::MoneyTransferShieldedRefund>(banking::kMoneyTransfer)}};
  return ports;
}

WorkflowRegistration PortedVersionedB() { return PORT(VersionedB, "Versioned"); }

}  // namespace groundhog::replay::testing
