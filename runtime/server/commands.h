// What a workflow task's answer asks for, checked and carried out in order (SEMANTICS d.4, e.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "runtime/history/command.h"
#include "runtime/history/message.h"
#include "runtime/server/engine.h"

namespace groundhog::server {

// Why an answer was refused: the workflow task fails for it,
// and all of its commands are without effect.
struct BadCommand {
  history::WorkflowTaskFailedCause cause = history::WorkflowTaskFailedCause::kUnspecified;
  std::string message = {};  // "BadScheduleActivityAttributes: …", or only the cause
};

using CommandOutcome = std::optional<BadCommand>;  // nothing: it was carried out

// "UnhandledCommand": a cause as messages spell it.
std::string SpellCause(history::WorkflowTaskFailedCause cause);
// "BadStartTimerAttributes: TimerId is not set on StartTimerCommand."
BadCommand Bad(history::WorkflowTaskFailedCause cause, std::string_view text);
// How Temporal says that a command does not fit the state of the run.
BadCommand Misfit(history::WorkflowTaskFailedCause cause, std::string_view action,
                  std::string_view detail);

inline constexpr std::size_t kLongestName = 1000;  // of an id or a name, in bytes (SEMANTICS i)

// InvalidArgument if something follows a command that ends the run.
// Nothing is changed by such an answer.
absl::Status CheckSequence(const history::Commands& commands);

struct CommandContext {
  Engine& engine;
  EventId completed_id = 0;
  const std::string& identity;
  // Events were buffered when the answer came:
  // the run can't be closed before the workflow saw them.
  bool has_news = false;
  history::Messages messages = {};             // those that no command has named yet
  std::vector<EventId> eager_activities = {};  // which the worker would run at once
};
// REQUIRES: the workflow task is completed and t defers events. When a command is bad, t has
// changed all the same: reload the run.
CommandOutcome ApplyCommands(Transition& t, history::Commands commands, CommandContext& context);

// The families of commands, each in a file of its own: <family>_commands.cc.
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::CompleteWorkflowExecution& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::FailWorkflowExecution& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::CancelWorkflowExecution& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::ContinueAsNewWorkflowExecution& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::UpsertWorkflowSearchAttributesCommand& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::ModifyWorkflowProperties& command);
CommandOutcome Apply(Transition& t, CommandContext& context, history::RecordMarker& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::StartChildWorkflowExecution& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::SignalExternalWorkflowExecution& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::RequestCancelExternalWorkflowExecution& command);
CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::ProtocolMessageCommand& command);
// Which code completed the task, for the search attribute BuildIds.
void NoteBuildId(Transition& t, const std::string& build_id);
// What search attributes say of the run's versioning; no event tells of them.
void ShowVersioning(Transition& t);
// The messages that no command named: rejections, for one.
CommandOutcome ApplyMessages(Transition& t, CommandContext& context);
// An update that the worker has said nothing to would be sent again and again.
void RejectUnprocessedUpdates(Transition& t);

}  // namespace groundhog::server
