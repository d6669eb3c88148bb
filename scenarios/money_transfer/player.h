// PlayInSimulator: plays a scenario (play.h) in the simulator,
// with no fault and no hold-back but those that it asks for.
//
// The client "client-1" is client and operator in one: it does the steps in their order, then waits
// for the results of all starts that were accepted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "properties/evidence.h"
#include "properties/ledger.h"
#include "runtime/client/client.h"
#include "runtime/protocol/workflow_service.h"
#include "scenarios/money_transfer/play.h"
#include "sim/kernel.h"

namespace groundhog::money_transfer {

// What describe or list said, as the recordings hold it.
struct SeenFact {
  std::string name = {};
  nlohmann::json value = {};
};

struct PlayOutcome {
  std::vector<properties::RunRecord> runs = {};  // in the order of the starts that were accepted
  std::vector<std::pair<std::string, client::Outcome>> outcomes = {};  // by workflow id, same order
  std::vector<SeenFact> facts = {};
  std::map<std::string, std::int64_t> invocations = {};
  properties::Ledger bank = {};
  std::vector<std::string> troubles = {};  // steps that went otherwise than the play says
};

PlayOutcome PlayInSimulator(const Play& play);

}  // namespace groundhog::money_transfer
