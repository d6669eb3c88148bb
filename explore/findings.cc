#include "explore/findings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "explore/reproduce_command.h"
#include "explore/saved_failure.h"
#include "faults/catalog.h"
#include "sim/recorded_choices.h"

namespace groundhog::explore {
namespace {

constexpr std::uint32_t kMostRemainders = 64;

// Where the decision's kind stands in the catalog of faults; inputs and unknown sites behind all.
std::size_t RankOf(const sim::Decision& decision) {
  const auto kinds = faults::Catalog::BuiltIn().kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const faults::FaultKind& kind) {
    return kind.site->name == decision.site &&
           kind.site->answers[kind.answer - 1] == decision.answer;
  });
  return static_cast<std::size_t>(found - kinds.begin());
}

// What a plainer way is smaller in.
std::tuple<std::size_t, std::size_t, std::size_t> Plainness(
    const std::vector<sim::Decision>& decisions) {
  std::size_t highest = 0;
  for (const sim::Decision& decision : decisions) highest = std::max(highest, RankOf(decision));
  return {KindsOf(decisions).size(), highest, decisions.size()};
}

}  // namespace

absl::Status Findings::Add(const Suspect& suspect, Runner& runner) {
  const std::uint64_t key = CombineHash(suspect.identity.Hash(), HashOf(suspect.kinds));
  if (!suspected_.insert(key).second) return absl::OkStatus();
  const std::size_t same = Find(suspect.identity);
  if (same == kNone) return ShrinkAndKeep(suspect, runner);
  std::size_t explaining = kNone;
  if (const Kinds* way = KnownWay(suspect, explaining); way != nullptr) {
    return TryRemainder(suspect, explaining, *way, runner);
  }
  if (known_[same].ways.size() == kMostWays) return absl::OkStatus();
  return ShrinkAndKeep(suspect, runner);
}

std::size_t Findings::Find(const Identity& identity) const {
  const auto found = std::find_if(found_.begin(), found_.end(), [&](const FoundViolation& one) {
    return one.identity == identity;
  });
  return found == found_.end() ? kNone : static_cast<std::size_t>(found - found_.begin());
}

const Kinds* Findings::KnownWay(const Suspect& suspect, std::size_t& violation) const {
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (found_[i].property != suspect.property) continue;
    for (const Kinds& way : known_[i].ways) {
      if (!HasAll(suspect.kinds, way)) continue;
      violation = i;
      return &way;
    }
  }
  return nullptr;
}

absl::Status Findings::TryRemainder(const Suspect& suspect, std::size_t violation, const Kinds& way,
                                    Runner& runner) {
  std::uint32_t& tried = known_[violation].remainders_tried;
  if (way.empty() || tried == kMostRemainders) return absl::OkStatus();
  std::vector<sim::Decision> remaining = suspect.decisions;
  std::erase_if(remaining,
                [&](const sim::Decision& decision) { return Has(way, KindOf(decision)); });
  if (remaining.empty()) return absl::OkStatus();
  ++tried;
  sim::RecordedChoices choices(std::move(remaining));
  const Verdict verdict = runner.Run(choices);
  const properties::Violation* left = FindViolation(verdict, suspect.property);
  if (left == nullptr) return absl::OkStatus();
  Suspect rest = suspect;
  rest.message = left->message;
  rest.decisions = sim::DecisionsOf(choices);
  rest.identity = Identity::Of(*left);
  rest.kinds = KindsOf(rest.decisions);
  return Add(rest, runner);
}

absl::Status Findings::ShrinkAndKeep(const Suspect& suspect, Runner& runner) {
  ShrinkOptions options = options_.shrink;
  options.identity = suspect.identity;
  Shrunk shrunk = Shrink(runner, suspect.property, suspect.decisions, options);
  FoundViolation found{.property = suspect.property,
                       .message = std::move(shrunk.violation.message),
                       .identity = suspect.identity,
                       .also_broken = std::move(shrunk.also_broken),
                       .decisions = std::move(shrunk.decisions),
                       .shrink_runs = shrunk.runs,
                       .minimal = shrunk.minimal,
                       .digest = shrunk.digest};
  if (!shrunk.reproduced) {
    found.message = suspect.message;
    found.decisions = suspect.decisions;
    if (suspect.property != kDeterministic) {
      found.message = "a run violated '" + suspect.property + "' (" + suspect.message +
                      "), and the same decisions again did not";
      found.property = kDeterministic;
      found.identity = Identity::Of({.property = found.property, .message = found.message});
    }
  }
  found.found_decisions = suspect.decisions;
  found.found_at_run = suspect.run + 1;
  found.runs_to_find = found.found_at_run;
  found.reproduce = ReproduceCommand(options_.program, options_.scenario, found.decisions);
  return Keep(suspect, std::move(found));
}

absl::Status Findings::Keep(const Suspect& suspect, FoundViolation found) {
  const std::size_t same = Find(found.identity);
  if (same != kNone) return KeepWay(suspect, std::move(found), same);
  if (absl::Status saved = Save(suspect, found); !saved.ok()) return saved;
  known_.push_back({.ways = {KindsOf(found.decisions)}});
  found_.push_back(std::move(found));
  return absl::OkStatus();
}

absl::Status Findings::KeepWay(const Suspect& suspect, FoundViolation found,
                               std::size_t violation) {
  std::vector<Kinds>& ways = known_[violation].ways;
  Kinds kinds = KindsOf(found.decisions);
  if (std::find(ways.begin(), ways.end(), kinds) != ways.end()) return absl::OkStatus();
  FoundViolation& shown = found_[violation];
  if (Plainness(found.decisions) < Plainness(shown.decisions)) {
    found.runs_to_find = shown.runs_to_find;
    found.other_ways = std::move(shown.other_ways);
    if (absl::Status saved = Save(suspect, found); !saved.ok()) {
      shown.other_ways = std::move(found.other_ways);
      return saved;
    }
    std::swap(shown, found);
  }
  shown.other_ways.push_back({.decisions = std::move(found.decisions),
                              .found_at_run = found.found_at_run,
                              .reproduce = std::move(found.reproduce)});
  ways.push_back(std::move(kinds));
  return absl::OkStatus();
}

absl::Status Findings::Save(const Suspect& suspect, FoundViolation& found) const {
  if (options_.directory.empty()) return absl::OkStatus();
  const SavedFailure failure{
      .tape = {.scenario = options_.scenario, .seed = suspect.seed, .decisions = found.decisions},
      .property = found.property,
      .message = found.message,
      .identity = found.identity,
      .strategy = options_.strategy,
      .found_at_run = suspect.run,
      .found_decisions = found.found_decisions,
      .digest = found.digest};
  absl::StatusOr<std::string> path = SaveFailure(options_.directory, failure);
  if (!path.ok()) return path.status();
  found.file = *std::move(path);
  return absl::OkStatus();
}

}  // namespace groundhog::explore
