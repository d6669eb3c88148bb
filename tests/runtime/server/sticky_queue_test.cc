// Sticky queues: a task waits for the worker that has the run in its cache, but not for ever, and
// not for one that is known to be gone (SEMANTICS d.5).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;

TEST_CASE(
    "after a worker said goodbye its tasks go to the normal queue at once, without an event") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    w.identity = "worker-1";
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteSticky(first, {}, 10s));
    sim::Process& worker_1 = w.AddStickyWorker("worker-1");
    co_await w.Sleep(100ms);
    ExpectOk(co_await w.ShutdownWorker());
    worker_1.Exit();
    ExpectOk(co_await w.Signal("w", "s"));
    w.identity = "worker-2";
    const double signalled = w.Now();
    const WorkflowTask second = co_await w.Poll();
    CHECK(w.Now() - signalled < 0.1);
    ExpectOk(co_await w.CompleteSticky(second, CommandsOf(CompleteWorkflowJson("1"))));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=worker-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=worker-1",
                                "5 WorkflowExecutionSignaled name=s identity=client-1",
                                "6 WorkflowTaskScheduled kind=STICKY timeout=10s attempt=1",
                                "7 WorkflowTaskStarted scheduled=6 identity=worker-2",
                                "8 WorkflowTaskCompleted scheduled=6 started=7 identity=worker-2",
                                "9 WorkflowExecutionCompleted result=1 wft=8",
                            });
}

TEST_CASE("a goodbye sends on what was waiting already") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteSticky(first, {}, 10s));
    sim::Process& worker_1 = w.AddStickyWorker("worker-1");
    co_await w.Sleep(100ms);
    worker_1.Crash(std::nullopt);
    ExpectOk(co_await w.Signal("w", "s"));
    ExpectOk(co_await w.ShutdownWorker());
    const double now = w.Now();
    const WorkflowTask second = co_await w.Poll();
    CHECK(w.Now() - now < 0.1);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.CountEvents("w", history::EventType::kWorkflowTaskTimedOut) == 0);
}

TEST_CASE("a restarted server knows no sticky worker and asks any") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    w.identity = "worker-1";
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteSticky(first, {}, 10s));
    sim::Process& worker_1 = w.AddStickyWorker("worker-1");
    co_await w.Sleep(200ms);
    worker_1.Crash(std::nullopt);
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    w.identity = "worker-2";
    ExpectOk(co_await w.Signal("w", "end"));
    const double signalled = w.Now();
    const WorkflowTask second = co_await w.Poll();
    CHECK(w.Now() - signalled < 0.1);
    CHECK(second->history.front().event_id == 1);
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflowJson("[\"run\"]"))));
  });
  CHECK(world.Lines("w") == Lines{
                                "1 WorkflowExecutionStarted task=10s identity=client-1 attempt=1",
                                "2 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
                                "3 WorkflowTaskStarted scheduled=2 identity=worker-1",
                                "4 WorkflowTaskCompleted scheduled=2 started=3 identity=worker-1",
                                "5 WorkflowExecutionSignaled name=end identity=client-1",
                                "6 WorkflowTaskScheduled kind=STICKY timeout=10s attempt=1",
                                "7 WorkflowTaskStarted scheduled=6 identity=worker-2",
                                "8 WorkflowTaskCompleted scheduled=6 started=7 identity=worker-2",
                                "9 WorkflowExecutionCompleted result=[\"run\"] wft=8",
                            });
}

TEST_CASE("a dead worker's queue is given up 10 s after its death, however long its poll lasted") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await LoseWorker(w, 60s);
    co_await w.Sleep(9900ms);
    ExpectOk(co_await w.Signal("w", "early"));
    const double early = w.Now();
    const WorkflowTask second = co_await w.Poll();
    CHECK(w.Now() - early == Approx(1.0).margin(0.01));
    ExpectOk(co_await w.CompleteSticky(second));
    // Its queue was looked into in the meantime; that is no sign of life.
    ExpectOk(co_await w.Signal("w", "late"));
    const double late = w.Now();
    const WorkflowTask third = co_await w.Poll();
    CHECK(w.Now() - late < 0.1);
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.CountEvents("w", history::EventType::kWorkflowTaskTimedOut) == 1);
}

