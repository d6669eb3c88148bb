// What reports write as JSON. Keys keep the order in which they are set; text that is no UTF-8 gets
// U+FFFD; digests are hexadecimal text, because readers of JSON lose the lower bits of large
// numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "reports/finished_simulation.h"
#include "sim/choice_tape.h"

namespace groundhog::reports {

using Json = nlohmann::ordered_json;

// Indented by two, a line feed at the end.
std::string JsonText(const Json& json);

Json DigestJson(std::uint64_t digest);
// A list of texts, each as --decide takes it.
Json DecisionsJson(std::span<const sim::Decision> decisions);
// {"bank": {"balances": {…}, "total": …, "entries": […]}}
Json LedgersJson(const properties::Ledgers& ledgers);
// [{"property", "message", "workflow_id", "event_id", "time_seconds"}]
Json ViolationsJson(const properties::Violations& violations);
// A whole simulation: `groundhog run --json`.
Json SimulationJson(const FinishedSimulation& simulation);

}  // namespace groundhog::reports
