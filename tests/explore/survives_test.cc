#include "explore/survives.h"

#include <string>

#include "scenarios/money_transfer/scenarios.h"
#include "tests/catch.h"

namespace groundhog {
namespace {

using Catch::Matchers::ContainsSubstring;
using money_transfer::HardenedTransferEntry;
using money_transfer::MoneyTransferEntry;

TEST_CASE("the claim that a scenario survives is one line of a test", "[campaign]") {
  CHECK_THAT(HardenedTransferEntry(), Survives(Faults().Only("net/lose", "net/lose_reply")));
  CHECK_THAT(HardenedTransferEntry(), Survives(Faults(), RandomRuns(20)));
}

TEST_CASE("a claim that fails shows the property, the decisions and the command", "[campaign]") {
  // The report of an activity lost three times: the tutorial takes the money for not withdrawn.
  const auto claim = Survives(Faults().Only("net/lose").AtMost(3));
  REQUIRE_FALSE(claim.match(MoneyTransferEntry()));
  const std::string text = claim.describe();
  CHECK_THAT(text, ContainsSubstring("survives every set of at most 3 faults of net/lose"));
  CHECK_THAT(text, ContainsSubstring("single faults") && ContainsSubstring("triples"));
  CHECK_THAT(text, ContainsSubstring("violated: no money is lost"));
  CHECK_THAT(text, ContainsSubstring("with no more than\n    net/lose{"));
  CHECK_THAT(text,
             ContainsSubstring("reproduce: groundhog run money_transfer --decide 'net/lose{"));
}

TEST_CASE("a claim that cannot be tried does not pass, and says why") {
  explore::CampaignOptions options = explore::EveryFaultOf(Faults());
  options.max_runs = 0;
  const explore::SurvivesMatcher claim(options);
  CHECK_FALSE(claim.match(HardenedTransferEntry()));
  CHECK_THAT(claim.describe(), ContainsSubstring("0 runs"));
}

TEST_CASE("a claim that was not tried whole does not pass") {
  explore::CampaignOptions options = explore::EveryFaultOf(Faults().Only("net/repeat"));
  options.max_runs = 2;
  const explore::SurvivesMatcher claim(options);
  CHECK_FALSE(claim.match(HardenedTransferEntry()));
  CHECK_THAT(claim.describe(), ContainsSubstring("not everything was tried"));
}

}  // namespace
}  // namespace groundhog
