// Cancelling a workflow: delivered once, to the main fiber, at its await
// (runtime/workflow/fiber.h).
#include <chrono>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityCancellationType;
using workflow::ActivityOptions;
using workflow::CanceledError;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::IsCancelRequested;
using workflow::Register;
using workflow::Result;
using workflow::Shielded;
using workflow::Sleep;
using workflow::Try;
using workflow::WaitCondition;

constexpr ActivityType<int(int)> kStep{"step"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};

constexpr WorkflowType<int()> kPlain{"Plain"};
struct AwaitsActivity {
  Coro<int> Run() { co_return co_await ExecuteActivity(kStep, 1, kOptions); }
};
struct AwaitsTimer {
  Coro<int> Run() {
    co_await Sleep(60s);
    co_return 1;
  }
};
struct AwaitsCondition {
  Coro<int> Run() {
    co_await WaitCondition([] { return false; });
    co_return 1;
  }
};
struct AwaitsTimedCondition {
  Coro<int> Run() {
    const bool held = co_await WaitCondition([] { return false; }, 60s);
    co_return held ? 1 : 0;
  }
};
struct AwaitsDeep {
  Coro<int> Inner() {
    co_await Sleep(60s);
    co_return 1;
  }
  Coro<int> Middle() { co_return co_await Inner(); }
  Coro<int> Run() { co_return co_await Middle(); }
};

TEST_CASE("a cancel that nobody handles ends the workflow as Canceled") {
  SECTION("at an activity: it is asked to stop, the code does not wait for it") {
    Story story(Register<AwaitsActivity>(kPlain));
    story.Task();
    story.RequestCancel();
    CHECK(story.Task() ==
          Answer{"RequestCancelActivityTask(scheduled 5)", "CancelWorkflowExecution"});
  }
  SECTION("at a timer") {
    Story story(Register<AwaitsTimer>(kPlain));
    story.Task();
    story.RequestCancel();
    CHECK(story.Task() == Answer{"CancelTimer(id 1)", "CancelWorkflowExecution"});
  }
  SECTION("at a condition") {
    Story story(Register<AwaitsCondition>(kPlain));
    story.Task();
    story.RequestCancel();
    CHECK(story.Task() == Answer{"CancelWorkflowExecution"});
  }
  SECTION("at a condition with a time limit") {
    Story story(Register<AwaitsTimedCondition>(kPlain));
    story.Task();
    story.RequestCancel();
    CHECK(story.Task() == Answer{"CancelTimer(id 1)", "CancelWorkflowExecution"});
  }
  SECTION("in a coroutine that a coroutine awaits") {
    Story story(Register<AwaitsDeep>(kPlain));
    story.Task();
    story.RequestCancel();
    CHECK(story.Task() == Answer{"CancelTimer(id 1)", "CancelWorkflowExecution"});
  }
  SECTION("before the first task: the code still runs up to its first await") {
    Story story(Register<AwaitsTimer>(kPlain));
    story.RequestCancel();
    CHECK(story.Task() == Answer{"CancelWorkflowExecution"});
  }
}

TEST_CASE("a result that comes in the same task as the cancel, and before it, is not lost") {
  Story story(Register<AwaitsActivity>(kPlain));
  story.Task();
  story.CompleteActivity("1", 7);
  story.RequestCancel();
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "7");
}

TEST_CASE("without a cancel request a CanceledError is a failure like others") {
  struct CancelsItself {
    Coro<int> Run() {
      workflow::TimerHandle timer = workflow::StartTimer(60s);
      timer.Cancel();
      co_await timer;
      co_return 1;
    }
  };
  Story story(Register<CancelsItself>(kPlain));
  CHECK(story.Task() == Answer{"FailWorkflowExecution"});
  CHECK(history::InfoAs<history::CanceledFailureInfo>(story.Failure()) != nullptr);
}

// --- compensating

constexpr WorkflowType<std::string(int)> kSaga{"Saga"};
struct Saga {
  Coro<std::string> Run(int ending) {
    const Result<int> deposit = co_await Try(ExecuteActivity(kStep, 1, kOptions));
    requested_ = IsCancelRequested();
    if (deposit.ok()) co_return "done";
    co_await ExecuteActivity(kStep, -1, kOptions);
    if (ending == 0) workflow::Fail(deposit.failure());
    if (ending == 1) throw workflow::ApplicationError("GivenUp", "compensated");
    co_return fmt::format("compensated, cancel requested {}", requested_);
  }
  bool requested_ = false;
};

