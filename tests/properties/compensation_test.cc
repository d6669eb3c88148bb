#include <chrono>

#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties::testing {
namespace {

using namespace std::chrono_literals;
using history::WorkflowExecutionStatus;

// Books one entry a second.
struct Saga : Recording {
  explicit Saga(const std::string& workflow_id = "pay-invoice-701") {
    StartRun(workflow_id, "Transfer");
    evidence.compensations = {{"refund", "withdraw"}, {"take_back", "deposit"}};
  }
  void Does(const std::string& operation, std::int64_t amount,
            const std::string& account = "85-150") {
    Wait(1s);
    Book(operation, account, amount);
  }
  std::string Ends(WorkflowExecutionStatus status, std::string_view text) {
    run().status = status;
    return Only(Judge(&CheckCompensation, Finish()), text);
  }
  bool HoldsAs(WorkflowExecutionStatus status) {
    run().status = status;
    const Violations found = Judge(&CheckCompensation, Finish());
    for (const Violation& violation : found) UNSCOPED_INFO(violation.message);
    return found.empty();
  }
};

constexpr auto kFailed = WorkflowExecutionStatus::kFailed;
constexpr auto kCompleted = WorkflowExecutionStatus::kCompleted;

TEST_CASE("a failed saga that undid everything in reverse order holds") {
  Saga saga;
  saga.Does("withdraw", -250);
  saga.Does("deposit", 250, "43-812");
  saga.Does("take_back", -250, "43-812");
  saga.Does("refund", 250);
  CHECK(saga.HoldsAs(kFailed));
  CHECK(saga.HoldsAs(WorkflowExecutionStatus::kCanceled));
}

TEST_CASE(
    "a completed saga that undid nothing holds, and so does one that failed before its first "
    "effect") {
  Saga completed;
  completed.Does("withdraw", -250);
  completed.Does("deposit", 250, "43-812");
  CHECK(completed.HoldsAs(kCompleted));
  Saga failed;
  CHECK(failed.HoldsAs(kFailed));
}

TEST_CASE("a missing refund is found") {
  Saga saga;
  saga.Does("withdraw", -250);
  CHECK(
      saga.Ends(kFailed,
                "pay-invoice-701: the run closed as FAILED, but withdraw of 250 on 85-150 (entry 1 "
                "of bank, at 1 s) was never undone: expected a refund") == "found");
  CHECK(saga.Ends(WorkflowExecutionStatus::kCanceled, "was never undone") == "found");
}

TEST_CASE("a second withdrawal that only one refund answers is found") {
  Saga saga;
  saga.Does("withdraw", -250);
  saga.Does("withdraw", -250);
  saga.Does("refund", 250);
  CHECK(
      saga.Ends(kFailed, "withdraw of 250 on 85-150 (entry 1 of bank, at 1 s) was never undone") ==
      "found");
}

TEST_CASE("an extra refund is found, whatever became of the run") {
  Saga saga;
  saga.Does("withdraw", -250);
  saga.Does("refund", 250);
  saga.Does("refund", 250);
  const std::string_view text =
      "withdraw of 250 on 85-150 (entry 1 of bank, at 1 s) was undone twice: by refund of 250 on "
      "85-150 (entry 2 of bank, at 2 s), and again by refund of 250 on 85-150 (entry 3 of bank, at "
      "3 s)";
  CHECK(saga.Ends(kFailed, text) == "found");
  CHECK(saga.Ends(WorkflowExecutionStatus::kTerminated, text) == "found");
  CHECK(saga.Ends(WorkflowExecutionStatus::kRunning, text) == "found");
}

TEST_CASE("a refund of what was never withdrawn is found") {
  Saga saga;
  saga.Does("refund", 250);
  CHECK(saga.Ends(kFailed,
                  "undoes what was never done: no withdraw of the same amount came before it") ==
        "found");
}

TEST_CASE("a refund that comes before a late withdrawal undoes nothing") {
  Saga saga;
  saga.Does("refund", 250);
  saga.Does("withdraw", -250);
  saga.run().status = kFailed;
  const Violations found = Judge(&CheckCompensation, saga.Finish());
  REQUIRE(found.size() == 2);
  CHECK(found[0].message.find("undoes what was never done") != std::string::npos);
  CHECK(found[1].message.find("was never undone") != std::string::npos);
}

TEST_CASE("a refund of another amount or to another account undoes nothing") {
  for (const bool amount : {true, false}) {
    Saga saga;
    saga.Does("withdraw", -250);
    saga.Does("refund", amount ? 200 : 250, amount ? "85-150" : "43-812");
    saga.run().status = kFailed;
    CHECK(Judge(&CheckCompensation, saga.Finish()).size() == 2);
  }
}

TEST_CASE("the wrong order is found, but not between effects of one instant") {
  Saga saga;
  saga.Does("withdraw", -250);
  saga.Does("deposit", 250, "43-812");
  saga.Does("refund", 250);
  saga.Does("take_back", -250, "43-812");
  CHECK(saga.Ends(
            kFailed,
            "undone in the wrong order: deposit of 250 on 43-812 (entry 2 of bank, at 2 s) came "
            "after withdraw of 250 on 85-150 (entry 1 of bank, at 1 s) and must be undone first, "
            "but it was undone at 4 s, and the earlier one already at 3 s") == "found");

  saga.evidence.ledgers["bank"].entries[1].time = saga.evidence.ledgers["bank"].entries[0].time;
  CHECK(saga.HoldsAs(kFailed));
}

TEST_CASE("a completed run that undid something is found") {
  Saga saga;
  saga.Does("withdraw", -250);
  saga.Does("refund", 250);
  saga.Does("deposit", 250, "43-812");
  CHECK(saga.Ends(kCompleted,
                  "the run completed, but withdraw of 250 on 85-150 (entry 1 of bank, at 1 s) "
                  "was undone by refund of 250") == "found");
}

TEST_CASE("runs that cannot compensate, or still may, are left to the author") {
  for (const auto status :
       {WorkflowExecutionStatus::kTerminated, WorkflowExecutionStatus::kTimedOut,
        WorkflowExecutionStatus::kRunning}) {
    Saga saga;
    saga.Does("withdraw", -250);
    CHECK(saga.HoldsAs(status));
  }
}

TEST_CASE("effects are judged with their own workflow, and with their own run of it") {
  Saga saga;
  saga.Does("withdraw", -250);
  saga.run().status = kFailed;
  SECTION("another workflow's refund does not count") {
    saga.StartRun("pay-invoice-702", "Transfer");
    saga.Does("withdraw", -250);
    saga.Does("refund", 250);
    CHECK(saga.Ends(kFailed, "pay-invoice-701: the run closed as FAILED") == "found");
  }
  SECTION("the second run's effects stand, the first run's are undone") {
    saga.Does("refund", 250);
    saga.Wait(1s);
    saga.StartRun("pay-invoice-701", "Transfer");
    saga.Does("withdraw", -250);
    CHECK(saga.HoldsAs(kCompleted));
  }
}

TEST_CASE("effects that nobody declared, and scenarios without pairs, are not judged") {
  Saga saga;
  saga.Does("fee", -1);
  CHECK(saga.HoldsAs(kFailed));
  saga.Does("withdraw", -250);
  saga.evidence.compensations.clear();
  CHECK(saga.HoldsAs(kFailed));
}

}  // namespace
}  // namespace groundhog::properties::testing
