#include "scenarios/money_transfer/workflows.h"

#include <chrono>

#include <fmt/format.h>

namespace groundhog::money_transfer {

using banking::kDeposit;
using banking::kRefund;
using banking::kWithdraw;
using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::Result;
using workflow::Shielded;
using workflow::Try;

Coro<std::string> MoneyTransfer::Run(PaymentDetails details) {
  const ActivityOptions options{
      .start_to_close_timeout = 5s,
      .retry_policy = {
          .maximum_interval = 2s,
          .maximum_attempts = 3,
          .non_retryable_error_types = {"InvalidAccountError", "InsufficientFundsError"}}};

  const std::string withdrawal = co_await ExecuteActivity(kWithdraw, details, options);

  const Result<std::string> deposit = co_await Try(ExecuteActivity(kDeposit, details, options));
  if (deposit.ok()) {
    co_return fmt::format("Transfer complete (transaction IDs: {}, {})", withdrawal, *deposit);
  }
  workflow::Logger().Error("Deposit failed: {}", deposit.failure());
  co_await ExecuteActivity(kRefund, details, options);
  workflow::Fail(deposit.failure());
}

// --- the variants

namespace {

ActivityOptions Options(history::Duration start_to_close, int maximum_attempts) {
  return {.start_to_close_timeout = start_to_close,
          .retry_policy = {
              .maximum_interval = 2s,
              .maximum_attempts = maximum_attempts,
              .non_retryable_error_types = {"InvalidAccountError", "InsufficientFundsError"}}};
}

constexpr int kUnlimited = 0;

Coro<std::string> TransferOrRefund(PaymentDetails details, ActivityOptions options) {
  const std::string withdrawal = co_await ExecuteActivity(kWithdraw, details, options);
  const Result<std::string> deposit = co_await Try(ExecuteActivity(kDeposit, details, options));
  if (deposit.ok()) {
    co_return fmt::format("Transfer complete (transaction IDs: {}, {})", withdrawal, *deposit);
  }
  co_await ExecuteActivity(kRefund, details, options);
  workflow::Fail(deposit.failure());
}

}  // namespace

Coro<std::string> MoneyTransferStartToClose1s::Run(PaymentDetails details) {
  return TransferOrRefund(std::move(details), Options(1s, 3));
}

Coro<std::string> MoneyTransferUnlimitedAttempts::Run(PaymentDetails details) {
  return TransferOrRefund(std::move(details), Options(5s, kUnlimited));
}

Coro<std::string> MoneyTransferNoHandler::Run(PaymentDetails details) {
  const ActivityOptions options = Options(5s, kUnlimited);
  const std::string withdrawal = co_await ExecuteActivity(kWithdraw, details, options);
  const std::string deposit = co_await ExecuteActivity(kDeposit, details, options);
  co_return fmt::format("Transfer complete (transaction IDs: {}, {})", withdrawal, deposit);
}

Coro<std::string> MoneyTransferShieldedRefund::Run(PaymentDetails details) {
  const ActivityOptions options = Options(5s, kUnlimited);
  const std::string withdrawal = co_await ExecuteActivity(kWithdraw, details, options);
  const Result<std::string> deposit = co_await Try(ExecuteActivity(kDeposit, details, options));
  if (deposit.ok()) {
    co_return fmt::format("Transfer complete (transaction IDs: {}, {})", withdrawal, *deposit);
  }
  co_await Shielded(ExecuteActivity(kRefund, details, options));
  workflow::Fail(deposit.failure());
}

}  // namespace groundhog::money_transfer
