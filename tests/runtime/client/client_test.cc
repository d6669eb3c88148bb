// What a client can ask beside start and result: queries with conditions and deadlines, resets,
// deletions, histories (recorded wft_queries, terminate_then_delete).
#include "runtime/client/client.h"

#include <chrono>
#include <string>
#include <vector>

#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using history::QueryRejectCondition;
using testing::ExpectEqual;
using testing::Play;

constexpr WorkflowType<int(int)> kCounter{"SignalCounter"};
constexpr SignalType<> kCount{"s"};
constexpr QueryType<int()> kN{"n"};
constexpr QueryType<int()> kFails{"fails"};
constexpr QueryType<int()> kNope{"nope"};

// As recorded in wft_queries.
class Counter {
 public:
  Counter() {
    workflow::OnSignal(kCount, [this] { ++n_; });
    workflow::OnQuery(kN, [this] { return n_; });
    workflow::OnQuery(kFails, []() -> int { throw std::invalid_argument("no"); });
  }
  workflow::Coro<int> Run(int wanted) {
    co_await workflow::WaitCondition([this, wanted] { return n_ >= wanted; });
    co_return n_;
  }

 private:
  int n_ = 0;
};

const StartOptions kStart{.id = "w", .task_queue = testing::kQueue};

testing::MakeWorker CounterWorker() {
  return [] {
    return worker::WorkerOptions{.task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<Counter>(kCounter)}};
  };
}

TEST_CASE("queries: open and closed runs, failures, conditions") {
  Play(CounterWorker(), [](Client& client) -> sim::Coro<void> {
    const auto counter = co_await client.Start(kCounter, kStart, 2);
    ExpectEqual(co_await counter.Query(kN), 0);
    co_await counter.Signal(kCount);
    ExpectEqual(co_await counter.Query(kN), 1);
    try {
      (void)co_await counter.Query(kFails);
      FAIL_CHECK("the query was answered");
    } catch (const WorkflowQueryFailedError& error) {
      CHECK(error.status().message() == "no");
    }
    CHECK_THROWS_AS((void)co_await counter.Query(kNope), WorkflowQueryFailedError);
    co_await counter.Signal(kCount);
    ExpectEqual(co_await counter.Result(), 2);
    ExpectEqual(co_await counter.Query(kN), 2);
    const QueryOptions clean{.reject_condition = QueryRejectCondition::kNotCompletedCleanly};
    ExpectEqual(co_await counter.Query(kN, clean), 2);
    const QueryOptions open{.reject_condition = QueryRejectCondition::kNotOpen};
    try {
      (void)co_await counter.Query(kN, open);
      FAIL_CHECK("the query was answered");
    } catch (const WorkflowQueryRejectedError& error) {
      CHECK(std::string(error.what()) == "Query rejected, status: 2");
    }
  });
}

sim::Coro<std::string> RefusalOf(const WorkflowHandle<int>& handle, QueryOptions options) {
  try {
    (void)co_await handle.Query(kN, options);
  } catch (const ServiceError& error) {
    co_return std::string(error.what());
  }
  co_return "answered";
}

TEST_CASE("a query that no worker answers ends with the time that its caller has") {
  Play(nullptr, [](Client& client) -> sim::Coro<void> {
    const auto counter = co_await client.Start(kCounter, kStart, 2);
    const QueryOptions second{.rpc_timeout = 1s};
    const history::Timestamp asked = client.Now();
    ExpectEqual(co_await RefusalOf(counter, second), "CANCELLED: Timeout expired");
    CHECK(client.Now() - asked == 1s);
    co_await counter.Terminate();
    ExpectEqual(co_await RefusalOf(counter, second),
                "FAILED_PRECONDITION: Workflow execution closed before WorkflowTaskStarted event");
  });
}

TEST_CASE("reset: a new run; delete: nothing is left; both over the same handle") {
  Play(CounterWorker(), [](Client& client) -> sim::Coro<void> {
    const auto counter = co_await client.Start(kCounter, kStart, 1);
    ExpectEqual(co_await counter.Query(kN), 0);
    co_await counter.Signal(kCount);
    ExpectEqual(co_await counter.Result(), 1);
    const ResetOptions without{
        .reason = "again", .workflow_task_finish_event_id = 4, .exclude_signals = true};
    const std::string run_id = co_await counter.Reset(without);
    CHECK(run_id != counter.result_run_id());
    const auto again = client.Handle(kCounter, "w", run_id);
    ExpectEqual(co_await again.Query(kN), 0);
    co_await counter.Signal(kCount);
    ExpectEqual(co_await again.Result(), 1);
    co_await again.Delete();
    co_await client.Sleep(31s);
    CHECK_THROWS_AS((void)co_await again.Describe(), ServiceError);
  });
}

TEST_CASE("a history can be followed while it is made") {
  Play(CounterWorker(), [](Client& client) -> sim::Coro<void> {
    const auto counter = co_await client.Start(kCounter, kStart, 2);
    const HistoryOptions follow{.wait_new_event = true};
    HistoryIterator events = counter.FetchHistoryEvents(follow);
    std::vector<EventType> seen;
    history::EventId last = 0;
    while (const auto event = co_await events.Next()) {
      CHECK(event->event_id == ++last);
      seen.push_back(TypeOf(*event));
      if (last == 4) co_await counter.Signal(kCount);
      if (last == 8) co_await counter.Signal(kCount);
    }
    CHECK(seen.back() == EventType::kWorkflowExecutionCompleted);
    const auto all = co_await counter.FetchHistory();
    CHECK(all.size() == seen.size());
    HistoryIterator present = counter.FetchHistoryEvents();
    std::size_t count = 0;
    while (co_await present.Next()) ++count;
    CHECK(count == all.size());
  });
}

}  // namespace
}  // namespace groundhog::client
