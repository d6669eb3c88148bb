// Workflow tasks whose worker dies, whose code has a bug, or takes long.
#include <stdexcept>

#include "sim/lengths.h"
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using workflow::Coro;

constexpr ActivityType<json()> kStep{"step"};
const workflow::ActivityOptions kFiveSeconds{.start_to_close_timeout = 5s};

template <class W, class R, class... Args>
WorkerOptions WorkerWith(Stage& stage, const WorkflowType<R(Args...)>& type) {
  return {.workflows = {workflow::Register<W>(type)}, .activities = {stage.Scripted("step")}};
}

// ---- The worker dies in the task ----

class ReturnsOk {
 public:
  Coro<std::string> Run() { co_return "ok"; }
};
constexpr WorkflowType<std::string()> kKillsWorkerOnce{"KillsWorkerOnce"};
constexpr WorkflowType<std::string()> kKillsWorkerTwice{"KillsWorkerTwice"};

// The worker is given the task in this attempt, and dies before its code has run: it takes a task
// that reached it while it slept along.
sim::Coro<void> DieInTask(Stage& stage, sim::Process& worker, std::int32_t attempt) {
  co_await stage.Sleep(sim::kNominalLatency / 2);  // its poll is under way
  worker.Pause(1h);
  const client::UntypedHandle handle = stage.Handle(stage.name());
  for (;;) {
    const auto described = co_await handle.Describe();
    const auto& task = described.pending_workflow_task;
    if (task && task->started && task->attempt == attempt) break;
    co_await stage.Sleep(10ms);
  }
  worker.Crash(std::nullopt);
}

// The first `deaths` workers die in the task that they are given.
sim::Coro<void> PlayDeaths(Stage& stage, WorkflowType<std::string()> type, int deaths) {
  client::StartOptions options = stage.Options();
  options.task_timeout = 1s;
  const auto handle = co_await stage.client().Start(type, options);
  for (int i = 1; i <= deaths + 1; ++i) {
    if (i > 1) co_await stage.Sleep(300ms);
    const std::string name = "worker-" + std::to_string(i);
    sim::Process& worker =
        stage.StartWorker({.workflows = {workflow::Register<ReturnsOk>(type)}}, name);
    if (i <= deaths) co_await DieInTask(stage, worker, i);
  }
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftWorkerKilledInTask(Stage& stage, client::Client&) {
  return PlayDeaths(stage, kKillsWorkerOnce, 1);
}

sim::Coro<void> WftWorkerKilledTwice(Stage& stage, client::Client&) {
  return PlayDeaths(stage, kKillsWorkerTwice, 2);
}

// ---- The code does not yield ----

// In its first execution blocks for 3 s without yielding (deadlock detector: 2 s); else returns
// "ok". What it goes by is the world's, not the history's, as in the recording.
class Deadlocks {
 public:
  Coro<std::string> Run() {
    // The first task was started right after the start; what comes after the detector is later.
    const workflow::WorkflowInfo info = workflow::Info();
    if (workflow::Now() - info.start_time < 1s) workflow::BlockThread(3s);
    co_return "ok";
  }
};
constexpr WorkflowType<std::string()> kDeadlocks{"Deadlocks"};

sim::Coro<void> WftDeadlockDetector(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kDeadlocks,
                      {.workflows = {workflow::Register<Deadlocks>(kDeadlocks)}});
}

// ---- Bugs, which are mended after a while ----

// Raises RuntimeError("bug") for 5 s, which its first two executions fall into; then returns "ok".
class RaisesPlain {
 public:
  Coro<std::string> Run() {
    const workflow::WorkflowInfo info = workflow::Info();
    if (workflow::Now() - info.start_time < 5s) throw std::runtime_error("bug");
    co_return "ok";
  }
};
constexpr WorkflowType<std::string()> kRaisesPlain{"RaisesPlain"};

sim::Coro<void> WftPlainExceptionThenFixed(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<RaisesPlain>(kRaisesPlain)}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kRaisesPlain, options);
  co_await stage.Sleep(400ms);
  co_await stage.Describe(stage.name(), "describe_after_0.4s");
  co_await stage.Result(handle);
  co_await stage.Save();
}

// r = await activity step; raises RuntimeError("bug after activity")
// until the history says that it did; then returns r.
class RaisesAfterActivity {
 public:
  Coro<json> Run() {
    const json result = co_await workflow::ExecuteActivity(kStep, kFiveSeconds);
    constexpr history::EventId kUntilFailure = 9;
    if (workflow::Info().history_length <= kUntilFailure) {
      throw std::runtime_error("bug after activity");
    }
    co_return result;
  }
};
constexpr WorkflowType<json()> kRaisesAfterActivity{"RaisesAfterActivity"};

sim::Coro<void> WftPlainExceptionOnStickyTask(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kRaisesAfterActivity,
                      WorkerWith<RaisesAfterActivity>(stage, kRaisesAfterActivity));
}

// raise ApplicationError("business rule", {"code": 7}, type="RuleError", non_retryable=True).
class RaisesApplicationError {
 public:
  Coro<std::string> Run() {
    throw history::ApplicationError("RuleError", "business rule", /*non_retryable=*/true,
                                    history::ToPayloads(json{{"code", 7}}));
    co_return "";
  }
};
constexpr WorkflowType<std::string()> kRaisesApplicationError{"RaisesApplicationError"};

sim::Coro<void> WftApplicationError(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kRaisesApplicationError,
                      WorkerWith<RaisesApplicationError>(stage, kRaisesApplicationError));
}

