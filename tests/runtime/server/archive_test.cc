// What stays of closed runs when their namespace no longer keeps them (SEMANTICS g).
#include <chrono>
#include <string>

#include "runtime/protocol/namespaces.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using protocol::ArchivalState;

auto Register(RawWorld& w, ArchivalState history, ArchivalState visibility,
              history::Duration retention = 2h) {
  protocol::RegisterNamespaceRequest request{.namespace_ = "billing",
                                             .workflow_execution_retention_period = retention,
                                             .history_archival = {.state = history},
                                             .visibility_archival = {.state = visibility}};
  return w.Send(std::move(request), "", "billing");
}
auto Update(RawWorld& w, const protocol::Archival& history) {
  protocol::UpdateNamespaceRequest request{.namespace_ = "billing", .history_archival = history};
  return w.Send(std::move(request), "", "billing");
}
auto ListArchived(RawWorld& w, const std::string& query = "") {
  protocol::ListArchivedWorkflowExecutionsRequest request{.query = query};
  return w.Send(std::move(request), "");
}
auto HistoryOfRun(RawWorld& w, const std::string& workflow_id, const std::string& run_id) {
  protocol::GetWorkflowExecutionHistoryRequest request{
      .execution = {.workflow_id = workflow_id, .run_id = run_id}};
  return w.Say(request, workflow_id);
}

TEST_CASE("an archived history is found by its run id when retention is over, over crashes") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await Register(w, ArchivalState::kEnabled, ArchivalState::kDisabled));
    w.set_namespace("billing");
    const auto started = co_await w.Start("w");
    ExpectOk(co_await w.Terminate("w", "enough"));
    co_await w.Sleep(1min);
    w.server().Crash(1s);
    co_await w.Sleep(10min);
    w.server().Crash(1s);
    co_await w.Sleep(2h);
    const auto gone = co_await w.Describe("w");
    ExpectError(gone, StatusCode::kNotFound, "workflow not found for ID: w");
    const auto current = co_await HistoryOfRun(w, "w", "");
    ExpectError(current, StatusCode::kNotFound, "workflow not found for ID: w");
    const auto archived = co_await HistoryOfRun(w, "w", started->run_id);
    ExpectOk(archived);
    CHECK(archived->run_id == started->run_id);
    REQUIRE_FALSE(archived->history.empty());
    CHECK(TypeOf(archived->history.back()) == history::EventType::kWorkflowExecutionTerminated);
    ExpectError(co_await ListArchived(w), StatusCode::kInvalidArgument,
                "Namespace is not configured for visibility archival.");
  });
}

TEST_CASE("archived executions are listed by filters, and are not among the others") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await Register(w, ArchivalState::kDisabled, ArchivalState::kEnabled));
    w.set_namespace("billing");
    const auto started = co_await w.Start("a");
    ExpectOk(co_await w.Terminate("a", ""));
    ExpectOk(co_await w.Start("b"));
    ExpectOk(co_await w.Terminate("b", ""));
    ExpectOk(co_await w.Start("open"));
    const auto early = co_await ListArchived(w);
    CHECK(early->executions.empty());
    co_await w.Sleep(3h);
    const auto kept = co_await w.List("");
    CHECK(kept->executions.size() == 1);
    const auto archived = co_await ListArchived(w);
    CHECK(archived->executions.size() == 2);
    const auto one = co_await ListArchived(w, "WorkflowId = 'b'");
    CHECK(one->executions.size() == 1);
    CHECK(one->executions.at(0).status == history::WorkflowExecutionStatus::kTerminated);
    ExpectError(co_await HistoryOfRun(w, "a", started->run_id), StatusCode::kNotFound,
                "workflow not found for ID: a");
    ExpectOk(co_await w.Terminate("open", ""));
  });
}

TEST_CASE("what is deleted before it was archived is gone, and what is deleted after it is not") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await Register(w, ArchivalState::kEnabled, ArchivalState::kEnabled));
    w.set_namespace("billing");
    const auto early = co_await w.Start("early");
    ExpectOk(co_await w.Terminate("early", ""));
    ExpectOk(co_await w.Delete("early"));
    const auto late = co_await w.Start("late");
    ExpectOk(co_await w.Terminate("late", ""));
    co_await w.Sleep(6min);
    ExpectOk(co_await w.Delete("late"));
    co_await w.Sleep(1min);
    ExpectError(co_await w.Describe("late"), StatusCode::kNotFound,
                "workflow not found for ID: late");
    CHECK((co_await HistoryOfRun(w, "late", late->run_id)).ok());
    CHECK((co_await HistoryOfRun(w, "early", early->run_id)).status().code() ==
          StatusCode::kNotFound);
    const auto archived = co_await ListArchived(w);
    CHECK(archived->executions.size() == 1);
  });
}

TEST_CASE("a namespace's archives are enabled and disabled, and stay where they are") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await Register(w, ArchivalState::kUnspecified, ArchivalState::kEnabled));
    protocol::DescribeNamespaceRequest describe{.namespace_ = "billing"};
    const auto told = co_await w.Say(describe, "");
    CHECK(told->config.history_archival.state == ArchivalState::kDisabled);
    CHECK(told->config.history_archival.uri.empty());
    CHECK(told->config.visibility_archival.enabled());
    CHECK(told->config.visibility_archival.uri == "archive://visibility");
    const protocol::Archival here{.state = ArchivalState::kEnabled, .uri = "file:///here"};
    const auto enabled = co_await Update(w, here);
    CHECK(enabled->config.history_archival.uri == "file:///here");
    const protocol::Archival there{.uri = "file:///there"};
    ExpectError(co_await Update(w, there), StatusCode::kInvalidArgument,
                "Cannot update existing archival URI");
    const protocol::Archival off{.state = ArchivalState::kDisabled};
    const auto disabled = co_await Update(w, off);
    CHECK_FALSE(disabled->config.history_archival.enabled());
    CHECK(disabled->config.history_archival.uri == "file:///here");
    // What is closed now is not archived.
    w.set_namespace("billing");
    const auto started = co_await w.Start("w");
    ExpectOk(co_await w.Terminate("w", ""));
    co_await w.Sleep(3h);
    CHECK_FALSE((co_await HistoryOfRun(w, "w", started->run_id)).ok());
  });
}

}  // namespace
}  // namespace groundhog::server::testing
