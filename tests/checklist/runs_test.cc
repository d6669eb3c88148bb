// The checklist of fault injections (SEMANTICS l), rows about runs. README.md has the table.
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;

TEST_CASE(
    "l.4 the server dies between commit and answer: who asks again with the same request id "
    "changes nothing") {
  const sim::Decision crash{.site = "server/commit.after", .scope = "w", .answer = "crash"};
  std::vector<sim::Decision> crashes(2, crash);
  crashes[0].kind = "StartWorkflowExecution";
  crashes[1].kind = "SignalWorkflowExecution";
  crashes[1].subject = "x";
  sim::RecordedChoices choices(crashes);
  RawWorld world(&choices);
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto unknown = co_await w.Start("w");
    CHECK(unknown.status().code() == StatusCode::kUnavailable);
    co_await w.Sleep(1s);
    const auto started = co_await w.Start("w");
    ExpectOk(started);
    CHECK(started->run_id == w.durable().run(0).start->run_id);
    const auto said = co_await w.Signal("w", "x", "signal-1");
    CHECK(said.status().code() == StatusCode::kUnavailable);
    co_await w.Sleep(1s);
    ExpectOk(co_await w.Signal("w", "x", "signal-1"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
  });
  CHECK(choices.Unused().empty());
  CHECK(world.durable().runs().size() == 1);
  CHECK(world.CountEvents("w", EventType::kWorkflowExecutionSignaled) == 1);
}

TEST_CASE("l.18 continue-as-new in a tight loop: the runs begin a second apart") {
  constexpr std::size_t kRuns = 6;
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    for (std::size_t run = 1; run < kRuns; ++run) {
      const WorkflowTask task = co_await w.Poll();
      ExpectOk(co_await w.Complete(task, CommandsOf(Continuation())));
    }
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  const auto begun = [&world](std::size_t run) { return world.HistoryOf("w", run)[1].event_time; };
  for (std::size_t run = 2; run <= kRuns; ++run) CHECK(begun(run) - begun(run - 1) >= 1s);
  CHECK(begun(kRuns) - begun(1) < 5100ms);
}

TEST_CASE("l.19 a parent closes before its child has begun: the child never begins") {
  RawWorld world;
  const history::Command child = history::StartChildWorkflowExecution{
      .workflow_id = "kid",
      .workflow_type = "Child",
      .parent_close_policy = history::ParentClosePolicy::kAbandon};
  world.Run([&child](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(child, CompleteWorkflow())));
    co_await w.Sleep(1s);
  });
  CHECK(world.HistoryOf("p").back().event_id == 6);
  CHECK(world.CountEvents("p", EventType::kWorkflowExecutionCompleted) == 1);
  CHECK(world.durable().FindWorkflow("kid") == nullptr);
}

}  // namespace
}  // namespace groundhog::server::testing
