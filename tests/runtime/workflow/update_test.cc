// runtime/workflow/handlers.h: updates; and update_machine.h.
#include <chrono>
#include <stdexcept>

#include "runtime/history/failure_text.h"
#include "runtime/workflow/handlers.h"
#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::HandlerUnfinishedPolicy;
using workflow::OnQuery;
using workflow::OnSignal;
using workflow::OnUpdate;
using workflow::Register;
using workflow::Sleep;
using workflow::WaitCondition;

constexpr UpdateType<int(int)> kWithdraw{"withdraw"};
constexpr UpdateType<int(int)> kWithdrawSlow{"withdraw_slow"};
constexpr UpdateType<void()> kNever{"never"};
constexpr UpdateType<void()> kNeverMind{"never_mind"};
constexpr UpdateType<int()> kBroken{"broken"};
constexpr UpdateType<void()> kMeddles{"meddles"};
constexpr UpdateType<std::string()> kWho{"who"};
constexpr SignalType<> kEnd{"end"};
constexpr SignalType<std::string> kSay{"say"};
constexpr QueryType<int()> kBalance{"balance"};
constexpr ActivityType<int(int)> kStep{"step"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};

constexpr WorkflowType<int()> kAccount{"Account"};
struct Account {
  Account() {
    OnUpdate(
        kWithdraw,
        [this](int n) {
          if (n > balance_) throw workflow::ApplicationError("Insufficient", "insufficient");
          return balance_ -= n;
        },
        [](int n) {
          if (n <= 0) throw std::invalid_argument("amount must be positive");
        });
    OnUpdate(kWithdrawSlow, [this](int n) { return WithdrawSlow(n); });
    OnUpdate(kNever, [] { return Never(); });
    OnUpdate(
        kNeverMind, [] { return Never(); }, nullptr, HandlerUnfinishedPolicy::kAbandon);
    OnUpdate(kBroken, [this]() -> int {
      if (balance_ == 100) throw std::logic_error("a bug");
      return 1;
    });
    OnUpdate(
        kMeddles, [] {}, [] { (void)workflow::StartTimer(1s); });
    OnUpdate(kWho, [] { return Who(); });
    OnSignal(kEnd, [this] { end_ = true; });
    OnSignal(kSay,
             [](const std::string& word) -> Coro<void> { co_await Sleep(word == "x" ? 1h : 2h); });
    OnQuery(kBalance, [this] { return balance_; });
  }
  Coro<int> Run() {
    co_await WaitCondition([this] { return end_; });
    co_return balance_;
  }
  Coro<int> WithdrawSlow(int n) {
    const int fee = co_await ExecuteActivity(kStep, n, kOptions);
    balance_ -= n + fee;
    co_return balance_;
  }
  static Coro<void> Never() {
    co_await WaitCondition([] { return false; });
  }
  static Coro<std::string> Who() {
    const auto before = workflow::CurrentUpdateInfo().value();
    co_await Sleep(1s);
    std::string spawned;
    workflow::FiberHandle fiber = workflow::Spawn([&spawned]() -> Coro<void> {
      spawned = workflow::CurrentUpdateInfo().value().id;
      co_return;
    });
    co_await fiber;
    const auto after = workflow::CurrentUpdateInfo().value();
    co_return fmt::format("{} {} {} {}", before.name, before.id, after.id, spawned);
  }
  int balance_ = 100;
  bool end_ = false;
};

TEST_CASE("an update is accepted and completed in the task that brings it") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "withdraw", 30);
  CHECK(story.Task() ==
        Answer{"ProtocolMessage(u1/request/accept)", "ProtocolMessage(u1/request/complete)"});
  CHECK(story.UpdateOutcome("u1") == "70");
  const auto* accepted =
      history::As<history::WorkflowExecutionUpdateAccepted>(story.history().at(7));
  REQUIRE(accepted != nullptr);
  CHECK(accepted->accepted_request_sequencing_event_id == 5);
  CHECK(accepted->accepted_request_message_id == "u1/request");
  CHECK(story.Query("balance") == "70");
  story.Signal("end");
  story.Task();
  CHECK(story.Result() == "70");
}

