// What a worker of Temporal's Go SDK did: its ids, markers and channels,
// said in C++ and in the Go dialect.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using workflow::Coro;
using workflow::Result;
using workflow::Try;

constexpr std::string_view kGoQueue = "go-queue";
constexpr ActivityType<std::string(std::string)> kStep{"Step"};
constexpr ActivityType<std::string(int)> kFlaky{"Flaky"};

// ---- The worker ----

// Returns its argument after 200 ms ("x": 1.5 s).
sim::Coro<std::string> Step(activity::Context& context, std::string text) {
  co_await context.Sleep(text == "x" ? 1500ms : 200ms);
  co_return text;
}

// Fails in its first `failures` attempts.
std::string Flaky(activity::Context& context, int failures) {
  const int attempt = context.info().attempt;
  if (attempt <= failures) throw history::ApplicationError("errorString", "flaky");
  return fmt::format("attempt {}", attempt);
}

void StartGoWorker(Stage& stage, std::vector<workflow::WorkflowRegistration> workflows) {
  stage.StartWorker(
      {.task_queue = std::string(kGoQueue),
       .workflows = std::move(workflows),
       .activities = {activity::Register(kStep, Step), activity::Register(kFlaky, Flaky)},
       .sticky_schedule_to_start_timeout = 5s});
}

client::StartOptions GoOptions(const Stage& stage) {
  client::StartOptions options = stage.Options();
  options.task_queue = kGoQueue;
  return options;
}

template <class W, class R, class... Args>
workflow::WorkflowRegistration GoWorkflow(const WorkflowType<R(Args...)>& type) {
  return workflow::Register<W>(type, workflow::Dialect::kGo);
}

// Starts the workflow while a worker polls, does `during` with it, keeps result and history.
template <class W, class R>
sim::Coro<void> PlayGo(Stage& stage, WorkflowType<R()> type, During during = nullptr) {
  StartGoWorker(stage, {GoWorkflow<W>(type)});
  const client::StartOptions options = GoOptions(stage);
  const auto handle = co_await stage.client().Start(type, options);
  if (during != nullptr) co_await during(stage, handle);
  co_await stage.Result(handle);
  co_await stage.Save();
  stage.KillWorker();
}

// Go's workflow.Sleep says what it is.
workflow::TimerHandle GoSleep(history::Duration length) {
  const workflow::TimerOptions options{.summary = "Sleep"};
  return workflow::Sleep(length, options);
}

workflow::ActivityHandle<std::string> ExecuteStep(const std::string& text) {
  const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
  return workflow::ExecuteActivity(kStep, text, options);
}

// ---- Markers ----

// Two side effects with a timer of 100 ms between.
class GoSideEffect {
 public:
  Coro<std::vector<int>> Run() {
    const int first = workflow::SideEffect([] { return 42; });
    co_await GoSleep(100ms);
    const int second = workflow::SideEffect([] { return 43; });
    co_return std::vector<int>{first, second};
  }
};
constexpr WorkflowType<std::vector<int>()> kGoSideEffect{"GoSideEffect"};

sim::Coro<void> PlaySideEffect(Stage& stage, client::Client&) {
  return PlayGo<GoSideEffect>(stage, kGoSideEffect);
}

// One mutable side effect with the values 1, 1, 2, 2,
// each followed by a sleep of 100 ms; returns what it saw.
class GoMutableSideEffect {
 public:
  Coro<std::vector<int>> Run() {
    std::vector<int> seen;
    for (const int value : {1, 1, 2, 2}) {
      seen.push_back(workflow::MutableSideEffect("cfg", [value] { return value; }));
      co_await GoSleep(100ms);
    }
    co_return seen;
  }
};
constexpr WorkflowType<std::vector<int>()> kGoMutableSideEffect{"GoMutableSideEffect"};

sim::Coro<void> PlayMutableSideEffect(Stage& stage, client::Client&) {
  return PlayGo<GoMutableSideEffect>(stage, kGoMutableSideEffect);
}

// A version, an activity, the same version, another version; returns the versions.
class GoGetVersion {
 public:
  Coro<std::vector<int>> Run() {
    const int first = workflow::GetVersion("one", workflow::kDefaultVersion, 2);
    (void)co_await ExecuteStep("a");
    const int again = workflow::GetVersion("one", workflow::kDefaultVersion, 2);
    const int other = workflow::GetVersion("two", workflow::kDefaultVersion, 1);
    co_return std::vector<int>{first, again, other};
  }
};
constexpr WorkflowType<std::vector<int>()> kGoGetVersion{"GoGetVersion"};

