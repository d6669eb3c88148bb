// What a campaign is made of: simulations under random faults and all pairs of faults, on the real
// scenarios with all properties on; how both grow with cores.
// And what an open workflow costs while it sleeps.
#include <cstddef>
#include <malloc.h>
#include <string>
#include <thread>

#include <benchmark/benchmark.h>

#include "base/heap.h"
#include "explore/campaign.h"
#include "explore/random.h"
#include "explore/simulation_subject.h"
#include "faults/plan.h"
#include "runtime/workflow/workflow.h"
#include "scenarios/money_transfer/hardened.h"
#include "scenarios/money_transfer/scenarios.h"
#include "sim/recorded_choices.h"
#include "sim/seeded_choices.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog {
namespace {

using namespace std::chrono_literals;

// Each run has another seed; what is wrong with a run is judged, but not shrunk.
void UnderRandomFaults(benchmark::State& state, const ScenarioEntry& scenario) {
  const faults::Faults faults;
  sim::SeededChoices choices({}, [&faults](const sim::ChoiceSite& site, sim::Answer answer) {
    return faults.Allows(site, answer);
  });
  Workspace workspace;
  std::uint64_t run = 0;
  std::uint64_t steps = 0;
  std::uint64_t violated = 0;
  for (auto _ : state) {
    choices.Restart(explore::SeedOfRun(1, run++));
    Simulation simulation(scenario, choices, workspace);
    const Verdict verdict = simulation.Run();
    steps += verdict.steps;
    if (!verdict.holds()) ++violated;
  }
  const auto runs = static_cast<double>(run);
  state.counters["simulations"] = benchmark::Counter(runs, benchmark::Counter::kIsRate);
  state.counters["steps"] = static_cast<double>(steps) / runs;
  state.counters["violated"] = static_cast<double>(violated) / runs;
}
void BM_RandomFaultsOnTutorial(benchmark::State& state) {
  UnderRandomFaults(state, money_transfer::MoneyTransferEntry());
}
void BM_RandomFaultsOnHardened(benchmark::State& state) {
  UnderRandomFaults(state, money_transfer::HardenedTransferEntry());
}
BENCHMARK(BM_RandomFaultsOnTutorial);
BENCHMARK(BM_RandomFaultsOnHardened);

void Explored(benchmark::State& state, const explore::CampaignOptions& options) {
  explore::CampaignResult result;
  for (auto _ : state) {
    auto explored = explore::Explore(
        "hardened", explore::SubjectOf(money_transfer::HardenedTransferEntry()), options);
    if (!explored.ok() || !explored->holds()) return state.SkipWithError("it does not hold");
    result = *std::move(explored);
  }
  state.counters["simulations"] = benchmark::Counter(static_cast<double>(result.runs),
                                                     benchmark::Counter::kIsIterationInvariantRate);
  state.counters["points"] = static_cast<double>(result.points);
  state.counters["pairs"] = static_cast<double>(result.pairs);
}

// The process's time with one thread is what one core does; with more,
// the real time shows what they gain.
void BM_AllPairs(benchmark::State& state) {
  Explored(state, {.strategy = explore::StrategyKind::kBounded,
                   .faults = faults::Faults().AtMost(2),
                   .jobs = 1});
}
BENCHMARK(BM_AllPairs)->Iterations(1)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void BM_RandomCampaign(benchmark::State& state) {
  Explored(state, {.max_runs = 20'000, .jobs = static_cast<std::uint32_t>(state.range(0))});
}
BENCHMARK(BM_RandomCampaign)
    ->ArgName("jobs")
    ->DenseRange(1, static_cast<int>(std::thread::hardware_concurrency()))
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

constexpr WorkflowType<void()> kSleeper{"Sleeper"};
struct Sleeper {
  workflow::Coro<void> Run() { co_await workflow::Sleep(24h * 365); }
};

// Bytes that malloc has given out and not got back; what the thread's free lists hold is nobody's.
std::size_t BytesInUse() {
  ReleaseFreeMemory();
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// One client starts `count` workflows, each of which falls asleep; then it looks. The worker keeps
// the last `cached` of them.
class ManySleepers : public Scenario {
 public:
  ManySleepers(int count, int cached, std::size_t* bytes)
      : count_(count), cached_(cached), bytes_(bytes) {}

  void Build(World& world) override {
    world.AddWorker("worker", [cached = cached_] {
      return WorkerOptions{.task_queue = "sleepers",
                           .workflows = {workflow::Register<Sleeper>(kSleeper)},
                           .max_cached_workflows = static_cast<std::uint32_t>(cached)};
    });
    world.AddClient("client",
                    [this](client::Client& client) { return StartAll(client, count_, bytes_); });
  }

 private:
  static sim::Coro<void> StartAll(client::Client& client, int count, std::size_t* bytes) {
    const std::size_t before = BytesInUse();
    for (int i = 0; i < count; ++i) {
      const client::StartOptions start{.id = "sleeper-" + std::to_string(i),
                                       .task_queue = "sleepers"};
      co_await client.Start(kSleeper, start);
    }
    co_await client.Sleep(1min);
    *bytes = BytesInUse() - before;
  }

  int count_;
  int cached_;
  std::size_t* bytes_;
};

void BM_OpenWorkflows(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const int cached = static_cast<int>(state.range(1));
  std::size_t bytes = 0;
  ReleaseFreeMemory();
  SimulationOptions options;
  options.check_properties = false;
  options.keep_trace = false;
  options.bounds.virtual_time = 1h;
  options.bounds.steps = 100'000'000;
  for (auto _ : state) {
    Workspace workspace;
    sim::RecordedChoices choices;
    Simulation simulation(MakeScenario<ManySleepers>("sleepers", "", count, cached, &bytes),
                          choices, workspace, options);
    benchmark::DoNotOptimize(simulation.Run().digest);
  }
  state.counters["bytes_each"] = static_cast<double>(bytes) / count;
  state.counters["workflows"] = benchmark::Counter(static_cast<double>(state.iterations()) * count,
                                                   benchmark::Counter::kIsRate);
}
BENCHMARK(BM_OpenWorkflows)
    ->ArgNames({"workflows", "cached"})
    ->Args({100'000, 100'000})
    ->Args({100'000, 1'000})
    ->Args({1'000'000, 1'000})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace groundhog
