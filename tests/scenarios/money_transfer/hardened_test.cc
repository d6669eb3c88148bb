#include "scenarios/money_transfer/hardened.h"

#include "explore/survives.h"
#include "scenarios/money_transfer/scenarios.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"

namespace groundhog::money_transfer {
namespace {

TEST_CASE("the uneventful hardened transfer moves the money") {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(HardenedTransferEntry(), uneventful, workspace);
  const Verdict verdict = simulation.Run();
  CHECK(verdict.holds());
  const Ledger& bank = simulation.evidence().ledgers.at("bank");
  CHECK(bank.Balance("85-150") == 1750);
  CHECK(bank.Balance("43-812") == 250);
  CHECK(bank.entries.size() == 2);
}

TEST_CASE("no single fault makes the hardened transfer lose or make money", "[campaign]") {
  CHECK_THAT(HardenedTransferEntry(), Survives(Faults().AtMost(1)));
}

TEST_CASE("no two faults make the hardened transfer lose or make money", "[campaign][slow]") {
  CHECK_THAT(HardenedTransferEntry(), Survives(Faults().AtMost(2)));
}

TEST_CASE("a single fault does make the tutorial's transfer lose or make money", "[campaign]") {
  CHECK_THAT(MoneyTransferEntry(), !Survives(Faults().AtMost(1)));
}

}  // namespace
}  // namespace groundhog::money_transfer
