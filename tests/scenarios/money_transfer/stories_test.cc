// The stories of Temporal's money-transfer tutorial, each as a test that reads like the story.

#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "runtime/client/client.h"
#include "runtime/history/failure_text.h"
#include "scenarios/money_transfer/hardened.h"
#include "scenarios/money_transfer/scripted_banking.h"
#include "tests/catch.h"
#include "tests/scenarios/money_transfer/story.h"

namespace groundhog::money_transfer {
namespace {

using namespace std::chrono_literals;
using client::Client;
using client::Outcome;
using history::WorkflowExecutionStatus;
using protocol::PendingActivityInfo;
using protocol::PendingActivityState;
using What = ActivityNotice::What;

const std::string kSource = "85-150";
const std::string kTarget = "43-812";
const RaiseError kDepositFailed{"BankError", "This deposit has failed."};

template <class W>
workflow::WorkflowRegistration Code() {
  return workflow::Register<W>(banking::kMoneyTransfer);
}

std::string ResultOf(const Outcome& outcome) {
  return history::ResultFromPayloads<std::string>(outcome.result);
}

// What really happened, at the bottom of the failure's chain.
std::string ReasonOf(const Outcome& outcome) {
  const history::Failure* root = history::RootCause(outcome.failure);
  return root == nullptr ? "none" : root->message;
}

void CheckMoneyMoved(const Story& story) {
  CHECK(story.bank().Balance(kSource) == 1750);
  CHECK(story.bank().Balance(kTarget) == 250);
}

void CheckNothingMoved(const Story& story) {
  CHECK(story.bank().Balance(kSource) == 2000);
  CHECK(story.bank().Balance(kTarget) == 0);
}

// The client starts the transfer and waits for how it ends.
Outcome TellSimply(Story& story, const PaymentDetails& payment = TutorialPayment()) {
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client, payment);
    outcome = co_await transfer.TryResult();
  });
  return outcome;
}

TEST_CASE("a transfer moves the money and says so") {
  Story story;
  const Outcome outcome = TellSimply(story);
  REQUIRE(outcome.completed());
  CHECK(ResultOf(outcome) == "Transfer complete (transaction IDs: W-1, D-2)");
  CheckMoneyMoved(story);
  CHECK(story.Invocations("refund") == 0);
  CHECK(story.EventTypes() ==
        std::vector<std::string>{
            "WorkflowExecutionStarted", "WorkflowTaskScheduled", "WorkflowTaskStarted",
            "WorkflowTaskCompleted", "ActivityTaskScheduled", "ActivityTaskStarted",
            "ActivityTaskCompleted", "WorkflowTaskScheduled", "WorkflowTaskStarted",
            "WorkflowTaskCompleted", "ActivityTaskScheduled", "ActivityTaskStarted",
            "ActivityTaskCompleted", "WorkflowTaskScheduled", "WorkflowTaskStarted",
            "WorkflowTaskCompleted", "WorkflowExecutionCompleted"});
}

TEST_CASE("who has insufficient funds is told so at once, and nothing is booked") {
  Story story;
  PaymentDetails too_much = TutorialPayment();
  too_much.amount = 2500;
  const Outcome outcome = TellSimply(story, too_much);
  CHECK(outcome.status == WorkflowExecutionStatus::kFailed);
  CHECK(history::ApplicationTypeOf(outcome.failure) == banking::kInsufficientFundsError);
  CHECK(story.Invocations("withdraw") == 1);  // no retry can mend it
  CHECK(story.Invocations("deposit") == 0);
  CHECK(story.bank().entries.empty());
  CheckNothingMoved(story);
}

TEST_CASE("a deposit to an invalid account is refunded") {
  Story story;
  PaymentDetails nowhere = TutorialPayment();
  nowhere.target_account = "99-999";
  const Outcome outcome = TellSimply(story, nowhere);
  CHECK(outcome.status == WorkflowExecutionStatus::kFailed);
  CHECK(ReasonOf(outcome) == "The account number 99-999 is invalid.");
  CHECK(story.Invocations("deposit") == 1);
  CHECK(story.bank().Count("refund") == 1);
  CheckNothingMoved(story);
}

TEST_CASE("a transfer started while no worker runs waits for one") {
  Story story({.worker_runs = false});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await client.Sleep(24h);
    const auto waiting = co_await transfer.Describe();
    CHECK(waiting.info.status == WorkflowExecutionStatus::kRunning);
    CHECK(waiting.pending_activities.empty());
    REQUIRE(waiting.pending_workflow_task.has_value());
    CHECK_FALSE(waiting.pending_workflow_task->started);

    told.Deploy(Setting{});
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CheckMoneyMoved(story);
}

