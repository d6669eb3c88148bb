// runtime/workflow/activity.h: activities as workflow code sees them.
#include "runtime/workflow/activity.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityCancellationType;
using workflow::ActivityError;
using workflow::ActivityHandle;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::Register;
using workflow::Result;
using workflow::Try;

constexpr ActivityType<std::string(std::string, int)> kGreet{"greet"};
constexpr ActivityType<int(int)> kDouble{"double"};
constexpr ActivityType<void()> kPing{"ping"};

const ActivityOptions kOptions{.start_to_close_timeout = 5s};

constexpr WorkflowType<std::string(std::string)> kGreeting{"Greeting"};
struct Greeting {
  Coro<std::string> Run(std::string name) {
    const ActivityOptions options{
        .task_queue = "greeters",
        .start_to_close_timeout = 5s,
        .heartbeat_timeout = 1s,
        .retry_policy = {.maximum_attempts = 3, .non_retryable_error_types = {"Rude"}}};
    co_return co_await ExecuteActivity(kGreet, name, 2, options);
  }
};

TEST_CASE("an activity's command carries its arguments and options") {
  Story story(Register<Greeting>(kGreeting), "Ann");
  CHECK(story.Task() == Answer{"ScheduleActivityTask(greet, id 1)"});
  const auto& command = std::get<history::ScheduleActivityTask>(story.last_commands().front());
  CHECK(command.task_queue == "greeters");
  CHECK(command.start_to_close_timeout == 5s);
  CHECK(command.heartbeat_timeout == 1s);
  CHECK(command.schedule_to_close_timeout == 0s);
  REQUIRE(command.retry_policy.has_value());
  CHECK(command.retry_policy->maximum_attempts == 3);
  CHECK(command.retry_policy->non_retryable_error_types == std::vector<std::string>{"Rude"});
  REQUIRE(command.input.size() == 2);
  CHECK(command.input[0].data() == "\"Ann\"");
  CHECK(command.input[1].data() == "2");

  story.CompleteActivity("1", "hello");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"hello\"");
}

constexpr WorkflowType<int()> kSum{"Sum"};
struct Sum {
  Coro<int> Run() {
    ActivityHandle<int> first = ExecuteActivity(kDouble, 1, kOptions);
    ActivityHandle<int> second = ExecuteActivity(kDouble, 2, kOptions);
    const int b = co_await second;
    const int a = co_await first;
    const int again = co_await first;
    co_return 100 * a + 10 * b + again;
  }
};

TEST_CASE("commands are issued at the calls, in their order, not at the awaits") {
  Story story(Register<Sum>(kSum));
  CHECK(story.Task() ==
        Answer{"ScheduleActivityTask(double, id 1)", "ScheduleActivityTask(double, id 2)"});
  SECTION("completed in order") {
    story.CompleteActivity("1", 2);
    CHECK(story.Task().empty());
    story.CompleteActivity("2", 4);
  }
  SECTION("completed in the other order") {
    story.CompleteActivity("2", 4);
    CHECK(story.Task().empty());
    story.CompleteActivity("1", 2);
  }
  SECTION("both at once") {
    story.CompleteActivity("2", 4);
    story.CompleteActivity("1", 2);
  }
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "242");
}

constexpr WorkflowType<std::string()> kReport{"Report"};
struct Report {
  Coro<std::string> Run() {
    std::string report;
    try {
      co_await ExecuteActivity(kPing, kOptions);
      report = "pong";
    } catch (const ActivityError& error) {
      report = fmt::format("{} {} {} {}", error.activity_type(), error.activity_id(),
                           NameOf(error.retry_state()), error.what());
    }
    co_return report;
  }
};

TEST_CASE("an activity without a result completes") {
  Story story(Register<Report>(kReport));
  story.Task();
  SECTION("with a null payload") { story.CompleteActivity("1", nullptr); }
  SECTION("with no payload") { story.CompleteActivityWith("1", {}); }
  story.Task();
  CHECK(story.Result() == "\"pong\"");
}

