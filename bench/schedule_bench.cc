// Schedules: the next time of a spec, and a schedule that fires a million times in one simulation.
#include <malloc.h>
#include <string>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "runtime/history/compiled_spec.h"
#include "runtime/history/time_text.h"
#include "runtime/workflow/workflow.h"
#include "sim/recorded_choices.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog {
namespace {

using namespace std::chrono_literals;

// Times a second, one after the other. 0: an interval; 1: a calendar that fits often; 2: one that
// fits once in four years.
void BM_NextTime(benchmark::State& state) {
  const history::ScheduleSpec specs[] = {{.intervals = {{.every = 7s}}},
                                         {.cron_expressions = {"*/5 8-17 * * mon-fri"}},
                                         {.cron_expressions = {"0 0 29 2 *"}}};
  const auto spec = history::CompiledSpec::Compile(specs[state.range(0)]).value();
  const history::Timestamp begin = *history::ParseTimestamp("2026-01-01T00:00:00Z");
  history::Timestamp time = begin;
  for (auto _ : state) {
    const auto next = spec.Next(0, time);
    time = next ? next->actual : begin;
    benchmark::DoNotOptimize(time);
  }
  state.counters["times"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_NextTime)->ArgName("spec")->DenseRange(0, 2);

constexpr WorkflowType<void()> kWaits{"Waits"};
constexpr WorkflowType<void()> kReturns{"Returns"};

class Waits {
 public:
  workflow::Coro<void> Run() {
    co_await workflow::WaitCondition([] { return false; });
  }
};
class Returns {
 public:
  workflow::Coro<void> Run() { co_return; }
};

std::size_t BytesGivenOut() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// An action each second, so many times.
class Firing : public Scenario {
 public:
  Firing(int times, bool runs, std::size_t* bytes) : times_(times), runs_(runs), bytes_(bytes) {}

  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return WorkerOptions{
          .task_queue = "queue",
          .workflows = {workflow::Register<Waits>(kWaits), workflow::Register<Returns>(kReturns)}};
    });
    world.AddClient("client", [this](client::Client& client) { return Fire(client); });
  }

 private:
  sim::Coro<void> Fire(client::Client& client) {
    const client::ScheduleWorkflowOptions job{.id = "job", .task_queue = "queue"};
    const std::string type(runs_ ? kReturns.name : kWaits.name);
    client::Schedule schedule{.action = client::MakeScheduleAction(type, job, {})};
    schedule.spec.intervals = {{.every = 1s}};
    const client::ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(10s);
    const std::size_t before = BytesGivenOut();
    co_await client.Sleep(std::chrono::seconds(times_));
    *bytes_ = BytesGivenOut() - before;
    const client::ScheduleDescription seen = co_await handle.Describe();
    GH_CHECK(seen.info.num_actions + seen.info.num_actions_skipped_overlap >= times_,
             "the schedule has not fired so often");
    co_await handle.Delete();
    if (!runs_) {
      const auto all = co_await client.List();
      const client::UntypedHandle run = client.Handle(kWaits, all.front().execution.workflow_id);
      co_await run.Terminate();
    }
  }

  int times_;
  bool runs_;
  std::size_t* bytes_;
};

// runs 0: against a run that never ends, so that each action is skipped; 1: each starts a run that
// completes.
void BM_ScheduleFires(benchmark::State& state) {
  const auto times = static_cast<int>(state.range(0));
  std::size_t bytes = 0;
  Workspace workspace;
  sim::RecordedChoices choices;
  SimulationOptions options;
  options.check_properties = false;
  options.bounds.steps = 100'000'000;
  options.bounds.trace_records = 100'000'000;
  for (auto _ : state) {
    choices.Load({});
    Simulation simulation(MakeScenario<Firing>("firing", "", times, state.range(1) != 0, &bytes),
                          choices, workspace, options);
    const Verdict verdict = simulation.Run();
    if (verdict.end.kind != sim::SimulationEnd::Kind::kDone) state.SkipWithError("it did not end");
  }
  const auto fired = static_cast<double>(state.iterations()) * times;
  state.counters["fired"] = benchmark::Counter(fired, benchmark::Counter::kIsRate);
  state.counters["bytes_each"] = static_cast<double>(bytes) / times;
}
BENCHMARK(BM_ScheduleFires)
    ->ArgNames({"times", "runs"})
    ->Args({1'000'000, 0})
    ->Args({100'000, 0})
    ->Args({20'000, 1})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace groundhog
