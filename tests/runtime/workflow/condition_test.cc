// runtime/workflow/condition.h: waiting for what other code of the workflow changes.
#include "runtime/workflow/condition.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::OnSignal;
using workflow::Register;
using workflow::Result;
using workflow::Try;
using workflow::WaitCondition;

constexpr SignalType<int> kAdd{"add"};

struct Adding {
  Adding() {
    OnSignal(kAdd, [this](int n) { sum_ += n; });
  }
  int sum_ = 0;
};

constexpr WorkflowType<int()> kCollector{"Collector"};
struct Collector : Adding {
  Coro<int> Run() {
    co_await WaitCondition([this] { return sum_ >= 10; });
    co_return sum_;
  }
};

TEST_CASE("a condition is looked at when the signals of a task have been handled") {
  Story story(Register<Collector>(kCollector));
  CHECK(story.Task().empty());
  story.Signal("add", 4);
  CHECK(story.Task().empty());
  story.Signal("add", 5);
  story.Signal("add", 6);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "15");
}

constexpr WorkflowType<std::string()> kHurried{"Hurried"};
struct Hurried : Adding {
  Coro<std::string> Run() {
    const bool first = co_await WaitCondition([this] { return sum_ > 0; }, 60s);
    const bool second = co_await WaitCondition([this] { return sum_ > 1; }, 30s);
    co_return fmt::format("{} {}", first, second);
  }
};

TEST_CASE("a condition that holds in time takes its timer back") {
  Story story(Register<Hurried>(kHurried));
  CHECK(story.Task() == Answer{"StartTimer(id 1, 60000ms)"});
  story.Signal("add", 1);
  CHECK(story.Task() == Answer{"CancelTimer(id 1)", "StartTimer(id 2, 30000ms)"});
  story.FireTimer("2");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"true false\"");
}

TEST_CASE("a condition that holds at once leaves no timer, but uses up its id") {
  Story story(Register<Hurried>(kHurried));
  story.Signal("add", 1);
  CHECK(story.Task() == Answer{"StartTimer(id 2, 30000ms)"});
  story.Signal("add", 1);
  CHECK(story.Task() == Answer{"CancelTimer(id 2)", "CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"true true\"");
}

TEST_CASE("signals come before timers: a signal in the same task is in time") {
  Story story(Register<Hurried>(kHurried));
  story.Task();
  story.FireTimer("1");
  story.Signal("add", 2);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"true true\"");
}

constexpr WorkflowType<int(int)> kThrowing{"Throwing"};
struct Throwing {
  Coro<int> Run(int kind) {
    const auto predicate = [kind]() -> bool {
      if (kind == 0) throw workflow::ApplicationError("Odd", "no predicate");
      if (kind == 1) (void)workflow::StartTimer(1s);
      throw std::runtime_error("broken");
    };
    const Result<void> result = co_await Try(WaitCondition(predicate));
    co_return result.ok() ? 1 : 0;
  }
};

TEST_CASE("what a predicate throws is thrown at the await") {
  SECTION("a failure ends the workflow") {
    Story story(Register<Throwing>(kThrowing), 0);
    CHECK(story.Task() == Answer{"FailWorkflowExecution"});
  }
  SECTION("a command is refused") {
    Story story(Register<Throwing>(kThrowing), 1);
    const Answer answer = story.Task();
    REQUIRE(answer.size() == 1);
    CHECK_THAT(answer.front(), Catch::Matchers::ContainsSubstring("ReadOnlyError"));
    story.NoReplay();
  }
  SECTION("a bug fails the task") {
    Story story(Register<Throwing>(kThrowing), 2);
    CHECK(story.Task() == Answer{"TaskFailure: std::runtime_error: broken"});
    story.NoReplay();
  }
}

}  // namespace
}  // namespace groundhog::tests
