#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties::testing {
namespace {

struct Closed : Recording {
  Closed() {
    StartRun("pay-invoice-701", "Transfer");
    CompleteTask();
    withdraw = Schedule("withdraw");
    Start(withdraw);
    CompleteTask();
    CompleteRun();
  }
  EventId withdraw = 0;
};

std::string NoOrphan(Recording& recording, std::string_view text) {
  return Only(Judge(&CheckNoOrphan, recording.Finish()), text);
}

TEST_CASE("a closed run with nothing left, and an open one with work, hold") {
  Closed closed;
  CHECK(Judge(&CheckNoOrphan, closed.Finish()).empty());
  Recording open;
  open.StartRun("pay-invoice-701", "Transfer");
  open.run().pending_timers = 1;
  CHECK(Judge(&CheckNoOrphan, open.Finish()).empty());
}

TEST_CASE("work that is left behind by a closed run is found") {
  Closed recording;
  SECTION("an orphan timer") {
    recording.run().pending_timers = 1;
    CHECK(NoOrphan(recording,
                   "pay-invoice-701: the run is COMPLETED, but the server still keeps work "
                   "for it: 1 timer") == "found");
  }
  SECTION("everything") {
    recording.run().pending_activities = 2;
    recording.run().pending_timers = 3;
    recording.run().pending_workflow_task = true;
    CHECK(NoOrphan(recording, "2 activities, 3 timers, 1 workflow task") == "found");
  }
}

TEST_CASE("a late report that is not refused is found") {
  Closed recording;
  SECTION("it becomes an event") {
    recording.Complete(recording.withdraw);
    CHECK(NoOrphan(recording,
                   "the run had been closed, and yet EventAppended(pay-invoice-701, "
                   "ActivityTaskStarted, ") == "found");
  }
  SECTION("it is retried") {
    recording.FailAndRetry(recording.withdraw, ApplicationFailure("Late"), {});
    CHECK(NoOrphan(recording,
                   "ActivityAttemptFailed(pay-invoice-701, withdraw, 1) was committed at "
                   "0 s: a late report must be refused") == "found");
  }
}

TEST_CASE(
    "what is said in the closing transaction, and of the next run of the workflow id, holds") {
  Closed recording;
  recording.Say("ActivityClosed", "withdraw", 1, recording.withdraw);  // no commit between
  recording.StartRun("pay-invoice-701", "Transfer");
  recording.CompleteTask();
  recording.Start(recording.Schedule("withdraw"));
  CHECK(Judge(&CheckNoOrphan, recording.Finish()).empty());
}

}  // namespace
}  // namespace groundhog::properties::testing
