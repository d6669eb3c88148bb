// groundhog replay: recorded histories against the registered workflows.

#include <memory>
#include <variant>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/input_error.h"
#include "replay/history_json.h"
#include "reports/replay_verdict.h"
#include "runtime/history/failure_text.h"
#include "runtime/workflow/replay.h"

namespace groundhog::cli {
namespace {

using reports::ReplayVerdict;

std::string RegisteredNames(const workflow::WorkflowRegistry& registry) {
  std::vector<std::string> names;
  for (const workflow::WorkflowRegistration& registration : registry.registrations()) {
    names.push_back(registration.name());
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void Judge(const workflow::WorkflowRegistry& registry, const history::EventHistory& events,
           ReplayVerdict& verdict) {
  if (registry.Find(verdict.workflow_type) == nullptr) {
    verdict.kind = ReplayVerdict::Kind::kFailed;
    verdict.message = fmt::format("no workflow '{}' is registered; there are: {}",
                                  verdict.workflow_type, RegisteredNames(registry));
    return;
  }
  const workflow::ReplayResult result = workflow::Replay(registry, events);
  std::visit(history::Overloaded{[](const workflow::Replayed&) {},
                                 [&verdict](const workflow::TaskFailure& failure) {
                                   verdict.kind = ReplayVerdict::Kind::kFailed;
                                   verdict.message = history::Describe(failure.failure);
                                 },
                                 [&verdict](const workflow::Nondeterminism& difference) {
                                   verdict.kind = ReplayVerdict::Kind::kNondeterministic;
                                   verdict.event_id = difference.event_id;
                                   verdict.expected = difference.expected;
                                   verdict.actual = difference.actual;
                                   verdict.message = difference.text;
                                 }},
             result);
}

ReplayVerdict ReplayFile(const workflow::WorkflowRegistry& registry, const std::string& path) {
  const history::EventHistory events = ValueOrThrow(replay::ReadHistory(ReadInput(path), path));
  ReplayVerdict verdict{.file = path, .events = events.size()};
  const auto* started =
      events.empty() ? nullptr : history::As<history::WorkflowExecutionStarted>(events.front());
  if (started == nullptr)
    throw InputError(path +
                     ": not a whole history: it does not begin with WorkflowExecutionStarted");
  verdict.workflow_type = started->workflow_type;
  verdict.workflow_id = started->workflow_id;
  Judge(registry, events, verdict);
  return verdict;
}

void Replay(const std::vector<std::string>& paths, Session& session) {
  std::vector<ReplayVerdict> verdicts;
  for (const std::string& path : CollectJsonFiles(paths)) {
    verdicts.push_back(ReplayFile(session.registered.workflows, path));
    if (verdicts.back().kind != ReplayVerdict::Kind::kReplays) session.status = kViolated;
  }
  session.console.Print(reports::ReplayText(verdicts, session.console.style()));
  if (session.console.json()) session.console.PrintJson(reports::ReplayJson(verdicts));
}

}  // namespace

void AddReplayCommand(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("replay", "Replay recorded histories against the registered workflows");
  const auto paths = std::make_shared<std::vector<std::string>>();
  command->add_option("PATH", *paths, "history files (Temporal's JSON), or directories of them")
      ->required();
  AddJsonOption(*command, session);
  AddExamples(*command, session, {"replay history.json", "replay recorded/ --json"});
  command->callback([&session, paths] { Replay(*paths, session); });
}

}  // namespace groundhog::cli
