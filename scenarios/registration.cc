// The bundled scenarios and workflows, as the binary `groundhog` has them.

#include "cli/registration.h"

#include "scenarios/money_transfer/banking.h"
#include "scenarios/money_transfer/scenarios.h"
#include "scenarios/money_transfer/workflows.h"

namespace groundhog::cli {

Scenarios RegisteredScenarios() {
  return {money_transfer::MoneyTransferEntry(), money_transfer::HardenedTransferEntry()};
}

// Histories hold the name MoneyTransfer: they are replayed against the tutorial's code.
workflow::WorkflowRegistry RegisteredWorkflows() {
  return {workflow::Register<money_transfer::MoneyTransfer>(banking::kMoneyTransfer)};
}

}  // namespace groundhog::cli
