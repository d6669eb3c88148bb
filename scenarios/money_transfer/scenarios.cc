#include "scenarios/money_transfer/scenarios.h"

#include "scenarios/money_transfer/hardened.h"
#include "scenarios/money_transfer/workflows.h"

namespace groundhog::money_transfer {
namespace {

const Ledger& BankOf(const Ledgers& seen) { return seen.at("bank"); }

// The money may be in either account; there must be neither less nor more of it.
void ClaimMoneyIsConserved(World& world) {
  world.AtTheEnd("no money is lost",
                 [](const Ledgers& seen) { return BankOf(seen).Total() >= kAllMoney; });
  world.AtTheEnd("no money is made",
                 [](const Ledgers& seen) { return BankOf(seen).Total() <= kAllMoney; });
}

bool MoneyMoved(const Ledger& bank) {
  const PaymentDetails payment = TutorialPayment();
  return bank.Balance(payment.source_account) == kAllMoney - payment.amount &&
         bank.Balance(payment.target_account) == payment.amount;
}

bool NothingMoved(const Ledger& bank) {
  const PaymentDetails payment = TutorialPayment();
  return bank.Balance(payment.source_account) == kAllMoney &&
         bank.Balance(payment.target_account) == 0;
}

}  // namespace

PaymentDetails TutorialPayment() {
  return PaymentDetails{.source_account = "85-150",
                        .target_account = "43-812",
                        .amount = 250,
                        .reference_id = "12345"};
}

Accounts TutorialAccounts() { return Accounts{{"85-150", kAllMoney}, {"43-812", 0}}; }

client::StartOptions TutorialStart() {
  return client::StartOptions{.id = std::string(kWorkflowId),
                              .task_queue = std::string(banking::kTaskQueue)};
}

void TutorialTransfer::Build(World& world) {
  const auto bank = world.AddService<Bank>("bank", TutorialAccounts());
  world.AddWorker("worker", [bank] {
    return WorkerOptions{.task_queue = std::string(banking::kTaskQueue),
                         .workflows = {workflow::Register<MoneyTransfer>(banking::kMoneyTransfer)},
                         .activities = BankingActivities(bank)};
  });
  world.AddClient("client", [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start = TutorialStart();
    const PaymentDetails payment = TutorialPayment();
    const auto transfer = co_await client.Start(banking::kMoneyTransfer, start, payment);
    co_await transfer.TryResult();
  });
  world.Compensates(banking::kRefund, banking::kWithdraw);
  ClaimMoneyIsConserved(world);
}

void HardenedTransferScenario::Build(World& world) {
  const auto bank = world.AddService<Bank>("bank", TutorialAccounts());
  world.AddWorker("worker", [bank] {
    return WorkerOptions{
        .task_queue = std::string(banking::kTaskQueue),
        .workflows = {workflow::Register<HardenedTransfer>(banking::kMoneyTransfer)},
        .activities = BankingActivities(bank)};
  });
  world.AddClient("client", [this](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start = TutorialStart();
    const PaymentDetails payment = TutorialPayment();
    const auto transfer = co_await client.Start(banking::kMoneyTransfer, start, payment);
    outcome_ = co_await transfer.TryResult();
  });
  world.Compensates(banking::kRefund, banking::kWithdraw);
  ClaimMoneyIsConserved(world);
  world.AtTheEnd("both accounts moved or neither, as the answer says", [this](const Ledgers& seen) {
    if (!outcome_) return false;
    return outcome_->completed() ? MoneyMoved(BankOf(seen)) : NothingMoved(BankOf(seen));
  });
}

ScenarioEntry MoneyTransferEntry() {
  return MakeScenario<TutorialTransfer>("money_transfer",
                                        "Temporal's money-transfer tutorial, as it stands there");
}

ScenarioEntry HardenedTransferEntry() {
  return MakeScenario<HardenedTransferScenario>("money_transfer_hardened",
                                                "the same transfer, written to survive crashes");
}

}  // namespace groundhog::money_transfer
