#include "explore/strategy.h"

#include "tests/catch.h"

namespace groundhog::explore {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("strategies are known by their names") {
  for (const StrategyKind kind :
       {StrategyKind::kRandom, StrategyKind::kSweep, StrategyKind::kBounded}) {
    CHECK(*ParseStrategy(NameOf(kind)) == kind);
  }
}

TEST_CASE(
    "strategies that are not built, and those that do not exist, are refused each in its way") {
  CHECK_THAT(std::string(ParseStrategy("pct").status().message()),
             ContainsSubstring("not built yet") && ContainsSubstring("random, sweep and bounded"));
  CHECK_THAT(std::string(ParseStrategy("genetic").status().message()),
             ContainsSubstring("no strategy 'genetic'"));
}

}  // namespace
}  // namespace groundhog::explore
