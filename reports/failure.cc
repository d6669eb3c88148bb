#include "reports/failure.h"

#include <algorithm>

#include <fmt/format.h>

#include "explore/reproduce_command.h"
#include "faults/catalog.h"
#include "reports/history_text.h"
#include "reports/time_text.h"
#include "reports/timeline.h"

namespace groundhog::reports {
namespace {

constexpr std::size_t kMostRows = 28;

std::string Heading(const TextStyle& style, std::string_view title) {
  return "\n" + Paint(style, Ink::kBold, title) + "\n";
}

std::string WrappedAt(std::string_view text, std::size_t indent, const TextStyle& style) {
  const std::size_t room = style.width > indent + 20 ? style.width - indent : 20;
  std::string wrapped;
  for (const std::string& line : Wrap(Printable(text), room)) {
    wrapped += std::string(indent, ' ') + line + "\n";
  }
  return wrapped;
}

// "crash" of "…}=crash"; empty if there is none.
std::string_view AnswerOf(std::string_view decision) {
  const std::size_t close = decision.rfind('}');
  const std::size_t equals = decision.find('=', close == std::string_view::npos ? 0 : close);
  return equals == std::string_view::npos ? std::string_view() : decision.substr(equals + 1);
}

std::string MeaningOf(std::string_view decision) {
  const std::string_view site = decision.substr(0, decision.find('{'));
  const std::string_view answer = AnswerOf(decision);
  if (site.starts_with("input/")) return fmt::format("the scenario runs with {}", answer);
  for (const faults::FaultKind& kind : faults::Catalog::BuiltIn().kinds()) {
    const bool named = answer.empty() || kind.site->answers[kind.answer - 1] == answer;
    if (kind.site->name == site && named) return kind.Meaning();
  }
  return "";
}

std::string HowItEnded(const FinishedSimulation& simulation, const TextStyle& style) {
  std::string text;
  for (const properties::RunRecord& run : simulation.evidence->runs) {
    std::string line =
        fmt::format("{} ({}): {}", run.workflow_id, run.workflow_type, history::NameOf(run.status));
    if (!run.history.empty() && history::IsClosing(history::TypeOf(run.history.back()))) {
      line +=
          fmt::format(", event {}: {}", run.history.back().event_id, EssenceOf(run.history.back()));
    }
    text += WrappedAt(line, 2, style);
  }
  for (const std::string& client : simulation.evidence->unfinished_scripts) {
    text += WrappedAt(client + " still waits", 2, style);
  }
  return text.empty() ? text : Heading(style, "How it ended") + text;
}

std::string HowItWasFound(const FailureReport& report) {
  const explore::FoundViolation& violation = *report.violation;
  if (violation.runs_to_find == 0) return "";
  std::string text = fmt::format("  found at run {}", violation.runs_to_find);
  if (!report.strategy.empty()) text += " of " + report.strategy;
  const std::size_t before = violation.found_decisions.size();
  if (before > violation.decisions.size()) text += fmt::format(" with {} decisions", before);
  if (violation.shrink_runs != 0)
    text += fmt::format(", shrunk with {} more runs", violation.shrink_runs);
  text += violation.minimal ? "; without any one of them it does not happen"
                            : "; not shrunk to the end";
  return text + "\n";
}

}  // namespace

std::string ExplainedDecisions(std::span<const sim::Decision> decisions, const TextStyle& style) {
  if (decisions.empty()) return "  nothing: it happens in the uneventful run\n";
  std::string text;
  for (const std::string& decision : explore::DecisionTexts(decisions)) {
    text += "  " + Paint(style, Ink::kBad, Printable(decision)) + "\n";
    const std::string meaning = MeaningOf(decision);
    if (!meaning.empty()) text += Paint(style, Ink::kDim, "      " + meaning) + "\n";
  }
  return text;
}

std::string FailureText(const FailureReport& report, const TextStyle& style) {
  const explore::FoundViolation& violation = *report.violation;
  std::string text = Paint(style, Ink::kBad,
                           fmt::format("✖ {} violates: {}", Printable(report.scenario),
                                       Printable(violation.property))) +
                     "\n\n";
  text += WrappedAt(violation.message, 2, style);
  text += Heading(style, "What has to go wrong");
  text += ExplainedDecisions(violation.decisions, style);
  text += Paint(style, Ink::kDim, HowItWasFound(report));
  if (report.simulation != nullptr) {
    text += Heading(style, "What happens then");
    text += LanesText(*report.simulation, {.style = style, .max_rows = kMostRows});
    text += HowItEnded(*report.simulation, style);
    text += LedgersText(*report.simulation, style);
  }
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
               {"shrink_runs", violation.shrink_runs},
               {"minimal", violation.minimal},
               {"digest", DigestJson(violation.digest)}};
  if (!violation.file.empty()) json["file"] = violation.file;
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