TEST_CASE("a worker on the wrong task queue takes nothing, until it is put right") {
  Story story({.task_queue = "TRANSFER_MONEY_TASK_QUEUE_WITH_A_TYPO"});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await client.Sleep(1h);
    const auto waiting = co_await transfer.Describe();
    CHECK(waiting.info.status == WorkflowExecutionStatus::kRunning);
    CHECK(waiting.info.history_length == 2);  // started, and the workflow task that nobody takes

    told.Deploy(Setting{});
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CheckMoneyMoved(story);
}

TEST_CASE("an activity that the worker does not know is tried again until a worker knows it") {
  const ActivitiesOf without_deposit = [](const Bank::Stub& bank, NoticeBoard& board) {
    activity::Registrations known = ScriptedActivities(bank, {}, board);
    std::erase_if(known, [](const auto& activity) { return activity.name == "deposit"; });
    return known;
  };
  Story story({.activities = without_deposit});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await client.Sleep(500ms);
    const auto trying = co_await transfer.Describe();
    REQUIRE(trying.pending_activities.size() == 1);
    const PendingActivityInfo& deposit = trying.pending_activities.front();
    CHECK(deposit.attempt == 2);
    CHECK(
        deposit.last_failure->message ==
        "Activity function deposit for workflow pay-invoice-701 is not registered on this worker, "
        "available activities: withdraw, refund");

    told.Deploy(Setting{});
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CheckMoneyMoved(story);
}

TEST_CASE("the server is stopped and started again, and the workflow is still listed") {
  Story story({.worker_runs = false});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    told.server().Crash(std::nullopt);
    co_await client.Sleep(1min);
    told.server().Start();

    const auto open = co_await client.List(WorkflowExecutionStatus::kRunning);
    REQUIRE(open.size() == 1);
    CHECK(open.front().execution.workflow_id == "pay-invoice-701");
    CHECK(open.front().execution.run_id == transfer.result_run_id());

    told.Deploy(Setting{});
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CheckMoneyMoved(story);
}

TEST_CASE("a server stopped in the middle of a deposit takes the report after its restart") {
  Story story({.activities = Scripted({{"deposit", Always({SleepFor{2s}, TakeEffect{}})}})});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await told.Until(client, "deposit", 1, What::kBegin);
    told.server().Crash(std::nullopt);
    co_await client.Sleep(500ms);
    told.server().Start();
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CHECK(story.Invocations("deposit") == 1);
  CheckMoneyMoved(story);
}

TEST_CASE(
    "a worker that is stopped gracefully ends what it has begun, and its successor goes on at "
    "once") {
  Story story({.activities = Scripted({{"deposit", Always({SleepFor{2s}, TakeEffect{}})}})});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await told.Until(client, "deposit", 1, What::kBegin);
    told.worker().Stop();
    co_await client.Sleep(1s);
    CHECK(told.worker().state() == sim::Process::State::kRunning);  // the deposit goes on
    co_await client.Sleep(2s);
    CHECK(told.worker().state() == sim::Process::State::kDown);
    told.worker().Start();
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CHECK(story.Invocations("deposit") == 1);
  CHECK(story.length() < 5s);  // nobody waited for the sticky queue of the worker that is gone
  CheckMoneyMoved(story);
}

TEST_CASE("describe tells of a failing deposit: attempt, last failure, next retry") {
  Story story({.activities = Scripted({{"deposit", AtFirst(2, {kDepositFailed})}})});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await told.Until(client, "deposit", 1, What::kRaise);
    co_await client.Sleep(400ms);
    const auto trying = co_await transfer.Describe();
    REQUIRE(trying.pending_activities.size() == 1);
    const PendingActivityInfo& deposit = trying.pending_activities.front();
    CHECK(deposit.activity_type == "deposit");
    CHECK(deposit.state == PendingActivityState::kScheduled);
    CHECK(deposit.attempt == 2);
    CHECK(deposit.maximum_attempts == 3);
    CHECK(deposit.last_failure->message == "This deposit has failed.");
    CHECK(deposit.last_worker_identity == "worker");
    CHECK(deposit.current_retry_interval == std::optional<history::Duration>(1s));
    REQUIRE(deposit.next_attempt_schedule_time.has_value());
    CHECK(*deposit.next_attempt_schedule_time - client.Now() < 600ms);
    CHECK(*deposit.next_attempt_schedule_time - client.Now() > 590ms);
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CHECK(story.Invocations("deposit") == 3);
  CheckMoneyMoved(story);
}

