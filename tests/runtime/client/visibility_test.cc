// Lists, counts, batches and namespaces, as a client's script uses them.
#include "runtime/client/visibility.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/client/batches.h"
#include "runtime/client/client.h"
#include "runtime/client/namespaces.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using testing::ExpectEqual;
using testing::Play;

constexpr WorkflowType<void()> kWaiter{"Waiter"};
constexpr WorkflowType<void()> kPatched{"Patched"};
constexpr SignalType<int> kGo{"go"};

class PatchedWorkflow {
 public:
  workflow::Coro<void> Run() {
    if (!workflow::Patched("newer")) throw std::logic_error("it is new");
    co_await workflow::Sleep(1s);
  }
};

class Waiter {
 public:
  Waiter() {
    workflow::OnSignal(kGo, [this](int number) { number_ = number; });
  }
  workflow::Coro<void> Run() {
    co_await workflow::WaitCondition([this] { return number_ != 0; });
  }

 private:
  int number_ = 0;
};

testing::MakeWorker WaiterWorker(const std::string& name = "") {
  return [name] {
    return worker::WorkerOptions{.namespace_ = name,
                                 .task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<Waiter>(kWaiter)}};
  };
}

sim::Coro<void> StartWaiters(Client& client, int count) {
  for (int i = 0; i < count; ++i) {
    StartOptions start{.id = "w" + std::to_string(i), .task_queue = testing::kQueue};
    co_await client.Start(kWaiter, start);
    co_await client.Sleep(1s);
  }
}

TEST_CASE("an iterator goes from page to page, as far as it may") {
  Play(WaiterWorker(), [](Client& client) -> sim::Coro<void> {
    co_await StartWaiters(client, 5);
    ListOptions small{.page_size = 2};
    auto all = client.ListWorkflows("WorkflowType = 'Waiter'", small);
    std::string ids;
    while (const auto one = co_await all.Next()) ids += one->execution.workflow_id + " ";
    CHECK(ids == "w4 w3 w2 w1 w0 ");
    ListOptions few{.page_size = 2, .limit = 3};
    auto limited = client.ListWorkflows("", few);
    const auto three = co_await limited.Rest();
    CHECK(three.size() == 3);
    const auto open = co_await client.List(history::WorkflowExecutionStatus::kRunning);
    CHECK(open.size() == 5);
    Batches batches(client);
    BatchOptions options{.reason = "enough", .query = "WorkflowType = 'Waiter'"};
    const std::string job = co_await batches.Signal(options, kGo, 1);
    co_await client.Sleep(1s);
    const auto told = co_await batches.Describe(job);
    CHECK(told.state == protocol::BatchOperationState::kCompleted);
    CHECK(told.complete_operation_count == 5);
    const auto count = co_await client.CountWorkflows("GROUP BY ExecutionStatus");
    REQUIRE(count.groups.size() == 1);
    REQUIRE(count.groups[0].group_values.size() == 1);
    CHECK(count.groups[0].group_values[0] == "Completed");
    CHECK(count.groups[0].count == 5);
  });
}

TEST_CASE("runs are found by the changes of their code") {
  const auto worker = [] {
    return worker::WorkerOptions{.task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<PatchedWorkflow>(kPatched)}};
  };
  Play(worker, [](Client& client) -> sim::Coro<void> {
    const StartOptions start{.id = "w", .task_queue = testing::kQueue};
    const auto patched = co_await client.Start(kPatched, start);
    co_await patched.Result();
    const auto newer = co_await client.CountWorkflows("TemporalChangeVersion = 'newer'");
    CHECK(newer.count == 1);
    const auto older = co_await client.CountWorkflows("TemporalChangeVersion IN ('older')");
    CHECK(older.count == 0);
  });
}

TEST_CASE("a query that is none is an error of the service") {
  Play(nullptr, [](Client& client) -> sim::Coro<void> {
    std::string refused;
    try {
      co_await client.CountWorkflows("Nonsense = 1");
    } catch (const ServiceError& error) {
      refused = std::string(error.status().message());
    }
    CHECK(refused == "invalid query: invalid search attribute: Nonsense");
  });
}

