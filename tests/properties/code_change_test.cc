#include "properties/code_change.h"

#include <string>

#include "runtime/history/converter.h"
#include "runtime/history/event.h"
#include "tests/catch.h"

namespace groundhog::properties {
namespace {

history::RecordMarker Patch(const std::string& id) {
  return {.marker_name = "core_patch", .details = {{"patch-data", history::ToPayloads(id)}}};
}
history::RecordMarker SideEffect() { return {.marker_name = "SideEffect", .details = {}}; }

template <class Attributes>
history::HistoryEvent Event(Attributes attributes) {
  return {.attributes = history::MakeShared<Attributes>(std::move(attributes))};
}
history::HistoryEvent Recorded(const history::RecordMarker& marker) {
  return Event(
      history::MarkerRecorded{.marker_name = marker.marker_name, .details = marker.details});
}

TEST_CASE("code goes a new way where it records a change that the history lacks") {
  const history::HistoryEvent next_task = Event(history::WorkflowTaskScheduled{});
  const history::EventHistory none{next_task};
  const history::EventHistory effect{Recorded(SideEffect()), next_task};
  const history::EventHistory one{Recorded(SideEffect()), Recorded(Patch("one")), next_task};
  const history::EventHistory later{next_task, Recorded(Patch("one"))};

  CHECK(GoesNewWay({Patch("one")}, none));
  CHECK(GoesNewWay({Patch("one"), SideEffect()}, effect));  // another marker stands in its place
  CHECK(GoesNewWay({Patch("two"), SideEffect()}, one));     // another change does
  CHECK(GoesNewWay({Patch("one")}, later));                 // of another task
  CHECK_FALSE(GoesNewWay({Patch("one"), SideEffect()}, one));
  CHECK_FALSE(GoesNewWay({SideEffect()}, none));
  CHECK_FALSE(GoesNewWay({}, one));
}

}  // namespace
}  // namespace groundhog::properties
