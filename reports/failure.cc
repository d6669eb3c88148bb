#include "reports/failure.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "explore/reproduce_command.h"
#include "reports/campaign.h"
#include "reports/decision_text.h"
#include "reports/history_text.h"
#include "reports/time_text.h"
#include "reports/timeline.h"

namespace groundhog::reports {
namespace {

constexpr std::size_t kMostRows = 28;

std::string HowItEnded(const FinishedSimulation& simulation, const TextStyle& style) {
  std::string text;
  for (const properties::RunRecord& run : simulation.evidence->runs) {
    std::string line =
        fmt::format("{} ({}): {}", run.workflow_id, run.workflow_type, history::NameOf(run.status));
    if (!run.history.empty() && history::IsClosing(history::TypeOf(run.history.back()))) {
      line +=
          fmt::format(", event {}: {}", run.history.back().event_id, EssenceOf(run.history.back()));
    }
    text += Indented(line, 2, style);
  }
  for (const std::string& client : simulation.evidence->unfinished_scripts) {
    text += Indented(client + " still waits", 2, style);
  }
  return text.empty() ? text : Heading(style, "How it ended") + text;
}

std::string HowItWasFound(const FailureReport& report, const TextStyle& style) {
  const explore::FoundViolation& violation = *report.violation;
  if (violation.found_at_run == 0) return "";
  std::string text = fmt::format("found at run {}", Grouped(violation.found_at_run));
  if (!report.strategy.empty()) text += " of " + report.strategy;
  const std::size_t before = violation.found_decisions.size();
  if (before > violation.decisions.size()) text += fmt::format(", which had {} decisions", before);
  if (violation.shrink_runs != 0)
    text += fmt::format("; shrunk with {} more runs", violation.shrink_runs);
  text +=
      violation.minimal ? ": without any one of these it does not happen" : ", but not to the end";
  return Indented(text, 2, style);
}

// Kinds are shorter than decisions, and tell the ways apart. The plainest ones stand first.
std::string OtherWays(const explore::FoundViolation& violation, const TextStyle& style) {
  constexpr std::size_t kMostShown = 8;
  if (violation.other_ways.empty()) return "";
  std::vector<explore::Kinds> ways;
  for (const explore::OtherWay& way : violation.other_ways)
    ways.push_back(explore::KindsOf(way.decisions));
  std::stable_sort(ways.begin(), ways.end(), [](const explore::Kinds& a, const explore::Kinds& b) {
    return a.size() < b.size();
  });
  std::string text = Heading(style, OtherWaysText(violation) + " to it");
  for (std::size_t i = 0; i < ways.size() && i < kMostShown; ++i) {
    std::string way = Indented(fmt::format("{}", fmt::join(ways[i], " and ")), 4, style);
    text += way.replace(2, 1, "-");
  }
  if (ways.size() > kMostShown)
    text += fmt::format("  … and {} more (in the JSON report)\n", ways.size() - kMostShown);
  return text;
}

}  // namespace

std::string FailureText(const FailureReport& report, const TextStyle& style) {
  const explore::FoundViolation& violation = *report.violation;
  std::string text = Paint(style, Ink::kBad,
                           fmt::format("✖ {} violates: {}", Printable(report.scenario),
                                       Printable(violation.property))) +
                     "\n\n";
  if (!violation.identity.outline.empty())
    text += Paint(style, Ink::kBold, Indented(violation.identity.outline, 2, style));
  text += Indented(violation.message, 2, style);
  if (!violation.also_broken.empty()) {
    text +=
        Indented(fmt::format("also broken: {}", fmt::join(violation.also_broken, ", ")), 2, style);
  }
  text += Heading(style, "What has to go wrong");
  text += ExplainedDecisions(violation.decisions, style);
  text += Paint(style, Ink::kDim, HowItWasFound(report, style));
  if (report.simulation != nullptr) {
    text += Heading(style, "What happens then");
    text += LanesText(*report.simulation, {.style = style, .max_rows = kMostRows});
    text += HowItEnded(*report.simulation, style);
    text += LedgersText(*report.simulation, style);
  }
  text += OtherWays(violation, style);
  text += Heading(style, "See it whole");
  text += "  " + Printable(violation.reproduce) + "\n";
  if (!violation.file.empty()) {
    text += fmt::format("  saved in {}\n", Printable(violation.file));
  }
  return text;
}

Json ViolationJson(const explore::FoundViolation& violation) {
  Json json = {{"property", violation.property},
               {"message", violation.message},
               {"decisions", DecisionsJson(violation.decisions)},
               {"runs_to_find", violation.runs_to_find},
               {"reproduce", violation.reproduce},
               {"identity", violation.identity.Text()},
               {"outline", violation.identity.outline},
               {"also_broken", violation.also_broken},
               {"shrink_runs", violation.shrink_runs},
               {"minimal", violation.minimal},
               {"digest", DigestJson(violation.digest)}};
  if (!violation.file.empty()) json["file"] = violation.file;
  json["other_ways"] = Json::array();
  for (const explore::OtherWay& way : violation.other_ways) {
    json["other_ways"].push_back({{"decisions", DecisionsJson(way.decisions)},
                                  {"found_at_run", way.found_at_run},
                                  {"reproduce", way.reproduce}});
  }
  return json;
}

Json FailureJson(const FailureReport& report) {
  Json json = {{"scenario", report.scenario}, {"strategy", report.strategy}};
  json.update(ViolationJson(*report.violation));
  json["found_decisions"] = DecisionsJson(report.violation->found_decisions);
  if (report.simulation != nullptr) json["simulation"] = SimulationJson(*report.simulation);
  return json;
}

}  // namespace groundhog::reports
