// The places of the server where something may go wrong: its commits,
// and the moment after an answer.
//
// A Store<Durable> of a simulated server is made with kServerStoreSites;
// the rest the server asks itself.
#pragma once

#include <span>

#include "sim/choice.h"
#include "sim/store.h"

namespace groundhog::server {

extern const sim::ChoiceSite kCommitBefore;  // "server/commit.before": a crash, nothing is written
extern const sim::ChoiceSite kCommitStore;   // "server/commit.store": refused, or unknown
// "server/commit.after": a crash, all is written, nothing is answered.
extern const sim::ChoiceSite kCommitAfter;
extern const sim::ChoiceSite kAfterReply;  // "server/after_reply": a crash while idle

extern const sim::StoreSites kServerStoreSites;

std::span<const sim::ChoiceSite* const> ServerSites();

}  // namespace groundhog::server
