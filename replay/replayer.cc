#include "replay/replayer.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "replay/history_json.h"
#include "runtime/history/failure_text.h"
#include "runtime/workflow/replay.h"

namespace groundhog::replay {
namespace {

using history::EventHistory;
using workflow::Nondeterminism;
using workflow::TaskFailure;

const std::string& WorkflowTypeOf(const EventHistory& history) {
  static const std::string kNone;
  if (history.empty()) return kNone;
  const auto* started = history::As<history::WorkflowExecutionStarted>(history.front());
  return started == nullptr ? kNone : started->workflow_type;
}

ReplayVerdict Unreadable(std::string file, std::string_view why) {
  return {.file = std::move(file),
          .outcome = ReplayOutcome::kUnreadable,
          .text = std::string(why),
          .advice = "give it a history as `temporal workflow show --output json` prints it"};
}

// How to keep both: the runs that have this history, and the code as it is now.
std::string KeepBoth(std::string_view workflow_type) {
  return fmt::format(
      "if runs with this history may still be open, keep the code that made it registered as '{}' "
      "and give the changed code a workflow type of its own, for new runs; if there are none, "
      "record "
      "the history anew",
      workflow_type);
}

void Fill(ReplayVerdict& verdict, Nondeterminism difference) {
  verdict.outcome = ReplayOutcome::kNondeterminism;
  verdict.event_id = difference.event_id;
  verdict.expected = std::move(difference.expected);
  verdict.actual = std::move(difference.actual);
  verdict.text = std::move(difference.text);
  verdict.advice = KeepBoth(verdict.workflow_type);
}

void Fill(ReplayVerdict& verdict, const TaskFailure& failure, bool registered) {
  verdict.outcome = ReplayOutcome::kCodeFailed;
  verdict.text = history::Describe(failure.failure);
  verdict.advice =
      registered
          ? "mend the code: what it throws here fails the Workflow Task at every attempt, and "
            "the run waits (an error that is to end the workflow is an ApplicationError)"
          : fmt::format("register a workflow as '{}'", verdict.workflow_type);
}

}  // namespace

std::string_view NameOf(ReplayOutcome outcome) {
  constexpr std::array<std::string_view, 4> kNames = {"replayed", "nondeterminism", "code failed",
                                                      "unreadable"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::string Describe(const ReplayVerdict& verdict) {
  if (verdict.ok()) {
    return fmt::format("{}: replayed, {} events of {}", verdict.file, verdict.events,
                       verdict.workflow_type);
  }
  std::string text = fmt::format("{}: {}\n", verdict.file, NameOf(verdict.outcome));
  if (verdict.outcome == ReplayOutcome::kNondeterminism) {
    text += fmt::format("  event {}\n  the history has  {}\n  the code did     {}\n",
                        verdict.event_id, verdict.expected, verdict.actual);
  }
  return text + fmt::format("  {}\n  what to do: {}", verdict.text, verdict.advice);
}

ReplayVerdict Replayer::Replay(const EventHistory& history, std::string_view name) const {
  ReplayVerdict verdict{.file = std::string(name),
                        .workflow_type = WorkflowTypeOf(history),
                        .events = static_cast<history::EventId>(history.size())};
  workflow::ReplayResult result = workflow::Replay(registry_, history);
  if (auto* difference = std::get_if<Nondeterminism>(&result)) {
    Fill(verdict, std::move(*difference));
  } else if (const auto* failure = std::get_if<TaskFailure>(&result)) {
    Fill(verdict, *failure, registry_.Find(verdict.workflow_type) != nullptr);
  }
  return verdict;
}

ReplayVerdict Replayer::ReplayFile(const std::string& path) const {
  const absl::StatusOr<EventHistory> history = ReadHistoryFile(path);
  if (!history.ok()) {
    const absl::string_view why = history.status().message();
    return Unreadable(path, std::string_view(why.data(), why.size()));
  }
  return Replay(*history, path);
}

std::vector<ReplayVerdict> Replayer::ReplayPath(const std::string& path) const {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return {ReplayFile(path)};
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path().string());
  }
  if (error) return {Unreadable(path, error.message())};
  if (files.empty()) return {Unreadable(path, "there is no .json file in this folder")};
  std::sort(files.begin(), files.end());
  std::vector<ReplayVerdict> verdicts;
  verdicts.reserve(files.size());
  for (const std::string& file : files) verdicts.push_back(ReplayFile(file));
  return verdicts;
}

}  // namespace groundhog::replay
