// Large ones: what one workflow or one simulation can hold,
// and whether its cost grows in proportion.
#include <chrono>
#include <cstddef>
#include <malloc.h>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/heap.h"
#include "runtime/workflow/workflow.h"
#include "sim/recorded_choices.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog {
namespace {

using namespace std::chrono_literals;

constexpr ActivityType<int(int)> kEcho{"echo"};
constexpr SignalType<int> kAdd{"add"};
constexpr WorkflowType<int(int)> kFanOut{"FanOut"};
constexpr WorkflowType<int(int)> kOneByOne{"OneByOne"};
constexpr WorkflowType<int(int)> kChildren{"Children"};
constexpr WorkflowType<int(int)> kChild{"Child"};
constexpr WorkflowType<int(int)> kSum{"Sum"};

const workflow::ActivityOptions kOptions{.start_to_close_timeout = 10s};

// `count` activities side by side.
struct FanOut {
  workflow::Coro<int> Run(int count) {
    std::vector<workflow::ActivityHandle<int>> handles;
    for (int i = 0; i < count; ++i) {
      handles.push_back(workflow::ExecuteActivity(kEcho, i, kOptions));
    }
    co_await workflow::WaitAll(handles);
    co_return count;
  }
};

// One after the other: six events each.
struct OneByOne {
  workflow::Coro<int> Run(int count) {
    for (int i = 0; i < count; ++i) co_await workflow::ExecuteActivity(kEcho, i, kOptions);
    co_return count;
  }
};

struct Child {
  workflow::Coro<int> Run(int number) { co_return number; }
};
struct Children {
  workflow::Coro<int> Run(int count) {
    std::vector<workflow::ChildWorkflowHandle<int>> handles;
    const workflow::ChildWorkflowOptions options{};
    for (int i = 0; i < count; ++i) {
      handles.push_back(workflow::ExecuteChildWorkflow(kChild, i, options));
    }
    co_await workflow::WaitAll(handles);
    co_return count;
  }
};

// Waits for `count` signals.
class Sum {
 public:
  Sum() {
    workflow::OnSignal(kAdd, [this](int) { ++signals_; });
  }
  workflow::Coro<int> Run(int count) {
    co_await workflow::WaitCondition([this, count] { return signals_ == count; });
    co_return count;
  }

 private:
  int signals_ = 0;
};

class Large : public Scenario {
 public:
  Large(WorkflowType<int(int)> type, int count, int signals)
      : type_(type), count_(count), signals_(signals) {}

  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return WorkerOptions{
          .task_queue = "queue",
          .workflows = {workflow::Register<FanOut>(kFanOut),
                        workflow::Register<OneByOne>(kOneByOne),
                        workflow::Register<Children>(kChildren), workflow::Register<Child>(kChild),
                        workflow::Register<Sum>(kSum)},
          .activities = {activity::Register(kEcho, [](int number) { return number; })}};
    });
    world.AddClient("client", [this](client::Client& client) { return RunIt(client); });
  }

 private:
  sim::Coro<void> RunIt(client::Client& client) {
    const client::StartOptions start{.id = "large", .task_queue = "queue"};
    const auto handle = co_await client.Start(type_, start, count_);
    for (int i = 0; i < signals_; ++i) co_await handle.Signal(kAdd, i);
    co_await handle.Result();
  }

  WorkflowType<int(int)> type_;
  int count_;
  int signals_;
};

void RunLarge(benchmark::State& state, const WorkflowType<int(int)>& type, bool by_signals) {
  const int count = static_cast<int>(state.range(0));
  const ScenarioEntry entry = MakeScenario<Large>("large", "", type, count, by_signals ? count : 0);
  SimulationOptions options;
  options.check_properties = false;
  Workspace workspace;
  sim::RecordedChoices choices;
  std::size_t events = 0;
  for (auto _ : state) {
    choices.Load({});
    Simulation simulation(entry, choices, workspace, options);
    if (simulation.Run().end.kind != sim::SimulationEnd::Kind::kDone) {
      state.SkipWithError("it did not end");
    }
    const properties::RunRecord& run = simulation.evidence().runs.front();
    if (run.status != history::WorkflowExecutionStatus::kCompleted) {
      state.SkipWithError("it did not complete");
    }
    events = run.history.size();
  }
  state.counters["events"] = static_cast<double>(events);
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * count,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_FanOut(benchmark::State& state) { RunLarge(state, kFanOut, false); }
BENCHMARK(BM_FanOut)->Arg(100)->Arg(1'000)->Unit(benchmark::kMillisecond);

void BM_LongHistory(benchmark::State& state) { RunLarge(state, kOneByOne, false); }
BENCHMARK(BM_LongHistory)->Arg(833)->Arg(8'330)->Unit(benchmark::kMillisecond);

void BM_Children(benchmark::State& state) { RunLarge(state, kChildren, false); }
BENCHMARK(BM_Children)->Arg(100)->Arg(1'000)->Unit(benchmark::kMillisecond);

void BM_Signals(benchmark::State& state) { RunLarge(state, kSum, true); }
BENCHMARK(BM_Signals)->Arg(1'000)->Arg(9'999)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace groundhog
