#include "properties/shape_memo.h"
#include "runtime/history/converter.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties::testing {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::ExecuteActivity;

constexpr ActivityType<std::string(std::int64_t)> kWithdraw{"withdraw"};
constexpr ActivityType<std::string(std::int64_t)> kDeposit{"deposit"};
constexpr WorkflowType<std::string(std::int64_t)> kTransfer{"Transfer"};

const workflow::ActivityOptions kOptions{.start_to_close_timeout = 5s};

// The code under judgement. What it does besides is set by the test: a static, as a careless author
// has it.
enum class Mutation {
  kNone,
  kOtherOrder,
  kOtherActivity,
  kTimerInstead,
  kNothingMore,
  kOneMore,
  kOtherInput,
  kOtherResult,
  kThrows,
  kOnlyFromCache,
};
Mutation mischief = Mutation::kNone;
int runs_made = 0;

struct Transfer {
  Transfer() { ++runs_made; }

  Coro<std::string> Run(std::int64_t amount) {
    if (mischief == Mutation::kThrows) throw std::runtime_error("lost my way");
    if (mischief == Mutation::kTimerInstead) co_await workflow::Sleep(1s);
    if (mischief == Mutation::kOnlyFromCache && runs_made % 2 == 0) co_await workflow::Sleep(1s);
    const bool swapped = mischief == Mutation::kOtherOrder;
    const std::string first =
        co_await ExecuteActivity(swapped ? kDeposit : kWithdraw, amount, kOptions);
    if (mischief == Mutation::kNothingMore) co_return "";
    if (mischief == Mutation::kOtherInput) ++amount;
    const auto& second_type = mischief == Mutation::kOtherActivity ? kWithdraw : kDeposit;
    const std::string second =
        co_await ExecuteActivity(swapped ? kWithdraw : second_type, amount, kOptions);
    if (mischief == Mutation::kOneMore) {
      [[maybe_unused]] const auto unasked = ExecuteActivity(kDeposit, amount, kOptions);
    }
    co_return mischief == Mutation::kOtherResult ? "something else" : first + second;
  }
};

// A whole history of it, as an honest run left it. Its id is new each time, so that no memory of a
// proof applies.
struct Honest : Recording {
  explicit Honest(Mutation at_replay = Mutation::kNone) {
    static int count = 0;
    StartRun("transfer-" + std::to_string(++count), "Transfer",
             history::ToPayloads(std::int64_t{250}));
    CompleteTask();
    Do("withdraw", "W-1");
    CompleteTask();
    Do("deposit", "D-1");
    CompleteTask();
    CompleteRun(history::ToPayloads(std::string("W-1D-1")));
    evidence.workflows = &registry;
    runs_made = 0;
    mischief = at_replay;
  }
  ~Honest() { mischief = Mutation::kNone; }
  void Do(const std::string& activity, const std::string& result) {
    const EventId id = Schedule(activity, history::ToPayloads(std::int64_t{250}));
    Start(id);
    Wait(1s);
    Complete(id, history::ToPayloads(result));
  }

  workflow::WorkflowRegistry registry{workflow::Register<Transfer>(kTransfer)};
};

std::string Replay(Recording& recording, std::string_view text) {
  return Only(Judge(&CheckReplay, recording.Finish()), text);
}
bool Holds(Recording& recording) {
  const Violations found = Judge(&CheckReplay, recording.Finish());
  for (const Violation& violation : found) UNSCOPED_INFO(violation.message);
  return found.empty();
}

TEST_CASE("a history of honest code replays, whole and cut anywhere") {
  Honest recording;
  CHECK(Holds(recording));
  recording.run().status = history::WorkflowExecutionStatus::kRunning;
  // Cuts where a server's transactions end: no completed task without its commands.
  for (const std::size_t length : {15U, 14U, 13U, 11U, 9U, 8U, 7U, 5U, 3U, 2U, 1U}) {
    recording.run().history.resize(length);
    CHECK(Holds(recording));
  }
}

