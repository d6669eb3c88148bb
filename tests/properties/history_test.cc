#include <algorithm>

#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties::testing {
namespace {

struct Transfer : Recording {
  Transfer() {
    StartRun("pay-invoice-701", "Transfer");
    CompleteTask();
    const EventId withdraw = Schedule("withdraw");
    Start(withdraw);
    Complete(withdraw, {history::Payload("json/plain", "\"W-1\"")});
    CompleteTask();
    CompleteRun();
  }
};

std::string History(Recording& recording, std::string_view text) {
  return Only(Judge(&CheckHistory, recording.Finish()), text);
}

TEST_CASE("a history that stands as it was committed holds") {
  Transfer recording;
  CHECK(Judge(&CheckHistory, recording.Finish()).empty());
}

TEST_CASE("an open history holds") {
  Recording recording;
  recording.StartRun("pay-invoice-701", "Transfer");
  recording.CompleteTask();
  recording.Schedule("withdraw");
  CHECK(Judge(&CheckHistory, recording.Finish()).empty());
}

TEST_CASE("an acknowledged event that changed is found") {
  Transfer recording;
  recording.event(7).attributes = history::MakeShared<history::ActivityTaskCompleted>(
      history::ActivityTaskCompleted{.result = {history::Payload("json/plain", "\"W-2\"")},
                                     .scheduled_event_id = 5,
                                     .started_event_id = 6});
  const Violations found = Judge(&CheckHistory, recording.Finish());
  CHECK(
      Only(found,
           "pay-invoice-701: event 7 ActivityTaskCompleted was committed at 0 s, but now the "
           "history says something else there (ActivityTaskCompleted): an acknowledged event must "
           "never change") == "found");
  CHECK(found.front().event_id == 7);
  CHECK(found.front().property == "history");
}

TEST_CASE("an acknowledged event that is gone is found") {
  Recording recording;
  recording.StartRun("pay-invoice-701", "Transfer");
  recording.CompleteTask();
  recording.Append(history::WorkflowExecutionSignaled{.signal_name = "decide"});
  recording.run().history.pop_back();
  CHECK(History(recording, "the history ends with event 4: an acknowledged event is lost") ==
        "found");
}

TEST_CASE("an event id that is committed twice is found") {
  Transfer recording;
  recording.records.push_back(recording.Fact("EventAppended", 7));
  SECTION("the same") {
    CHECK(History(recording, "an event with this id had been committed before") == "found");
  }
  SECTION("with other content") {
    recording.records.back().value += 1;
    CHECK(
        History(recording, "an event with this id had been committed before, with other content") ==
        "found");
  }
}

TEST_CASE("an event that was never committed is found") {
  Transfer recording;
  SECTION("in the middle") {
    recording.Drop("EventAppended", 6);
    CHECK(History(recording, "right after event 5: the ids between are missing") == "found");
  }
  SECTION("at the end") {
    recording.Drop("EventAppended", 11);
    CHECK(History(recording, "the history has 11 events, but only 10 were ever committed") ==
          "found");
  }
}

TEST_CASE("a run that was committed and is not there is found") {
  Transfer recording;
  recording.evidence.runs.clear();
  const Violations found = Judge(&CheckHistory, recording.Finish());
  REQUIRE(found.size() == 11);
  CHECK(found.front().message.find("the server has no run that it belongs to") !=
        std::string::npos);
}

TEST_CASE("a history that no server could have written is found") {
  Transfer recording;
  SECTION("a gap in the ids") {
    recording.run().history.erase(recording.run().history.begin() + 5);
    const Violations found = Judge(&CheckHistory, recording.Finish());
    REQUIRE(!found.empty());
    CHECK(found.front().message.find("stands where the event with id 6 belongs (rule: ids)") !=
          std::string::npos);
  }
  SECTION("a reference to the future") {
    recording.event(7).attributes = history::MakeShared<history::ActivityTaskCompleted>(
        history::ActivityTaskCompleted{.scheduled_event_id = 9, .started_event_id = 6});
    const Violations found = Judge(&CheckHistory, recording.Finish());
    REQUIRE(!found.empty());
    CHECK(found.front().message.find("scheduledEventId 9 is not an earlier event") !=
          std::string::npos);
    CHECK(found.front().event_id == 7);
  }
  SECTION("two ends") {
    recording.CompleteRun();
    const Violations found = Judge(&CheckHistory, recording.Finish());
    REQUIRE(!found.empty());
    CHECK(found.front().message.find("closing event") != std::string::npos);
  }
}

TEST_CASE("a status that the history does not bear out is found") {
  Transfer recording;
  recording.run().status = history::WorkflowExecutionStatus::kRunning;
  CHECK(History(recording,
                "the server says the run is RUNNING, but its history ends with "
                "WorkflowExecutionCompleted, which means COMPLETED") == "found");
}

// Evidence has the runs of one namespace after those of another, whenever they started.
TEST_CASE("runs of two namespaces are told apart, though they start in turn") {
  Recording recording;
  for (const char* id : {"other/w1", "w0", "other/w1", "w0"}) {
    recording.StartRun(id, "Transfer");
    recording.CompleteTask();
    recording.CompleteRun();
  }
  Evidence evidence = recording.Finish();
  std::stable_sort(evidence.runs.begin(), evidence.runs.end(), [](const auto& a, const auto& b) {
    return a.workflow_id == "w0" && b.workflow_id != "w0";
  });
  CHECK(Judge(&CheckHistory, evidence).empty());
}

TEST_CASE("runs of one workflow id are told apart") {
  Recording recording;
  for (int i = 0; i < 3; ++i) {
    recording.StartRun(i == 1 ? "other" : "pay-invoice-701", "Transfer");
    recording.CompleteTask();
    recording.CompleteRun();
  }
  CHECK(Judge(&CheckHistory, recording.Finish()).empty());
}

}  // namespace
}  // namespace groundhog::properties::testing
