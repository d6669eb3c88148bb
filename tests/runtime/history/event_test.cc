// EventAttributes: what one holds is known by its type alone.
#include "runtime/history/event.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"

namespace groundhog::history {
namespace {

EventAttributes Timer(const std::string& id) {
  return MakeShared<TimerStarted>(TimerStarted{.timer_id = id});
}
EventAttributes Signal(const std::string& name) {
  return MakeShared<WorkflowExecutionSignaled>(WorkflowExecutionSignaled{.signal_name = name});
}

TEST_CASE("attributes of one type take the place of another's") {
  // Each text is long enough to be memory of its own, which only its own type knows how to free.
  const std::string name = "a name that does not fit into the string itself";
  EventAttributes attributes = Timer(name);
  attributes = Signal(name);
  REQUIRE(attributes.get<WorkflowExecutionSignaled>() != nullptr);
  CHECK(attributes.get<WorkflowExecutionSignaled>()->signal_name == name);
  CHECK(attributes.get<TimerStarted>() == nullptr);
  EventAttributes other = Timer(name);
  std::swap(attributes, other);
  CHECK(attributes == Timer(name));
  CHECK(other == Signal(name));
  CHECK_FALSE(attributes == other);
}

TEST_CASE("events of many types may be taken out of the middle of a history") {
  const std::string name = "a name that does not fit into the string itself";
  EventHistory history;
  for (EventId id = 1; id <= 9; ++id) {
    history.push_back({.event_id = id, .attributes = id % 2 == 0 ? Timer(name) : Signal(name)});
  }
  history.erase(history.begin() + 3);
  CHECK(As<WorkflowExecutionSignaled>(history[3])->signal_name == name);
  CHECK(As<TimerStarted>(history[4])->timer_id == name);
}

TEST_CASE("attributes are shared, not copied") {
  const EventAttributes one = Signal("s");
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): what it costs is the claim
  const EventAttributes same = one;
  CHECK(one.get<WorkflowExecutionSignaled>() == same.get<WorkflowExecutionSignaled>());
  CHECK(one.share<WorkflowExecutionSignaled>().get() == one.get<WorkflowExecutionSignaled>());
}

}  // namespace
}  // namespace groundhog::history
