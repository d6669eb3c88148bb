// Whole money transfers: a fresh simulation for each, and many workflows in one.
#include <string>

#include <benchmark/benchmark.h>

#include "base/heap.h"
#include "scenarios/money_transfer/hardened.h"
#include "scenarios/money_transfer/scenarios.h"
#include "scenarios/money_transfer/workflows.h"
#include "sim/recorded_choices.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog {
namespace {

using money_transfer::Bank;

// What other benchmarks left behind is not measured.
void ForgetTheOthers(const benchmark::State&) { ReleaseFreeMemory(); }

// Uneventful transfers of the tutorial; with all properties judged, or without.
void BM_Transfer(benchmark::State& state) {
  const ScenarioEntry entry = money_transfer::MoneyTransferEntry();
  Workspace workspace;
  sim::RecordedChoices choices;
  SimulationOptions options;
  options.check_properties = state.range(0) != 0;
  Verdict verdict;
  for (auto _ : state) {
    choices.Load({});
    Simulation simulation(entry, choices, workspace, options);
    verdict = simulation.Run();
    if (!verdict.holds()) state.SkipWithError("the uneventful transfer broke a property");
  }
  state.counters["transfers"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["steps"] = static_cast<double>(verdict.steps);
  state.counters["points"] = static_cast<double>(verdict.points);
}
BENCHMARK(BM_Transfer)->ArgName("properties")->Arg(0)->Arg(1)->Setup(ForgetTheOthers);

// `count` transfers side by side in one simulation.
class ManyTransfers : public Scenario {
 public:
  explicit ManyTransfers(int count) : count_(count) {}

  void Build(World& world) override {
    const auto bank = world.AddService<Bank>(
        "bank", money_transfer::Accounts{{"85-150", 1'000'000'000}, {"43-812", 0}});
    world.AddWorker("worker", [bank] {
      return WorkerOptions{
          .task_queue = std::string(banking::kTaskQueue),
          .workflows = {workflow::Register<money_transfer::MoneyTransfer>(banking::kMoneyTransfer)},
          .activities = BankingActivities(bank)};
    });
    for (int i = 0; i < count_; ++i) {
      world.AddClient("client-" + std::to_string(i),
                      [i](client::Client& client) { return Transfer(client, i); });
    }
  }

 private:
  static sim::Coro<void> Transfer(client::Client& client, int number) {
    client::StartOptions start = money_transfer::TutorialStart();
    start.id = "pay-invoice-" + std::to_string(number);
    banking::PaymentDetails payment = money_transfer::TutorialPayment();
    payment.reference_id = std::to_string(number);
    const auto transfer = co_await client.Start(banking::kMoneyTransfer, start, payment);
    co_await transfer.TryResult();
  }

  int count_;
};

void BM_ManyTransfersInOneSimulation(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const ScenarioEntry entry = MakeScenario<ManyTransfers>("many", "", count);
  Workspace workspace;
  sim::RecordedChoices choices;
  SimulationOptions options;
  options.check_properties = false;
  for (auto _ : state) {
    choices.Load({});
    Simulation simulation(entry, choices, workspace, options);
    const Verdict verdict = simulation.Run();
    if (verdict.end.kind != sim::SimulationEnd::Kind::kDone) state.SkipWithError("did not end");
  }
  state.counters["transfers"] = benchmark::Counter(static_cast<double>(state.iterations()) * count,
                                                   benchmark::Counter::kIsRate);
}
BENCHMARK(BM_ManyTransfersInOneSimulation)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Setup(ForgetTheOthers);

}  // namespace
}  // namespace groundhog
