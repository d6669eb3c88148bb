#include "scenarios/money_transfer/bank.h"

#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "scenarios/money_transfer/banking.h"

namespace groundhog::money_transfer {
namespace {

using banking::PaymentDetails;
using history::ApplicationError;

std::string TransactionId(std::string_view operation, std::int64_t id) {
  const auto initial =
      static_cast<char>(std::toupper(static_cast<unsigned char>(operation.front())));
  return fmt::format("{}-{}", initial, id);
}

BookResponse Refusal(std::string_view type, std::string message) {
  return BookResponse{.error_type = std::string(type), .error_message = std::move(message)};
}

}  // namespace

void Bank::Durable::Apply(Write&& write) {
  ledger_.balances[write.entry.account] += write.entry.amount;
  by_reference_.emplace(write.entry.reference, ledger_.entries.size());
  ledger_.entries.push_back(std::move(write.entry));
}

const properties::LedgerEntry* Bank::Durable::FindByReference(std::string_view reference) const {
  if (!honours_references_) return nullptr;
  const auto found = by_reference_.find(absl::string_view(reference.data(), reference.size()));
  return found == by_reference_.end() ? nullptr : &ledger_.entries[found->second];
}

void Bank::Serve(sim::Incoming& request) {
  const sim::Label label = request.label();
  const auto* booking = request.As<BookRequest>();
  if (booking == nullptr) {
    return sim::ProcessBody::Handle(request);  // NOLINT(bugprone-parent-virtual-call): refuses it
  }
  request.TakeReply().Ok(Book(*booking, label));
}

BookResponse Bank::Book(const BookRequest& request, const sim::Label& label) {
  const Durable& durable = store_.contents();
  if (const auto* known = durable.FindByReference(request.reference)) {
    return BookResponse{.transaction_id = TransactionId(known->operation, known->id)};
  }
  const auto account = durable.ToLedger().balances.find(request.account);
  if (account == durable.ToLedger().balances.end()) {
    return Refusal(banking::kInvalidAccountError,
                   fmt::format("The account number {} is invalid.", request.account));
  }
  const bool takes = request.operation == banking::kWithdraw.name;
  if (takes && request.amount > account->second) {
    return Refusal(
        banking::kInsufficientFundsError,
        fmt::format("The account {} has insufficient funds to complete this transaction.",
                    request.account));
  }
  const auto id = static_cast<std::int64_t>(durable.ToLedger().entries.size()) + 1;
  sim::Transaction<Durable::Write> transaction;
  transaction.writes.push_back(
      {properties::LedgerEntry{.id = id,
                               .operation = request.operation,
                               .account = request.account,
                               .amount = takes ? -request.amount : request.amount,
                               .reference = request.reference,
                               .workflow_id = std::string(label.scope().text()),
                               .time = process().kernel().now()}});
  store_.Commit(process(), label, transaction);
  return BookResponse{.transaction_id = TransactionId(request.operation, id)};
}

sim::Coro<std::string> Bank::Stub::Book(activity::Context& context, BookRequest booking) const {
  auto request = sim::MakeMessage(std::move(booking));
  auto answer = co_await Call(context, std::move(request));
  if (!answer.ok())
    throw ApplicationError("BankUnavailable", std::string(answer.status().message()));
  if (!answer->error_type.empty())
    throw ApplicationError(answer->error_type, answer->error_message);
  co_return std::move(answer->transaction_id);
}

activity::Registrations BankingActivities(const Bank::Stub& bank) {
  const auto booking = [bank](std::string operation, std::string suffix,
                              std::string PaymentDetails::*account) {
    return [bank, operation = std::move(operation), suffix = std::move(suffix), account](
               activity::Context& context, PaymentDetails details) {
      return bank.Book(context, BookRequest{.operation = operation,
                                            .account = details.*account,
                                            .amount = details.amount,
                                            .reference = details.reference_id + suffix});
    };
  };
  using activity::Register;
  return {
      Register(banking::kWithdraw,
               booking("withdraw", "-withdrawal", &PaymentDetails::source_account)),
      Register(banking::kDeposit, booking("deposit", "-deposit", &PaymentDetails::target_account)),
      Register(banking::kRefund, booking("refund", "-refund", &PaymentDetails::source_account))};
}

}  // namespace groundhog::money_transfer
