// Bank: the outside service of the money transfer: accounts, a ledger,
// and idempotency by reference id.
//
// A booking with a reference that the ledger has already is answered with the transaction of the
// first time, before anything else is looked at; so asking twice is safe. (`honours_references =
// false` makes a bank that books again.) What it refuses, it refuses for good: InvalidAccountError,
// InsufficientFundsError, with the tutorial's texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "properties/ledger.h"
#include "runtime/activity/registration.h"
#include "sim/store.h"
#include "world/service.h"

namespace groundhog::money_transfer {

using Accounts = std::map<std::string, std::int64_t>;

struct BookResponse {
  std::string transaction_id = {};  // "W-1"; empty if refused
  std::string error_type = {};
  std::string error_message = {};
};
struct BookRequest {
  using Response = BookResponse;
  static constexpr std::string_view kName = "Book";
  std::string operation = {};  // "withdraw", "deposit", "refund"
  std::string account = {};
  std::int64_t amount = 0;  // positive
  std::string reference = {};
};

class Bank final : public Service {
 public:
  class Durable {
   public:
    struct Write {
      properties::LedgerEntry entry;
    };
    Durable() = default;
    explicit Durable(Accounts accounts, bool honours_references = true)
        : honours_references_(honours_references) {
      ledger_.balances = std::move(accounts);
    }

    void Apply(Write&& write);
    const properties::Ledger& ToLedger() const { return ledger_; }
    const properties::LedgerEntry* FindByReference(std::string_view reference) const;

   private:
    properties::Ledger ledger_;
    // The first entry with each reference. Looked up, never iterated.
    absl::flat_hash_map<std::string, std::size_t> by_reference_;
    bool honours_references_ = true;
  };

  class Stub : public ServiceStub {
   public:
    using ServiceStub::ServiceStub;
    // The transaction id, or throws ApplicationError: the bank's own error,
    // or "BankUnavailable" (worth another try).
    sim::Coro<std::string> Book(activity::Context& context, BookRequest booking) const;
  };

  Bank(sim::Process& process, sim::Store<Durable>& store) : Service(process), store_(store) {}
  void Serve(sim::Incoming& request) override;

 private:
  BookResponse Book(const BookRequest& request, const sim::Label& label);

  sim::Store<Durable>& store_;
};

// withdraw, deposit and refund of the tutorial, against that bank.
activity::Registrations BankingActivities(const Bank::Stub& bank);

}  // namespace groundhog::money_transfer
