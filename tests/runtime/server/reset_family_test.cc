// A reset of a run that has children, or that speaks to other workflows (SEMANTICS f.6, f.11;
// runtime/server/rebuild.cc).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using history::EventId;
using history::EventType;
using history::WorkflowExecutionStatus;
using Names = std::vector<std::string>;

const history::StartChildWorkflowExecution kChild{
    .workflow_id = "kid", .workflow_type = "Child", .task_queue = "kids"};
const history::SignalExternalWorkflowExecution kSignal{.execution = {.workflow_id = "target"},
                                                       .signal_name = "hello"};

// The types of the events after the copied ones, without those of workflow tasks.
Names DoingsSince(const RawWorld& world, const std::string& workflow_id, std::size_t run,
                  EventId first) {
  Names names;
  for (const auto& event : world.HistoryOf(workflow_id, run)) {
    const std::string name(history::NameOf(history::TypeOf(event)));
    if (event.event_id >= first && name.rfind("WorkflowTask", 0) != 0) names.push_back(name);
  }
  return names;
}

WorkflowExecutionStatus StatusOf(const RawWorld& world, const std::string& workflow_id) {
  const RunsOfWorkflow& runs = *world.durable().FindWorkflow(workflow_id);
  return world.durable().run(runs.back()).state.info.status;
}

void Restart(RawWorld& w) { w.server().Crash(300ms); }

// "p" begins with this command; the task after it is scheduled before anything can come of it: the
// first seven events of "p" are Started, a task's three, the command's event,
// WorkflowTaskScheduled, and what came of the command.
sim::Coro<std::string> StartWith(RawWorld& w, history::Command command) {
  const auto started = co_await w.Start("p");
  const WorkflowTask task = co_await w.Poll();
  auto request = w.CompleteRequest(*task, CommandsOf(std::move(command)));
  request.force_create_new_workflow_task = true;
  ExpectOk(co_await w.Report(request, task));
  co_await w.Sleep(10ms);
  co_return started->run_id;
}

sim::Coro<WorkflowTask> PollKids(RawWorld& w) { co_return co_await w.Poll("kids"); }

TEST_CASE("a child that runs at the reset point is the new run's, which is told of its end") {
  for (const bool crashes : {false, true}) {
    RawWorld world;
    world.Run([crashes](RawWorld& w) -> sim::Coro<void> {
      const std::string base = co_await StartWith(w, kChild);
      const WorkflowTask kid = co_await PollKids(w);
      const WorkflowTask news = co_await w.Poll();
      ExpectOk(co_await w.Complete(news));
      ExpectOk(co_await w.Reset("p", base, news->started_event_id + 1));
      if (crashes) {
        Restart(w);
        co_await w.Sleep(400ms);
      }
      CHECK(StatusOf(w, "kid") == WorkflowExecutionStatus::kRunning);
      ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow("grown"))));
      const WorkflowTask last = co_await w.Poll();
      ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
    });
    CHECK(DoingsSince(world, "p", 1, 7) ==
          Names{"ChildWorkflowExecutionStarted", "WorkflowExecutionTerminated"});
    CHECK(DoingsSince(world, "p", 2, 7) == Names{"ChildWorkflowExecutionStarted",
                                                 "ChildWorkflowExecutionCompleted",
                                                 "WorkflowExecutionCompleted"});
    CHECK(StatusOf(world, "kid") == WorkflowExecutionStatus::kCompleted);
  }
}

TEST_CASE("the new run is told what became of a child between the reset point and the reset") {
  for (const bool crashes : {false, true}) {
    RawWorld world;
    world.Run([crashes](RawWorld& w) -> sim::Coro<void> {
      const std::string base = co_await StartWith(w, kChild);
      const WorkflowTask kid = co_await PollKids(w);
      ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow("grown"))));
      co_await w.Sleep(10ms);
      if (crashes) {
        Restart(w);
        co_await w.Sleep(400ms);
      }
      ExpectOk(co_await w.Reset("p", base, 7));
      const WorkflowTask last = co_await w.Poll();
      ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
    });
    const history::EventHistory& history = world.HistoryOf("p", 2);
    CHECK(DoingsSince(world, "p", 2, 7) == Names{"ChildWorkflowExecutionStarted",
                                                 "ChildWorkflowExecutionCompleted",
                                                 "WorkflowExecutionCompleted"});
    const auto* told = history::As<history::ChildWorkflowExecutionCompleted>(history.at(9));
    REQUIRE(told != nullptr);
    CHECK(told->initiated_event_id == 5);
    CHECK(told->started_event_id == 9);
    CHECK(told->result == Text("grown"));
    CHECK(world.durable().FindWorkflow("kid")->size() == 1);
  }
}