TEST_CASE(
    "the live fix: the worker restarts with good code, and the transfer goes on from where it "
    "stood") {
  const workflow::WorkflowRegistration patient = Code<MoneyTransferUnlimitedAttempts>();
  Story story({.code = patient, .activities = Scripted({{"deposit", Always({kDepositFailed})}})});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await told.Until(client, "deposit", 10, What::kRaise);
    const Setting fixed{.code = patient};
    told.Deploy(fixed);
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CHECK(story.Invocations("withdraw") == 1);  // what was done is not done again
  CHECK(story.Invocations("deposit") == 11);
  CheckMoneyMoved(story);
}

// The tutorial's exercise: try the deposit once more, then give the money back.
class RetryOnceThenRefund {
 public:
  workflow::Coro<std::string> Run(PaymentDetails details) {
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    const workflow::ActivityOptions retry_once{.start_to_close_timeout = 5s,
                                               .retry_policy = {.maximum_attempts = 2}};
    co_await workflow::ExecuteActivity(banking::kWithdraw, details, options);
    const auto deposit =
        co_await workflow::Try(workflow::ExecuteActivity(banking::kDeposit, details, retry_once));
    if (deposit.ok()) co_return "Transfer complete";
    co_await workflow::ExecuteActivity(banking::kRefund, details, options);
    co_return "Refunded";
  }
};

TEST_CASE("retry once, then refund: a deposit that fails twice is refunded") {
  Story story({.code = Code<RetryOnceThenRefund>(),
               .activities = Scripted({{"deposit", AtFirst(2, {kDepositFailed})}})});
  const Outcome outcome = TellSimply(story);
  REQUIRE(outcome.completed());
  CHECK(ResultOf(outcome) == "Refunded");
  CHECK(story.Invocations("deposit") == 2);
  CheckNothingMoved(story);
}

TEST_CASE("retry once, then refund: a deposit that fails once is not refunded") {
  Story story({.code = Code<RetryOnceThenRefund>(),
               .activities = Scripted({{"deposit", AtFirst(1, {kDepositFailed})}})});
  const Outcome outcome = TellSimply(story);
  REQUIRE(outcome.completed());
  CHECK(ResultOf(outcome) == "Transfer complete");
  CHECK(story.Invocations("refund") == 0);
  CheckMoneyMoved(story);
}

TEST_CASE("a deposit that fails for good is refunded after its third attempt") {
  Story story({.activities = Scripted({{"deposit", Always({kDepositFailed})}})});
  const Outcome outcome = TellSimply(story);
  CHECK(outcome.status == WorkflowExecutionStatus::kFailed);
  CHECK(ReasonOf(outcome) == "This deposit has failed.");
  CHECK(story.Invocations("deposit") == 3);
  CHECK(story.Invocations("refund") == 1);
  CheckNothingMoved(story);
}

TEST_CASE("the tutorial's own code loses the money when the refund fails too") {
  const RaiseError refund_failed{"BankError", "This refund has failed."};
  Story story({.activities = Scripted(
                   {{"deposit", Always({kDepositFailed})}, {"refund", Always({refund_failed})}})});
  const Outcome outcome = TellSimply(story);
  CHECK(outcome.status == WorkflowExecutionStatus::kFailed);
  CHECK(ReasonOf(outcome) == "This refund has failed.");
  CHECK(story.bank().Total() == 1750);
}

// A bank that has closed the source account meanwhile: it takes no refund any more.
activity::Registrations WithSourceClosed(const Bank::Stub& bank, NoticeBoard& board) {
  activity::Registrations activities = ScriptedActivities(bank, {}, board);
  for (activity::Registration& refund : activities) {
    if (refund.name != "refund") continue;
    refund.run = [open = refund.run](activity::Context& context, history::Payloads input) {
      const auto details = history::FromPayload<PaymentDetails>(input.at(0));
      if (details.source_account == kSource) {
        throw history::ApplicationError(banking::kInvalidAccountError,
                                        "The account number 85-150 is closed.");
      }
      return open(context, std::move(input));
    };
  }
  return activities;
}

TEST_CASE(
    "when the refund is refused too, a person is told, decides by signal, and the money is "
    "settled") {
  const std::string kOther = "11-111";
  Story story({.code = Code<HardenedTransfer>(),
               .activities = WithSourceClosed,
               .accounts = {{kSource, 2000}, {kTarget, 0}, {kOther, 0}}});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    PaymentDetails nowhere = TutorialPayment();
    nowhere.target_account = "99-999";
    const Transfer transfer = co_await told.StartTransfer(client, nowhere);
    co_await client.Sleep(1min);
    const std::string told_to_the_person = co_await transfer.Query(kStatus);
    CHECK(told_to_the_person == "waiting for a decision: the refund was refused");

    co_await client.Sleep(24h);  // people take their time
    const Decision to_the_other_account{.refund_to = kOther};
    co_await transfer.Signal(kDecide, to_the_other_account);
    outcome = co_await transfer.TryResult();
    const std::string status = co_await transfer.Query(kStatus);
    CHECK(status == "refunded");
  });
  CHECK(outcome.status == WorkflowExecutionStatus::kFailed);
  CHECK(ReasonOf(outcome) == "The account number 99-999 is invalid.");
  CHECK(story.bank().Balance(kOther) == 250);
  CHECK(story.bank().Total() == 2000);
  CHECK(story.bank().Count("refund") == 1);
}

