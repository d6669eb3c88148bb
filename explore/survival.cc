#include "explore/survival.h"

#include <fmt/format.h>

#include "explore/reproduce_command.h"

namespace groundhog::explore {
namespace {

constexpr std::size_t kMostShown = 5;

std::string ViolationText(const FoundViolation& violation) {
  std::string text = fmt::format("\n\nviolated: {}\n", violation.property);
  if (!violation.identity.outline.empty()) text += "  " + violation.identity.outline + "\n";
  text += "  " + violation.message + "\n";
  if (violation.decisions.empty()) {
    text += "  with no decision at all: in the uneventful run";
  } else {
    text += violation.minimal ? "  with no more than" : "  with (not fully shrunk)";
  }
  for (const std::string& decision : DecisionTexts(violation.decisions))
    text += "\n    " + decision;
  if (!violation.other_ways.empty()) {
    text += fmt::format("\n  ({} other way{} to it)", violation.other_ways.size(),
                        violation.other_ways.size() == 1 ? "" : "s");
  }
  return text + "\n  reproduce: " + violation.reproduce;
}

}  // namespace

CampaignOptions EveryFaultOf(const faults::Faults& faults) {
  CampaignOptions options{.strategy = StrategyKind::kBounded, .faults = faults};
  options.faults.AtMost(faults.at_most().value_or(1));
  return options;
}

std::string ClaimText(const CampaignOptions& options) {
  const std::string which =
      options.faults.is_default() ? "" : fmt::format(" of {}", options.faults.Text());
  if (options.strategy == StrategyKind::kRandom) {
    return fmt::format("survives {} random runs with faults{}", options.max_runs.value_or(0),
                       which);
  }
  const std::uint32_t most = options.faults.at_most().value_or(1);
  return fmt::format("survives every set of at most {} fault{}{}", most, most == 1 ? "" : "s",
                     which);
}

std::string SurvivalText(const CampaignResult& result) {
  std::string text = ProofLine(result);
  if (result.holds() && !result.exhausted && !result.levels.empty()) {
    text += "\nnot everything was tried: a run reached a bound or the budget ended";
  }
  for (std::size_t i = 0; i < result.violations.size() && i < kMostShown; ++i) {
    text += ViolationText(result.violations[i]);
  }
  if (result.violations.size() > kMostShown) {
    text += fmt::format("\n\nand {} more violations", result.violations.size() - kMostShown);
  }
  return text;
}

}  // namespace groundhog::explore
