// What a workflow task's answer asks for, checked and carried out in order (SEMANTICS d.4, e.1).
#pragma once

#include <optional>
#include <string>

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
