// What it costs to judge a simulation: each built-in property, and all of them, over what an
// uneventful money transfer left behind (17 events).
#include <string>

#include <benchmark/benchmark.h>

#include "properties/evidence.h"
#include "scenarios/money_transfer/scenarios.h"
#include "sim/recorded_choices.h"
#include "world/simulation.h"

namespace groundhog {
namespace {

using properties::BuiltIns;
using properties::Evidence;
using properties::Violations;

class Finished {
 public:
  Finished() : simulation_(money_transfer::MoneyTransferEntry(), choices_, workspace_, Unjudged()) {
    simulation_.Run();
  }
  const Evidence& evidence() const { return simulation_.evidence(); }

 private:
  static SimulationOptions Unjudged() {
    SimulationOptions options;
    options.check_properties = false;
    return options;
  }

  Workspace workspace_;
  sim::RecordedChoices choices_;
  Simulation simulation_;
};

void Judge(benchmark::State& state, const Evidence& evidence, std::size_t first, std::size_t last) {
  Violations found;
  for (std::size_t i = first; i < last; ++i) BuiltIns()[i].check(evidence, found);
  if (!found.empty()) state.SkipWithError(found.front().message.c_str());
}

void BM_Property(benchmark::State& state) {
  const Finished finished;
  const auto which = static_cast<std::size_t>(state.range(0));
  state.SetLabel(std::string(BuiltIns()[which].name));
  for (auto _ : state) Judge(state, finished.evidence(), which, which + 1);
}
BENCHMARK(BM_Property)->DenseRange(0, 5);

void BM_AllProperties(benchmark::State& state) {
  const Finished finished;
  for (auto _ : state) Judge(state, finished.evidence(), 0, BuiltIns().size());
  state.counters["trace_records"] =
      static_cast<double>(finished.evidence().trace->records().size());
}
BENCHMARK(BM_AllProperties);

// A history of a shape that was never seen before: also fed task by task, written as JSON and read
// back.
void BM_ReplayOfNewShape(benchmark::State& state) {
  const Finished finished;
  Evidence evidence = finished.evidence();
  std::uint64_t number = 0;
  for (auto _ : state) {
    evidence.runs.front().run_id = std::to_string(++number);
    Judge(state, evidence, 2, 3);
  }
}
BENCHMARK(BM_ReplayOfNewShape);

}  // namespace
}  // namespace groundhog
