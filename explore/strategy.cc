#include "explore/strategy.h"

#include <fmt/format.h>

#include "explore/bounded.h"
#include "explore/random.h"

namespace groundhog::explore {
namespace {

constexpr std::uint32_t kUsualPairs = 2;

}  // namespace

std::string_view NameOf(StrategyKind kind) {
  switch (kind) {
    case StrategyKind::kRandom:
      return "random";
    case StrategyKind::kSweep:
      return "sweep";
    case StrategyKind::kBounded:
      return "bounded";
  }
  return "";
}

absl::StatusOr<StrategyKind> ParseStrategy(std::string_view name) {
  for (const StrategyKind kind :
       {StrategyKind::kRandom, StrategyKind::kSweep, StrategyKind::kBounded}) {
    if (name == NameOf(kind)) return kind;
  }
  for (const std::string_view later : {"pct", "coverage", "portfolio"}) {
    if (name == later) {
      return absl::UnimplementedError(
          fmt::format("strategy '{}' is not built yet; there are random, sweep and bounded", name));
    }
  }
  return absl::InvalidArgumentError(
      fmt::format("there is no strategy '{}'; there are random, sweep and bounded", name));
}

std::unique_ptr<Strategy> MakeStrategy(StrategyKind kind, const faults::Faults& faults,
                                       std::uint64_t seed) {
  switch (kind) {
    case StrategyKind::kRandom:
      return std::make_unique<RandomStrategy>(faults, seed);
    case StrategyKind::kSweep:
      return std::make_unique<BoundedStrategy>(faults, 1);
    case StrategyKind::kBounded:
      return std::make_unique<BoundedStrategy>(faults, faults.at_most().value_or(kUsualPairs));
  }
  return nullptr;
}

}  // namespace groundhog::explore
