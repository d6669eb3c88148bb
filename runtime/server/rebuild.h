// Rebuild: the state that a history alone gives: what a run has to go on with that is made from
// another one's history (reset, SEMANTICS f.11). Temporal's server does the same from its event
// stream.
//
// What leaves no event is as it was at its beginning: attempts of activities and their heartbeats,
// the sticky queue, the ids by which repeated signals are known. Activities wait for their first
// attempt; who starts the run says when they may begin. A child that is not known to have started
// has the request id under which the run that initiated it would have started it: so it is found if
// it was.
#pragma once

#include <span>

#include "runtime/server/causes.h"
#include "runtime/server/execution.h"

namespace groundhog::server {

// REQUIRES: `events` is the beginning of a history that this server wrote, at least its first
// event, and does not close the run.
RunState Rebuild(std::span<const HistoryEvent> events, Causes& causes);

}  // namespace groundhog::server