TEST_CASE("an activity started after the cancel runs normally") {
  Story story(Register<Saga>(kSaga), 2);
  story.Task();
  story.RequestCancel();
  CHECK(story.Task() ==
        Answer{"RequestCancelActivityTask(scheduled 5)", "ScheduleActivityTask(step, id 2)"});
  story.CancelActivity("1");
  CHECK(story.Task().empty());
  SECTION("and ends normally") { story.CompleteActivity("2", 0); }
  SECTION("a later cancel is not delivered again") {
    story.RequestCancel();
    CHECK(story.Task().empty());
    story.CompleteActivity("2", 0);
  }
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"compensated, cancel requested true\"");
}

TEST_CASE("a cancelled activity's error that leaves Run ends the workflow as Canceled") {
  Story story(Register<Saga>(kSaga), 0);
  story.Task();
  story.RequestCancel();
  story.Task();
  story.CompleteActivity("2", 0);
  CHECK(story.Task() == Answer{"CancelWorkflowExecution"});
}

TEST_CASE("another error that leaves Run after a cancel fails the workflow") {
  Story story(Register<Saga>(kSaga), 1);
  story.Task();
  story.RequestCancel();
  story.Task();
  story.CompleteActivity("2", 0);
  CHECK(story.Task() == Answer{"FailWorkflowExecution"});
  CHECK(story.Failure()->message == "compensated");
}

// --- shielding

constexpr WorkflowType<std::string()> kShielding{"Shielding"};
struct Shielding {
  Coro<int> CleanUp() {
    const int a = co_await ExecuteActivity(kStep, 1, kOptions);
    co_await Sleep(1s);
    co_return a;
  }
  Coro<std::string> Run() {
    const int cleaned = co_await Shielded(CleanUp());
    std::string then = "not cancelled";
    const Result<void> next = co_await Try(Sleep(60s));
    if (!next.ok()) then = fmt::format("cancelled after {}", cleaned);
    co_return then;
  }
};

TEST_CASE("a cancel does not reach a shielded scope; it comes at the next await after it") {
  Story story(Register<Shielding>(kShielding));
  CHECK(story.Task() == Answer{"ScheduleActivityTask(step, id 1)"});
  story.RequestCancel();
  CHECK(story.Task().empty());
  story.CompleteActivity("1", 7);
  CHECK(story.Task() == Answer{"StartTimer(id 1, 1000ms)"});
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});  // the second timer was never sent
  CHECK(story.Result() == "\"cancelled after 7\"");
}

TEST_CASE("Shielded works on a single await, with and without Try") {
  struct Single {
    Coro<std::string> Run() {
      const Result<int> a = co_await Try(Shielded(ExecuteActivity(kStep, 1, kOptions)));
      const Result<int> b = co_await Shielded(Try(ExecuteActivity(kStep, 2, kOptions)));
      const int c = co_await Shielded(ExecuteActivity(kStep, 3, kOptions));
      co_return fmt::format("{} {} {}", a.ok(), b.type(), c);
    }
  };
  Story story(Register<Single>(kShielding));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task().empty());
  story.CompleteActivity("1", 1);
  CHECK(story.Task() == Answer{"ScheduleActivityTask(step, id 2)"});
  story.FailActivity("2", "Odd", "no");
  CHECK(story.Task() == Answer{"ScheduleActivityTask(step, id 3)"});
  story.CompleteActivity("3", 3);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"true Odd 3\"");
}

TEST_CASE("an activity that is to be waited for holds up the cancelled workflow") {
  struct Waits {
    Coro<int> Run() {
      const ActivityOptions options{
          .start_to_close_timeout = 5s,
          .cancellation_type = ActivityCancellationType::kWaitCancellationCompleted};
      co_return co_await ExecuteActivity(kStep, 1, options);
    }
  };
  Story story(Register<Waits>(kPlain));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task() == Answer{"RequestCancelActivityTask(scheduled 5)"});
  SECTION("it stops") {
    story.CancelActivity("1");
    CHECK(story.Task() == Answer{"CancelWorkflowExecution"});
  }
  SECTION("it does not care") {
    story.CompleteActivity("1", 7);
    CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  }
}

TEST_CASE("a cancel that the code swallows is over") {
  struct Swallows {
    Coro<std::string> Run() {
      try {
        co_await Sleep(60s);
      } catch (const CanceledError&) {
      }
      co_await Sleep(1s);
      co_return IsCancelRequested() ? "requested" : "not requested";
    }
  };
  Story story(Register<Swallows>(kShielding));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task() == Answer{"CancelTimer(id 1)", "StartTimer(id 2, 1000ms)"});
  story.FireTimer("2");
  story.Task();
  CHECK(story.Result() == "\"requested\"");
}

}  // namespace
}  // namespace groundhog::tests
