// What a play expects against what came of it: outcome, balances, ledger,
// number of invocations, facts.
//
// What is the same: scenarios/recorded/comparison.h.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/client/client.h"
#include "scenarios/money_transfer/play.h"
#include "scenarios/money_transfer/player.h"

namespace groundhog::money_transfer {

// One line a difference; empty if all is as expected. `facts` is null if there are none.
std::vector<std::string> Differences(const Play& play, const PlayOutcome& outcome,
                                     const nlohmann::json* facts);

}  // namespace groundhog::money_transfer
