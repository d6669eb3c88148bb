// How a run ended, and the chain of failures behind it,
// as the Python client of the recordings saw it.
#pragma once

#include <nlohmann/json.hpp>

#include "runtime/client/client.h"
#include "runtime/history/failure.h"
#include "runtime/history/payload.h"

namespace groundhog::recorded {

// The decoded values.
nlohmann::json ValuesOf(const history::Payloads& payloads);

// [the failure and its causes, outermost first]
nlohmann::json ChainOf(const history::Failure* failure);

// {"status": …, "result": …} or {"status": …, "chain": […]}
nlohmann::json OutcomeAsRecorded(const client::Outcome& outcome);

}  // namespace groundhog::recorded
