// runtime/workflow/spawn.h and wait.h: fibers beside each other, and waiting for several things.
#include "runtime/workflow/spawn.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityHandle;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::FiberHandle;
using workflow::Register;
using workflow::Result;
using workflow::Sleep;
using workflow::Spawn;
using workflow::TimerHandle;
using workflow::Try;
using workflow::WaitAll;
using workflow::WaitAny;

constexpr ActivityType<int(int)> kStep{"step"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};
constexpr WorkflowType<std::string()> kWork{"Work"};

struct Fibers {
  Coro<void> Step(int n) {
    const int result = co_await ExecuteActivity(kStep, n, kOptions);
    order_ += fmt::format("{} ", result);
  }
  Coro<std::string> Run() {
    FiberHandle first = Spawn(Step(1));
    FiberHandle second = Spawn([this] { return Step(2); });
    order_ += "main ";
    co_await second;
    co_await first;
    co_await first;
    co_return order_ + (first.done() ? "done" : "open");
  }
  std::string order_;
};

TEST_CASE("a spawned fiber starts when its creator suspends, and can be awaited") {
  Story story(Register<Fibers>(kWork));
  CHECK(story.Task() ==
        Answer{"ScheduleActivityTask(step, id 1)", "ScheduleActivityTask(step, id 2)"});
  story.CompleteActivity("1", 11);
  CHECK(story.Task().empty());
  story.CompleteActivity("2", 22);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"main 11 22 done\"");
}

TEST_CASE("what a fiber throws is thrown where it is awaited") {
  struct Failing {
    Coro<void> Fails() {
      co_await Sleep(1s);
      throw workflow::ApplicationError("Odd", "in a fiber");
    }
    Coro<std::string> Run() {
      FiberHandle fiber = Spawn(Fails());
      const Result<void> result = co_await Try(fiber);
      const Result<void> again = co_await Try(fiber);
      co_return fmt::format("{} {}", result.type(), again.message());
    }
  };
  Story story(Register<Failing>(kWork));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"Odd in a fiber\"");
}

TEST_CASE("a bug in a fiber fails the Workflow Task, awaited or not") {
  struct Buggy {
    Coro<void> Breaks() {
      co_await Sleep(1s);
      throw std::runtime_error("bug");
    }
    Coro<std::string> Run() {
      FiberHandle fiber = Spawn(Breaks());
      co_await Sleep(60s);
      co_return "never";
    }
  };
  Story story(Register<Buggy>(kWork));
  story.Task();
  story.FireTimer("2");  // the fiber's timer: main had started its own first
  CHECK(story.Task() == Answer{"TaskFailure: std::runtime_error: bug"});
  story.NoReplay();
}

TEST_CASE(
    "a cancel of the workflow goes to the main fiber, and through its await to the awaited one") {
  struct Parents {
    Coro<void> Child(std::string name) {
      const Result<void> slept = co_await Try(Sleep(60s));
      if (!slept.ok()) log_ += name + " ";
      slept.value();
    }
    Coro<std::string> Run() {
      FiberHandle bystander = Spawn(Child("bystander"));
      FiberHandle awaited = Spawn(Child("awaited"));
      const Result<void> result = co_await Try(awaited);
      co_return fmt::format("{}canceled {}", log_, result.canceled());
    }
    std::string log_;
  };
  Story story(Register<Parents>(kWork));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task() == Answer{"CancelTimer(id 2)", "CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"awaited canceled true\"");
}

TEST_CASE("a fiber can be cancelled by its handle") {
  struct Boss {
    Coro<void> Worker() {
      co_await Sleep(60s);
      result_ = "slept";
    }
    Coro<std::string> Run() {
      FiberHandle worker = Spawn(Worker());
      co_await Sleep(1s);
      worker.Cancel();
      const Result<void> result = co_await Try(worker);
      co_return result.canceled() ? "canceled" : result_;
    }
    std::string result_;
  };
  Story story(Register<Boss>(kWork));
  CHECK(story.Task() == Answer{"StartTimer(id 1, 1000ms)", "StartTimer(id 2, 60000ms)"});
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"CancelTimer(id 2)", "CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"canceled\"");
}

