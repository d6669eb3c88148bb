// What the tutorial's workflow, its activities and its client agree on: the payment, and the names
// under which things are called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/history/json_fields.h"
#include "runtime/history/names.h"

namespace groundhog::banking {

struct PaymentDetails {
  std::string source_account;
  std::string target_account;
  std::int64_t amount = 0;
  std::string reference_id;  // what makes a transfer the same transfer
  friend bool operator==(const PaymentDetails&, const PaymentDetails&) = default;
};
GROUNDHOG_FIELDS(PaymentDetails, source_account, target_account, amount, reference_id)

// Each gives the bank's transaction id.
inline constexpr ActivityType<std::string(PaymentDetails)> kWithdraw{"withdraw"};
inline constexpr ActivityType<std::string(PaymentDetails)> kDeposit{"deposit"};
inline constexpr ActivityType<std::string(PaymentDetails)> kRefund{"refund"};

// Errors of the bank that no retry can mend.
inline constexpr std::string_view kInvalidAccountError = "InvalidAccountError";
inline constexpr std::string_view kInsufficientFundsError = "InsufficientFundsError";

inline constexpr WorkflowType<std::string(PaymentDetails)> kMoneyTransfer{"MoneyTransfer"};
inline constexpr std::string_view kTaskQueue = "TRANSFER_MONEY_TASK_QUEUE";

}  // namespace groundhog::banking
