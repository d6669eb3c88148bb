// runtime/workflow/handlers.h: signals and queries.
#include "runtime/workflow/handlers.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::OnQuery;
using workflow::OnSignal;
using workflow::Register;
using workflow::Sleep;
using workflow::WaitCondition;

constexpr SignalType<std::string> kSay{"say"};
constexpr SignalType<int, int> kPair{"pair"};
constexpr SignalType<> kEnd{"end"};
constexpr QueryType<std::string()> kSaid{"said"};
constexpr QueryType<int()> kBad{"bad"};
constexpr ActivityType<int(int)> kStep{"step"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};

constexpr WorkflowType<std::string()> kTalk{"Talk"};
struct Talk {
  Talk() {
    OnSignal(kSay, [this](const std::string& word) { said_ += word + " "; });
    OnSignal(kPair, [this](int a, int b) { said_ += fmt::format("{}+{} ", a, b); });
    OnSignal(kEnd, [this] { end_ = true; });
    OnQuery(kSaid, [this] { return said_; });
    OnQuery(kBad, []() -> int {
      (void)workflow::StartTimer(1s);
      return 1;
    });
  }
  Coro<std::string> Run() {
    co_await WaitCondition([this] { return end_; });
    co_return said_;
  }
  std::string said_;
  bool end_ = false;
};

TEST_CASE("signals reach their handlers in the order of history") {
  Story story(Register<Talk>(kTalk));
  story.Signal("say", "before the first task");
  story.Task();
  story.Signal("say", "a");
  story.Signal("pair", 1, 2);
  story.Signal("say", "b");
  CHECK(story.Task().empty());
  CHECK(story.Query("said") == "\"before the first task a 1+2 b \"");
  story.Signal("end");
  story.Signal("say", "in the same task");
  story.Task();
  CHECK(story.Result() == "\"before the first task a 1+2 b in the same task \"");
}

TEST_CASE("a signal whose input does not decode is dropped, with a log line") {
  Story story(Register<Talk>(kTalk));
  story.Task();
  story.Signal("pair", 1);
  story.Signal("say", 5);
  story.Signal("say", "ok");
  CHECK(story.Task().empty());
  CHECK(story.Query("said") == "\"ok \"");
  REQUIRE(story.log().size() == 2);
  CHECK_THAT(story.log()[0], Catch::Matchers::ContainsSubstring("signal 'pair' was dropped") &&
                                 Catch::Matchers::ContainsSubstring("expected 2 arguments, got 1"));
}

TEST_CASE("a query that is unknown, or that wants to change something, fails; the run goes on") {
  Story story(Register<Talk>(kTalk));
  story.Task();
  CHECK(story.Query("what") ==
        "failed: QueryNotFound: Query handler for 'what' expected but not found, known queries: "
        "[__enhanced_stack_trace __stack_trace __temporal_workflow_metadata bad said]");
  CHECK_THAT(story.Query("bad"), Catch::Matchers::ContainsSubstring("ReadOnlyError") &&
                                     Catch::Matchers::ContainsSubstring("StartTimer"));
  story.Signal("end");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Query("said") == "\"\"");
}

constexpr WorkflowType<std::string()> kLate{"Late"};
struct Late {
  Coro<std::string> Run() {
    co_await Sleep(1s);
    OnSignal(kSay, [this](const std::string& word) { said_ += word; });
    co_await Sleep(1s);
    co_return said_;
  }
  std::string said_;
};

TEST_CASE("signals without a handler wait for one, and keep their order") {
  Story story(Register<Late>(kLate));
  story.Signal("say", "a");
  story.Task();
  story.Signal("say", "b");
  story.Signal("nobody", "x");
  story.Task();
  story.FireTimer("1");
  story.Signal("say", "c");
  CHECK(story.Task() == Answer{"StartTimer(id 2, 1000ms)"});
  story.Signal("say", "d");
  story.FireTimer("2");
  story.Task();
  CHECK(story.Result() == "\"abcd\"");
}

constexpr WorkflowType<int()> kAdding{"Adding"};
struct Adding {
  Adding() {
    OnSignal(kPair, [this](int a, int b) { return Add(a, b); });
    OnSignal(kEnd, [this] { end_ = true; });
  }
  Coro<void> Add(int a, int b) {
    const int doubled = co_await ExecuteActivity(kStep, a, kOptions);
    sum_ += doubled + b;
  }
  Coro<int> Run() {
    co_await WaitCondition([this] { return end_; });
    co_return sum_;
  }
  int sum_ = 0;
  bool end_ = false;
};

TEST_CASE("a handler that is a coroutine runs beside the others") {
  Story story(Register<Adding>(kAdding));
  story.Task();
  story.Signal("pair", 1, 10);
  story.Signal("pair", 2, 20);
  CHECK(story.Task() ==
        Answer{"ScheduleActivityTask(step, id 1)", "ScheduleActivityTask(step, id 2)"});
  story.CompleteActivity("2", 4);
  CHECK(story.Task().empty());
  story.CompleteActivity("1", 2);
  story.Task();
  story.Signal("end");
  story.Task();
  CHECK(story.Result() == "36");
}

TEST_CASE("a handler's failure fails the workflow; its bug fails the task") {
  SECTION("failure of an activity in a coroutine") {
    Story story(Register<Adding>(kAdding));
    story.Task();
    story.Signal("pair", 1, 10);
    story.Task();
    story.FailActivity("1", "Odd", "no");
    CHECK(story.Task() == Answer{"FailWorkflowExecution"});
  }
  struct Rough {
    Rough() {
      OnSignal(kSay, [](const std::string& word) {
        if (word == "fail") throw workflow::ApplicationError("Rough", word);
        throw std::runtime_error(word);
      });
    }
    Coro<int> Run() {
      co_await WaitCondition([] { return false; });
      co_return 1;
    }
  };
  SECTION("failure in a plain handler") {
    Story story(Register<Rough>(kAdding));
    story.Task();
    story.Signal("say", "fail");
    CHECK(story.Task() == Answer{"FailWorkflowExecution"});
  }
  SECTION("bug in a plain handler") {
    Story story(Register<Rough>(kAdding));
    story.Task();
    story.Signal("say", "broken");
    CHECK(story.Task() == Answer{"TaskFailure: std::runtime_error: broken"});
    story.NoReplay();
  }
}

TEST_CASE("the last handler registered under a name counts") {
  struct Twice {
    Twice() {
      OnSignal(kSay, [this](const std::string&) { said_ += "first"; });
      OnSignal(kSay, [this](const std::string&) { said_ += "second"; });
      OnQuery(kSaid, [this] { return said_ + "1"; });
      OnQuery(kSaid, [this] { return said_ + "2"; });
    }
    Coro<std::string> Run() {
      co_await Sleep(1s);
      co_return said_;
    }
    std::string said_;
  };
  Story story(Register<Twice>(kTalk));
  story.Signal("say", "x");
  story.Task();
  CHECK(story.Query("said") == "\"second2\"");
}

TEST_CASE(
    "ten thousand signals in one task are ten thousand handler fibers, and no memory of them") {
  Story story(Register<Adding>(kAdding));
  for (int i = 0; i < 10'000; ++i) story.Signal("pair", i, 0);
  story.Signal("end");
  const Answer answer = story.Task();
  CHECK(answer.size() == 10'001);
  CHECK(answer.back() == "CompleteWorkflowExecution");
}

}  // namespace
}  // namespace groundhog::tests
