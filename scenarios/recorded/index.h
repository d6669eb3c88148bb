// The index of recordings (index.json): what each recorded scenario was and what came of it beside
// its histories. A list of objects:
//
//   name, group       the scenario's
//   files             names of its histories
//   stable, variants  whether each recording gave the same sequence of event types; if not, the other sequences seen, by file
//   activity_plan     activity_plan.h: {"activities": …}, or a list of those that followed one another
//   outcome           by workflow: a status, or {"status", "result" or "chain"}
//   facts             what describe and calls gave, by name; activity_log and invocations
//
// Other members (steps in words, SDK, …) are for people.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <absl/status/statusor.h>
#include <nlohmann/json.hpp>

#include "scenarios/recorded/activity_plan.h"

namespace groundhog::recorded {

struct RecordedScenario {
  std::string name = {};
  std::string group = {};
  std::vector<std::string> files = {};
  bool stable = true;
  std::map<std::string, std::vector<std::vector<std::string>>> variants = {};
  std::vector<ActivityPlans> plans = {};
  nlohmann::json outcome = nlohmann::json::object();
  nlohmann::json facts = nlohmann::json::object();
};

// Errors: InvalidArgument, NotFound, ResourceExhausted, with file and place.
absl::StatusOr<std::vector<RecordedScenario>> ReadIndex(const std::string& path);

// Null if there is none.
const RecordedScenario* FindRecorded(const std::vector<RecordedScenario>& index,
                                     const std::string& name);

}  // namespace groundhog::recorded