TEST_CASE("commands of fibers that run on after Run has ended come before the closing command") {
  struct Tail {
    Coro<void> Other() {
      co_await workflow::WaitCondition([this] { return ended_; });
      (void)ExecuteActivity(kStep, 1, kOptions);
    }
    Coro<std::string> Run() {
      FiberHandle other = Spawn(Other());
      co_await Sleep(1s);
      ended_ = true;
      co_return "ended";
    }
    bool ended_ = false;
  };
  Story story(Register<Tail>(kWork));
  story.Task();
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"ScheduleActivityTask(step, id 1)", "CompleteWorkflowExecution"});
}

// --- WaitAny and WaitAll

struct Race {
  Coro<std::string> Run() {
    ActivityHandle<int> activity = ExecuteActivity(kStep, 1, kOptions);
    TimerHandle deadline = workflow::StartTimer(10s);
    const Result<std::size_t> first = co_await Try(WaitAny(activity, deadline));
    if (!first.ok()) co_return fmt::format("canceled {}", first.canceled());
    if (*first == 0) {
      deadline.Cancel();
      const int value = co_await activity;
      co_return fmt::format("value {}", value);
    }
    activity.Cancel();
    co_return "too late";
  }
};

TEST_CASE("WaitAny tells which handle was first") {
  Story story(Register<Race>(kWork));
  CHECK(story.Task() == Answer{"ScheduleActivityTask(step, id 1)", "StartTimer(id 1, 10000ms)"});
  SECTION("the activity") {
    story.CompleteActivity("1", 7);
    CHECK(story.Task() == Answer{"CancelTimer(id 1)", "CompleteWorkflowExecution"});
    CHECK(story.Result() == "\"value 7\"");
  }
  SECTION("the timer") {
    story.FireTimer("1");
    CHECK(story.Task() ==
          Answer{"RequestCancelActivityTask(scheduled 5)", "CompleteWorkflowExecution"});
    CHECK(story.Result() == "\"too late\"");
  }
  SECTION("both in one task: the first in the order of the call") {
    story.FireTimer("1");
    story.CompleteActivity("1", 7);
    story.Task();
    CHECK(story.Result() == "\"value 7\"");
  }
  SECTION("a cancel ends the wait and leaves the handles alone") {
    story.RequestCancel();
    CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
    CHECK(story.Result() == "\"canceled true\"");
  }
}

struct FanOut {
  Coro<std::string> Run() {
    std::vector<ActivityHandle<int>> handles;
    for (int i = 1; i <= 3; ++i) handles.push_back(ExecuteActivity(kStep, i, kOptions));
    const std::size_t first = co_await WaitAny(handles);
    const Result<std::vector<int>> all = co_await Try(WaitAll(handles));
    if (!all.ok()) co_return fmt::format("first {}, {}", first, all.message());
    co_return fmt::format("first {}, all {} {} {}", first, (*all)[0], (*all)[1], (*all)[2]);
  }
};

TEST_CASE("WaitAll waits for all and keeps their order") {
  Story story(Register<FanOut>(kWork));
  CHECK(story.Task().size() == 3);
  story.CompleteActivity("2", 20);
  CHECK(story.Task().empty());
  SECTION("all complete") {
    story.CompleteActivity("3", 30);
    CHECK(story.Task().empty());
    story.CompleteActivity("1", 10);
    CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
    CHECK(story.Result() == "\"first 1, all 10 20 30\"");
  }
  SECTION("two fail: all are waited for, the first by place is reported") {
    story.FailActivity("3", "Odd", "third");
    CHECK(story.Task().empty());
    story.FailActivity("1", "Odd", "first");
    story.Task();
    CHECK(story.Result() == "\"first 1, first\"");
  }
  SECTION("a cancel is passed on to those that are open") {
    story.RequestCancel();
    CHECK(story.Task() == Answer{"RequestCancelActivityTask(scheduled 5)",
                                 "RequestCancelActivityTask(scheduled 7)",
                                 "CompleteWorkflowExecution"});
  }
}

TEST_CASE("waiting for nothing: WaitAll is done at once, WaitAny is an error") {
  struct Nothing {
    Coro<std::string> Run() {
      const std::vector<TimerHandle> none;
      co_await WaitAll(none);
      const std::size_t first = co_await WaitAny(none);
      co_return fmt::format("{}", first);
    }
  };
  Story story(Register<Nothing>(kWork));
  CHECK(story.Task() ==
        Answer{"TaskFailure: std::invalid_argument: WaitAny needs at least one handle"});
  story.NoReplay();
}

}  // namespace
}  // namespace groundhog::tests