TEST_CASE("a query does not wait for a worker that has been dead for 10 s") {
  RawWorld world;
  world.Run({[](RawWorld& w) -> sim::Coro<void> {
               co_await LoseWorker(w, 1s);
               co_await w.Sleep(10s);
               const double asked = w.Now();
               const auto answer = co_await w.Query("w", "q");
               ExpectOk(answer);
               CHECK(w.Now() - asked < 0.1);
               ExpectOk(co_await w.Terminate("w", "done"));
             },
             [](RawWorld& w) -> sim::Coro<void> {
               co_await w.Sleep(5s);
               const WorkflowTask task = co_await w.Poll();
               CHECK(task->query_only);
               CHECK(task->history.size() == 4);
               ExpectOk(co_await w.AnswerQuery(task, "yes"));
             }});
}

TEST_CASE("a worker that waits for an hour is there") {
  RawWorld world;
  world.Run({[](RawWorld& w) -> sim::Coro<void> {
               ExpectOk(co_await w.Start("w"));
               const WorkflowTask first = co_await w.Poll();
               ExpectOk(co_await w.CompleteSticky(first));
               const WorkflowTask second = co_await w.PollSticky();
               CHECK(second->history.front().event_id == 4);
               ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
             },
             [](RawWorld& w) -> sim::Coro<void> {
               co_await w.Sleep(60s);
               ExpectOk(co_await w.Signal("w", "s"));
             }});
}

TEST_CASE("a worker that has not come back for 10 s after its last task is given up as well") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteSticky(first, CommandsOf(StartTimer("t", 1s))));
    const WorkflowTask second = co_await w.PollSticky();
    ExpectOk(co_await w.CompleteSticky(second));
    co_await w.Sleep(10s);
    ExpectOk(co_await w.Signal("w", "s"));
    const WorkflowTask third = co_await w.Poll();
    CHECK(third->history.front().event_id == 1);
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.CountEvents("w", history::EventType::kWorkflowTaskTimedOut) == 0);
}

TEST_CASE("a task that was sent on times out as on the sticky queue if nobody takes it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await LoseWorker(w, 1s);
    co_await w.Sleep(10s);
    ExpectOk(co_await w.Signal("w", "s"));
    co_await w.Sleep(2s);
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(6) == "7 WorkflowTaskTimedOut scheduled=6 timeout=SCHEDULE_TO_START");
}

TEST_CASE("a sticky task carries only what is new, and its worker keeps the run") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteSticky(first, CommandsOf(StartTimer("t", 1s))));
    const WorkflowTask second = co_await w.PollSticky();
    CHECK(second->previous_started_event_id == 3);
    CHECK(second->history.front().event_id == 4);
    CHECK(second->history.back().event_id == second->started_event_id);
    ExpectOk(co_await w.CompleteSticky(second, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(6) == "7 WorkflowTaskScheduled kind=STICKY timeout=10s attempt=1");
}

TEST_CASE("a sticky task that fails is a full first attempt on the normal queue next") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteSticky(first, CommandsOf(StartTimer("t", 1s))));
    const WorkflowTask second = co_await w.PollSticky();
    ExpectOk(co_await w.Fail(second));
    const WorkflowTask third = co_await w.Poll();
    CHECK(third->attempt == 1);
    CHECK(third->history.size() == 11);
    ExpectOk(co_await w.Complete(third, CommandsOf(CompleteWorkflow())));
  });
  CHECK(world.Lines("w").at(9) == "10 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1");
}

}  // namespace
}  // namespace groundhog::server::testing
