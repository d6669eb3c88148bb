#include "scenarios/money_transfer/expectation.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace groundhog::money_transfer {
namespace {

using nlohmann::json;

// ---- Outcomes as the Python client of the recordings saw them ----

json ValuesOf(const history::Payloads& payloads) {
  json values = json::array();
  for (const history::Payload& payload : payloads) {
    const json value = json::parse(payload.data(), nullptr, /*allow_exceptions=*/false);
    values.push_back(value.is_discarded() ? json(payload.data()) : value);
  }
  return values;
}

json LinkOf(const history::Failure& failure) {
  json link = {{"message", failure.message}};
  using namespace history;
  if (const auto* application = std::get_if<ApplicationFailureInfo>(&failure.info)) {
    link.update({{"class", "ApplicationError"},
                 {"type", application->type},
                 {"non_retryable", application->non_retryable}});
  } else if (const auto* activity = std::get_if<ActivityFailureInfo>(&failure.info)) {
    link.update({{"class", "ActivityError"},
                 {"activity_type", activity->activity_type},
                 {"activity_id", activity->activity_id},
                 {"identity", activity->identity},
                 {"retry_state", NameOf(activity->retry_state)},
                 {"scheduled_event_id", activity->scheduled_event_id},
                 {"started_event_id", activity->started_event_id}});
  } else if (const auto* timeout = std::get_if<TimeoutFailureInfo>(&failure.info)) {
    link.update({{"class", "TimeoutError"},
                 {"timeout_type", NameOf(timeout->timeout_type)},
                 {"last_heartbeat_details", ValuesOf(timeout->last_heartbeat_details)}});
  } else if (const auto* canceled = std::get_if<CanceledFailureInfo>(&failure.info)) {
    link.update({{"class", "CancelledError"}, {"details", ValuesOf(canceled->details)}});
  } else if (std::holds_alternative<TerminatedFailureInfo>(failure.info)) {
    link["class"] = "TerminatedError";
  } else {
    link["class"] = "another failure";
  }
  return link;
}

std::string StatusText(history::WorkflowExecutionStatus status) {
  std::string text(NameOf(status));
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

// ---- Comparing ----

class Comparison {
 public:
  void Compare(const std::string& what, const json& recorded, const json& simulated);
  void Note(std::string difference) { differences_.push_back(std::move(difference)); }
  std::vector<std::string> Take() { return std::move(differences_); }

 private:
  // Whether these are two numbers, or two lengths as texts, that may differ by a machine's delays.
  static bool Near(const std::string& what, const json& recorded, const json& simulated);
  void Differ(const std::string& what, const json* recorded, const json* simulated);

  std::vector<std::string> differences_;
};

std::string Text(const json* value) { return value == nullptr ? "nothing" : value->dump(); }

void Comparison::Differ(const std::string& what, const json* recorded, const json* simulated) {
  Note(fmt::format("{}: recorded {}, simulated {}", what, Text(recorded), Text(simulated)));
}

double SecondsIn(const json& value) {
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? std::strtod(value.get_ref<const std::string&>().c_str(), nullptr)
                           : std::nan("");
}

bool Comparison::Near(const std::string& what, const json& recorded, const json& simulated) {
  const bool is_time = what.find("seconds_from_now.") != std::string::npos ||
                       what.find(".currentRetryInterval") != std::string::npos;
  return is_time && std::abs(SecondsIn(recorded) - SecondsIn(simulated)) <= kClockTolerance;
}

void Comparison::Compare(const std::string& what, const json& recorded, const json& simulated) {
  if (recorded == simulated || Near(what, recorded, simulated)) return;
  if (recorded.is_object() && simulated.is_object()) {
    for (const auto& [key, value] : recorded.items()) {
      const auto other = simulated.find(key);
      if (other == simulated.end()) {
        Differ(what + "." + key, &value, nullptr);
      } else {
        Compare(what + "." + key, value, *other);
      }
    }
    for (const auto& [key, value] : simulated.items()) {
      if (!recorded.contains(key)) Differ(what + "." + key, nullptr, &value);
    }
  } else if (recorded.is_array() && simulated.is_array() && recorded.size() == simulated.size()) {
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      Compare(fmt::format("{}[{}]", what, i), recorded[i], simulated[i]);
    }
  } else {
    Differ(what, &recorded, &simulated);
  }
}

json LedgerAsRecorded(const properties::Ledger& ledger) {
  json rows = json::array();
  for (const properties::LedgerEntry& entry : ledger.entries) {
    rows.push_back({entry.id, entry.operation, entry.account, entry.amount, entry.reference});
  }
  return rows;
}

// An outcome is named after its workflow id or, if its name is another, by its place among the starts.
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
      comparison.Compare("outcome " + name, expected, OutcomeAsRecorded(*ended));
    }
  }
}

void CompareFacts(const PlayOutcome& outcome, const Json& facts, Comparison& comparison) {
  for (const SeenFact& fact : outcome.facts) {
    const auto recorded = facts.find(fact.name);
    if (recorded != facts.end()) comparison.Compare(fact.name, *recorded, fact.value);
  }
}

}  // namespace

json OutcomeAsRecorded(const client::Outcome& outcome) {
  json recorded = {{"status", StatusText(outcome.status)}};
  if (outcome.completed()) {
    const json values = ValuesOf(outcome.result);
    recorded["result"] = values.empty() ? json(nullptr) : values.front();
    return recorded;
  }
  recorded["chain"] = json::array();
  const history::Failure* link = outcome.failure.get();
  for (; link != nullptr; link = link->cause.get()) recorded["chain"].push_back(LinkOf(*link));
  return recorded;
}

std::vector<std::string> Differences(const Play& play, const PlayOutcome& outcome,
                                     const Json* facts) {
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
