#include "explore/run_log.h"

#include <utility>

#include "base/hash.h"

namespace groundhog::explore {

void RunLog::BeginUnit(std::uint64_t unit) {
  unit_ = unit;
  report_ = UnitReport{};
}

UnitReport RunLog::TakeReport() { return std::exchange(report_, UnitReport{}); }

bool RunLog::MayRun(std::uint64_t index) {
  const bool may = index < signs_.max_runs &&
                   signs_.last_unit.load(std::memory_order_relaxed) >= unit_ &&
                   !(signs_.first_only && report_.failed_runs != 0);
  if (!may) report_.cut_short = true;
  return may;
}

bool RunLog::TimeIsUp() {
  const bool up = signs_.time_is_up.load(std::memory_order_relaxed);
  if (up) report_.cut_short = true;
  return up;
}

void RunLog::Run(std::uint64_t index, sim::Choices& choices, std::optional<std::uint64_t> seed) {
  const Verdict verdict = runner_.Run(choices);
  ++report_.runs;
  runs_so_far_.store(runs_so_far_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  report_.digest += CombineHash(index, verdict.digest);
  if (verdict.end.kind == sim::SimulationEnd::Kind::kBoundReached) report_.incomplete = true;
  NotePoints(choices);
  if (!verdict.holds()) NoteViolations(index, choices, verdict, seed);
}

void RunLog::NotePoints(const sim::Choices& choices) {
  for (const sim::TakenDecision& taken : choices.decisions()) {
    const std::uint64_t address = CombineHash(taken.point.site->hash, taken.point.label.hash());
    const std::uint64_t point = CombineHash(address, taken.occurrence);
    if (told_points_.insert(point).second) report_.new_points.push_back(point);
  }
}

void RunLog::NoteViolations(std::uint64_t index, const sim::Choices& choices,
                            const Verdict& verdict, std::optional<std::uint64_t> seed) {
  ++report_.failed_runs;
  const std::vector<sim::Decision> decisions = sim::DecisionsOf(choices);
  const Kinds kinds = KindsOf(decisions);
  for (const properties::Violation& violation : verdict.violations) {
    AddSuspect(Suspect{.run = index,
                       .property = violation.property,
                       .message = violation.message,
                       .decisions = decisions,
                       .identity = Identity::Of(violation),
                       .kinds = kinds,
                       .seed = seed});
  }
}

void RunLog::NoteLostWay(std::uint64_t index, const sim::Choices& choices) {
  ++report_.failed_runs;
  report_.incomplete = true;
  const properties::Violation violation{
      .property = std::string(kDeterministic),
      .message = "the same decisions led elsewhere the second time"};
  std::vector<sim::Decision> decisions = sim::DecisionsOf(choices);
  Kinds kinds = KindsOf(decisions);
  AddSuspect(Suspect{.run = index,
                     .property = violation.property,
                     .message = violation.message,
                     .decisions = std::move(decisions),
                     .identity = Identity::Of(violation),
                     .kinds = std::move(kinds)});
}

void RunLog::AddSuspect(Suspect suspect) {
  if (told_suspects_.insert(CombineHash(suspect.identity.Hash(), HashOf(suspect.kinds))).second) {
    report_.suspects.push_back(std::move(suspect));
  }
}

}  // namespace groundhog::explore
