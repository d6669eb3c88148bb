// runtime/workflow/timer.h: durable timers.
#include "runtime/workflow/timer.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::CanceledError;
using workflow::Coro;
using workflow::Register;
using workflow::Result;
using workflow::Sleep;
using workflow::StartTimer;
using workflow::TimerHandle;
using workflow::Try;

constexpr WorkflowType<int(int)> kSleeper{"Sleeper"};
struct Sleeper {
  Coro<int> Run(int milliseconds) {
    const history::Timestamp before = workflow::Now();
    co_await Sleep(std::chrono::milliseconds(milliseconds));
    co_return static_cast<int>((workflow::Now() - before) / 1s);
  }
};

TEST_CASE("a timer fires, and Now has moved to the task that saw it") {
  Story story(Register<Sleeper>(kSleeper), 1500);
  CHECK(story.Task() == Answer{"StartTimer(id 1, 1500ms)"});
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "5");  // events 3 and 8 of the story, one second each
}

TEST_CASE("zero is a timer too") {
  Story story(Register<Sleeper>(kSleeper), 0);
  CHECK(story.Task() == Answer{"StartTimer(id 1, 0ms)"});
}

TEST_CASE("a negative duration fails the Workflow Task") {
  Story story(Register<Sleeper>(kSleeper), -1);
  CHECK(story.Task() ==
        Answer{"TaskFailure: std::invalid_argument: a timer's duration is negative"});
  story.NoReplay();
}

constexpr WorkflowType<std::string()> kCanceler{"Canceler"};
struct Canceler {
  Coro<std::string> Run() {
    TimerHandle dropped = StartTimer(10s);
    dropped.Cancel();
    std::string seen;
    try {
      co_await dropped;
    } catch (const CanceledError& error) {
      seen = error.what();
    }
    TimerHandle late = StartTimer(20s);
    co_await Sleep(1s);
    late.Cancel();
    late.Cancel();
    const Result<void> result = co_await Try(late);
    co_return fmt::format("{}, canceled {}, done {}", seen, result.canceled(), late.done());
  }
};

TEST_CASE("a timer cancelled before it is sent emits no command, but uses up its id") {
  Story story(Register<Canceler>(kCanceler));
  CHECK(story.Task() == Answer{"StartTimer(id 2, 20000ms)", "StartTimer(id 3, 1000ms)"});
  story.FireTimer("3");
  CHECK(story.Task() == Answer{"CancelTimer(id 2)", "CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"Timer cancelled, canceled true, done true\"");
}

TEST_CASE("cancelling a timer that has fired does nothing") {
  Story story(Register<Canceler>(kCanceler));
  story.Task();
  story.FireTimer("2");
  story.FireTimer("3");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"Timer cancelled, canceled false, done true\"");
}

}  // namespace
}  // namespace groundhog::tests
