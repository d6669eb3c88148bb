// What a workflow task's answer asks for, checked and carried out in order (SEMANTICS d.4, e.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "runtime/history/command.h"
#include "runtime/server/causes.h"
#include "runtime/server/transition.h"

namespace groundhog::server {

// Why an answer was refused: the workflow task fails for it, and all of its commands are without effect.
struct BadCommand {
  history::WorkflowTaskFailedCause cause = history::WorkflowTaskFailedCause::kUnspecified;
  std::string message = {};  // "BadScheduleActivityAttributes: …", or only the cause
};

// "UnhandledCommand": a cause as messages spell it.
std::string SpellCause(history::WorkflowTaskFailedCause cause);
// "BadStartTimerAttributes: TimerId is not set on StartTimerCommand."
BadCommand Bad(history::WorkflowTaskFailedCause cause, std::string_view text);
// How Temporal says that a command does not fit the state of the run.
BadCommand Misfit(history::WorkflowTaskFailedCause cause, std::string_view action,
                  std::string_view detail);

inline constexpr std::size_t kLongestName = 1000;  // of an id or a name, in bytes (SEMANTICS i)

// InvalidArgument if something follows a command that ends the run. Nothing is changed by such an answer.
absl::Status CheckSequence(const history::Commands& commands);

struct CommandContext {
  EventId completed_id = 0;
  const std::string& identity;
  bool has_news =
      false;  // events were buffered when the answer came: the run can't be closed before the workflow saw them
  Causes& causes;
};
// REQUIRES: the workflow task is completed and t defers events. When a command is bad, t has changed all the same: reload the run.
std::optional<BadCommand> ApplyCommands(Transition& t, history::Commands commands,
                                        CommandContext context);

}  // namespace groundhog::server
