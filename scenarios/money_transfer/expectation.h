// What a play expects against what came of it: outcome, balances, ledger, number of invocations, facts.
//
// Facts of a recording hold what a machine's clock added: seconds_from_now may differ by kClockTolerance, and a currentRetryInterval by
// as much. All else must be equal.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/client/client.h"
#include "scenarios/money_transfer/play.h"
#include "scenarios/money_transfer/player.h"

namespace groundhog::money_transfer {

inline constexpr double kClockTolerance = 0.25;  // seconds

// One line a difference; empty if all is as expected. `facts` is null if there are none.
std::vector<std::string> Differences(const Play& play, const PlayOutcome& outcome,
                                     const Json* facts);

// {"status": …, "result": …} or {"status": …, "chain": [the failure and its causes]}
nlohmann::json OutcomeAsRecorded(const client::Outcome& outcome);

}  // namespace groundhog::money_transfer