TEST_CASE("an update in the first task runs before the first line of Run") {
  Story story(Register<Account>(kAccount));
  story.Update("u1", "withdraw", 30);
  CHECK(story.Task().size() == 2);
  CHECK(story.UpdateOutcome("u1") == "70");
}

TEST_CASE(
    "a handler that is a coroutine goes on in later tasks; its commands follow the acceptance") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "withdraw_slow", 10);
  CHECK(story.Task() ==
        Answer{"ProtocolMessage(u1/request/accept)", "ScheduleActivityTask(step, id 1)"});
  CHECK(story.UpdateOutcome("u1") == "accepted");
  story.CompleteActivity("1", 2);
  CHECK(story.Task() == Answer{"ProtocolMessage(u1/request/complete)"});
  CHECK(story.UpdateOutcome("u1") == "88");
}

TEST_CASE(
    "what the validator throws rejects the update, which leaves no trace; its id may come again") {
  Story story(Register<Account>(kAccount));
  story.Task();
  const std::size_t length = story.history().size();
  story.Update("u1", "withdraw", -1);
  CHECK(story.Task().empty());
  CHECK_THAT(story.UpdateOutcome("u1"), ContainsSubstring("rejected: ") &&
                                            ContainsSubstring("amount must be positive") &&
                                            ContainsSubstring("std::invalid_argument"));
  CHECK(story.history().size() == length);
  story.Update("u1", "withdraw", 1);
  CHECK(story.Task().size() == 2);
  CHECK(story.UpdateOutcome("u1") == "99");
}

TEST_CASE("rejections beside news stay without a trace of their own") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Signal("say", "x");
  story.Update("u1", "withdraw", -1);
  story.Update("u2", "withdraw", 5);
  CHECK(story.Task() == Answer{"StartTimer(id 1, 3600000ms)", "ProtocolMessage(u2/request/accept)",
                               "ProtocolMessage(u2/request/complete)"});
  CHECK(story.UpdateOutcome("u2") == "95");
}

TEST_CASE("an unknown update, and one whose input does not decode, are rejected") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "deposit", 1);
  story.Update("u2", "withdraw");
  CHECK(story.Task().empty());
  CHECK_THAT(
      story.UpdateOutcome("u1"),
      ContainsSubstring("Update handler for 'deposit' expected but not found, and there is no "
                        "dynamic handler. known updates: [broken meddles never never_mind "
                        "who withdraw withdraw_slow]"));
  CHECK_THAT(story.UpdateOutcome("u2"), ContainsSubstring("expected 1 arguments, got 0"));
}

TEST_CASE("a failure that the handler throws is the update's outcome; the workflow goes on") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "withdraw", 1000);
  CHECK(story.Task().size() == 2);
  CHECK_THAT(story.UpdateOutcome("u1"),
             ContainsSubstring("failed: ") && ContainsSubstring("insufficient"));
  CHECK(story.Query("balance") == "100");
}

TEST_CASE("a bug in the handler fails the task, and the update is delivered again") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "broken");
  CHECK_THAT(story.Task().at(0), ContainsSubstring("TaskFailure") && ContainsSubstring("a bug"));
  CHECK(story.UpdateOutcome("u1").empty());
  story.Update("u2", "withdraw", 1);
  CHECK_THAT(story.Task().at(0), ContainsSubstring("a bug"));  // u1 comes first again
  story.NoReplay();
}

TEST_CASE("a validator must not change anything: the task fails") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "meddles");
  CHECK_THAT(story.Task().at(0), ContainsSubstring("TaskFailure") &&
                                     ContainsSubstring("an update validator") &&
                                     ContainsSubstring("StartTimer"));
  story.NoReplay();
}

TEST_CASE("a handler, and what it spawns, knows its update; nobody else has one") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "who");
  story.Update("u2", "who");
  story.Task();
  story.FireTimer("2");
  story.FireTimer("1");
  story.Task();
  CHECK(story.UpdateOutcome("u1") == "\"who u1 u1 u1\"");
  CHECK(story.UpdateOutcome("u2") == "\"who u2 u2 u2\"");
  CHECK_THROWS_AS(workflow::CurrentUpdateInfo(), workflow::OutsideWorkflowError);
}