// Version A: await activity step; await signal "go"; await activity step; return "A". Version B has
// sleep(0.1) in place of the first activity.
class Versioned {
 public:
  Versioned() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }

 protected:
  Coro<std::string> GoAndStep(std::string version) {
    co_await workflow::WaitCondition([this] { return go_; });
    co_await workflow::ExecuteActivity(kStep, kFiveSeconds);
    co_return version;
  }

 private:
  bool go_ = false;
};

class VersionedA : public Versioned {
 public:
  Coro<std::string> Run() {
    co_await workflow::ExecuteActivity(kStep, kFiveSeconds);
    co_return co_await GoAndStep("A");
  }
};

class VersionedB : public Versioned {
 public:
  Coro<std::string> Run() {
    co_await workflow::Sleep(100ms);
    co_return co_await GoAndStep("B");
  }
};
constexpr WorkflowType<std::string()> kVersioned{"Versioned"};

sim::Coro<void> WftNondeterminismThenFixed(Stage& stage, client::Client& client) {
  stage.StartWorker(WorkerWith<VersionedA>(stage, kVersioned));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kVersioned, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, 2);
  co_await stage.StopWorker();
  stage.StartWorker(WorkerWith<VersionedB>(stage, kVersioned));
  co_await handle.Signal(kGo);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskFailed);
  co_await stage.Sleep(1200ms);
  co_await stage.Describe(stage.name(), "describe_while_failing");
  co_await stage.StopWorker();
  stage.StartWorker(WorkerWith<VersionedA>(stage, kVersioned));
  co_await stage.Result(handle);
  co_await stage.Save();
}

// ---- Tasks that take long ----

constexpr SignalType<std::string> kS{"s"};

// seen = []; signal "s"(x): seen.append(x). Run:
// in the recording its first task took 1 s; return seen.
class BlocksThenReturns {
 public:
  BlocksThenReturns() {
    workflow::OnSignal(kS, [this](std::string value) { seen_.push_back(value); });
  }
  Coro<json> Run() { co_return seen_; }

 private:
  json seen_ = json::array();
};
constexpr WorkflowType<json()> kBlocksThenReturns{"BlocksThenReturns"};

sim::Coro<void> WftUnhandledCommand(Stage& stage, client::Client& client) {
  sim::Process& worker =
      stage.StartWorker({.workflows = {workflow::Register<BlocksThenReturns>(kBlocksThenReturns)}});
  const client::StartOptions options = stage.Options();
  co_await stage.Sleep(10ms);  // it polls
  stage.SlowNextTask(worker, 1s);
  const auto handle = co_await client.Start(kBlocksThenReturns, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskStarted);
  co_await stage.Sleep(300ms);
  co_await handle.Signal(kS, std::string("late"));
  co_await stage.Result(handle);
  co_await stage.Save();
}

constexpr QueryType<std::string()> kState{"state"};

// state = "before"; query "state". Run: in the recording its first task took 1 s;
// state = "after"; wait for signal "end".
class BlocksWithQuery {
 public:
  BlocksWithQuery() {
    workflow::OnQuery(kState, [this] { return state_; });
    workflow::OnSignal(kEnd, [this] { end_ = true; });
  }
  Coro<std::string> Run() {
    state_ = "after";
    co_await workflow::WaitCondition([this] { return end_; });
    co_return state_;
  }

 private:
  std::string state_ = "before";
  bool end_ = false;
};
constexpr WorkflowType<std::string()> kBlocksWithQuery{"BlocksWithQuery"};

sim::Coro<void> WftQueryWhileTaskInFlight(Stage& stage, client::Client& client) {
  sim::Process& worker =
      stage.StartWorker({.workflows = {workflow::Register<BlocksWithQuery>(kBlocksWithQuery)}});
  const client::StartOptions options = stage.Options();
  co_await stage.Sleep(10ms);  // it polls
  stage.SlowNextTask(worker, 1s);
  const auto handle = co_await client.Start(kBlocksWithQuery, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskStarted);
  co_await stage.Sleep(300ms);
  co_await stage.Attempt("query", handle.Query(kState));
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await handle.Signal(kEnd);
  co_await stage.Result(handle);
  co_await stage.Save();
}

// return await local activity step (start_to_close 10 s).
class LongLocal {
 public:
  Coro<json> Run() {
    const workflow::LocalActivityOptions options{.start_to_close_timeout = 10s};
    co_return co_await workflow::ExecuteLocalActivity(kStep, options);
  }
};
constexpr WorkflowType<json()> kLongLocal{"LongLocal"};

sim::Coro<void> WftHeartbeatByLocalActivity(Stage& stage, client::Client& client) {
  stage.StartWorker(WorkerWith<LongLocal>(stage, kLongLocal));
  client::StartOptions options = stage.Options();
  options.task_timeout = 2s;
  const auto handle = co_await client.Start(kLongLocal, options);
  co_await stage.Result(handle);
  co_await stage.Save();
}

}  // namespace

Ports WorkflowTaskPorts() {
  return {
      {"wft_worker_killed_in_task", WftWorkerKilledInTask},
      {"wft_worker_killed_twice", WftWorkerKilledTwice},
      {"wft_deadlock_detector", WftDeadlockDetector},
      {"wft_plain_exception_then_fixed", WftPlainExceptionThenFixed},
      {"wft_plain_exception_on_sticky_task", WftPlainExceptionOnStickyTask},
      {"wft_application_error", WftApplicationError},
      {"wft_nondeterminism_then_fixed", WftNondeterminismThenFixed},
      {"wft_unhandled_command", WftUnhandledCommand},
      {"wft_query_while_task_in_flight", WftQueryWhileTaskInFlight},
      {"wft_heartbeat_by_local_activity", WftHeartbeatByLocalActivity},
  };
}

}  // namespace groundhog::conformance
