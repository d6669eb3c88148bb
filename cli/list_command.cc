// groundhog list: what there is to run, and what can go wrong in it.

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "cli/input_error.h"
#include "cli/played_simulation.h"
#include "faults/catalog.h"
#include "faults/plan.h"
#include "properties/evidence.h"

namespace groundhog::cli {
namespace {

using reports::Ink;
using reports::Json;
using reports::Paint;
using reports::Printable;

constexpr std::size_t kTitleColumn = 16;

// What a scenario is made of, as its uneventful run shows.
struct Inspected {
  const ScenarioEntry* entry = nullptr;
  std::vector<std::string> workflows = {};
  std::vector<std::string> claims = {};
  struct SiteCount {
    std::string site = {};
    std::uint64_t points = 0;
    std::uint64_t answers = 0;
  };
  std::vector<SiteCount> sites = {};
  std::vector<std::string> points = {};
  std::uint64_t faults = 0;  // single faults that are on by default
  std::string error = {};
};

void Count(const sim::ChoicePoint& point, Inspected& seen) {
  const std::string name(point.site->name);
  auto found =
      std::find_if(seen.sites.begin(), seen.sites.end(),
                   [&name](const Inspected::SiteCount& site) { return site.site == name; });
  if (found == seen.sites.end()) {
    seen.sites.push_back({.site = name, .answers = point.site->answers.size()});
    found = seen.sites.end() - 1;
  }
  ++found->points;
  if (faults::OnByDefault(*point.site)) seen.faults += point.site->answers.size();
  seen.points.push_back(fmt::format("{}{{{}}}", name, point.label.Text()));
}

Inspected Inspect(const ScenarioEntry& entry) {
  Inspected seen{.entry = &entry};
  sim::RecordedChoices uneventful;
  uneventful.KeepPoints();
  const PlayedSimulation played(entry, uneventful, {});
  if (played.finished() == nullptr) {
    seen.error = played.verdict().violations.front().message;
    return seen;
  }
  for (const auto& registration : played.simulation().evidence().workflows->registrations()) {
    seen.workflows.push_back(registration.name());
  }
  seen.claims = played.simulation().claims();
  for (const sim::ChoicePoint& point : uneventful.points()) Count(point, seen);
  return seen;
}

// A name, and in a column of its own what is said of it.
std::string Row(std::string_view name, std::string_view words, std::size_t column,
                const reports::TextStyle& style) {
  constexpr std::size_t kLeast = 30;
  const std::size_t room = style.width > column + kLeast ? style.width - column : kLeast;
  std::string lines;
  for (const std::string& line : reports::Wrap(words, room)) {
    lines += fmt::format("  {:<{}}{}\n", lines.empty() ? name : "", column - 2, line);
  }
  return lines;
}

std::string Wrapped(std::string_view title, const std::vector<std::string>& words,
                    const reports::TextStyle& style) {
  const std::string text = fmt::format("{}", fmt::join(words, ", "));
  return Row(title, Printable(text.empty() ? "none" : text), kTitleColumn, style);
}

std::string ScenarioText(const Inspected& seen, bool with_points, const reports::TextStyle& style) {
  std::string text = fmt::format("{}: {}\n", Paint(style, Ink::kBold, Printable(seen.entry->name)),
                                 Printable(seen.entry->description));
  if (!seen.error.empty()) return text + "  cannot run: " + Printable(seen.error) + "\n";
  text += Wrapped("workflows", seen.workflows, style);
  text += Wrapped("claims", seen.claims, style);
  text += fmt::format("  {:<14}{} points in the uneventful run, {} single faults\n", "fault points",
                      seen.points.size(), seen.faults);
  for (const Inspected::SiteCount& site : seen.sites) {
    if (with_points)
      text += fmt::format("    {:<34} {:>5} points, {} answers\n", Printable(site.site),
                          site.points, site.answers);
  }
  for (const std::string& point : seen.points) {
    if (with_points) text += "      " + Paint(style, Ink::kDim, Printable(point)) + "\n";
  }
  return text;
}

std::string PropertiesText(const reports::TextStyle& style) {
  std::string text = Paint(style, Ink::kBold, "Properties of every scenario") + "\n";
  for (const properties::BuiltIn& built_in : properties::BuiltIns()) {
    text += Row(built_in.name, built_in.meaning, kTitleColumn, style);
  }
  return text;
}

std::string FaultsText(const reports::TextStyle& style) {
  std::string text = Paint(style, Ink::kBold, "What may go wrong (names for --faults)") + "\n";
  constexpr std::size_t kColumn = 52;
  for (const faults::FaultKind& kind : faults::Catalog::BuiltIn().kinds()) {
    text += Row(kind.Name() + (kind.on_by_default ? "" : " (off)"), kind.Meaning(), kColumn, style);
  }
  return text;
}

Json ToJson(const Inspected& seen) {
  Json sites = Json::array();
  for (const Inspected::SiteCount& site : seen.sites) {
    sites.push_back({{"site", site.site}, {"points", site.points}, {"answers", site.answers}});
  }
  Json json = {{"name", seen.entry->name},     {"description", seen.entry->description},
               {"workflows", seen.workflows},  {"claims", seen.claims},
               {"single_faults", seen.faults}, {"sites", std::move(sites)},
               {"points", seen.points}};
  if (!seen.error.empty()) json["error"] = seen.error;
  return json;
}

Json ListJson(const std::vector<Inspected>& scenarios, const Session& session) {
  Json json = {{"scenarios", Json::array()}};
  for (const Inspected& seen : scenarios) json["scenarios"].push_back(ToJson(seen));
  json["replayable_workflows"] = Json::array();
  for (const auto& registration : session.registered.workflows.registrations()) {
    json["replayable_workflows"].push_back(registration.name());
  }
  json["properties"] = Json::array();
  for (const properties::BuiltIn& built_in : properties::BuiltIns()) {
    json["properties"].push_back({{"name", built_in.name}, {"meaning", built_in.meaning}});
  }
  json["faults"] = Json::array();
  for (const faults::FaultKind& kind : faults::Catalog::BuiltIn().kinds()) {
    json["faults"].push_back({{"name", kind.Name()},
                              {"meaning", kind.Meaning()},
                              {"on_by_default", kind.on_by_default}});
  }
  return json;
}

void List(Session& session, const std::string& only) {
  std::vector<Inspected> scenarios;
  if (!only.empty()) scenarios.push_back(Inspect(session.FindScenario(only)));
  for (const ScenarioEntry& entry : session.registered.scenarios) {
    if (only.empty()) scenarios.push_back(Inspect(entry));
  }
  Console& console = session.console;
  if (console.json()) return console.PrintJson(ListJson(scenarios, session));
  std::string text;
  for (const Inspected& seen : scenarios)
    text += ScenarioText(seen, !only.empty(), console.style()) + "\n";
  if (only.empty()) text += PropertiesText(console.style()) + "\n" + FaultsText(console.style());
  console.Print(text);
}

}  // namespace

void AddListCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand(
      "list", "Show the scenarios, their workflows, properties and fault points");
  const auto only = std::make_shared<std::string>();
  command->add_option("SCENARIO", *only,
                      "show this one only, with every point of its uneventful run");
  AddJsonOption(*command, session);
  AddExamples(*command, session, {"list", "list SCENARIO"});
  command->callback([&session, only] { List(session, *only); });
}

}  // namespace groundhog::cli