TEST_CASE("a failed activity throws ActivityError with the whole chain") {
  Story story(Register<Report>(kReport));
  story.Task();
  SECTION("failed") {
    story.FailActivity("1", "Offline", "no answer");
    story.Task();
    CHECK(story.Result() ==
          "\"ping 1 MAXIMUM_ATTEMPTS_REACHED Activity task failed (ping): Offline: no answer\"");
  }
  SECTION("timed out") {
    story.TimeOutActivity("1");
    story.Task();
    CHECK(story.Result() ==
          "\"ping 1 TIMEOUT Activity task timed out (ping): activity StartToClose timeout\"");
  }
}

TEST_CASE("an ActivityError that leaves Run fails the workflow with the wrapper failure") {
  Story story(Register<Greeting>(kGreeting), "Ann");
  story.Task();
  story.FailActivity("1", "Rude", "go away");
  CHECK(story.Task() == Answer{"FailWorkflowExecution"});
  const history::FailurePtr failure = story.Failure();
  CHECK(failure->message == "Activity task failed");
  const auto* info = history::InfoAs<history::ActivityFailureInfo>(failure);
  REQUIRE(info != nullptr);
  CHECK(info->activity_type == "greet");
  CHECK(info->activity_id == "1");
  CHECK(info->identity == "worker");
  CHECK(info->scheduled_event_id == 5);
  CHECK(info->started_event_id == 6);
  CHECK(info->retry_state == history::RetryState::kMaximumAttemptsReached);
  REQUIRE(failure->cause);
  CHECK(failure->cause->message == "go away");
}

constexpr WorkflowType<std::string()> kTrying{"Trying"};
struct Trying {
  Coro<std::string> Run() {
    ActivityHandle<int> doubled = ExecuteActivity(kDouble, 1, kOptions);
    const Result<int> result = co_await Try(doubled);
    if (result.ok()) co_return fmt::format("value {}", *result);
    co_return fmt::format("{} / {} / canceled {}", result.type(), result.message(),
                          result.canceled());
  }
};

TEST_CASE("Try gives the outcome as a Result") {
  Story story(Register<Trying>(kTrying));
  story.Task();
  SECTION("a value") {
    story.CompleteActivity("1", 2);
    story.Task();
    CHECK(story.Result() == "\"value 2\"");
  }
  SECTION("a failure") {
    story.FailActivity("1", "Odd", "cannot double");
    story.Task();
    CHECK(story.Result() == "\"Odd / cannot double / canceled false\"");
  }
}

TEST_CASE("a result that does not decode fails the Workflow Task, not the workflow") {
  Story story(Register<Trying>(kTrying));
  story.Task();
  story.CompleteActivity("1", "two");
  const Answer answer = story.Task();
  REQUIRE(answer.size() == 1);
  CHECK_THAT(answer.front(), Catch::Matchers::StartsWith("TaskFailure: ") &&
                                 Catch::Matchers::ContainsSubstring("cannot decode payload"));
  story.NoReplay();
}

// --- cancelling

constexpr SignalType<> kStop{"stop"};
constexpr WorkflowType<std::string(int)> kStoppable{"Stoppable"};
struct Stoppable {
  Coro<std::string> Run(int cancellation_type) {
    const ActivityOptions options{
        .start_to_close_timeout = 5s,
        .cancellation_type = static_cast<ActivityCancellationType>(cancellation_type)};
    ActivityHandle<int> handle = ExecuteActivity(kDouble, 1, options);
    bool stop = false;
    workflow::OnSignal(kStop, [&stop] { stop = true; });
    co_await workflow::WaitCondition([&] { return stop; });
    handle.Cancel();
    handle.Cancel();  // once is enough
    const Result<int> result = co_await Try(handle);
    outcome_ = result.ok() ? fmt::format("value {}", *result) : fmt::format("{}", result.failure());
    co_await workflow::Sleep(60s);
    co_return outcome_;
  }
  std::string outcome_;
};

constexpr int kTryCancel = static_cast<int>(ActivityCancellationType::kTryCancel);
constexpr int kWait = static_cast<int>(ActivityCancellationType::kWaitCancellationCompleted);
constexpr int kAbandon = static_cast<int>(ActivityCancellationType::kAbandon);

