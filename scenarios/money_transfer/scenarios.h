// The bundled scenarios: the tutorial's money transfer, and its hardened sibling.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/client/client.h"
#include "scenarios/money_transfer/bank.h"
#include "scenarios/money_transfer/banking.h"
#include "world/scenario.h"
#include "world/world.h"

namespace groundhog::money_transfer {

using banking::PaymentDetails;

inline constexpr std::string_view kWorkflowId = "pay-invoice-701";
inline constexpr std::int64_t kAllMoney = 2000;

// 250 from 85-150 to 43-812, reference 12345.
PaymentDetails TutorialPayment();
Accounts TutorialAccounts();
client::StartOptions TutorialStart();

// As in Temporal's tutorial: one transfer, one worker, and a bank that honours references. It can
// lose money, and make it.
class TutorialTransfer : public Scenario {
 public:
  void Build(World& world) override;
};

// The same with HardenedTransfer. Its answer agrees with the ledger whatever happens.
class HardenedTransferScenario : public Scenario {
 public:
  void Build(World& world) override;

 private:
  std::optional<client::Outcome> outcome_;
};

ScenarioEntry MoneyTransferEntry();     // "money_transfer"
ScenarioEntry HardenedTransferEntry();  // "money_transfer_hardened"

}  // namespace groundhog::money_transfer
