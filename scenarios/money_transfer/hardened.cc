#include "scenarios/money_transfer/hardened.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace groundhog::money_transfer {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::Result;
using workflow::Shielded;
using workflow::Try;

bool IsAnswerOfTheBank(const Result<std::string>& result) {
  return result.ok() || result.type() == banking::kInvalidAccountError ||
         result.type() == banking::kInsufficientFundsError;
}

// Books, again and again, until the bank has said yes or no.
// The reference in `details` makes that one booking.
Coro<Result<std::string>> Settle(ActivityType<std::string(PaymentDetails)> booking,
                                 PaymentDetails details) {
  const ActivityOptions options{
      .start_to_close_timeout = 5s,
      .retry_policy = {
          .maximum_interval = 10s,
          .non_retryable_error_types = {"InvalidAccountError", "InsufficientFundsError"}}};
  for (;;) {
    const Result<std::string> answer =
        co_await Try(Shielded(ExecuteActivity(booking, details, options)));
    if (IsAnswerOfTheBank(answer)) co_return answer;
    workflow::Logger().Warning("{}: no word from the bank ({}), asking again", booking.name,
                               answer.failure());
    co_await Shielded(workflow::Sleep(1s));
  }
}

}  // namespace

HardenedTransfer::HardenedTransfer() {
  workflow::OnSignal(kDecide, [this](Decision decision) { decision_ = std::move(decision); });
  workflow::OnQuery(kStatus, [this] { return status_; });
}

Coro<std::string> HardenedTransfer::Run(PaymentDetails details) {
  status_ = "withdrawing";
  const Result<std::string> withdrawal = co_await Settle(banking::kWithdraw, details);
  if (!withdrawal.ok()) workflow::Fail(withdrawal.failure());

  status_ = "depositing";
  const Result<std::string> deposit = co_await Settle(banking::kDeposit, details);
  if (!deposit.ok()) {
    co_await Refund(details);
    workflow::Fail(deposit.failure());
  }
  status_ = "done";
  co_return fmt::format("Transfer complete (transaction IDs: {}, {})", *withdrawal, *deposit);
}

Coro<void> HardenedTransfer::Refund(PaymentDetails details) {
  for (;;) {
    status_ = "refunding";
    const Result<std::string> refund = co_await Settle(banking::kRefund, details);
    if (refund.ok()) break;
    status_ = "waiting for a decision: the refund was refused";
    workflow::Logger().Error("Refund refused, a person must decide: {}", refund.failure());
    co_await Shielded(workflow::WaitCondition([this] { return decision_.has_value(); }));
    if (!decision_->refund_to.empty()) details.source_account = decision_->refund_to;
    decision_.reset();
  }
  status_ = "refunded";
}

}  // namespace groundhog::money_transfer
