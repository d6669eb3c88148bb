#include "reports/timeline.h"

#include <algorithm>

#include <fmt/format.h>

#include "explore/reproduce_command.h"
#include "reports/history_text.h"
#include "reports/time_text.h"

namespace groundhog::reports {
namespace {

std::string Indented(const std::vector<std::string>& lines, std::string_view first,
                     std::string_view others) {
  std::string text;
  for (const std::string& line : lines) {
    text += std::string(text.empty() ? first : others) + line + "\n";
  }
  return text;
}

std::string TitleText(const FinishedSimulation& simulation, const TextStyle& style) {
  std::string text = Paint(style, Ink::kBold, Printable(simulation.scenario));
  if (!simulation.description.empty()) text += ": " + Printable(simulation.description);
  text += "\n";
  if (simulation.seed) text += fmt::format("seed {}\n", *simulation.seed);
  return text;
}

std::string HistoriesText(const FinishedSimulation& simulation, const TextStyle& style) {
  std::string text;
  const auto start = history::FromUnixNanos(sim::ToUnixNanos(sim::kEpoch));
  for (const properties::RunRecord& run : simulation.evidence->runs) {
    text += Heading(style, fmt::format("History of {} ({}, {})", Printable(run.workflow_id),
                                       Printable(run.workflow_type), history::NameOf(run.status)));
    text += HistoryText(run.history, start, style);
  }
  return text;
}

std::string LogText(const FinishedSimulation& simulation, const TextStyle& style) {
  if (simulation.log->empty()) return "";
  std::string text = Heading(style, "Log");
  for (const LogLine& line : *simulation.log) {
    const std::string when =
        fmt::format("  {:>9}  {}  ", TimeText(line.time - sim::kEpoch), Printable(line.process));
    const std::size_t before = DisplayWidth(when);
    const std::size_t room = style.width > before + 20 ? style.width - before : 20;
    text += Indented(Wrap(Printable(line.text), room), when, std::string(before, ' '));
  }
  return text;
}

std::string DecisionsText(const FinishedSimulation& simulation, const TextStyle& style) {
  std::string text = Heading(style, "Decisions that made this run");
  if (simulation.decisions.empty()) {
    text += "  none: this is the uneventful run\n";
  }
  for (const std::string& decision : explore::DecisionTexts(simulation.decisions)) {
    text += "  --decide '" + Printable(decision) + "'\n";
  }
  if (!simulation.decisions.empty()) {
    text += "\n  " +
            Printable(explore::ReproduceCommand(simulation.program, simulation.scenario,
                                                simulation.decisions)) +
            "\n";
  }
  if (simulation.never_asked.empty()) return text;
  text += Heading(style, "Decisions that were never asked (drift: this run has no such point)");
  for (const std::string& decision : explore::DecisionTexts(simulation.never_asked)) {
    text += "  " + Paint(style, Ink::kWarning, Printable(decision)) + "\n";
  }
  return text;
}

std::string LedgerText(const std::string& name, const properties::Ledger& ledger,
                       const TextStyle& style) {
  std::string text = Heading(style, "Ledger of " + Printable(name));
  std::size_t width = 5;
  for (const auto& [account, balance] : ledger.balances)
    width = std::max(width, DisplayWidth(Printable(account)));
  for (const auto& [account, balance] : ledger.balances) {
    text += fmt::format("  {}  {:>10}\n", PadTo(Printable(account), width), balance);
  }
  text += fmt::format("  {}  {:>10}\n", PadTo("total", width), ledger.Total());
  std::size_t operation_width = 0;
  for (const properties::LedgerEntry& entry : ledger.entries) {
    operation_width = std::max(operation_width, DisplayWidth(Printable(entry.operation)));
  }
  for (const properties::LedgerEntry& entry : ledger.entries) {
    std::string line =
        fmt::format("  {:>9}  #{}  {}  {}  {:>+7}", TimeText(entry.time - sim::kEpoch), entry.id,
                    PadTo(Printable(entry.operation), operation_width),
                    PadTo(Printable(entry.account), width), entry.amount);
    if (!entry.reference.empty()) line += "  " + Printable(entry.reference);
    if (!entry.workflow_id.empty()) line += "  of " + Printable(entry.workflow_id);
    text += line + "\n";
  }
  return text;
}

std::string EndText(const sim::SimulationEnd& end) {
  switch (end.kind) {
    case sim::SimulationEnd::Kind::kDone:
      return "";
    case sim::SimulationEnd::Kind::kStuck:
      return "the simulation is stuck: a client waits, and nothing can happen any more";
    case sim::SimulationEnd::Kind::kBoundReached:
      return "a bound was reached: " + end.what;
  }
  return "";
}

}  // namespace

std::string LedgersText(const FinishedSimulation& simulation, const TextStyle& style) {
  std::string text;
  for (const auto& [name, ledger] : simulation.evidence->ledgers)
    text += LedgerText(name, ledger, style);
  return text;
}

std::string VerdictText(const FinishedSimulation& simulation, const TextStyle& style) {
  const Verdict& verdict = *simulation.verdict;
  std::string text = Heading(style, "Verdict");
  const std::string end = EndText(verdict.end);
  if (!end.empty()) text += Indented(Wrap(Printable(end), style.width - 2), "  ", "  ");
  if (verdict.holds()) text += "  " + Paint(style, Ink::kGood, "everything held") + "\n";
  for (const properties::Violation& violation : verdict.violations) {
    std::string where = violation.workflow_id.empty() ? "" : ", workflow " + violation.workflow_id;
    if (violation.event_id != 0) where += fmt::format(", event {}", violation.event_id);
    text += "  " + Paint(style, Ink::kBad, "✖ violated: " + Printable(violation.property)) +
            Printable(where) + "\n";
    const std::size_t room = style.width > 24 ? style.width - 4 : 20;
    text += Indented(Wrap(Printable(violation.message), room), "    ", "    ");
  }
  text += Paint(style, Ink::kDim,
                fmt::format("  {} of virtual time, {} steps, {} choice points, digest {:016x}",
                            LengthText(verdict.virtual_time), verdict.steps, verdict.points,
                            verdict.digest)) +
          "\n";
  return text;
}

std::string TimelineText(const FinishedSimulation& simulation, const TextStyle& style) {
  return TitleText(simulation, style) + "\n" + LanesText(simulation, {.style = style}) +
         HistoriesText(simulation, style) + LedgersText(simulation, style) +
         LogText(simulation, style) + DecisionsText(simulation, style) +
         VerdictText(simulation, style);
}

}  // namespace groundhog::reports
