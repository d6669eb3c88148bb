// replay/replayer.h, judged by what a real server and Temporal's own Python replayer said of the
// recorded money transfers.
#include "replay/replayer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include <nlohmann/json.hpp>

#include "replay/history_json.h"
#include "scenarios/money_transfer/workflows.h"
#include "tests/catch.h"
#include "tests/paths.h"

namespace groundhog::replay {
namespace {

namespace fs = std::filesystem;
using banking::kMoneyTransfer;
using workflow::Register;
using workflow::WorkflowRegistry;

const fs::path kRecorded = fs::path(groundhog::testing::SourceDir()) / "tests/conformance/recorded";

template <class W>
WorkflowRegistry Only() {
  return WorkflowRegistry{Register<W>(kMoneyTransfer)};
}

// The recording's names of the workflow classes.
const std::map<std::string, WorkflowRegistry>& Codes() {
  static const std::map<std::string, WorkflowRegistry> codes{
      {"bank:MoneyTransfer", Only<money_transfer::MoneyTransfer>()},
      {"bank:MoneyTransferStc1", Only<money_transfer::MoneyTransferStartToClose1s>()},
      {"bank:MoneyTransferUnlimited", Only<money_transfer::MoneyTransferUnlimitedAttempts>()},
      {"bank:MoneyTransferNoHandler", Only<money_transfer::MoneyTransferNoHandler>()},
      {"bank:MoneyTransferShielded", Only<money_transfer::MoneyTransferShieldedRefund>()}};
  return codes;
}

nlohmann::json ReadJson(const fs::path& path) {
  std::ifstream file(path);
  REQUIRE(file.good());
  return nlohmann::json::parse(file);
}

// Calls with each money transfer's file and the name of the workflow class that made it.
void ForEachTransfer(const std::function<void(const std::string&, const std::string&)>& visit) {
  int files = 0;
  for (const nlohmann::json& row : ReadJson(kRecorded / "index.json")) {
    if (row.at("group") != "money_transfer") continue;
    REQUIRE(row.at("replay_with").size() == 1);
    for (const nlohmann::json& file : row.at("files")) {
      visit((kRecorded / file.get<std::string>()).string(), row.at("replay_with").front());
      ++files;
    }
  }
  CHECK(files == 30);
}

TEST_CASE("every recorded money transfer replays with the workflow that made it") {
  ForEachTransfer([](const std::string& file, const std::string& code) {
    const ReplayVerdict verdict = Replayer(Codes().at(code)).ReplayFile(file);
    INFO(Describe(verdict));
    CHECK(verdict.ok());
    CHECK(verdict.workflow_type == "MoneyTransfer");
  });
}

TEST_CASE("cut at any event, every recorded money transfer still replays") {
  ForEachTransfer([](const std::string& file, const std::string& code) {
    const auto history = ReadHistoryFile(file);
    REQUIRE(history.ok());
    const Replayer replayer(Codes().at(code));
    for (std::size_t count = 1; count < history->size(); ++count) {
      const history::EventHistory beginning(history->begin(),
                                            history->begin() + static_cast<std::ptrdiff_t>(count));
      const ReplayVerdict verdict = replayer.Replay(beginning, file);
      INFO(count << " events: " << Describe(verdict));
      CHECK(verdict.ok());
    }
  });
}

TEST_CASE(
    "the tutorial's workflow accepts all but the cancelled run of the one that does not refund") {
  const Replayer replayer(Codes().at("bank:MoneyTransfer"));
  ForEachTransfer([&](const std::string& file, const std::string&) {
    const ReplayVerdict verdict = replayer.ReplayFile(file);
    INFO(Describe(verdict));
    if (fs::path(file).stem() != "mt_cancel_while_deposit_retries") {
      CHECK(verdict.ok());
      return;
    }
    CHECK(verdict.outcome == ReplayOutcome::kNondeterminism);
    CHECK(verdict.event_id == 17);
    CHECK(verdict.expected == "WorkflowExecutionCanceled");
    CHECK(verdict.actual == "ScheduleActivityTask(refund, id 3)");
    CHECK(verdict.text ==
          "[TMPRL1100] Nondeterminism error: Activity machine does not handle this event: "
          "HistoryEvent(id: 17, WorkflowExecutionCanceled)");
    CHECK_THAT(verdict.advice, Catch::Matchers::ContainsSubstring("'MoneyTransfer'"));
  });
}

TEST_CASE("a workflow without a refund is told from those that refund") {
  const Replayer replayer(Codes().at("bank:MoneyTransferNoHandler"));
  std::vector<std::string> refused;
  ForEachTransfer([&](const std::string& file, const std::string&) {
    if (!replayer.ReplayFile(file).ok()) refused.push_back(fs::path(file).stem().string());
  });
  std::sort(refused.begin(), refused.end());
  CHECK(refused ==
        std::vector<std::string>{"mt_cancel_tutorial_code", "mt_cancel_with_compensation",
                                 "mt_deposit_always_fails", "mt_deposit_effect_reported_failed",
                                 "mt_deposit_report_lost", "mt_invalid_target", "mt_refund_fails",
                                 "mt_worker_killed_during_refund"});
}

TEST_CASE("a folder is replayed file by file, in the order of the names") {
  const Replayer replayer(Codes().at("bank:MoneyTransfer"));
  const std::vector<ReplayVerdict> verdicts =
      replayer.ReplayPath((kRecorded / "money_transfer").string());
  CHECK(verdicts.size() == 30);
  CHECK(std::is_sorted(verdicts.begin(), verdicts.end(),
                       [](const auto& a, const auto& b) { return a.file < b.file; }));
  CHECK(std::count_if(verdicts.begin(), verdicts.end(),
                      [](const auto& verdict) { return verdict.ok(); }) == 29);
}

TEST_CASE("what cannot be replayed says why and what to do") {
  const WorkflowRegistry empty;
  const ReplayVerdict unknown =
      Replayer(empty).ReplayFile((kRecorded / "money_transfer/mt_happy.json").string());
  CHECK(unknown.outcome == ReplayOutcome::kCodeFailed);
  CHECK_THAT(unknown.text, Catch::Matchers::ContainsSubstring("'MoneyTransfer' is not registered"));
  CHECK(unknown.advice == "register a workflow as 'MoneyTransfer'");

  const std::vector<ReplayVerdict> missing = Replayer(empty).ReplayPath("no/such/file.json");
  REQUIRE(missing.size() == 1);
  CHECK(missing.front().outcome == ReplayOutcome::kUnreadable);
  CHECK_THAT(Describe(missing.front()), Catch::Matchers::ContainsSubstring("no/such/file.json"));

  const ReplayVerdict nothing = Replayer(empty).Replay({}, "nothing");
  CHECK(nothing.outcome == ReplayOutcome::kCodeFailed);
}

TEST_CASE("a verdict reads as a person would write it") {
  const Replayer replayer(Codes().at("bank:MoneyTransfer"));
  ReplayVerdict verdict = replayer.ReplayFile(
      (kRecorded / "money_transfer/mt_cancel_while_deposit_retries.json").string());
  verdict.file = "cancel.json";
  CHECK(Describe(verdict) ==
        "cancel.json: nondeterminism\n"
        "  event 17\n"
        "  the history has  WorkflowExecutionCanceled\n"
        "  the code did     ScheduleActivityTask(refund, id 3)\n"
        "  [TMPRL1100] Nondeterminism error: Activity machine does not handle this event: "
        "HistoryEvent(id: 17, WorkflowExecutionCanceled)\n"
        "  what to do: if runs with this history may still be open, keep the code that made it "
        "registered as 'MoneyTransfer' and give the changed code a workflow type of its own, for "
        "new runs; if there are none, record the history anew");
  ReplayVerdict happy = replayer.ReplayFile((kRecorded / "money_transfer/mt_happy.json").string());
  happy.file = "happy.json";
  CHECK(Describe(happy) == "happy.json: replayed, 17 events of MoneyTransfer");
}

}  // namespace
}  // namespace groundhog::replay