TEST_CASE("updates and signals reach their handlers in the order of history") {
  constexpr static UpdateType<void(std::string)> kAdd{"add"};
  constexpr static SignalType<std::string> kAddSignal{"add"};
  static constexpr WorkflowType<std::string()> kCollect{"Collect"};
  struct Collect {
    Collect() {
      OnUpdate(kAdd, [this](const std::string& word) { words_ += word + " "; });
      OnSignal(kAddSignal, [this](const std::string& word) { words_ += word + " "; });
    }
    Coro<std::string> Run() {
      words_ += "run ";
      co_await WaitCondition([this] { return words_.find("end") != std::string::npos; });
      co_return words_;
    }
    std::string words_;
  };
  Story story(Register<Collect>(kCollect));
  story.AdmitUpdate("u0", "add", std::string("admitted"));
  story.Signal("add", std::string("signal"));
  story.Update("u1", "add", std::string("update"));
  story.Task();
  story.Signal("add", std::string("b"));
  story.Update("u2", "add", std::string("c"));
  story.Update("u3", "add", std::string("end"));
  story.Task();
  CHECK(story.Result() == "\"admitted signal update run b c end \"");
}

TEST_CASE("an update of the first task may be handled by what Run registers, else it is rejected") {
  static constexpr WorkflowType<int()> kLate{"Late"};
  struct Late {
    Coro<int> Run() {
      OnUpdate(kWithdraw, [](int n) { return n; });
      co_await WaitCondition([] { return false; });
      co_return 0;
    }
  };
  Story story(Register<Late>(kLate));
  story.Update("u1", "withdraw", 30);
  story.Update("u2", "nobody");
  CHECK(story.Task() ==
        Answer{"ProtocolMessage(u1/request/accept)", "ProtocolMessage(u1/request/complete)"});
  CHECK_THAT(story.UpdateOutcome("u2"), ContainsSubstring("known updates: [withdraw]"));
}

TEST_CASE("an admitted update is delivered from its event, and rejected without a trace") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.AdmitUpdate("u1", "withdraw", 30);
  story.AdmitUpdate("u2", "withdraw", -1);
  CHECK(story.Task() ==
        Answer{"ProtocolMessage(u1/request/accept)", "ProtocolMessage(u1/request/complete)"});
  CHECK(story.UpdateOutcome("u1") == "70");
  CHECK_THAT(story.UpdateOutcome("u2"), ContainsSubstring("amount must be positive"));
  story.Signal("end");
  story.Task();
  CHECK(story.Result() == "70");
}

TEST_CASE("an update that comes again to a run that has it is not handled twice") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "withdraw_slow", 10);
  story.Task();
  story.Update("u1", "withdraw_slow", 10);
  story.CompleteActivity("1", 0);
  story.Task();
  CHECK(story.UpdateOutcome("u1") == "90");
}

TEST_CASE("a workflow can wait until its update handlers have finished") {
  static constexpr WorkflowType<int()> kPatient{"Patient"};
  struct Patient : Account {
    Coro<int> Run() {
      co_await WaitCondition([this] { return end_; });
      co_await WaitCondition([] { return workflow::AllHandlersFinished(); });
      co_return balance_;
    }
  };
  Story story(Register<Patient>(kPatient));
  story.Task();
  story.Update("u1", "withdraw_slow", 10);
  story.Task();
  story.Signal("end");
  CHECK(story.Task().empty());
  story.CompleteActivity("1", 0);
  CHECK(story.Task() ==
        Answer{"ProtocolMessage(u1/request/complete)", "CompleteWorkflowExecution"});
  CHECK(story.log().empty());
}

TEST_CASE("the end of a workflow warns of handlers that are still at work") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "never");
  story.Update("u2", "never_mind");
  story.Signal("say", "x");
  story.Signal("say", "y");
  story.Task();
  story.Signal("end");
  story.Task();
  REQUIRE(story.log().size() == 2);
  CHECK_THAT(story.log()[0],
             ContainsSubstring("[TMPRL1102] Workflow finished while update handlers") &&
                 ContainsSubstring(R"([{"name": "never", "id": "u1"}])"));
  CHECK_THAT(story.log()[1],
             ContainsSubstring("[TMPRL1102] Workflow finished while signal handlers") &&
                 ContainsSubstring(R"([{"name": "say", "count": 2}])"));
}

