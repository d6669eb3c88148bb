// Queries (SEMANTICS f.2): they leave no event and see everything that happened before them.
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;

// Asks, keeps the answer, and marks that it came.
struct Asked {
  bool came = false;
  absl::StatusOr<protocol::QueryWorkflowResponse> answer = absl::UnknownError("not yet");
};
sim::Coro<void> Ask(RawWorld& world, std::string workflow_id, Asked& asked) {
  asked.answer = co_await world.Query(workflow_id, "state");
  asked.came = true;
}

TEST_CASE("a query on an idle run gets a task of its own, with the whole history") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t", 100s))));
    Asked asked;
    w.raw().Spawn(Ask(w, "w", asked));
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->query_only);
    CHECK(task->history.size() == 5);
    REQUIRE(task->queries.size() == 1);
    CHECK(task->queries[0].query_type == "state");
    ExpectOk(co_await w.AnswerQuery(task, "before"));
    co_await w.Sleep(10ms);
    REQUIRE(asked.came);
    CHECK(asked.answer->result == Text("before"));
    ExpectOk(co_await w.Terminate("w", ""));
  });
  CHECK(world.Lines("w").size() == 6);
}

TEST_CASE(
    "a query goes to the worker that has the run in its cache, and from there on if it does not "
    "answer") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.CompleteSticky(first, CommandsOf(StartTimer("t", 100s)), 5s));
    Asked asked;
    {
      w.raw().Spawn(Ask(w, "w", asked));
      const WorkflowTask task = co_await w.PollSticky();
      CHECK(task->query_only);
      CHECK(task->history.empty());
      ExpectOk(co_await w.AnswerQuery(task, "cached"));
      co_await w.Sleep(10ms);
      CHECK(asked.answer->result == Text("cached"));
    }
    const double asked_at = w.Now();
    w.raw().Spawn(Ask(w, "w", asked));
    const WorkflowTask task = co_await w.Poll();
    CHECK(w.Now() - asked_at == Approx(5.0).margin(0.01));
    CHECK(task->history.size() == 5);
    ExpectOk(co_await w.AnswerQuery(task, "replayed"));
    co_await w.Sleep(10ms);
    CHECK(asked.answer->result == Text("replayed"));
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("a query waits for the task that carries what happened before it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t", 100s))));
    ExpectOk(co_await w.Signal("w", "s"));
    Asked asked;
    w.raw().Spawn(Ask(w, "w", asked));
    co_await w.Sleep(10ms);
    const WorkflowTask task = co_await w.Poll();
    CHECK_FALSE(task->query_only);
    REQUIRE(task->queries.size() == 1);
    CHECK_FALSE(asked.came);
    ExpectOk(co_await w.CompleteWithAnswers(task, "after"));
    co_await w.Sleep(10ms);
    CHECK(asked.answer->result == Text("after"));
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("a query that came while a task ran is asked when it is over") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    Asked asked;
    w.raw().Spawn(Ask(w, "w", asked));
    co_await w.Sleep(300ms);
    CHECK_FALSE(asked.came);
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t", 100s))));
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->query_only);
    ExpectOk(co_await w.AnswerQuery(task, "after"));
    co_await w.Sleep(10ms);
    CHECK(asked.answer->result == Text("after"));
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("a second query that has to wait is refused") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    Asked asked;
    w.raw().Spawn(Ask(w, "w", asked));
    co_await w.Sleep(10ms);
    ExpectError(co_await w.Query("w", "state"), StatusCode::kResourceExhausted,
                "consistent query buffer is full, this may be caused by too many queries and "
                "workflow not able to process query fast enough");
    ExpectOk(co_await w.CompleteWithAnswers(first, "x"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.AnswerQuery(task, "x"));
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("a worker answers for a closed run") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(CompleteWorkflow())));
    Asked asked;
    w.raw().Spawn(Ask(w, "w", asked));
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->query_only);
    CHECK(task->history.size() == 5);
    ExpectOk(co_await w.RefuseQuery(task, "no such query"));
    co_await w.Sleep(10ms);
    ExpectError(asked.answer, StatusCode::kInvalidArgument, "no such query");
  });
}

TEST_CASE("a run that was closed before its first task was done answers nothing") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Terminate("w", ""));
    ExpectError(co_await w.Query("w", "state"), StatusCode::kFailedPrecondition,
                "Workflow execution closed before WorkflowTaskStarted event");
  });
}

TEST_CASE("a run whose task keeps failing refuses queries at once") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Fail(first));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Fail(second));
    ExpectError(co_await w.Query("w", "state"), StatusCode::kFailedPrecondition,
                "Unable to query workflow due to Workflow Task in failed state.");
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("a run that has not begun, and will not soon, refuses queries") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.start_delay = 100s;
    ExpectOk(co_await w.Start("w", options));
    ExpectError(co_await w.Query("w", "state"), StatusCode::kFailedPrecondition,
                "Workflow task is not scheduled yet.");
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("whoever waits with a query when the run is terminated gets an answer from its history") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t", 100s))));
    ExpectOk(co_await w.Signal("w", "s"));
    Asked asked;
    w.raw().Spawn(Ask(w, "w", asked));
    co_await w.Sleep(10ms);
    ExpectOk(co_await w.Terminate("w", ""));
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->query_only);
    ExpectOk(co_await w.AnswerQuery(task, "late"));
    co_await w.Sleep(10ms);
    CHECK(asked.answer->result == Text("late"));
  });
}

TEST_CASE("a queried server that goes down breaks the connection, and asking again works") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(StartTimer("t", 100s))));
    Asked asked;
    w.raw().Spawn(Ask(w, "w", asked));
    const WorkflowTask old = co_await w.Poll();
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    CHECK(asked.answer.status().code() == StatusCode::kUnavailable);
    Asked again;
    w.raw().Spawn(Ask(w, "w", again));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.AnswerQuery(old, "stale"));
    co_await w.Sleep(10ms);
    CHECK_FALSE(again.came);
    ExpectOk(co_await w.AnswerQuery(task, "fresh"));
    co_await w.Sleep(10ms);
    CHECK(again.answer->result == Text("fresh"));
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

}  // namespace
}  // namespace groundhog::server::testing
