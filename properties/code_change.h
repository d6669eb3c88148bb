// Whether a workflow task that code from before a change has done goes another way with the code of
// now: a change that workflow code asks about (a patch, a version) leaves a marker, and the new
// code records one that the history lacks. From such a task on the history and the new code have
// nothing more to say to each other, which is right: a worker never does a task twice.
#pragma once

#include <span>

#include "runtime/history/command.h"
#include "runtime/history/event.h"

namespace groundhog::properties {

// `commands`: what the code of now answers; `answered`: the events behind the task's completion.
bool GoesNewWay(const history::Commands& commands, std::span<const history::HistoryEvent> answered);

}  // namespace groundhog::properties
