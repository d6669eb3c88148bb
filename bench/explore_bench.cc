// What exploring costs beside the simulations themselves: each strategy over a simulation that only
// asks its 250 points (as many as an uneventful transfer), against the same simulation run alone.
#include <array>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/hash.h"
#include "explore/campaign.h"
#include "explore/enumerated_choices.h"
#include "faults/plan.h"
#include "sim/recorded_choices.h"
#include "sim/symbol.h"

namespace groundhog::explore {
namespace {

constexpr std::int32_t kPoints = 250;
constexpr auto kAnswers = std::to_array<std::string_view>({"crash", "long_outage"});
constexpr sim::ChoiceSite kSite{"bench/crash", sim::ChoiceClass::kFault, kAnswers, "a crash"};
constexpr sim::SymbolEntry kKind{"Report"};
constexpr sim::SymbolEntry kScope{"order-1"};
constexpr sim::SymbolEntry kActivity{"withdraw"};

const faults::Catalog& BenchCatalog() {
  static const faults::Catalog kCatalog({&kSite});
  return kCatalog;
}

class OnlyAsks final : public Subject {
 public:
  Verdict Run(sim::Choices& choices) override {
    Verdict verdict;
    for (std::int32_t attempt = 1; attempt <= kPoints; ++attempt) {
      const sim::Label label(sim::Symbol(kKind), sim::Symbol(kScope), sim::Symbol(kActivity),
                             attempt);
      const sim::Answer answer = choices.Choose(kSite, label);
      if (answer != 0) verdict.digest = CombineHash(verdict.digest, label.hash() ^ answer);
    }
    return verdict;
  }
};

std::unique_ptr<Subject> MakeOnlyAsks() { return std::make_unique<OnlyAsks>(); }

void BM_SimulationAlone(benchmark::State& state) {
  OnlyAsks subject;
  EnumeratedChoices choices;
  for (auto _ : state) {
    choices.Load({});
    benchmark::DoNotOptimize(subject.Run(choices).digest);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SimulationAlone);

void BM_RecordedSimulationAlone(benchmark::State& state) {
  OnlyAsks subject;
  EnumeratedChoices first;
  const std::vector<PlacedDecision> pair = {
      {CombineHash(
           kSite.hash,
           sim::Label(sim::Symbol(kKind), sim::Symbol(kScope), sim::Symbol(kActivity), 100).hash()),
       99, 1}};
  first.Load(pair);
  subject.Run(first);
  const std::vector<sim::Decision> tape = sim::DecisionsOf(first);
  sim::RecordedChoices choices;
  for (auto _ : state) {
    choices.Load(tape);
    benchmark::DoNotOptimize(subject.Run(choices).digest);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_RecordedSimulationAlone);

void Explored(benchmark::State& state, StrategyKind strategy) {
  CampaignOptions options{.strategy = strategy,
                          .faults = faults::Faults(BenchCatalog()).AtMost(2),
                          .jobs = static_cast<std::uint32_t>(state.range(0))};
  if (strategy == StrategyKind::kRandom) options.max_runs = 100'000;
  std::uint64_t runs = 0;
  for (auto _ : state) {
    const auto result = Explore("bench", MakeOnlyAsks, options);
    if (!result.ok()) return state.SkipWithError("the campaign failed");
    runs += result->runs;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(runs));
}
void BM_Pairs(benchmark::State& state) { Explored(state, StrategyKind::kBounded); }
void BM_Random(benchmark::State& state) { Explored(state, StrategyKind::kRandom); }
BENCHMARK(BM_Pairs)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Random)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace groundhog::explore