TEST_CASE("a cancel in the middle: the tutorial's code refunds and ends cancelled") {
  Story story({.activities = Scripted({{"deposit", Always({kDepositFailed})}})});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await told.Until(client, "deposit", 1, What::kRaise);
    co_await client.Sleep(400ms);
    co_await transfer.Cancel();
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.status == WorkflowExecutionStatus::kCanceled);
  CHECK(story.Invocations("deposit") == 1);  // the retry that was due is given up
  CHECK(story.Invocations("refund") == 1);
  CheckNothingMoved(story);
}

TEST_CASE("a cancel in the middle does not stop the hardened transfer: what was begun is settled") {
  Story story({.code = Code<HardenedTransfer>(),
               .activities = Scripted({{"deposit", AtFirst(2, {kDepositFailed})}})});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await told.Until(client, "deposit", 1, What::kRaise);
    co_await transfer.Cancel();
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.completed());
  CheckMoneyMoved(story);
}

TEST_CASE("terminate in the middle: nothing more is done, and the late report is refused") {
  Story story({.activities = Scripted({{"deposit", Always({TakeEffect{}, SleepFor{1500ms}})}})});
  Outcome outcome;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    co_await told.Until(client, "deposit", 1, What::kEffect);
    co_await transfer.Terminate("operator stop");
    outcome = co_await transfer.TryResult();
  });
  CHECK(outcome.status == WorkflowExecutionStatus::kTerminated);
  CHECK(ReasonOf(outcome) == "operator stop");
  CHECK(story.EventTypes().back() == "WorkflowExecutionTerminated");  // also after the late report
  CHECK(story.Invocations("refund") == 0);
  CheckMoneyMoved(story);  // the bank had it already
}

TEST_CASE("a transfer that is started twice runs once") {
  Story story;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    const Transfer transfer = co_await told.StartTransfer(client);
    bool refused = false;
    try {
      co_await told.StartTransfer(client);
    } catch (const client::ServiceError& error) {
      refused = error.status().code() == absl::StatusCode::kAlreadyExists;
    }
    CHECK(refused);
    const Outcome outcome = co_await transfer.TryResult();
    CHECK(outcome.completed());
  });
  CHECK(story.runs().size() == 1);
  CHECK(story.Invocations("withdraw") == 1);
  CheckMoneyMoved(story);
}

TEST_CASE("a start that is repeated with its request id is the same start") {
  Story story;
  story.Tell([](Story&, Client& client) -> sim::Coro<void> {
    client::StartOptions start = TutorialStart();
    start.request_id = "the one request";
    const PaymentDetails payment = TutorialPayment();
    const Transfer first = co_await client.Start(banking::kMoneyTransfer, start, payment);
    const Transfer again = co_await client.Start(banking::kMoneyTransfer, start, payment);
    CHECK(first.result_run_id() == again.result_run_id());
    co_await again.TryResult();
  });
  CHECK(story.runs().size() == 1);
  CheckMoneyMoved(story);
}

TEST_CASE(
    "of two transfers that race for one balance, one is told that the funds are insufficient") {
  Story story({.activities = Scripted({{"withdraw", Always({SleepFor{100ms}, TakeEffect{}})}})});
  Outcome winner;
  Outcome loser;
  story.Tell([&](Story& told, Client& client) -> sim::Coro<void> {
    PaymentDetails payment = TutorialPayment();
    payment.amount = 1500;
    const Transfer first = co_await told.StartTransfer(client, payment);
    payment.reference_id = "67890";
    const Transfer second = co_await told.StartTransfer(client, payment, "pay-invoice-702");
    winner = co_await first.TryResult();
    loser = co_await second.TryResult();
  });
  CHECK(winner.completed());
  CHECK(loser.status == WorkflowExecutionStatus::kFailed);
  CHECK(history::ApplicationTypeOf(loser.failure) == banking::kInsufficientFundsError);
  CHECK(story.bank().Balance(kSource) == 500);
  CHECK(story.bank().Balance(kTarget) == 1500);
}

}  // namespace
}  // namespace groundhog::money_transfer
