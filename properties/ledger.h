// Ledger: the durable effects of an outside service, as the final claims and the compensation
// checker see them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/time.h"

namespace groundhog::properties {

struct LedgerEntry {
  std::int64_t id = 0;         // 1, 2, 3 in the order of booking
  std::string operation = {};  // "withdraw": the name of the activity whose effect it is
  std::string account = {};
  std::int64_t amount = 0;       // signed: what it added to the account
  std::string reference = {};    // the idempotency key
  std::string workflow_id = {};  // whose effect it is, as the call's label said
  sim::Time time = sim::kEpoch;
  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

struct Ledger {
  std::map<std::string, std::int64_t> balances = {};
  std::vector<LedgerEntry> entries = {};

  std::int64_t Total() const {
    std::int64_t total = 0;
    for (const auto& [account, balance] : balances) total += balance;
    return total;
  }
  std::int64_t Balance(const std::string& account) const {
    const auto found = balances.find(account);
    return found == balances.end() ? 0 : found->second;
  }
  std::int64_t Count(std::string_view operation) const {
    return std::count_if(entries.begin(), entries.end(),
                         [&](const LedgerEntry& entry) { return entry.operation == operation; });
  }
};

// By the name of the service.
using Ledgers = std::map<std::string, Ledger>;

}  // namespace groundhog::properties
