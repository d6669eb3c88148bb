// groundhog history check | show | convert: recorded histories, whoever recorded them.

#include <filesystem>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/input_error.h"
#include "replay/history_check.h"
#include "replay/history_json.h"
#include "reports/history_text.h"
#include "reports/json.h"

namespace groundhog::cli {
namespace {

using reports::Ink;
using reports::Json;
using reports::Paint;
using reports::Printable;

struct HistoryOptions {
  std::vector<std::string> paths;
  std::string out;
};

history::EventHistory Read(const std::string& path) {
  return ValueOrThrow(replay::ReadHistory(ReadInput(path), path));
}

std::string WhoseText(const history::EventHistory& events) {
  if (events.empty()) return "no events";
  const auto* started = history::As<history::WorkflowExecutionStarted>(events.front());
  const std::string type = started == nullptr ? "" : Printable(started->workflow_type) + ", ";
  return fmt::format("{}{} events", type, events.size());
}

void Check(const HistoryOptions& options, Session& session) {
  Json files = Json::array();
  std::string text;
  for (const std::string& path : CollectJsonFiles(options.paths)) {
    const history::EventHistory events = Read(path);
    const std::vector<replay::HistoryProblem> problems = replay::CheckHistory(events);
    if (!problems.empty()) session.status = kViolated;
    Json list = Json::array();
    text += fmt::format("{}  {} ({})\n",
                        problems.empty() ? Paint(session.console.style(), Ink::kGood, "sound ")
                                         : Paint(session.console.style(), Ink::kBad, "broken"),
                        Printable(path), WhoseText(events));
    for (const replay::HistoryProblem& problem : problems) {
      list.push_back({{"event_id", problem.event_id},
                      {"rule", replay::NameOf(problem.rule)},
                      {"message", problem.message}});
      text += "        " + Printable(replay::Describe(problem)) + "\n";
    }
    files.push_back({{"file", path},
                     {"events", events.size()},
                     {"sound", problems.empty()},
                     {"problems", std::move(list)}});
  }
  session.console.Print(text);
  if (session.console.json())
    session.console.PrintJson({{"sound", session.status == kHeld}, {"files", std::move(files)}});
}

Json EventsJson(const history::EventHistory& events) {
  Json list = Json::array();
  for (const history::HistoryEvent& event : events) {
    list.push_back(
        {{"id", event.event_id},
         {"time_seconds",
          std::chrono::duration<double>(event.event_time - events.front().event_time).count()},
         {"type", history::NameOf(history::TypeOf(event))},
         {"what", reports::EssenceOf(event)}});
  }
  return list;
}

void Show(const HistoryOptions& options, Session& session) {
  Json files = Json::array();
  for (const std::string& path : CollectJsonFiles(options.paths)) {
    const history::EventHistory events = Read(path);
    const history::Timestamp start =
        events.empty() ? history::Timestamp{} : events.front().event_time;
    if (session.console.json()) files.push_back({{"file", path}, {"events", EventsJson(events)}});
    session.console.Print(Paint(session.console.style(), Ink::kBold, Printable(path)) + " (" +
                          WhoseText(events) + ")\n" +
                          reports::HistoryText(events, start, session.console.style()));
  }
  if (session.console.json()) session.console.PrintJson({{"files", std::move(files)}});
}

void Convert(const HistoryOptions& options, Session& session) {
  const std::vector<std::string> paths = CollectJsonFiles(options.paths);
  if (options.out.empty()) {
    if (paths.size() != 1)
      throw InputError("several histories need a directory to be written into: --out DIR");
    return session.console.PrintRaw(replay::WriteHistory(Read(paths.front())));
  }
  PrepareDirectory(options.out);
  Json files = Json::array();
  std::map<std::string, std::string> written;
  for (const std::string& path : paths) {
    const std::string target =
        (std::filesystem::path(options.out) / std::filesystem::path(path).filename()).string();
    if (const auto [earlier, is_new] = written.emplace(target, path); !is_new) {
      throw InputError(
          fmt::format("{} and {} would both become {}", earlier->second, path, target));
    }
    WriteOutput(target, replay::WriteHistory(Read(path)));
    files.push_back({{"file", path}, {"written", target}});
    session.console.Print(fmt::format("{} -> {}\n", Printable(path), Printable(target)));
  }
  if (session.console.json()) session.console.PrintJson({{"files", std::move(files)}});
}

using Action = void (*)(const HistoryOptions& options, Session& session);

CLI::App* AddAction(CLI::App& history, Session& session, const std::string& name,
                    const std::string& what, const std::shared_ptr<HistoryOptions>& options,
                    Action action) {
  CLI::App* command = history.add_subcommand(name, what);
  command->add_option("PATH", options->paths, "history files, or directories of them")->required();
  AddJsonOption(*command, session);
  command->callback([&session, options, action] { action(*options, session); });
  return command;
}

}  // namespace

void AddHistoryCommand(CLI::App& app, Session& session) {
  CLI::App* history = app.add_subcommand("history", "Check, show or convert recorded histories");
  history->require_subcommand(1);
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* check = AddAction(*history, session, "check",
                              "Is it a history that a server can have written?", options, &Check);
  AddExamples(*check, session, {"history check recorded/", "history check history.json --json"});
  CLI::App* show = AddAction(*history, session, "show", "Event by event", options, &Show);
  AddExamples(*show, session, {"history show history.json"});
  CLI::App* convert = AddAction(*history, session, "convert",
                                "Write it in Temporal's canonical JSON", options, &Convert);
  convert->add_option("--out", options->out, "write into this directory, not to standard output")
      ->type_name("DIR");
  AddExamples(*convert, session,
              {"history convert old.json > new.json", "history convert recorded/ --out converted"});
  AddExamples(*history, session,
              {"history check recorded/", "history show history.json",
               "history convert old.json > new.json"});
}

}  // namespace groundhog::cli
