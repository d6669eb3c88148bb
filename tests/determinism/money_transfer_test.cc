// The theorem of DESIGN §1 on the real scenarios: a seed and the tape recorded from it are the same
// run, in this process, in another, and in whatever another compiler made of the same source.
#include <cstdlib>

#include "explore/determinism.h"
#include "explore/simulation_subject.h"
#include "faults/plan.h"
#include "scenarios/money_transfer/scenarios.h"
#include "tests/catch.h"

namespace groundhog {
namespace {

using explore::CheckDeterminism;
using explore::DeterminismReport;

DeterminismReport Check(const ScenarioEntry& scenario, std::uint64_t seeds) {
  return CheckDeterminism(
      explore::SubjectOf(scenario),
      {.seeds = seeds, .others = 1'000, .faults = faults::Faults().WithOrder()});
}

// Both constants were computed once and are checked by every build that CI makes: g++ and clang++,
// optimised or not, with sanitizers or without. A change of the simulation changes them: then run
// this test with one compiler, put its values here, and let the others confirm them.
constexpr std::uint64_t kTutorialDigest = 0x45dfd621982b1ff9;
constexpr std::uint64_t kHardenedDigest = 0xe12597eee083b2ea;

TEST_CASE("1,000 seeds of the tutorial's transfer give the digest that every compiler gives") {
  const DeterminismReport report = Check(money_transfer::MoneyTransferEntry(), 1'000);
  INFO((report.divergence ? report.divergence->Text() : ""));
  REQUIRE(report.holds());
  CHECK(report.digest == kTutorialDigest);
}

TEST_CASE("1,000 seeds of the hardened transfer give the digest that every compiler gives") {
  const DeterminismReport report = Check(money_transfer::HardenedTransferEntry(), 1'000);
  INFO((report.divergence ? report.divergence->Text() : ""));
  REQUIRE(report.holds());
  CHECK(report.digest == kHardenedDigest);
}

TEST_CASE("10,000 seeds of the hardened transfer, each against its own tape", "[slow]") {
  const DeterminismReport report = Check(money_transfer::HardenedTransferEntry(), 10'000);
  INFO((report.divergence ? report.divergence->Text() : ""));
  CHECK(report.holds());
  CHECK(report.seeds == 10'000);
}

}  // namespace
}  // namespace groundhog
