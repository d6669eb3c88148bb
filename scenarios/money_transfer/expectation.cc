#include "scenarios/money_transfer/expectation.h"

#include <utility>

#include <fmt/format.h>

#include "scenarios/recorded/comparison.h"
#include "scenarios/recorded/outcome.h"

namespace groundhog::money_transfer {
namespace {

using nlohmann::json;
using recorded::Comparison;

json LedgerAsRecorded(const properties::Ledger& ledger) {
  json rows = json::array();
  for (const properties::LedgerEntry& entry : ledger.entries) {
    rows.push_back({entry.id, entry.operation, entry.account, entry.amount, entry.reference});
  }
  return rows;
}

// An outcome is named after its workflow id or, if its name is another,
// by its place among the starts.
const client::Outcome* FindOutcome(const PlayOutcome& outcome, const std::string& name,
                                   std::size_t place) {
  const client::Outcome* named = nullptr;
  for (const auto& [id, ended] : outcome.outcomes) {
    if (id == name) named = &ended;
  }
  if (named != nullptr) return named;
  return place < outcome.outcomes.size() ? &outcome.outcomes[place].second : nullptr;
}

void CompareOutcomes(const Play& play, const PlayOutcome& outcome, Comparison& comparison) {
  for (std::size_t place = 0; place < play.expect.outcomes.size(); ++place) {
    const auto& [name, expected] = play.expect.outcomes[place];
    const client::Outcome* ended = FindOutcome(outcome, name, place);
    if (ended == nullptr) {
      comparison.Note(fmt::format("outcome {}: there is none", replay::Quoted(name)));
    } else {
      comparison.Compare("outcome " + name, expected, recorded::OutcomeAsRecorded(*ended));
    }
  }
}

void CompareFacts(const PlayOutcome& outcome, const nlohmann::json& facts, Comparison& comparison) {
  for (const SeenFact& fact : outcome.facts) {
    const auto recorded = facts.find(fact.name);
    if (recorded != facts.end()) comparison.Compare(fact.name, *recorded, fact.value);
  }
}

}  // namespace

std::vector<std::string> Differences(const Play& play, const PlayOutcome& outcome,
                                     const nlohmann::json* facts) {
  Comparison comparison;
  for (const std::string& trouble : outcome.troubles) comparison.Note(trouble);
  if (outcome.runs.size() != play.files.size()) {
    comparison.Note(
        fmt::format("runs: recorded {}, simulated {}", play.files.size(), outcome.runs.size()));
  }
  CompareOutcomes(play, outcome, comparison);
  if (play.expect.bank) {
    comparison.Compare("balances", play.expect.bank->balances, outcome.bank.balances);
    comparison.Compare("ledger", play.expect.bank->ledger, LedgerAsRecorded(outcome.bank));
  }
  if (play.expect.invocations) {
    comparison.Compare("invocations", *play.expect.invocations, outcome.invocations);
  }
  if (facts != nullptr) CompareFacts(outcome, *facts, comparison);
  return comparison.Take();
}

}  // namespace groundhog::money_transfer
