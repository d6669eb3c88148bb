#include "scenarios/recorded/index.h"

#include <algorithm>

#include <fmt/format.h>

#include "replay/json_text.h"
#include "scenarios/recorded/text_file.h"

namespace groundhog::recorded {
namespace {

std::vector<std::string> ReadTexts(const JsonNode& node) {
  std::vector<std::string> texts;
  for (const JsonNode& element : node.Elements()) texts.push_back(element.Text());
  return texts;
}

std::vector<ActivityPlans> ReadPlans(const JsonNode& node) {
  const auto read = [](const JsonNode& plan) {
    return plan.Has("activities") ? ReadActivityPlans(plan["activities"]) : ActivityPlans();
  };
  if (node.json().is_object()) return {read(node)};
  std::vector<ActivityPlans> plans;
  for (const JsonNode& plan : node.Elements()) plans.push_back(read(plan));
  return plans;
}

RecordedScenario ReadRow(const JsonNode& row) {
  RecordedScenario scenario{.name = row["name"].Text(), .group = row["group"].TextOr("")};
  if (row.Has("files")) scenario.files = ReadTexts(row["files"]);
  if (row.Has("stable")) scenario.stable = row["stable"].Bool();
  if (row.Has("variants")) {
    for (const auto& [file, sequences] : row["variants"].Members()) {
      for (const JsonNode& sequence : sequences.Elements()) {
        scenario.variants[file].push_back(ReadTexts(sequence));
      }
    }
  }
  if (row.Has("activity_plan")) scenario.plans = ReadPlans(row["activity_plan"]);
  if (row.Has("outcome")) scenario.outcome = row["outcome"].json();
  if (row.Has("facts")) {
    row["facts"].Members();
    scenario.facts = row["facts"].json();
  }
  return scenario;
}

}  // namespace

absl::StatusOr<std::vector<RecordedScenario>> ReadIndex(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  const absl::StatusOr<Json> json = replay::ParseJsonText(*text, path);
  if (!json.ok()) return json.status();
  try {
    std::vector<RecordedScenario> index;
    for (const JsonNode& row : JsonNode(*json, "").Elements()) index.push_back(ReadRow(row));
    return index;
  } catch (const BadInput& bad) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", path, bad.message));
  }
}

const RecordedScenario* FindRecorded(const std::vector<RecordedScenario>& index,
                                     const std::string& name) {
  const auto found = std::find_if(index.begin(), index.end(),
                                  [&](const RecordedScenario& row) { return row.name == name; });
  return found == index.end() ? nullptr : &*found;
}

}  // namespace groundhog::recorded
