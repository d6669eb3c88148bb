// A player that calls everything the same would pass the recordings too:
// each planted difference must be told.

#include "scenarios/money_transfer/play.h"

#include <string>
#include <vector>

#include "scenarios/money_transfer/expectation.h"
#include "scenarios/money_transfer/player.h"
#include "tests/catch.h"

namespace groundhog::money_transfer {
namespace {

using Catch::Matchers::ContainsSubstring;

Play OnlyPlay(const std::string& members) {
  const std::string text = R"json({"a_play": {"files": ["a.json"], "code": "tutorial",
      "workers": [{"worker": "worker-1"}], )json" +
                           members + "}}";
  const auto plays = ParsePlays(text, "plays.json");
  INFO(plays.status().ToString());
  REQUIRE(plays.ok());
  REQUIRE(plays->size() == 1);
  return plays->front();
}

std::vector<std::string> DifferencesOf(const std::string& members,
                                       const nlohmann::json* facts = nullptr) {
  const Play play = OnlyPlay(members);
  return Differences(play, PlayInSimulator(play), facts);
}

std::string OnlyDifference(const std::string& members, const nlohmann::json* facts = nullptr) {
  const std::vector<std::string> differences = DifferencesOf(members, facts);
  REQUIRE(differences.size() == 1);
  return differences.front();
}

TEST_CASE("a play as it happens differs in nothing") {
  CHECK(DifferencesOf(R"json("steps": [{"do": "start"}], "expect": {
          "outcome": {"workflow": {"status": "completed",
                                   "result": "Transfer complete (transaction IDs: W-1, D-2)"}},
          "bank": {"balances": {"43-812": 250, "85-150": 1750},
                   "ledger": [[1, "withdraw", "85-150", -250, "12345-withdrawal"],
                              [2, "deposit", "43-812", 250, "12345-deposit"]]},
          "invocations": {"deposit": 1, "withdraw": 1}})json")
            .empty());
}

TEST_CASE("another outcome than expected is told") {
  CHECK(OnlyDifference(R"json("steps": [{"do": "start"}],
                          "expect": {"outcome": {"workflow": {"status": "completed", "result": "x"}}})json") ==
        "outcome workflow.result: recorded \"x\", simulated "
        "\"Transfer complete (transaction IDs: W-1, D-2)\"");
}

TEST_CASE("an outcome that never came is told") {
  CHECK(OnlyDifference(R"json("steps": [{"do": "start"}],
          "expect": {"outcome": {"pay-invoice-701": {"status": "completed",
                                   "result": "Transfer complete (transaction IDs: W-1, D-2)"},
                                 "second": {"status": "completed", "result": "x"}}})json") ==
        "outcome \"second\": there is none");
}

TEST_CASE("another balance, ledger or count than expected is told") {
  const std::string started = R"json("steps": [{"do": "start"}], "expect": )json";
  CHECK(OnlyDifference(started + R"json({"invocations": {"deposit": 2, "withdraw": 1}})json") ==
        "invocations.deposit: recorded 2, simulated 1");
  CHECK(DifferencesOf(started + R"json({"bank": {"balances": {"43-812": 250}, "ledger": []}})json")
            .size() == 2);
}

TEST_CASE("a trigger that never comes is told") {
  CHECK_THAT(OnlyDifference(R"json("steps": [{"do": "start"},
                 {"on": {"activity": "deposit", "attempt": 2, "what": "begin"}, "do": "cancel"}])json"),
             ContainsSubstring("it still waited for the trigger of steps[1]"));
}

TEST_CASE("a start that was to be refused and is accepted is told") {
  CHECK_THAT(OnlyDifference(R"json("steps": [{"do": "start",
                                          "expect_error": "WorkflowExecutionAlreadyStarted"}])json"),
             ContainsSubstring("was accepted"));
}

TEST_CASE("another number of runs than files is told") {
  CHECK(OnlyDifference(R"json("steps": [])json") == "runs: recorded 1, simulated 0");
}

TEST_CASE(
    "a described workflow that differs from the recorded fact is told, but for a machine's "
    "delays") {
  const std::string described =
      R"json("activities": {"deposit": {"1": [["raise", "BankError", "no"]]}},
      "steps": [{"do": "start"},
                {"on": {"activity": "deposit", "attempt": 1, "what": "raise"}, "after": 0.5,
                 "do": "describe", "fact": "then"}])json";
  const auto fact = [](const std::string& attempt, const std::string& seconds) {
    return nlohmann::json::parse(
        R"json({"then": {"status": "WORKFLOW_EXECUTION_STATUS_RUNNING", "pendingActivities": [
        {"activityId": "2", "activityType": {"name": "deposit"}, "state": "PENDING_ACTIVITY_STATE_SCHEDULED",
         "attempt": )json" +
        attempt + R"json(, "maximumAttempts": 3, "lastWorkerIdentity": "worker-1",
         "currentRetryInterval": "1.000004107s",
         "seconds_from_now": {"scheduled_time": )json" +
        seconds + R"json(, "last_attempt_complete_time": -0.5,
                              "next_attempt_schedule_time": 0.5},
         "lastFailure": {"message": "no", "applicationFailureInfo": {"type": "BankError"}}}]}})json");
  };
  const nlohmann::json as_it_is = fact("2", "0.4");
  CHECK(DifferencesOf(described, &as_it_is).empty());
  const nlohmann::json other_attempt = fact("3", "0.5");
  CHECK(OnlyDifference(described, &other_attempt) ==
        "then.pendingActivities[0].attempt: recorded 3, simulated 2");
  const nlohmann::json other_time = fact("2", "0.9");
  CHECK_THAT(OnlyDifference(described, &other_time), ContainsSubstring("seconds_from_now"));
}

TEST_CASE("what a play says of times is exact") {
  const Play play = OnlyPlay(
      R"json("steps": [{"do": "start", "after": 0.3}, {"on": "previous", "after": 0.76, "do": "kill server"}])json");
  REQUIRE(play.steps.size() == 2);
  CHECK(play.steps[0].after == std::chrono::milliseconds(300));
  CHECK(play.steps[1].after == std::chrono::milliseconds(760));
}

}  // namespace
}  // namespace groundhog::money_transfer