TEST_CASE("code that does something else is found, with the event and the possible causes") {
  SECTION("another order") {
    Honest recording(Mutation::kOtherOrder);
    const Violations found = Judge(&CheckReplay, recording.Finish());
    CHECK(Only(found,
               "replayed from scratch, the code does something else: the history has "
               "ActivityTaskScheduled(withdraw, id 1), the code asked for "
               "ScheduleActivityTask(deposit, id 1) ([TMPRL1100]") == "found");
    REQUIRE(!found.empty());
    CHECK(found.front().event_id == 5);
    for (const char* cause : {"static or global", "hash table", "address", "clock"}) {
      CHECK(found.front().message.find(cause) != std::string::npos);
    }
  }
  SECTION("another activity") {
    Honest recording(Mutation::kOtherActivity);
    CHECK(Replay(recording, "the code asked for ScheduleActivityTask(withdraw, id 2)") == "found");
  }
  SECTION("a timer") {
    Honest recording(Mutation::kTimerInstead);
    CHECK(Replay(recording, "the code asked for StartTimer(id 1)") == "found");
  }
  SECTION("an early end") {
    Honest recording(Mutation::kNothingMore);
    CHECK(Replay(recording, "the code asked for CompleteWorkflowExecution") == "found");
  }
  SECTION("one activity more") {
    Honest recording(Mutation::kOneMore);
    CHECK(Replay(recording, "the code asked for ScheduleActivityTask(deposit, id 3)") == "found");
  }
  SECTION("it throws") {
    Honest recording(Mutation::kThrows);
    CHECK(Replay(recording,
                 "replayed from scratch, the code fails where it went on before: "
                 "std::runtime_error: lost my way") == "found");
  }
}

TEST_CASE("what a reset has copied was asked for by another run, with inputs of its own") {
  for (const bool is_reset : {true, false}) {
    Honest recording(Mutation::kOtherInput);
    recording.run().history.resize(11);  // up to where deposit was scheduled
    recording.Start(11);
    recording.Complete(11, history::ToPayloads(std::string("D-1")));
    const EventId scheduled = recording.Append(history::WorkflowTaskScheduled{});
    const EventId started =
        recording.Append(history::WorkflowTaskStarted{.scheduled_event_id = scheduled});
    recording.Append(history::WorkflowTaskFailed{
        .scheduled_event_id = scheduled,
        .started_event_id = started,
        .cause = is_reset ? history::WorkflowTaskFailedCause::kResetWorkflow
                          : history::WorkflowTaskFailedCause::kUnhandledCommand});
    recording.CompleteTask();
    recording.CompleteRun(history::ToPayloads(std::string("W-1D-1")));
    CHECK(Holds(recording) == is_reset);
  }
}

TEST_CASE("a command of which the history knows nothing is found") {
  Honest recording;
  recording.run().history.resize(4);  // a completed task without its command
  CHECK(Replay(recording,
               "the code also asks for ScheduleActivityTask(withdraw, id 1), of which the "
               "history knows nothing") == "found");
}

TEST_CASE("code that differs only when it is fed task by task is found") {
  Honest recording(Mutation::kOnlyFromCache);  // the second run made of it is the one that is fed
  CHECK(Replay(recording, "fed task by task, the code does something else") == "found");
}

TEST_CASE("another input or result than the history has is found") {
  SECTION("input") {
    Honest recording(Mutation::kOtherInput);
    CHECK(Replay(recording,
                 "the code asks for ScheduleActivityTask(deposit, id 2) with another input "
                 "than the history has") == "found");
  }
  SECTION("result") {
    Honest recording(Mutation::kOtherResult);
    CHECK(Replay(recording, "CompleteWorkflowExecution with another result than the history has") ==
          "found");
  }
}

TEST_CASE("a workflow that nobody knows any more is found, unless none of its code has run") {
  Honest recording;
  const workflow::WorkflowRegistry others{
      workflow::Register<Transfer>(WorkflowType<std::string(std::int64_t)>{"Other"})};
  recording.evidence.workflows = &others;
  CHECK(Replay(recording, "workflow type 'Transfer' is not registered") == "found");
  recording.run().history.resize(3);
  CHECK(Holds(recording));
}

TEST_CASE("where no worker has code, tasks were done by hand, and nothing replays them") {
  Honest recording;
  const workflow::WorkflowRegistry nobody;
  recording.evidence.workflows = &nobody;
  CHECK(Holds(recording));
}

TEST_CASE("events that are no history are found, not thrown") {
  Honest recording;
  recording.run().history.erase(recording.run().history.begin() + 5);
  CHECK(Replay(recording, "it is no history") == "found");
}

TEST_CASE("a history that JSON does not keep is found") {
  Honest recording;
  auto started = *history::As<history::WorkflowExecutionStarted>(recording.event(1));
  started.identity = "\xff not UTF-8";
  recording.event(1).attributes = history::MakeShared<history::WorkflowExecutionStarted>(started);
  CHECK(Replay(recording, "written as JSON and read back, it is another history from event 1 on") ==
        "found");
}

