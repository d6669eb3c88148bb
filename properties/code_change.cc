#include "properties/code_change.h"

#include <algorithm>
#include <variant>

namespace groundhog::properties {
namespace {

bool TellsOfChange(const history::RecordMarker& marker) {
  return marker.marker_name == "core_patch" || marker.marker_name == "Version";
}

bool Records(const history::HistoryEvent& event, const history::RecordMarker& marker) {
  const auto* recorded = history::As<history::MarkerRecorded>(event);
  return recorded != nullptr && recorded->marker_name == marker.marker_name &&
         recorded->details == marker.details;
}

}  // namespace

bool GoesNewWay(const history::Commands& commands,
                std::span<const history::HistoryEvent> answered) {
  const auto end = std::find_if_not(answered.begin(), answered.end(), [](const auto& event) {
    return history::IsCommandEvent(history::TypeOf(event));
  });
  return std::any_of(commands.begin(), commands.end(), [&](const history::Command& command) {
    const auto* marker = std::get_if<history::RecordMarker>(&command);
    return marker != nullptr && TellsOfChange(*marker) &&
           std::none_of(answered.begin(), end,
                        [marker](const auto& event) { return Records(event, *marker); });
  });
}

}  // namespace groundhog::properties
