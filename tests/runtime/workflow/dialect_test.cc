// The dialect of Go's SDK: ids, markers, panics (SEMANTICS e.2, f.8; recorded go_only). Without
// one, ids are core's: all other tests.
#include "runtime/workflow/dialect.h"

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Dialect;
using workflow::Register;

constexpr WorkflowType<int()> kGo{"Go"};
constexpr ActivityType<int(int)> kStep{"step"};
const workflow::ActivityOptions kOptions{.start_to_close_timeout = 5s};

// A marker, a timer and an activity in one task;
// an activity with an id of its own and another one in the next.
struct Ids {
  Coro<int> Run() {
    workflow::SideEffect([] { return 1; });
    workflow::TimerHandle timer = workflow::StartTimer(1s);
    co_await workflow::ExecuteActivity(kStep, 1, kOptions);
    const workflow::ActivityOptions mine{.start_to_close_timeout = 5s, .activity_id = "mine"};
    auto first = workflow::ExecuteActivity(kStep, 2, mine);
    co_await workflow::ExecuteActivity(kStep, 3, kOptions);
    co_await first;
    co_await timer;
    co_return 0;
  }
};

TEST_CASE("in Go's dialect activities and timers go by the ids of their events") {
  Story story(Register<Ids>(kGo, Dialect::kGo));
  CHECK(story.Task() == Answer{"RecordMarker(SideEffect)", "StartTimer(id 6, 1000ms)",
                               "ScheduleActivityTask(step, id 7)"});
  story.CompleteActivity("7", 1);  // events 8 and 9; the task has 10 to 12
  CHECK(story.Task() ==
        Answer{"ScheduleActivityTask(step, id mine)", "ScheduleActivityTask(step, id 14)"});
  story.FireTimer("6");
  story.CompleteActivity("14", 3);
  story.CompleteActivity("mine", 2);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
}

// Neither has been sent yet when it is cancelled.
struct ChangesItsMind {
  Coro<int> Run() {
    workflow::TimerHandle timer = workflow::StartTimer(1s);
    timer.Cancel();
    auto step = workflow::ExecuteActivity(kStep, 1, kOptions);
    step.Cancel();
    const workflow::Result<int> done = co_await workflow::Try(step);
    workflow::TimerHandle next = workflow::StartTimer(2s);
    co_await next;
    co_return done.ok() ? 1 : 0;
  }
};

TEST_CASE(
    "what is cancelled before it is sent is sent with its cancel in Go's dialect, and dropped in "
    "core's") {
  SECTION("Go's") {
    Story story(Register<ChangesItsMind>(kGo, Dialect::kGo));
    CHECK(story.Task() == Answer{"StartTimer(id 5, 1000ms)", "CancelTimer(id 5)",
                                 "ScheduleActivityTask(step, id 7)",
                                 "RequestCancelActivityTask(scheduled 7)",
                                 "StartTimer(id 9, 2000ms)"});
    story.FireTimer("9");
    CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  }
  SECTION("core's") {
    Story story(Register<ChangesItsMind>(kGo));
    CHECK(story.Task() == Answer{"StartTimer(id 2, 2000ms)"});
  }
}

constexpr WorkflowType<int()> kChild{"child"};

struct Parent {
  Coro<int> Run() {
    const workflow::ChildWorkflowOptions options;
    co_return co_await workflow::ExecuteChildWorkflow(kChild, options);
  }
};

TEST_CASE("in Go's dialect a child goes by its parent's run and the id of its event") {
  Story story(Register<Parent>(kGo, Dialect::kGo));
  story.Task();
  const auto& start = std::get<history::StartChildWorkflowExecution>(story.last_commands()[0]);
  CHECK(start.workflow_id == "run-1_5");
}

struct Bug {
  Coro<int> Run() {
    throw std::runtime_error("go bug");
    co_return 0;
  }
};

TEST_CASE("in Go's dialect a bug in the code is a panic") {
  const workflow::WorkflowRegistry registry{Register<Bug>(kGo, Dialect::kGo)};
  const history::EventHistory history = {
      history::MakeEvent(1, {}, history::WorkflowExecutionStarted{.workflow_type = "Go"}),
      history::MakeEvent(2, {}, history::WorkflowTaskScheduled{}),
      history::MakeEvent(3, {}, history::WorkflowTaskStarted{.scheduled_event_id = 2})};
  const workflow::ReplayResult result = workflow::Replay(registry, history);
  const auto* failure = std::get_if<workflow::TaskFailure>(&result);
  REQUIRE(failure != nullptr);
  CHECK(failure->failure->message == "go bug");
  const auto* info = history::InfoAs<history::ApplicationFailureInfo>(failure->failure);
  REQUIRE(info != nullptr);
  CHECK(info->type == "PanicError");
  CHECK(info->non_retryable);
}

}  // namespace
}  // namespace groundhog::tests
