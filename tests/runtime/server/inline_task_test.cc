// Tasks that come with an answer instead of by a poll: eager starts, eager activities, the next
// workflow task (SEMANTICS d.4; recorded eager_start, wft_inline_new_task).
#include <chrono>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

// As recorded in wft_inline_new_task.
TEST_CASE("the next workflow task is started at once and comes with the answer to the last one") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    auto forced = w.CompleteRequest(*first, {});
    forced.force_create_new_workflow_task = true;
    forced.return_new_workflow_task = true;
    forced.sticky_attributes = protocol::StickyAttributes{.worker_task_queue = "raw-sticky",
                                                          .schedule_to_start_timeout = 1s};
    const auto answer = co_await w.Report(forced, first);
    REQUIRE(answer.ok());
    REQUIRE(answer->workflow_task != nullptr);
    const WorkflowTask second = *answer->workflow_task;
    CHECK(second->attempt == 1);
    CHECK(second->started_event_id == 6);
    REQUIRE(second->history.size() == 3);
    CHECK(second->history.front().event_id == 4);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  const auto* started = history::As<history::WorkflowTaskStarted>(world.HistoryOf("w")[5]);
  CHECK(started->request_id == "request-from-RespondWorkflowTaskCompleted");
  CHECK(world.Lines("w").size() == 8);
}

TEST_CASE("no task comes with the answer if there is none to come") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    auto request = w.CompleteRequest(*first, CommandsOf(StartTimer("t", 1s)));
    request.return_new_workflow_task = true;
    const auto answer = co_await w.Report(request, first);
    REQUIRE(answer.ok());
    CHECK(answer->workflow_task == nullptr);
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

protocol::StartWorkflowExecutionRequest EagerStart() {
  return {.workflow_id = "w",
          .workflow_type = "Raw",
          .task_queue = kQueue,
          .identity = "client-1",
          .request_id = "start-w",
          .request_eager_execution = true};
}

// As recorded in eager_start.
TEST_CASE("the first task of an eager start comes with its answer") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const protocol::StartWorkflowExecutionRequest start = EagerStart();
    const auto answer = co_await w.Say(start, "w");
    REQUIRE(answer.ok());
    REQUIRE(answer->eager_workflow_task != nullptr);
    const WorkflowTask task = *answer->eager_workflow_task;
    CHECK(task->history.size() == 3);
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow("child done"))));
  });
  CHECK(world.Lines("w") == Lines{"1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                  "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                  "3 WorkflowTaskStarted scheduled=2 identity=client-1",
                                  "4 WorkflowTaskCompleted scheduled=2 started=3 identity=raw-1",
                                  "5 WorkflowExecutionCompleted result=\"child done\" wft=4"});
  const auto* started = history::As<history::WorkflowExecutionStarted>(world.HistoryOf("w")[0]);
  CHECK(started->eager_execution_accepted);
}

TEST_CASE("a start that is delayed is not eager") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    protocol::StartWorkflowExecutionRequest start = EagerStart();
    start.workflow_start_delay = 1s;
    const auto answer = co_await w.Say(start, "w");
    REQUIRE(answer.ok());
    CHECK(answer->eager_workflow_task == nullptr);
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
  });
  const auto* started = history::As<history::WorkflowExecutionStarted>(world.HistoryOf("w")[0]);
  CHECK_FALSE(started->eager_execution_accepted);
}

TEST_CASE("an eager activity is started by the answer that schedules it, on the workflow's queue") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    history::ScheduleActivityTask eager = Activity("eager", 10s);
    eager.request_eager_execution = true;
    history::ScheduleActivityTask elsewhere = eager;
    elsewhere.activity_id = "elsewhere";
    elsewhere.task_queue = "other";
    auto request =
        w.CompleteRequest(*first, CommandsOf(history::Command(eager), history::Command(elsewhere)));
    const auto answer = co_await w.Report(request, first);
    REQUIRE(answer.ok());
    REQUIRE(answer->activity_tasks.size() == 1);
    const ActivityTask activity = answer->activity_tasks[0];
    CHECK(activity->token.activity_id == "eager");
    ExpectOk(co_await w.CompleteActivity(activity));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w")[6] == "7 ActivityTaskStarted scheduled=5 identity=raw-1 attempt=1");
}

}  // namespace
}  // namespace groundhog::server::testing
