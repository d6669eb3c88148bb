#include "properties/outline.h"

#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties {
namespace {

using testing::Recording;

void Book(Recording& recording, const std::string& operation, const std::string& workflow_id) {
  recording.evidence.ledgers["bank"].entries.push_back(
      {.operation = operation, .amount = 250, .workflow_id = workflow_id});
}

// Withdrawn, and the deposit timed out.
void Half(Recording& recording, const std::string& workflow_id) {
  recording.StartRun(workflow_id, "Transfer");
  recording.CompleteTask();
  const auto withdraw = recording.Schedule("withdraw");
  recording.Start(withdraw);
  recording.Complete(withdraw);
  Book(recording, "withdraw", workflow_id);
  recording.CompleteTask();
  const auto deposit = recording.Schedule("deposit");
  recording.Start(deposit);
  recording.Append(history::ActivityTaskTimedOut{.scheduled_event_id = deposit});
  recording.CompleteTask();
  recording.FailRun();
}

TEST_CASE("an outline says what became of each workflow, its activities and the ledgers") {
  Recording recording;
  Half(recording, "pay-701");
  CHECK(OutlineOf(recording.Finish()) ==
        "Transfer FAILED: withdraw completed, deposit failed; bank: withdraw");
}

TEST_CASE("ids, times and how often do not show, but that something was booked twice does") {
  Recording once;
  Half(once, "pay-701");
  Recording twice;
  twice.Wait(std::chrono::seconds(70));
  Half(twice, "pay-a");
  Half(twice, "pay-b");
  CHECK(OutlineOf(twice.Finish()) ==
        "Transfer FAILED: withdraw completed, deposit failed; bank: withdraw (repeatedly)");
  CHECK(OutlineOf(twice.Finish(), "pay-b") == OutlineOf(once.Finish()));
}

TEST_CASE("what never came to an end is pending") {
  Recording recording;
  recording.StartRun("pay-701", "Transfer");
  recording.CompleteTask();
  recording.Schedule("withdraw");
  CHECK(OutlineOf(recording.Finish()) == "Transfer RUNNING: withdraw pending");
}

TEST_CASE("a crowd of different outcomes is cut") {
  Recording recording;
  for (int i = 0; i < 50; ++i) recording.StartRun("w", "Type" + std::string(1 + i, 'x'));
  const std::string outline = OutlineOf(recording.Finish());
  CHECK(outline.ends_with("; …"));
  CHECK(outline.size() < 500);
}

TEST_CASE("nothing at all has an empty outline") { CHECK(OutlineOf(Evidence{}).empty()); }

}  // namespace
}  // namespace groundhog::properties
