// Limits that end a run or refuse a request (SEMANTICS i).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using history::EventType;

TEST_CASE("a history that has grown too long ends its run", "[slow]") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    absl::StatusOr<protocol::RespondWorkflowTaskCompletedResponse> answer;
    WorkflowTask task = co_await w.Poll();
    for (int i = 0; i < 20'000 && answer.ok(); ++i) {
      answer = co_await w.CompleteForced(task);
      const auto described = co_await w.Describe("w");
      if (described->info.close_time) break;
      task = co_await w.Poll();
    }
  });
  const std::vector<std::string> lines = world.Lines("w");
  CHECK(lines.size() <= 51'205);
  CHECK(lines.size() > 51'200);
  CHECK(lines.back() == std::to_string(lines.size()) +
                            " WorkflowExecutionTerminated reason=Workflow history count exceeds "
                            "limit. identity=history-service");
}

TEST_CASE("a run takes ten thousand signals and no more", "[slow]") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    for (int i = 0; i < 10'000; ++i) ExpectOk(co_await w.Signal("w", "s"));
    ExpectError(co_await w.Signal("w", "s"), StatusCode::kInvalidArgument,
                "exceeded workflow execution limit for signal events");
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("a run has at most two thousand activities at a time") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    history::Commands commands;
    for (int i = 0; i < 2000; ++i) commands.push_back(Step("a" + std::to_string(i), 10s));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, commands));
    ExpectOk(co_await w.Signal("w", "s"));
    const WorkflowTask second = co_await w.Poll();
    ExpectError(co_await w.Complete(second, CommandsOf(Step("one more", 10s))),
                StatusCode::kInvalidArgument,
                "PendingActivitiesLimitExceeded: the number of pending activities, 2000, has "
                "reached the per-workflow limit of 2000");
    ExpectOk(co_await w.Terminate("w", ""));
  });
  CHECK(world.CountEvents("w", EventType::kActivityTaskScheduled) == 2000);
}

TEST_CASE("a worker that cannot send its answer ends the run") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Fail(task, history::WorkflowTaskFailedCause::kGrpcMessageTooLarge));
  });
  CHECK(world.Lines("w").back() ==
        "5 WorkflowExecutionTerminated reason=GrpcMessageTooLarge identity=raw-1");
}

}  // namespace
}  // namespace groundhog::server::testing
