// Namespaces: what is in one is not in another; and how long they keep what is closed.
#include <chrono>
#include <string>
#include <vector>

#include "runtime/protocol/namespaces.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;

auto Register(RawWorld& w, const std::string& name, history::Duration retention = 72h) {
  protocol::RegisterNamespaceRequest request{
      .namespace_ = name, .description = "tests", .workflow_execution_retention_period = retention};
  return w.Send(std::move(request), "", name);
}
auto DescribeNamespace(RawWorld& w, const std::string& name) {
  protocol::DescribeNamespaceRequest request{.namespace_ = name};
  return w.Send(std::move(request), "", name);
}
auto SetRetention(RawWorld& w, const std::string& name, history::Duration retention) {
  protocol::UpdateNamespaceRequest request{.namespace_ = name,
                                           .workflow_execution_retention_ttl = retention};
  return w.Send(std::move(request), "", name);
}

TEST_CASE("namespaces are registered, described, updated and listed, over crashes") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await Register(w, "billing"));
    ExpectError(co_await Register(w, "billing"), StatusCode::kAlreadyExists,
                "Namespace \"billing\" already exists");
    ExpectError(co_await Register(w, "default"), StatusCode::kAlreadyExists,
                "Namespace \"default\" already exists");
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    const auto told = co_await DescribeNamespace(w, "billing");
    CHECK(told->namespace_info.name == "billing");
    CHECK(told->namespace_info.description == "tests");
    CHECK(told->namespace_info.state == protocol::NamespaceState::kRegistered);
    CHECK(told->namespace_info.id.size() == 36);
    CHECK(told->config.workflow_execution_retention_ttl == 72h);
    protocol::DescribeNamespaceRequest by_id{.id = told->namespace_info.id};
    const auto same = co_await w.Say(by_id, "");
    CHECK(same->namespace_info.name == "billing");
    const auto updated = co_await SetRetention(w, "billing", 2h);
    CHECK(updated->config.workflow_execution_retention_ttl == 2h);
    CHECK(updated->namespace_info.description == "tests");
    const auto usual = co_await DescribeNamespace(w, "default");
    CHECK(usual->config.workflow_execution_retention_ttl == 0s);
    ExpectOk(co_await Register(w, "shipping"));
    protocol::ListNamespacesRequest list{.page_size = 2};
    const auto first = co_await w.Say(list, "");
    list.next_page_token = first->next_page_token;
    const auto second = co_await w.Say(list, "");
    std::string names;
    for (const auto& one : first->namespaces) names += one.namespace_info.name + " ";
    for (const auto& one : second->namespaces) names += one.namespace_info.name + " ";
    CHECK(names == "default billing shipping ");
    CHECK(second->next_page_token.empty());
  });
}

TEST_CASE("refusals") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const std::string retention = "A valid retention period is not set on request.";
    ExpectError(co_await Register(w, "x", 59min), StatusCode::kInvalidArgument, retention);
    ExpectError(co_await Register(w, "x", -1h), StatusCode::kInvalidArgument, retention);
    ExpectError(co_await Register(w, ""), StatusCode::kInvalidArgument,
                "Namespace not set on request.");
    ExpectError(co_await Register(w, std::string(1001, 'x')), StatusCode::kInvalidArgument,
                "Namespace length exceeds limit.");
    ExpectError(co_await SetRetention(w, "x", 2h), StatusCode::kNotFound,
                "Namespace x is not found.");
    ExpectError(co_await SetRetention(w, "default", 1s), StatusCode::kInvalidArgument, retention);
    ExpectError(co_await DescribeNamespace(w, "x"), StatusCode::kNotFound,
                "Namespace x is not found.");
    protocol::ListNamespacesRequest list{.next_page_token = "x"};
    ExpectError(co_await w.Say(list, ""), StatusCode::kInvalidArgument, "Invalid NextPageToken.");
    w.set_namespace("nowhere");
    ExpectError(co_await w.Start("w"), StatusCode::kNotFound, "Namespace nowhere is not found.");
    ExpectError(co_await w.Poll(), StatusCode::kNotFound, "Namespace nowhere is not found.");
  });
}

TEST_CASE("executions and task queues of different namespaces do not see each other") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await Register(w, "billing"));
    ExpectOk(co_await w.Start("w"));
    w.set_namespace("billing");
    ExpectError(co_await w.Describe("w"), StatusCode::kNotFound, "workflow not found for ID: w");
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Start("other"));
    const auto both = co_await w.Count("");
    CHECK(both->count == 2);
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    const auto done = co_await w.Describe("w");
    CHECK(done->info.status == history::WorkflowExecutionStatus::kCompleted);
    ExpectOk(co_await w.Terminate("other", ""));
    w.set_namespace("");
    const auto open = co_await w.Describe("w");
    CHECK(open->info.status == history::WorkflowExecutionStatus::kRunning);
    const auto one = co_await w.Count("");
    CHECK(one->count == 1);
    w.set_namespace("default");
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

TEST_CASE(
    "closed executions disappear when the retention of their namespace is over, over crashes") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("before"));
    ExpectOk(co_await w.Terminate("before", ""));
    ExpectOk(co_await SetRetention(w, "default", 1h));
    ExpectOk(co_await w.Start("open"));
    ExpectOk(co_await w.Start("closed"));
    ExpectOk(co_await w.Terminate("closed", ""));
    co_await w.Sleep(30min);
    w.server().Crash(1s);
    co_await w.Sleep(29min);
    ExpectOk(co_await w.Describe("closed"));
    ExpectOk(co_await SetRetention(w, "default", 100h));  // of what is closed from now on
    co_await w.Sleep(2min);
    ExpectError(co_await w.Describe("closed"), StatusCode::kNotFound,
                "workflow not found for ID: closed");
    ExpectOk(co_await w.Describe("open"));
    ExpectOk(co_await w.Describe("before"));
    const auto left = co_await w.List("");
    CHECK(left->executions.size() == 2);
    ExpectOk(co_await w.Terminate("open", ""));
    ExpectOk(co_await w.Delete("open"));  // goes before retention
    co_await w.Sleep(31s);
    ExpectError(co_await w.Describe("open"), StatusCode::kNotFound,
                "workflow not found for ID: open");
  });
}

TEST_CASE("a retention beyond all time is as good as a hundred years") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await SetRetention(w, "default", history::Duration::max()));
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Terminate("w", ""));
    co_await w.Sleep(24h);
    ExpectOk(co_await w.Describe("w"));
  });
}

TEST_CASE("no simulation goes on for the sake of retention") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await SetRetention(w, "default", 24h));
    ExpectOk(co_await w.Start("w"));
    ExpectOk(co_await w.Terminate("w", ""));
  });
  CHECK(world.Now() < 1);
}

}  // namespace
}  // namespace groundhog::server::testing
