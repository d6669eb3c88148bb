// The money transfer that survives crashes: the tutorial's, with three thoughts added.
//
// 1. Only the bank knows whether a booking took effect. An attempt that failed or timed out says
// nothing; so the workflow asks again, with the
//    same reference, until the bank itself has answered.
// 2. Once money may have left an account, a cancel no longer stops the transfer:
// what was begun is settled.
// 3. When even the refund is refused, a person is told (query "status")
// and decides (signal "decide").
//
// The answer always agrees with the ledger: the text of a completed transfer,
// or the bank's error and untouched accounts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/workflow/workflow.h"
#include "scenarios/money_transfer/banking.h"

namespace groundhog::money_transfer {

using banking::PaymentDetails;

// What a person says to do with money that can't go back: try the same account again,
// or pay it to another one.
struct Decision {
  std::string refund_to;  // empty: try again
};
GROUNDHOG_FIELDS(Decision, refund_to)

inline constexpr SignalType<Decision> kDecide{"decide"};
inline constexpr QueryType<std::string()> kStatus{"status"};

class HardenedTransfer {
 public:
  HardenedTransfer();
  workflow::Coro<std::string> Run(PaymentDetails details);

 private:
  workflow::Coro<void> Refund(PaymentDetails details);

  std::string status_ = "starting";
  std::optional<Decision> decision_;
};

}  // namespace groundhog::money_transfer
