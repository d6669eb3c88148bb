// The money transfer of Temporal's tutorial, and four variants of it. All are registered under
// banking::kMoneyTransfer: a worker has one.
//
// The tutorial's own withdraws, deposits, and refunds if the deposit fails for good. The variants
// differ in one respect each; the recorded histories of a real server name them.
#pragma once

#include <string>

#include "runtime/workflow/workflow.h"
#include "scenarios/money_transfer/banking.h"

namespace groundhog::money_transfer {

using banking::PaymentDetails;

// The tutorial's.
class MoneyTransfer {
 public:
  workflow::Coro<std::string> Run(PaymentDetails details);
};

// An attempt may take 1 s instead of 5.
class MoneyTransferStartToClose1s {
 public:
  workflow::Coro<std::string> Run(PaymentDetails details);
};

// Attempts are not limited.
class MoneyTransferUnlimitedAttempts {
 public:
  workflow::Coro<std::string> Run(PaymentDetails details);
};

// No refund at all: an error or a cancel leaves the money where it is. Attempts are not limited.
class MoneyTransferNoHandler {
 public:
  workflow::Coro<std::string> Run(PaymentDetails details);
};

// The refund runs in a scope that a cancel does not reach. Attempts are not limited.
class MoneyTransferShieldedRefund {
 public:
  workflow::Coro<std::string> Run(PaymentDetails details);
};

}  // namespace groundhog::money_transfer
