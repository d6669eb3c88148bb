// Each kind of fault that the catalogue knows, fired once in the hardened transfer: it does what it
// says, and the system recovers.
//
// What a fault "says" are patterns of trace records, which must be found in the order given. A kind
// without a case is an error.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "faults/catalog.h"
#include "scenarios/money_transfer/scenarios.h"
#include "sim/choice_tape.h"
#include "sim/lengths.h"
#include "sim/recorded_choices.h"
#include "sim/trace.h"
#include "tests/catch.h"
#include "world/simulation.h"

namespace groundhog::faults {
namespace {

using namespace std::chrono_literals;
using sim::Duration;
using sim::TraceKind;
using sim::TraceRecord;

// A trace record. An empty label and an absent value match anything.
struct Pattern {
  TraceKind kind;
  std::string process;
  std::string label = {};
  std::optional<std::int64_t> value = {};
  Duration at_least_later{0};  // than the record of the pattern before
  std::string peer = {};
};

struct Case {
  std::string point;  // the label at which it fires
  std::vector<Pattern> seen;
};

const std::string kReport = "RespondActivityTaskCompleted(pay-invoice-701, deposit, 1)";
const std::string kFailure = "RespondActivityTaskFailed(pay-invoice-701, deposit, 1)";
const std::string kSecondReport = "RespondActivityTaskCompleted(pay-invoice-701, deposit, 2)";
const std::string kTask = "PollActivityTaskQueue(pay-invoice-701, deposit, 1)";
const std::string kSecondTask = "PollActivityTaskQueue(pay-invoice-701, deposit, 2)";
const std::string kBooking = "Book(pay-invoice-701, deposit, 1)";
const std::string kSecondBooking = "Book(pay-invoice-701, deposit, 2)";
const std::string kAttempt = "pay-invoice-701, deposit, attempt=1";
const std::string kWorkflowTask = "pay-invoice-701, withdraw completed, attempt=1";

constexpr std::int64_t Nanos(Duration length) { return length.count(); }

// A process that crashes is down for so long, and starts again.
std::vector<Pattern> CrashOf(const std::string& process, Duration outage) {
  return {{TraceKind::kCrashed, process, "", Nanos(outage)},
          {TraceKind::kStarted, process, "", 2, outage}};
}
std::vector<Pattern> PauseOf(const std::string& process, Duration length) {
  return {{TraceKind::kPaused, process, "", Nanos(length)},
          {TraceKind::kResumed, process, "", {}, length}};
}
std::vector<Pattern> operator+(std::vector<Pattern> first, const std::vector<Pattern>& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

using Cases = std::map<std::string, Case>;

void AddNetwork(Cases& cases) {
  // The report is lost, the attempt times out, the second one asks the bank again.
  cases["net/lose"] = {kReport,
                       {{TraceKind::kSent, "worker", kReport},
                        {TraceKind::kLost, "worker", kReport},
                        {TraceKind::kSent, "server", kSecondTask, {}, 5s},
                        {TraceKind::kSent, "worker", kSecondBooking}}};
  // The server has it, the worker can't know, and says it again.
  cases["net/lose_reply"] = {kReport,
                             {{TraceKind::kDelivered, "worker", kReport},
                              {TraceKind::kCommitted, "server", kReport},
                              {TraceKind::kLost, "server", kReport},
                              {TraceKind::kSent, "worker", kReport, {}, 5s}}};
  cases["net/repeat"] = {kReport,
                         {{TraceKind::kRepeated, "worker", kReport},
                          {TraceKind::kDelivered, "worker", kReport},
                          {TraceKind::kDelivered, "worker", kReport}}};
  for (const auto& [answer, length] :
       {std::pair{"brief", sim::kBrief}, std::pair{"outlasts_attempt", sim::kOutlastsAttempt}}) {
    cases[fmt::format("net/delay={}", answer)] = {
        kReport,
        {{TraceKind::kDelayed, "worker", kReport, Nanos(length)},
         {TraceKind::kDelivered, "worker", kReport, {}, length}}};
    // A reply that comes when nobody waits any more is no delivery;
    // so only that it was late is seen of the longer one.
    cases[fmt::format("net/delay_reply={}", answer)] = {
        kReport,
        {{TraceKind::kDelivered, "worker", kReport},
         {TraceKind::kDelayed, "server", kReport, Nanos(length)}}};
  }
  for (const auto& [answer, length] :
       {std::pair{"brief", sim::kBrief}, std::pair{"outlasts_attempt", sim::kOutlastsAttempt},
        std::pair{"outlasts_retries", sim::kOutlastsRetries}}) {
    cases[fmt::format("net/partition={}", answer)] = {
        kBooking,
        {{TraceKind::kPartition, "worker", "", Nanos(length)},
         {TraceKind::kLost, "worker", kBooking},
         {TraceKind::kDelivered, "worker", "", {}, length, "bank"}}};
    cases[fmt::format("service/down={}", answer)] = {
        kBooking, std::vector<Pattern>{{TraceKind::kDelivered, "worker", kBooking}} +
                      CrashOf("bank", length)};
  }
  for (const std::int64_t others : {1, 2}) {
    const std::string answer = others == 1 ? "1_other" : "2_others";
    cases["net/hold_back=" + answer] = {kReport,
                                        {{TraceKind::kHeldBack, "worker", kReport, others},
                                         {TraceKind::kDelivered, "worker", kReport}}};
    cases["net/hold_back_reply=" + answer] = {kReport,
                                              {{TraceKind::kHeldBack, "server", kReport, others},
                                               {TraceKind::kDelivered, "server", kReport}}};
  }
}

void AddServer(Cases& cases) {
  for (const auto& [answer, outage] :
       {std::pair{"crash", sim::kRestartTime}, std::pair{"long_outage", sim::kOutlastsRetries}}) {
    cases[fmt::format("server/commit.before={}", answer)] = {
        kReport, std::vector<Pattern>{{TraceKind::kDelivered, "worker", kReport}} +
                     CrashOf("server", outage)};
    cases[fmt::format("server/commit.after={}", answer)] = {
        kReport, std::vector<Pattern>{{TraceKind::kCommitted, "server", kReport}} +
                     CrashOf("server", outage)};
    cases[fmt::format("server/after_reply={}", answer)] = {
        kReport, std::vector<Pattern>{{TraceKind::kCommitted, "server", kReport},
                                      {TraceKind::kSent, "server", kReport}} +
                     CrashOf("server", outage)};
  }
  cases["server/commit.store=refused"] = {kReport,
                                          {{TraceKind::kCommitRefused, "server", kReport},
                                           {TraceKind::kDelivered, "server", kReport},
                                           {TraceKind::kCommitted, "server", kReport}}};
  cases["server/commit.store=unknown_written"] = {
      kReport,
      {{TraceKind::kCommitUnknown, "server", kReport, 1}, {TraceKind::kSent, "worker", kReport}}};
  cases["server/commit.store=unknown_not_written"] = {
      kReport,
      {{TraceKind::kCommitUnknown, "server", kReport, 0},
       {TraceKind::kSent, "worker", kReport},
       {TraceKind::kCommitted, "server", kReport}}};
}

void AddWorker(Cases& cases) {
  cases["worker/workflow_task=crash"] = {kWorkflowTask, CrashOf("worker", sim::kRestartTime)};
  cases["worker/workflow_task=pause"] = {kWorkflowTask, PauseOf("worker", sim::kOutlastsAttempt)};

  const std::string before = "worker/activity.before_effect=";
  const std::vector<Pattern> begins = {{TraceKind::kDelivered, "server", kTask}};
  const std::vector<Pattern> again = {{TraceKind::kDelivered, "server", kSecondTask},
                                      {TraceKind::kSent, "worker", kSecondReport}};
  cases[before + "crash"] = {kAttempt, begins + CrashOf("worker", sim::kRestartTime) + again};
  cases[before + "pause"] = {kAttempt, begins + PauseOf("worker", sim::kOutlastsAttempt)};
  cases[before + "error"] = {
      kAttempt, begins + std::vector<Pattern>{{TraceKind::kSent, "worker", kFailure}} + again};
  // No retry, but a new activity: the hardened workflow asks again.
  cases[before + "non_retryable_error"] = {
      kAttempt, begins + std::vector<Pattern>{{TraceKind::kSent, "worker", kFailure},
                                              {TraceKind::kDelivered, "server", kTask},
                                              {TraceKind::kSent, "worker", kReport}}};
  cases[before + "hang"] = {
      kAttempt,
      begins + std::vector<Pattern>{{TraceKind::kSent, "server", kSecondTask, {}, 5s}} + again};

  const std::vector<Pattern> effect =
      begins + std::vector<Pattern>{{TraceKind::kDelivered, "bank", kBooking}};
  cases["worker/activity.after_effect=crash"] = {
      kAttempt, effect + CrashOf("worker", sim::kRestartTime) + again};
  cases["worker/activity.after_effect=pause"] = {kAttempt,
                                                 effect + PauseOf("worker", sim::kOutlastsAttempt)};
  cases["worker/activity.lie"] = {
      kAttempt, effect + std::vector<Pattern>{{TraceKind::kSent, "worker", kFailure},
                                              {TraceKind::kDelivered, "server", kTask}}};
}

Cases AllCases() {
  Cases cases;
  AddNetwork(cases);
  AddServer(cases);
  AddWorker(cases);
  return cases;
}

bool Matches(const Pattern& pattern, const TraceRecord& record, sim::Time after) {
  return record.kind == pattern.kind && record.process.text() == pattern.process &&
         (pattern.peer.empty() || record.peer.text() == pattern.peer) &&
         (pattern.label.empty() || record.label.Text() == pattern.label) &&
         (!pattern.value || record.value == *pattern.value) &&
         record.time >= after + pattern.at_least_later;
}

// The first pattern that is not found behind the ones before it; null if all are.
const Pattern* FirstMissing(const std::vector<Pattern>& patterns, const sim::Trace& trace) {
  auto from = trace.records().begin();
  sim::Time after = sim::kEpoch;
  for (const Pattern& pattern : patterns) {
    const auto found = std::find_if(from, trace.records().end(), [&](const TraceRecord& record) {
      return Matches(pattern, record, after);
    });
    if (found == trace.records().end()) return &pattern;
    after = found->time;
    from = found + 1;
  }
  return nullptr;
}

std::string Text(const Pattern& pattern) {
  return fmt::format("{} at {} of {}", NameOf(pattern.kind), pattern.process, pattern.label);
}

std::string TextOf(const sim::Trace& trace) {
  std::string text;
  for (const TraceRecord& record : trace.records()) {
    const std::chrono::duration<double> time = record.time - sim::kEpoch;
    text +=
        fmt::format("{:9.3f} {} {} {} {} {}\n", time.count(), NameOf(record.kind),
                    record.process.text(), record.peer.text(), record.label.Text(), record.value);
  }
  return text;
}

std::vector<sim::Decision> FireAt(const FaultKind& kind, const Case& where) {
  const auto decisions = sim::ParseDecisions(fmt::format(
      "{}{{{}}}={}", kind.site->name, where.point, kind.site->answers[kind.answer - 1]));
  INFO(decisions.status().ToString());
  REQUIRE(decisions.ok());
  return *decisions;
}

void CheckMoneyMoved(const properties::Ledger& bank) {
  CHECK(bank.Balance("85-150") == 1750);
  CHECK(bank.Balance("43-812") == 250);
  CHECK(bank.Count("deposit") == 1);
}

TEST_CASE("each kind of fault does what it says, and the hardened transfer recovers from it") {
  const Cases cases = AllCases();
  for (const FaultKind& kind : Catalog::BuiltIn().kinds()) {
    DYNAMIC_SECTION(kind.Name()) {
      const auto found = cases.find(kind.Name());
      REQUIRE(found != cases.end());
      sim::RecordedChoices choices(FireAt(kind, found->second));
      Workspace workspace;
      Simulation simulation(money_transfer::HardenedTransferEntry(), choices, workspace);
      const Verdict verdict = simulation.Run();
      INFO(TextOf(*simulation.evidence().trace));
      CHECK(choices.Unused().empty());
      const Pattern* missing = FirstMissing(found->second.seen, *simulation.evidence().trace);
      CHECK((missing == nullptr ? "" : Text(*missing)) == "");
      for (const properties::Violation& violation : verdict.violations) {
        FAIL_CHECK(violation.property << ": " << violation.message);
      }
      CheckMoneyMoved(simulation.evidence().ledgers.at("bank"));
    }
  }
}

TEST_CASE("without a fault none of their traces are seen") {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(money_transfer::HardenedTransferEntry(), uneventful, workspace);
  CHECK(simulation.Run().holds());
  for (const auto& [kind, of] : AllCases()) {
    INFO(kind);
    CHECK(FirstMissing(of.seen, *simulation.evidence().trace) != nullptr);
  }
}

}  // namespace
}  // namespace groundhog::faults
