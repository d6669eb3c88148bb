// Code that keeps its thread busy, and the deadlock detector.
#include "runtime/workflow/block_thread.h"

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::BlockedTime;
using workflow::BlockThread;
using workflow::Coro;
using workflow::Register;
using workflow::Sleep;

constexpr WorkflowType<int()> kBusy{"Busy"};

struct BusyTwice {
  Coro<int> Run() {
    BlockThread(1500ms);
    co_await Sleep(1s);
    BlockThread(1500ms);
    co_return 1;
  }
};

TEST_CASE("the detector counts anew each time the code has yielded") {
  Story story(Register<BusyTwice>(kBusy));
  story.Task();
  CHECK(story.sticky().TakeBlockedTime().busy == 1500ms);
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.sticky().TakeBlockedTime().busy == 1500ms);
  CHECK(story.sticky().TakeBlockedTime().busy == 0ms);
}

struct BusyTooLong {
  Coro<int> Run() {
    BlockThread(1500ms);
    BlockThread(1500ms);
    co_await Sleep(1s);
    co_return 1;
  }
};

TEST_CASE("code that does not yield for more than two seconds fails its task") {
  Story story(Register<BusyTooLong>(kBusy));
  story.NoReplay();
  CHECK(story.Task() ==
        Answer{"TaskFailure: _DeadlockError: [TMPRL1101] Potential deadlock detected: workflow "
               "didn't yield within 2 second(s)."});
}

TEST_CASE("the time after the detector spoke is told apart") {
  const workflow::WorkflowRegistry registry{Register<BusyTooLong>(kBusy)};
  workflow::WorkflowRun run(registry, {});
  history::EventHistory events{
      history::MakeEvent(1, {}, history::WorkflowExecutionStarted{.workflow_type = "Busy"}),
      history::MakeEvent(2, {}, history::WorkflowTaskScheduled{}),
      history::MakeEvent(3, {}, history::WorkflowTaskStarted{.scheduled_event_id = 2})};
  CHECK(std::holds_alternative<workflow::TaskFailure>(run.Activate(events)));
  const BlockedTime blocked = run.TakeBlockedTime();
  CHECK(blocked.busy == 2s);
  CHECK(blocked.stuck == 1s);
}

TEST_CASE("a negative time is a bug") {
  struct Backwards {
    Coro<int> Run() {
      BlockThread(-1s);
      co_return 1;
    }
  };
  Story story(Register<Backwards>(kBusy));
  story.NoReplay();
  CHECK_THAT(story.Task().front(), Catch::Matchers::Contains("the time is negative"));
}

}  // namespace
}  // namespace groundhog::tests