TEST_CASE("batches cancel, terminate, reset and delete; the next one waits for the one before") {
  Play(WaiterWorker(), [](Client& client) -> sim::Coro<void> {
    co_await StartWaiters(client, 3);
    Batches batches(client);
    BatchOptions all{.reason = "tidy up", .query = "WorkflowType = 'Waiter'"};
    co_await batches.Reset(all, protocol::ResetType::kFirstWorkflowTask);
    const std::string second = co_await batches.Terminate(all);
    const auto jobs = co_await batches.List();
    CHECK(jobs.size() == 2);
    co_await client.Sleep(2s);
    const auto told = co_await batches.Describe(second);
    CHECK(told.complete_operation_count == 3);
    const auto terminated = co_await client.CountWorkflows("ExecutionStatus = 'Terminated'");
    CHECK(terminated.count == 6);
    co_await batches.Delete(all);
    co_await client.Sleep(40s);
    const auto left = co_await client.CountWorkflows();
    CHECK(left.count == 0);
    std::string stopped;
    try {
      co_await batches.Stop(second, "too late");
    } catch (const ServiceError& error) {
      stopped = std::string(error.status().message());
    }
    CHECK(stopped == "workflow execution already completed");
  });
}

TEST_CASE("a worker and a client in a namespace of their own") {
  Play(WaiterWorker("billing"), [](Client& client) -> sim::Coro<void> {
    Namespaces namespaces(client);
    NamespaceOptions options{.retention = 24h, .description = "money"};
    co_await namespaces.Register("billing", options);
    const auto all = co_await namespaces.List();
    CHECK(all.size() == 2);
    const auto told = co_await namespaces.Describe("billing");
    CHECK(told.namespace_info.description == "money");
    client.set_namespace("billing");
    const StartOptions start{.id = "w", .task_queue = testing::kQueue};
    const auto waiter = co_await client.Start(kWaiter, start);
    co_await waiter.Signal(kGo, 7);
    co_await waiter.Result();
    const auto here = co_await client.CountWorkflows();
    CHECK(here.count == 1);
    co_await client.Sleep(25h);
    const auto later = co_await client.CountWorkflows();
    CHECK(later.count == 0);
    client.set_namespace("default");
    const auto there = co_await client.CountWorkflows();
    CHECK(there.count == 0);
  });
}

TEST_CASE("what a namespace archives outlives its retention") {
  Play(WaiterWorker("billing"), [](Client& client) -> sim::Coro<void> {
    Namespaces namespaces(client);
    NamespaceOptions options{.retention = 24h,
                             .history_archival = {.state = protocol::ArchivalState::kEnabled},
                             .visibility_archival = {.state = protocol::ArchivalState::kEnabled}};
    co_await namespaces.Register("billing", options);
    client.set_namespace("billing");
    const StartOptions start{.id = "w", .task_queue = testing::kQueue};
    const auto waiter = co_await client.Start(kWaiter, start);
    co_await waiter.Signal(kGo, 7);
    co_await waiter.Result();
    co_await client.Sleep(25h);
    const auto kept = co_await client.CountWorkflows();
    CHECK(kept.count == 0);
    auto archived = client.ListArchivedWorkflows("WorkflowType = 'Waiter'");
    const auto first = co_await archived.Next();
    REQUIRE(first.has_value());
    CHECK(first->execution.workflow_id == "w");
    const auto second = co_await archived.Next();
    CHECK_FALSE(second.has_value());
    co_await waiter.Result();  // found by the run id that the handle has
  });
}

TEST_CASE("a call about a namespace that is not there") {
  Play(nullptr, [](Client& client) -> sim::Coro<void> {
    client.set_namespace("nowhere");
    std::string refused;
    try {
      co_await client.List();
    } catch (const ServiceError& error) {
      refused = std::string(error.status().message());
    }
    CHECK(refused == "Namespace nowhere is not found.");
  });
}

}  // namespace
}  // namespace groundhog::client