// --- replay against code that does something else

struct NoUpdates {
  NoUpdates() {
    OnSignal(kEnd, [this] { end_ = true; });
  }
  Coro<int> Run() {
    co_await WaitCondition([this] { return end_; });
    co_return 70;
  }
  bool end_ = false;
};
struct OtherOrder : Account {
  OtherOrder() {
    OnUpdate(kWithdraw, [](int) -> Coro<int> {
      co_await Sleep(1s);
      co_return 70;
    });
  }
};

std::string ReplayWith(const workflow::WorkflowRegistration& code,
                       const history::EventHistory& history) {
  const workflow::ReplayResult result = workflow::Replay(workflow::WorkflowRegistry{code}, history);
  const auto* difference = std::get_if<workflow::Nondeterminism>(&result);
  return difference == nullptr ? "" : difference->text;
}

TEST_CASE("replay finds code that no longer does what the update did, in the SDK's words") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "withdraw", 30);
  story.Task();
  CHECK(ReplayWith(Register<Account>(kAccount), story.history()).empty());
  CHECK(ReplayWith(Register<NoUpdates>(kAccount), story.history()) ==
        "[TMPRL1100] Nondeterminism error: No command scheduled for event HistoryEvent(id: 8, "
        "WorkflowExecutionUpdateAccepted)");
  CHECK(ReplayWith(Register<OtherOrder>(kAccount), story.history()) ==
        "[TMPRL1100] Nondeterminism error: Timer machine does not handle this event: "
        "HistoryEvent(id: 9, WorkflowExecutionUpdateCompleted)");

  history::EventHistory without = story.history();
  without.resize(7);
  without.push_back(history::MakeEvent(8, without.back().event_time, history::TimerStarted{}));
  const workflow::WorkflowRegistry registry{Register<Account>(kAccount)};
  CHECK(ReplayWith(Register<Account>(kAccount), without) ==
        "[TMPRL1100] Nondeterminism error: No command scheduled for event HistoryEvent(id: 8, "
        "TimerStarted)");
}

TEST_CASE("a history whose update has no request is no history") {
  Story story(Register<Account>(kAccount));
  story.Task();
  story.Update("u1", "withdraw", 30);
  story.Task();
  history::EventHistory broken = story.history();
  auto accepted = *history::As<history::WorkflowExecutionUpdateAccepted>(broken.at(7));
  accepted.accepted_request.reset();
  broken[7] = history::MakeEvent(8, broken[7].event_time, accepted);
  const workflow::WorkflowRegistry registry{Register<Account>(kAccount)};
  const workflow::ReplayResult result = workflow::Replay(registry, broken);
  const auto* failure = std::get_if<workflow::TaskFailure>(&result);
  REQUIRE(failure != nullptr);
  CHECK_THAT(history::Describe(failure->failure),
             ContainsSubstring("event 8 accepts the update 'u1', whose request is nowhere"));

  accepted = *history::As<history::WorkflowExecutionUpdateAccepted>(story.history().at(7));
  accepted.accepted_request_sequencing_event_id = 0;  // hostile, but harmless
  broken[7] = history::MakeEvent(8, broken[7].event_time, accepted);
  CHECK(std::holds_alternative<workflow::Nondeterminism>(workflow::Replay(registry, broken)) ==
        false);
}

TEST_CASE("an update takes only the steps of its table") {
  using workflow::internal::NextState;
  using workflow::internal::UpdateInput;
  using workflow::internal::UpdateState;
  int legal = 0;
  for (std::size_t s = 0; s < workflow::internal::kUpdateStates; ++s) {
    for (std::size_t i = 0; i < workflow::internal::kUpdateInputs; ++i) {
      legal += NextState(static_cast<UpdateState>(s), static_cast<UpdateInput>(i)).has_value();
    }
  }
  CHECK(legal == 7);
  CHECK_FALSE(NextState(UpdateState::kRejected, UpdateInput::kAccept).has_value());
  CHECK_FALSE(NextState(UpdateState::kCompleted, UpdateInput::kComplete).has_value());
}

}  // namespace
}  // namespace groundhog::tests
