#include "explore/findings.h"

#include <algorithm>
#include <utility>

#include "explore/reproduce_command.h"
#include "explore/saved_failure.h"
#include "sim/recorded_choices.h"

namespace groundhog::explore {
namespace {

constexpr std::uint32_t kMostRemainders = 64;

}  // namespace

absl::Status Findings::Add(const Suspect& suspect, Runner& runner) {
  if (!suspected_.insert(suspect.identity.Hash()).second) return absl::OkStatus();
  if (FoundViolation* known = Explanation(suspect.identity); known != nullptr) {
    return TryRemainder(suspect, *known, runner);
  }
  return ShrinkAndKeep(suspect, runner);
}

FoundViolation* Findings::Explanation(const Identity& identity) {
  const auto known = std::find_if(found_.begin(), found_.end(), [&](const FoundViolation& found) {
    return found.identity.Explains(identity);
  });
  return known == found_.end() ? nullptr : &*known;
}

absl::Status Findings::TryRemainder(const Suspect& suspect, FoundViolation& known, Runner& runner) {
  std::uint32_t& tried = remainders_tried_[static_cast<std::size_t>(&known - found_.data())];
  if (known.identity.kinds.empty() || tried == kMostRemainders) return absl::OkStatus();
  std::vector<sim::Decision> remaining = suspect.decisions;
  std::erase_if(remaining, [&](const sim::Decision& decision) {
    return known.identity.Has(KindOf(decision));
  });
  if (remaining.empty()) return absl::OkStatus();
  ++tried;
  sim::RecordedChoices choices(std::move(remaining));
  const Verdict verdict = runner.Run(choices);
  const properties::Violation* violation = FindViolation(verdict, suspect.property);
  if (violation == nullptr) return absl::OkStatus();
  Suspect rest = suspect;
  rest.message = violation->message;
  rest.decisions = sim::DecisionsOf(choices);
  rest.identity = Identity::Of(suspect.property, rest.decisions);
  return Add(rest, runner);
}

absl::Status Findings::ShrinkAndKeep(const Suspect& suspect, Runner& runner) {
  Shrunk shrunk = Shrink(runner, suspect.property, suspect.decisions, options_.shrink);
  FoundViolation found{.property = suspect.property,
                       .message = std::move(shrunk.message),
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
    }
  }
  found.identity = Identity::Of(found.property, found.decisions);
  return Keep(suspect, std::move(found));
}

absl::Status Findings::Keep(const Suspect& suspect, FoundViolation found) {
  const bool known = std::any_of(found_.begin(), found_.end(), [&](const FoundViolation& other) {
    return other.identity == found.identity;
  });
  if (known) return absl::OkStatus();
  found.found_decisions = suspect.decisions;
  found.runs_to_find = suspect.run + 1;
  found.reproduce = ReproduceCommand(options_.program, options_.scenario, found.decisions);
  if (!options_.directory.empty()) {
    const SavedFailure failure{
        .tape = {.scenario = options_.scenario, .seed = suspect.seed, .decisions = found.decisions},
        .property = found.property,
        .message = found.message,
        .identity = found.identity,
        .strategy = options_.strategy,
        .found_at_run = suspect.run,
        .found_decisions = found.found_decisions,
        .digest = found.digest};
    const absl::StatusOr<std::string> path = SaveFailure(options_.directory, failure);
    if (!path.ok()) return path.status();
    found.file = *path;
  }
  found_.push_back(std::move(found));
  remainders_tried_.push_back(0);
  return absl::OkStatus();
}

}  // namespace groundhog::explore
