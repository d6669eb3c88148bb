#include "runtime/workflow/replay.h"

#include <fmt/format.h>

#include "runtime/workflow/workflow_run.h"

namespace groundhog::workflow {

ReplayResult Replay(const WorkflowRegistry& registry, const history::EventHistory& history,
                    RunContext context) {
  if (history.empty()) return InvalidHistory("there are no events");
  if (history.front().event_id != 1) {
    return InvalidHistory(fmt::format("its first event is {}", history.front().event_id));
  }
  WorkflowRun run(registry, std::move(context));
  TaskResult result = run.Activate(history);
  if (auto* failure = std::get_if<TaskFailure>(&result)) return std::move(*failure);
  if (auto* difference = std::get_if<Nondeterminism>(&result)) return std::move(*difference);

  const bool closed = IsClosing(TypeOf(history.back()));
  if (const std::string command = run.UnmatchedCommand(); closed && !command.empty()) {
    return Nondeterminism{
        .event_id = history.back().event_id,
        .expected = fmt::format("no more commands: the run was closed by {}",
                                NameOf(TypeOf(history.back()))),
        .actual = command,
        .text = fmt::format("[TMPRL1100] Nondeterminism error: the workflow's code issued {}, but "
                            "the history was closed without an event for it",
                            command)};
  }
  if (run.waits_for_local_activities()) {
    result = run.Answer();
    if (auto* failure = std::get_if<TaskFailure>(&result)) return std::move(*failure);
    return Replayed{.next = std::move(std::get<history::Commands>(result))};
  }
  return Replayed{.closed = closed, .next = std::move(std::get<history::Commands>(result))};
}

}  // namespace groundhog::workflow