TEST_CASE("TRY_CANCEL asks and resolves at once; later events are ignored") {
  Story story(Register<Stoppable>(kStoppable), kTryCancel);
  story.Task();
  story.StartActivity("1");
  story.Signal("stop");
  CHECK(story.Task() ==
        Answer{"RequestCancelActivityTask(scheduled 5)", "StartTimer(id 1, 60000ms)"});
  SECTION("it reports cancelled") { story.CancelActivity("1"); }
  SECTION("it completes after all") { story.CompleteActivity("1", 2); }
  SECTION("it fails") { story.FailActivity("1", "Odd", "no"); }
  SECTION("it times out") { story.TimeOutActivity("1"); }
  CHECK(story.Task().empty());
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"Activity cancelled (double): canceled\"");
}

TEST_CASE("WAIT_CANCELLATION_COMPLETED asks and waits for what comes of it") {
  Story story(Register<Stoppable>(kStoppable), kWait);
  story.Task();
  story.Signal("stop");
  CHECK(story.Task() == Answer{"RequestCancelActivityTask(scheduled 5)"});
  std::string outcome;
  SECTION("cancelled") {
    story.CancelActivity("1");
    outcome = "\"Activity cancelled (double): canceled\"";
  }
  SECTION("completed") {
    story.CompleteActivity("1", 2);
    outcome = "\"value 2\"";
  }
  SECTION("failed") {
    story.FailActivity("1", "Odd", "no");
    outcome = "\"Activity task failed (double): Odd: no\"";
  }
  SECTION("timed out") {
    story.TimeOutActivity("1");
    outcome = "\"Activity task timed out (double): activity StartToClose timeout\"";
  }
  CHECK(story.Task() == Answer{"StartTimer(id 1, 60000ms)"});
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == outcome);
}

TEST_CASE("ABANDON resolves at once and asks nobody") {
  Story story(Register<Stoppable>(kStoppable), kAbandon);
  story.Task();
  story.Signal("stop");
  CHECK(story.Task() == Answer{"StartTimer(id 1, 60000ms)"});
  story.CompleteActivity("1", 2);
  CHECK(story.Task().empty());
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"Activity cancelled (double): canceled\"");
}

constexpr WorkflowType<std::string(int)> kHasty{"Hasty"};
struct Hasty {
  Coro<std::string> Run(int cancellation_type) {
    const ActivityOptions options{
        .start_to_close_timeout = 5s,
        .cancellation_type = static_cast<ActivityCancellationType>(cancellation_type)};
    ActivityHandle<int> dropped = ExecuteActivity(kDouble, 1, options);
    dropped.Cancel();
    const Result<int> result = co_await Try(dropped);
    const int second = co_await ExecuteActivity(kDouble, 2, options);
    co_return fmt::format("{} {}", result.canceled(), second);
  }
};

TEST_CASE(
    "an activity cancelled before its command is sent leaves no command, but uses up its id") {
  const int type = GENERATE(kTryCancel, kWait, kAbandon);
  Story story(Register<Hasty>(kHasty), type);
  CHECK(story.Task() == Answer{"ScheduleActivityTask(double, id 2)"});
  story.CompleteActivity("2", 4);
  story.Task();
  CHECK(story.Result() == "\"true 4\"");
}

constexpr WorkflowType<int()> kNamed{"Named"};
struct Named {
  Coro<int> Run() {
    const ActivityOptions charge{.start_to_close_timeout = 5s, .activity_id = "charge"};
    const int first = co_await ExecuteActivity(kDouble, 1, charge);
    const int second = co_await ExecuteActivity(kDouble, first, kOptions);
    co_return second;
  }
};

TEST_CASE("an activity id of one's own does not disturb the counting of the others") {
  Story story(Register<Named>(kNamed));
  CHECK(story.Task() == Answer{"ScheduleActivityTask(double, id charge)"});
  story.CompleteActivity("charge", 2);
  CHECK(story.Task() == Answer{"ScheduleActivityTask(double, id 2)"});
  story.CompleteActivity("2", 4);
  story.Task();
  CHECK(story.Result() == "4");
}

}  // namespace
}  // namespace groundhog::tests
