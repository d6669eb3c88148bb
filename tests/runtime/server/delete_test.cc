// DeleteWorkflowExecution (SEMANTICS f.11, recorded README 11; recorded terminate_then_delete).
#include <chrono>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;

const std::string kGone = "workflow not found for ID: w";

// As recorded in terminate_then_delete.
TEST_CASE("a deleted run is found for another half minute; then its id is as good as new") {
  RawWorld world;
  std::vector<std::string> runs;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    const auto first = co_await w.Start("w");
    ExpectOk(co_await w.Terminate("w", "gone"));
    ExpectOk(co_await w.Delete("w"));
    ExpectOk(co_await w.Delete("w"));
    co_await w.Sleep(29s);
    ExpectOk(co_await w.Describe("w"));
    co_await w.Sleep(2s);
    ExpectError(co_await w.Describe("w"), StatusCode::kNotFound, kGone);
    ExpectError(co_await w.History("w"), StatusCode::kNotFound, kGone);
    ExpectError(co_await w.Delete("w"), StatusCode::kNotFound, kGone);
    const auto listed = co_await w.ListAll();
    CHECK(listed->executions.empty());
    const StartOptions reject{.reuse = history::WorkflowIdReusePolicy::kRejectDuplicate};
    const auto second = co_await w.Start("w", reject);
    ExpectOk(second);
    CHECK(second->run_id != first->run_id);
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE("an open run is terminated first") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Delete("w"));
    const auto told = co_await w.Describe("w");
    CHECK(told->info.status == history::WorkflowExecutionStatus::kTerminated);
    co_await w.Sleep(31s);
    ExpectError(co_await w.Describe("w"), StatusCode::kNotFound, kGone);
  });
}

TEST_CASE("a deletion that was promised is carried out by a server that restarted meanwhile") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Delete("w"));
    w.server().Crash(1s);
    co_await w.Sleep(20s);
    ExpectOk(co_await w.Describe("w"));
    co_await w.Sleep(11s);
    ExpectError(co_await w.Describe("w"), StatusCode::kNotFound, kGone);
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    ExpectError(co_await w.Describe("w"), StatusCode::kNotFound, kGone);
  });
}

TEST_CASE("an earlier run is deleted without the current one") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const auto first = co_await w.Start("w");
    ExpectOk(co_await w.Terminate("w", ""));
    const StartOptions again{.request_id = "again"};
    const auto second = co_await w.Start("w", again);
    ExpectOk(co_await w.Delete("w", first->run_id));
    co_await w.Sleep(31s);
    const auto told = co_await w.Describe("w");
    CHECK(told->info.execution.run_id == second->run_id);
    ExpectError(co_await w.Delete("w", first->run_id), StatusCode::kNotFound, kGone);
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

}  // namespace
}  // namespace groundhog::server::testing
