#include "reports/json.h"

#include <fmt/format.h>

#include "reports/history_text.h"

namespace groundhog::reports {
namespace {

double Seconds(sim::Duration length) { return std::chrono::duration<double>(length).count(); }

std::string_view NameOf(sim::SimulationEnd::Kind kind) {
  switch (kind) {
    case sim::SimulationEnd::Kind::kDone:
      return "done";
    case sim::SimulationEnd::Kind::kStuck:
      return "stuck";
    case sim::SimulationEnd::Kind::kBoundReached:
      return "bound_reached";
  }
  return "";
}

Json RunJson(const properties::RunRecord& run) {
  Json events = Json::array();
  for (const history::HistoryEvent& event : run.history) {
    const sim::Time time = sim::FromUnixNanos(history::ToUnixNanos(event.event_time));
    events.push_back({{"id", event.event_id},
                      {"time_seconds", Seconds(time - sim::kEpoch)},
                      {"type", history::NameOf(history::TypeOf(event))},
                      {"what", EssenceOf(event)}});
  }
  return {{"workflow_id", run.workflow_id},
          {"run_id", run.run_id},
          {"workflow_type", run.workflow_type},
          {"status", history::NameOf(run.status)},
          {"pending_activities", run.pending_activities},
          {"pending_timers", run.pending_timers},
          {"events", std::move(events)}};
}

}  // namespace

std::string JsonText(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json DigestJson(std::uint64_t digest) { return fmt::format("{:016x}", digest); }

Json DecisionsJson(std::span<const sim::Decision> decisions) {
  Json list = Json::array();
  for (const sim::Decision& decision : decisions) list.push_back(decision.Text());
  return list;
}

Json LedgersJson(const properties::Ledgers& ledgers) {
  Json all = Json::object();
  for (const auto& [service, ledger] : ledgers) {
    Json balances = Json::object();
    for (const auto& [account, balance] : ledger.balances) balances[account] = balance;
    Json entries = Json::array();
    for (const properties::LedgerEntry& entry : ledger.entries) {
      entries.push_back({{"id", entry.id},
                         {"time_seconds", Seconds(entry.time - sim::kEpoch)},
                         {"operation", entry.operation},
                         {"account", entry.account},
                         {"amount", entry.amount},
                         {"reference", entry.reference},
                         {"workflow_id", entry.workflow_id}});
    }
    all[service] = {{"balances", std::move(balances)},
                    {"total", ledger.Total()},
                    {"entries", std::move(entries)}};
  }
  return all;
}

Json ViolationsJson(const properties::Violations& violations) {
  Json list = Json::array();
  for (const properties::Violation& violation : violations) {
    list.push_back({{"property", violation.property},
                    {"message", violation.message},
                    {"workflow_id", violation.workflow_id},
                    {"event_id", violation.event_id},
                    {"time_seconds", Seconds(violation.time - sim::kEpoch)}});
  }
  return list;
}

Json SimulationJson(const FinishedSimulation& simulation) {
  const Verdict& verdict = *simulation.verdict;
  Json json = {{"scenario", simulation.scenario}};
  if (simulation.seed) json["seed"] = *simulation.seed;
  json["holds"] = verdict.holds();
  json["violations"] = ViolationsJson(verdict.violations);
  json["decisions"] = DecisionsJson(simulation.decisions);
  json["never_asked"] = DecisionsJson(simulation.never_asked);
  json["end"] = NameOf(verdict.end.kind);
  if (!verdict.end.what.empty()) json["end_reason"] = verdict.end.what;
  json["virtual_seconds"] = Seconds(verdict.virtual_time);
  json["steps"] = verdict.steps;
  json["points"] = verdict.points;
  json["digest"] = DigestJson(verdict.digest);
  json["ledgers"] = LedgersJson(simulation.evidence->ledgers);
  json["runs"] = Json::array();
  for (const properties::RunRecord& run : simulation.evidence->runs)
    json["runs"].push_back(RunJson(run));
  json["log"] = Json::array();
  for (const LogLine& line : *simulation.log) {
    json["log"].push_back({{"time_seconds", Seconds(line.time - sim::kEpoch)},
                           {"process", line.process},
                           {"text", line.text}});
  }
  return json;
}

}  // namespace groundhog::reports
