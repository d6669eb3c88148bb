#include "tests/reports/sample_simulation.h"

#include "explore/identity.h"

namespace groundhog::reports {
namespace {

using sim::TraceKind;

sim::Time At(int millis) { return sim::kEpoch + std::chrono::milliseconds(millis); }
history::Timestamp EventTime(int millis) {
  return history::FromUnixNanos(sim::ToUnixNanos(At(millis)));
}
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

}  // namespace

SampleSimulation::SampleSimulation() {
  MakeTrace();
  MakeHistory();
  MakeLedger();
  log.push_back({At(5'012), "worker", "Deposit failed: the bank said \x1b[31mno\x1b[0m"});
  decisions = {{.site = "net/lose",
                .kind = "RespondActivityTaskCompleted",
                .scope = "pay-invoice-701",
                .subject = "withdraw",
                .number = 1,
                .answer = "lost"},
               {.site = "worker/activity.before_effect",
                .scope = "pay-invoice-701",
                .subject = "withdraw",
                .number = 2,
                .answer = "error"},
               {.site = "worker/workflow_task",
                .kind = "PollWorkflowTaskQueue",
                .scope = "pay-invoice-701",
                .answer = "crash"}};
  evidence.trace = &trace_;
  verdict.digest = 0x0123456789abcdef;
  verdict.steps = 1'234;
  verdict.points = 250;
  verdict.virtual_time = std::chrono::milliseconds(7'005);
  verdict.violations.push_back(
      {.property = "no money is lost",
       .message = "the claim does not hold at the end: bank has 43-812=0 85-150=1750",
       .workflow_id = "pay-invoice-701",
       .event_id = 6,
       .time = At(7'005),
       .wrong = "the claim does not hold at the end",
       .outline = "MoneyTransfer FAILED: withdraw failed; bank: withdraw"});
}

void SampleSimulation::Add(int millis, TraceKind kind, const std::string& process,
                           const std::string& peer, const sim::Label& label, std::int64_t value) {
  trace_.Add({At(millis), kind, Name(process), Name(peer), label, value});
}

// Sent a millisecond before it arrives.
void SampleSimulation::Message(int millis, const std::string& from, const std::string& to,
                               const sim::Label& label) {
  Add(millis - 1, TraceKind::kSent, from, to, label);
  Add(millis, TraceKind::kDelivered, from, to, label);
}

void SampleSimulation::Event(int millis, int id, const std::string& type) {
  Add(millis, TraceKind::kFact, "server", "", About("EventAppended", type, id));
}

void SampleSimulation::MakeTrace() {
  MakeStart();
  MakeTrouble();
  MakeEnd();
}

void SampleSimulation::MakeStart() {
  for (const char* process : {"server", "bank", "worker", "client"}) {
    Add(0, TraceKind::kStarted, process, "", {}, 1);
  }
  Message(1, "worker", "server", {});  // a poll
  Message(1, "client", "server", About("StartWorkflowExecution"));
  Event(1, 1, "WorkflowExecutionStarted");
  Event(1, 2, "WorkflowTaskScheduled");
  Message(2, "server", "client", About("StartWorkflowExecution"));
  Message(2, "server", "worker", About("PollWorkflowTaskQueue"));
  Message(3, "worker", "server", About("RespondWorkflowTaskCompleted"));
  Event(3, 3, "WorkflowTaskStarted");
  Event(3, 4, "WorkflowTaskCompleted");
  Event(3, 5, "ActivityTaskScheduled");
}

void SampleSimulation::MakeTrouble() {
  Message(5, "server", "worker", About("PollActivityTaskQueue", "withdraw", 1));
  Message(7, "worker", "bank", About("Book", "withdraw", 1));
  Message(8, "bank", "worker", About("Book", "withdraw", 1));
  Add(8, TraceKind::kSent, "worker", "server",
      About("RespondActivityTaskCompleted", "withdraw", 1));
  Add(8, TraceKind::kLost, "worker", "server",
      About("RespondActivityTaskCompleted", "withdraw", 1));
  Add(5'005, TraceKind::kFact, "server", "", About("ActivityAttemptTimedOut", "withdraw", 1), 5);
  Add(5'005, TraceKind::kFact, "server", "", About("ActivityAttemptDue", "withdraw", 2),
      sim::ToUnixNanos(At(6'005)));
  Add(5'008, TraceKind::kDeadline, "worker", "server");
  Message(5'010, "worker", "server", About("RespondActivityTaskCompleted", "withdraw", 1));
  Message(6'006, "server", "worker", About("PollActivityTaskQueue", "withdraw", 2));
  Add(6'006, TraceKind::kCrashed, "worker", "", {}, kNanosPerSecond);
  Add(6'010, TraceKind::kRefused, "server", "worker", About("Nudge"));
}

void SampleSimulation::MakeEnd() {
  Add(6'500, TraceKind::kPartition, "client", "server", {}, kNanosPerSecond / 2);
  for (int i = 0; i < 3; ++i) {
    Add(6'500 + i, TraceKind::kLost, "client", "server",
        About("GetWorkflowExecutionHistory", "close"));
  }
  Add(7'002, TraceKind::kPaused, "bank", "", {}, 2'000'000);
  Add(7'004, TraceKind::kResumed, "bank");
  Add(7'004, TraceKind::kCommitUnknown, "server", "", About("TimerFired", "run"), 1);
  Event(7'005, 6, "WorkflowExecutionFailed");
  Add(7'006, TraceKind::kStarted, "worker", "", {}, 2);
  Message(7'007, "client", "server", About("GetWorkflowExecutionHistory", "close"));
  Message(7'008, "server", "client", About("GetWorkflowExecutionHistory", "close"));
}

void SampleSimulation::MakeHistory() {
  using namespace history;  // NOLINT(google-build-using-namespace)
  const Payloads input = {Payload(kEncodingJson, R"({"amount":250,"source_account":"85-150"})")};
  properties::RunRecord run{.workflow_id = "pay-invoice-701",
                            .run_id = "11111111-2222-3333-4444-555555555555",
                            .workflow_type = "MoneyTransfer",
                            .status = WorkflowExecutionStatus::kFailed};
  run.history = {MakeEvent(1, EventTime(1),
                           WorkflowExecutionStarted{.workflow_type = "MoneyTransfer",
                                                    .task_queue = {.name = "TRANSFERS"},
                                                    .input = input}),
                 MakeEvent(2, EventTime(1), WorkflowTaskScheduled{}),
                 MakeEvent(3, EventTime(3),
                           WorkflowTaskStarted{.scheduled_event_id = 2, .identity = "worker"}),
                 MakeEvent(4, EventTime(3),
                           WorkflowTaskCompleted{.scheduled_event_id = 2, .started_event_id = 3}),
                 MakeEvent(5, EventTime(3),
                           ActivityTaskScheduled{.activity_id = "1",
                                                 .activity_type = "withdraw",
                                                 .input = input,
                                                 .start_to_close_timeout = std::chrono::seconds(5),
                                                 .retry_policy = {.maximum_attempts = 3}}),
                 MakeEvent(6, EventTime(7'005),
                           WorkflowExecutionFailed{
                               .failure = MakeShared<Failure>(Failure{.message = "gave up"}),
                               .retry_state = RetryState::kRetryPolicyNotSet})};
  evidence.runs.push_back(std::move(run));
}

void SampleSimulation::MakeLedger() {
  properties::Ledger bank;
  bank.balances = {{"43-812", 0}, {"85-150", 1750}};
  bank.entries.push_back({.id = 1,
                          .operation = "withdraw",
                          .account = "85-150",
                          .amount = -250,
                          .reference = "12345-withdrawal",
                          .workflow_id = "pay-invoice-701",
                          .time = At(7)});
  evidence.ledgers.emplace("bank", std::move(bank));
}

FinishedSimulation SampleSimulation::View() const {
  return {.scenario = "money_transfer",
          .description = "a transfer written by hand",
          .decisions = decisions,
          .verdict = &verdict,
          .evidence = &evidence,
          .log = &log};
}

explore::FoundViolation SampleSimulation::Found() const {
  return {.property = verdict.violations.front().property,
          .message = verdict.violations.front().message,
          .identity = explore::Identity::Of(verdict.violations.front()),
          .also_broken = {"compensation"},
          .decisions = decisions,
          .found_decisions = {decisions[0], decisions[1], decisions[2], decisions[2]},
          .found_at_run = 683,
          .runs_to_find = 214,
          .shrink_runs = 48,
          .minimal = true,
          .digest = verdict.digest,
          .reproduce = "groundhog run money_transfer --decide 'net/lose{…}'",
          .file = "out/money_transfer-0123456789abcdef.json",
          .other_ways = {{.decisions = {decisions[0], decisions[2]},
                          .found_at_run = 701,
                          .reproduce = "groundhog run money_transfer --decide 'two'"},
                         {.decisions = {decisions[1]},
                          .found_at_run = 702,
                          .reproduce = "groundhog run money_transfer --decide 'one'"}}};
}

explore::CampaignResult SampleCampaign(const SampleSimulation& sample) {
  return {.scenario = "money_transfer",
          .strategy = "bounded",
          .faults = "all",
          .seed = 1,
          .runs = 40'432,
          .failed_runs = 12,
          .exhausted = true,
          .points = 311,
          .pairs = 40'120,
          .levels = {{311, 311, 0}, {40'120, 40'120, 1'204}},
          .nominal = "order and latency",
          .violations = {sample.Found()},
          .digest = 0xfedcba9876543210,
          .elapsed_seconds = 8.25,
          .runs_per_second = 4'900.8};
}

}  // namespace groundhog::reports