sim::Coro<void> PlayGetVersion(Stage& stage, client::Client&) {
  return PlayGo<GoGetVersion>(stage, kGoGetVersion);
}

class WaitsForGo {
 protected:
  WaitsForGo() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }
  Coro<void> WaitForGo() {
    co_await workflow::WaitCondition([this] { return go_; });
  }

 private:
  bool go_ = false;
};

// Waits for signal "go"; activity Step("old").
class GoVersionedV1 : WaitsForGo {
 public:
  Coro<std::string> Run() {
    co_await WaitForGo();
    (void)co_await ExecuteStep("old");
    co_return "v1";
  }
};

// As V1, but for a version that it asks for first.
class GoVersionedV2 : WaitsForGo {
 public:
  Coro<std::string> Run() {
    const int version = workflow::GetVersion("c", workflow::kDefaultVersion, 1);
    co_await WaitForGo();
    (void)co_await ExecuteStep(version == workflow::kDefaultVersion ? "old" : "new");
    co_return fmt::format("version {}", version);
  }
};
constexpr WorkflowType<std::string()> kGoVersioned{"GoVersioned"};

sim::Coro<void> PlayGetVersionOnOldRun(Stage& stage, client::Client& client) {
  StartGoWorker(stage, {GoWorkflow<GoVersionedV1>(kGoVersioned)});
  const client::StartOptions options = GoOptions(stage);
  const auto handle = co_await client.Start(kGoVersioned, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(300ms);
  stage.KillWorker();
  StartGoWorker(stage, {GoWorkflow<GoVersionedV2>(kGoVersioned)});
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await stage.Save();
  stage.KillWorker();
}

// ---- Selectors and coroutines ----

constexpr SignalType<std::string> kText{"s"};

// Two signals and an activity, noted as they come; a timer of 30 s is cancelled at the end.
class GoSelector {
 public:
  GoSelector() {
    workflow::OnSignal(kText,
                       [this](const std::string& text) { log_.push_back("signal " + text); });
  }
  Coro<std::vector<std::string>> Run() {
    workflow::TimerHandle timer = workflow::StartTimer(30s);
    workflow::Spawn(NoteEnd(ExecuteStep("x")));
    co_await workflow::WaitCondition([this] { return log_.size() == 3; });
    timer.Cancel();
    co_return log_;
  }

 private:
  Coro<void> NoteEnd(workflow::ActivityHandle<std::string> step) {
    (void)co_await step;
    log_.push_back("activity");
  }

  std::vector<std::string> log_;
};
constexpr WorkflowType<std::vector<std::string>()> kGoSelector{"GoSelector"};

sim::Coro<void> OneAndTwo(Stage& stage, client::UntypedHandle handle) {
  const std::string one = "one";
  const std::string two = "two";
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(50ms);
  co_await handle.Signal(kText, one);
  co_await stage.WaitEvent(handle, EventType::kActivityTaskCompleted);
  co_await stage.Sleep(300ms);
  co_await handle.Signal(kText, two);
}

sim::Coro<void> PlaySelector(Stage& stage, client::Client&) {
  return PlayGo<GoSelector>(stage, kGoSelector, OneAndTwo);
}

// Three coroutines that sleep 1500, 1000 and 500 ms;
// returns their numbers in the order in which they woke up.
class GoCoroutines {
 public:
  Coro<std::vector<int>> Run() {
    for (int i = 1; i <= 3; ++i) workflow::Spawn(SleepAndSend(i));
    co_await workflow::WaitCondition([this] { return received_.size() == 3; });
    co_return received_;
  }

 private:
  Coro<void> SleepAndSend(int number) {
    co_await GoSleep((2000 - 500 * number) * 1ms);
    received_.push_back(number);
  }

  std::vector<int> received_;
};
constexpr WorkflowType<std::vector<int>()> kGoCoroutines{"GoCoroutines"};

sim::Coro<void> PlayCoroutines(Stage& stage, client::Client&) {
  return PlayGo<GoCoroutines>(stage, kGoCoroutines);
}

// ---- Local activity, cancel, child, panic ----

// Local activity Flaky(failures); returns its text.
class GoLocalActivity {
 public:
  Coro<std::string> Run(int failures) {
    const workflow::LocalActivityOptions options{
        .start_to_close_timeout = 5s,
        .retry_policy = {.initial_interval = 100ms, .maximum_attempts = 5}};
    co_return co_await workflow::ExecuteLocalActivity(kFlaky, failures, options);
  }
};
constexpr WorkflowType<std::string(int)> kGoLocalActivity{"GoLocalActivity"};

sim::Coro<void> PlayLocalActivity(Stage& stage, client::Client& client) {
  StartGoWorker(stage, {GoWorkflow<GoLocalActivity>(kGoLocalActivity)});
  const client::StartOptions options = GoOptions(stage);
  const auto handle = co_await client.Start(kGoLocalActivity, options, 2);
  co_await stage.Result(handle);
  co_await stage.Save();
  stage.KillWorker();
}

// Sleeps one minute; when it is cancelled: activity Step("cleanup"),
// which the cancel does not reach.
class GoCancelCleanup {
 public:
  Coro<void> Run() {
    const Result<void> slept = co_await Try(GoSleep(1min));
    if (slept.ok()) co_return;
    (void)co_await workflow::Shielded(ExecuteStep("cleanup"));
    workflow::Fail(slept.failure());
  }
};
constexpr WorkflowType<void()> kGoCancelCleanup{"GoCancelCleanup"};

sim::Coro<void> CancelAfterFirstTask(Stage& stage, client::UntypedHandle handle) {
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(300ms);
  co_await handle.Cancel();
}

sim::Coro<void> PlayCancelWithCleanup(Stage& stage, client::Client&) {
  return PlayGo<GoCancelCleanup>(stage, kGoCancelCleanup, CancelAfterFirstTask);
}

class GoChild {
 public:
  Coro<int> Run() { co_return 1; }
};
constexpr WorkflowType<int()> kGoChild{"GoChild"};

// A child without an id; returns its result + 1.
class GoParent {
 public:
  Coro<int> Run() {
    const workflow::ChildWorkflowOptions options;
    const int result = co_await workflow::ExecuteChildWorkflow(kGoChild, options);
    co_return result + 1;
  }
};
constexpr WorkflowType<int()> kGoParent{"GoParent"};

sim::Coro<void> PlayChild(Stage& stage, client::Client& client) {
  StartGoWorker(stage, {GoWorkflow<GoParent>(kGoParent), GoWorkflow<GoChild>(kGoChild)});
  const client::StartOptions options = GoOptions(stage);
  const auto handle = co_await client.Start(kGoParent, options);
  co_await stage.Result(handle);
  co_await stage.Save();
  const history::HistoryEvent event =
      co_await stage.WaitEvent(handle, EventType::kChildWorkflowExecutionStarted);
  const auto& child =
      history::As<history::ChildWorkflowExecutionStarted>(event)->workflow_execution;
  const std::string& parent_run = handle.result_run_id();
  const bool goes_by_parent = child.workflow_id.starts_with(parent_run);
  stage.Fact("child_id_is_parent_run_id_plus",
             child.workflow_id.substr(goes_by_parent ? parent_run.size() : 0));
  co_await stage.Save(child.workflow_id, child.run_id, "child");
  stage.KillWorker();
}

// Of the worker's process; the port begins with none.
int panics = 0;

// Panics in its first execution, then returns "ok".
class GoPanics {
 public:
  Coro<std::string> Run() {
    if (!workflow::Info().is_replaying && ++panics == 1) throw std::runtime_error("go bug");
    co_return "ok";
  }
};
constexpr WorkflowType<std::string()> kGoPanics{"GoPanics"};

sim::Coro<void> PlayPanic(Stage& stage, client::Client&) {
  panics = 0;
  return PlayGo<GoPanics>(stage, kGoPanics);
}

}  // namespace

Ports GoPorts() {
  return {
      {"go_side_effect", PlaySideEffect},
      {"go_mutable_side_effect", PlayMutableSideEffect},
      {"go_get_version", PlayGetVersion},
      {"go_get_version_on_old_run", PlayGetVersionOnOldRun},
      {"go_selector", PlaySelector},
      {"go_coroutines", PlayCoroutines},
      {"go_local_activity", PlayLocalActivity},
      {"go_cancel_with_cleanup", PlayCancelWithCleanup},
      {"go_child", PlayChild},
      {"go_panic", PlayPanic},
  };
}

}  // namespace groundhog::conformance
