// The commands that only leave an event: markers and upserted search attributes (SEMANTICS e.1, f.8, f.9).
#pragma once

#include <optional>

#include "runtime/history/command.h"
#include "runtime/server/commands.h"

namespace groundhog::server {

std::optional<BadCommand> Apply(Transition& t, CommandContext& context,
                                history::RecordMarker& command);
std::optional<BadCommand> Apply(Transition& t, CommandContext& context,
                                history::UpsertWorkflowSearchAttributesCommand& command);

}  // namespace groundhog::server