TEST_CASE("what waits in the base run's buffer of a child is told to the new run") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const std::string base = co_await StartWith(w, kChild);
    const WorkflowTask kid = co_await PollKids(w);
    const WorkflowTask under_way = co_await w.Poll();
    CHECK(under_way->started_event_id == 8);
    ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow("grown"))));
    ExpectOk(co_await w.Reset("p", base, 7));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(DoingsSince(world, "p", 2, 7) == Names{"ChildWorkflowExecutionStarted",
                                               "ChildWorkflowExecutionCompleted",
                                               "WorkflowExecutionCompleted"});
}

TEST_CASE("a child that began after the reset point goes on by itself, and nobody is told of it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const std::string base = co_await StartWith(w, kChild);
    const WorkflowTask kid = co_await PollKids(w);
    ExpectOk(co_await w.Reset("p", base, 4));
    Restart(w);
    co_await w.Sleep(400ms);
    CHECK(StatusOf(w, "kid") == WorkflowExecutionStatus::kRunning);
    ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow("grown"))));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(DoingsSince(world, "p", 2, 4) == Names{"WorkflowExecutionCompleted"});
}

TEST_CASE("a child that its closed parent took along is told to the parent's new run") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const std::string base = co_await StartWith(w, kChild);
    const WorkflowTask news = co_await w.Poll();
    ExpectOk(co_await w.Complete(news, CommandsOf(CompleteWorkflow())));
    co_await w.Sleep(10ms);
    CHECK(StatusOf(w, "kid") == WorkflowExecutionStatus::kTerminated);
    ExpectOk(co_await w.Reset("p", base, news->started_event_id + 1));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(DoingsSince(world, "p", 2, 8) ==
        Names{"ChildWorkflowExecutionTerminated", "WorkflowExecutionCompleted"});
}

TEST_CASE("a reset of a reset knows the children of the first run") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    (void)co_await StartWith(w, kChild);
    const WorkflowTask kid = co_await PollKids(w);
    ExpectOk(co_await w.Reset("p", "", 7));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task));
    ExpectOk(co_await w.Reset("p", "", task->started_event_id + 1));
    ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow("grown"))));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.durable().FindWorkflow("kid")->size() == 1);
  CHECK(DoingsSince(world, "p", 3, 12) ==
        Names{"ChildWorkflowExecutionCompleted", "WorkflowExecutionCompleted"});
}

TEST_CASE("a signal that was on its way at the reset point is sent once more") {
  for (const bool crashes : {false, true}) {
    RawWorld world;
    world.Run([crashes](RawWorld& w) -> sim::Coro<void> {
      StartOptions elsewhere;
      elsewhere.queue = "kids";
      ExpectOk(co_await w.Start("target", elsewhere));
      const std::string base = co_await StartWith(w, kSignal);
      ExpectOk(co_await w.Reset("p", base, 7));
      if (crashes) {
        Restart(w);
        co_await w.Sleep(400ms);
      }
      co_await w.Sleep(10ms);
      const WorkflowTask last = co_await w.Poll();
      ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
      // This one is past the answer: nothing is sent.
      ExpectOk(co_await w.Reset("p", "", last->started_event_id + 1));
      co_await w.Sleep(10ms);
    });
    CHECK(DoingsSince(world, "p", 2, 7) ==
          Names{"ExternalWorkflowExecutionSignaled", "WorkflowExecutionCompleted"});
    CHECK(world.CountEvents("target", EventType::kWorkflowExecutionSignaled) == 2);
  }
}

}  // namespace
}  // namespace groundhog::server::testing