TEST_CASE("what is proven once is not proven again, and a proof of one thing proves nothing else") {
  Honest recording;
  const Evidence& evidence = recording.Finish();
  CHECK(Judge(&CheckReplay, evidence).empty());
  const int first = runs_made;
  CHECK(Judge(&CheckReplay, evidence).empty());
  CHECK(first == 2);              // from scratch, and task by task
  CHECK(runs_made == first + 1);  // from scratch only

  SECTION("other times are the same shape") {
    for (history::HistoryEvent& event : recording.run().history) event.event_time += 1h;
    CHECK(Holds(recording));
    CHECK(runs_made == first + 2);
  }
  SECTION("another payload is another shape") {
    recording.event(7).attributes = history::MakeShared<history::ActivityTaskCompleted>(
        history::ActivityTaskCompleted{.result = history::ToPayloads(std::string("W-2")),
                                       .scheduled_event_id = 5,
                                       .started_event_id = 6});
    CHECK(Replay(recording, "another result") == "found");
  }
  SECTION("other code is another shape") {
    struct Other {
      Coro<std::string> Run(std::int64_t amount) {
        const std::string first_result = co_await ExecuteActivity(kWithdraw, amount, kOptions);
        const std::string second_result = co_await ExecuteActivity(kDeposit, amount + 1, kOptions);
        co_return first_result + second_result;
      }
    };
    const workflow::WorkflowRegistry others{workflow::Register<Other>(kTransfer)};
    recording.evidence.workflows = &others;
    CHECK(Replay(recording, "with another input") == "found");
  }
  SECTION("a violation is found again and again") {
    mischief = Mutation::kOtherOrder;
    CHECK(Judge(&CheckReplay, evidence).size() == 1);
    CHECK(Judge(&CheckReplay, evidence).size() == 1);
  }
}

constexpr WorkflowType<int()> kAccount{"Account"};
constexpr UpdateType<int(int)> kAdd{"add"};

// The balance, once there is one.
struct Account {
  Account() {
    workflow::OnUpdate(kAdd, [this](int amount) { return balance_ += amount; });
  }
  Coro<int> Run() {
    co_await workflow::WaitCondition([this] { return balance_ > 0; });
    co_return mischief == Mutation::kOtherResult ? balance_ + 1 : balance_;
  }

  int balance_ = 0;
};

// A task whose update came with it, as a message.
struct Updated : Recording {
  Updated() {
    static int count = 0;
    StartRun("account-" + std::to_string(++count), "Account", {});
    CompleteTask();
    CompleteTask();
    history::UpdateRequest request{.meta = {.update_id = "u1"},
                                   .input = {.name = "add", .args = history::ToPayloads(5)}};
    const EventId accepted =
        Append(history::WorkflowExecutionUpdateAccepted{.protocol_instance_id = "u1",
                                                        .accepted_request_message_id = "u1/request",
                                                        .accepted_request_sequencing_event_id = 5,
                                                        .accepted_request = std::move(request)});
    Append(
        history::WorkflowExecutionUpdateCompleted{.meta = {.update_id = "u1"},
                                                  .accepted_event_id = accepted,
                                                  .outcome = {.success = history::ToPayloads(5)}});
    CompleteRun(history::ToPayloads(5));
    evidence.workflows = &registry;
  }
  ~Updated() { mischief = Mutation::kNone; }

  workflow::WorkflowRegistry registry{workflow::Register<Account>(kAccount)};
};

TEST_CASE("an update that came as a message comes so again") {
  Updated recording;
  SECTION("to honest code") { CHECK(Holds(recording)); }
  SECTION("to code that makes something else of it") {
    mischief = Mutation::kOtherResult;
    CHECK(Replay(recording,
                 "fed task by task, the code asks for CompleteWorkflowExecution with "
                 "another result") == "found");
  }
}

// The transfer's code after a change.
struct PatchedTransfer {
  Coro<std::string> Run(std::int64_t amount) {
    const bool is_new = workflow::Patched("two");
    const std::string first = co_await ExecuteActivity(kWithdraw, amount, kOptions);
    const bool lost = mischief == Mutation::kOtherOrder && !is_new;
    if (lost) co_await workflow::Sleep(1s);
    const std::string second = co_await ExecuteActivity(kDeposit, amount, kOptions);
    co_return first + second;
  }
};

TEST_CASE("a run from before a patch replays against the patched code") {
  const workflow::WorkflowRegistry patched{workflow::Register<PatchedTransfer>(kTransfer)};
  SECTION("if its old way is still there") {
    Honest recording;
    recording.evidence.workflows = &patched;
    CHECK(Holds(recording));
  }
  SECTION("and is found if it is not") {
    Honest recording(Mutation::kOtherOrder);
    recording.evidence.workflows = &patched;
    CHECK(Replay(recording, "replayed from scratch, the code does something else") == "found");
  }
}

TEST_CASE("a memo knows what was noted, and nothing else") {
  ShapeMemo memo;
  CHECK(!memo.Proven(7));
  memo.Note(7);
  CHECK(memo.Proven(7));
  CHECK(!memo.Proven(7 + (std::uint64_t{1} << 13)));
  memo.Note(7 + (std::uint64_t{1} << 13));  // takes the place
  CHECK(!memo.Proven(7));
}

}  // namespace
}  // namespace groundhog::properties::testing
