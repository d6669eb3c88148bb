// Sticky queues, the cache of runs, queries.
#include <stdexcept>

#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using workflow::Coro;

constexpr SignalType<> kS{"s"};
constexpr QueryType<int()> kN{"n"};
constexpr QueryType<int()> kFails{"fails"};
constexpr QueryType<int()> kNope{"nope"};
constexpr WorkflowType<int(int)> kSignalCounter{"SignalCounter"};

// n = 0; signal "s": n += 1; query "n": n; query "fails": raises ValueError("no"); run:
// wait until n >= input; return n.
class SignalCounter {
 public:
  SignalCounter() {
    workflow::OnSignal(kS, [this] { ++n_; });
    workflow::OnQuery(kN, [this] { return n_; });
    workflow::OnQuery(kFails, []() -> int { throw std::invalid_argument("no"); });
  }
  Coro<int> Run(int up_to) {
    co_await workflow::WaitCondition([this, up_to] { return n_ >= up_to; });
    co_return n_;
  }

 private:
  int n_ = 0;
};

WorkerOptions CounterWorker() {
  return {.workflows = {workflow::Register<SignalCounter>(kSignalCounter)}};
}

sim::Coro<void> WftStickyTimeout(Stage& stage, client::Client& client) {
  WorkerOptions worker = CounterWorker();
  worker.sticky_schedule_to_start_timeout = 1s;
  stage.StartWorker(worker);
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSignalCounter, options, 1);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(200ms);
  stage.KillWorker();
  co_await handle.Signal(kS);
  stage.StartWorker(worker, "worker-2");
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftStickyWorkerShutDownCleanly(Stage& stage, client::Client& client) {
  stage.StartWorker(CounterWorker());
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSignalCounter, options, 1);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(200ms);
  co_await stage.StopWorker();
  co_await handle.Signal(kS);
  co_await stage.Sleep(300ms);
  stage.StartWorker(CounterWorker(), "worker-2");
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftNoCache(Stage& stage, client::Client& client) {
  WorkerOptions worker = CounterWorker();
  worker.max_cached_workflows = 0;
  stage.StartWorker(worker);
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSignalCounter, options, 2);
  for (int i = 1; i <= 2; ++i) {
    co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, i);
    co_await handle.Signal(kS);
  }
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftCacheOfOne(Stage& stage, client::Client& client) {
  WorkerOptions worker = CounterWorker();
  worker.max_cached_workflows = 1;
  stage.StartWorker(worker);
  const std::vector<std::string> names = {"A", "B"};
  for (const std::string& name : names) {
    const client::StartOptions options = stage.Options(stage.name() + "-" + name);
    const auto handle = co_await client.Start(kSignalCounter, options, 2);
    co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  }
  for (int i = 0; i < 2; ++i) {
    for (const std::string& name : names) {
      const client::UntypedHandle handle = stage.Handle(stage.name() + "-" + name);
      co_await handle.Signal(kS);
      co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, i + 2);
    }
  }
  for (const std::string& name : names) {
    const std::string id = stage.name() + "-" + name;
    co_await stage.Result(stage.Handle(id), name);
    co_await stage.Save(id, "", name);
  }
}

sim::Coro<void> WftQueries(Stage& stage, client::Client& client) {
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSignalCounter, options, 2);
  const client::QueryOptions impatient{.rpc_timeout = 1s};
  co_await stage.Attempt("query_before_worker", handle.Query(kN, impatient));
  stage.StartWorker(CounterWorker());
  co_await stage.Attempt("query_open", handle.Query(kN));
  co_await handle.Signal(kS);
  co_await stage.Attempt("query_right_after_signal", handle.Query(kN));
  co_await stage.Attempt("query_unknown", handle.Query(kNope));
  co_await stage.Attempt("query_failing", handle.Query(kFails));
  co_await handle.Signal(kS);
  co_await stage.Result(handle);
  co_await stage.Attempt("query_closed", handle.Query(kN));
  const client::QueryOptions if_open{.reject_condition = history::QueryRejectCondition::kNotOpen};
  co_await stage.Attempt("query_closed_reject_not_open", handle.Query(kN, if_open));
  const client::QueryOptions if_clean{.reject_condition =
                                          history::QueryRejectCondition::kNotCompletedCleanly};
  co_await stage.Attempt("query_closed_reject_not_completed_cleanly", handle.Query(kN, if_clean));
  co_await stage.StopWorker();
  co_await stage.Attempt("query_closed_no_worker", handle.Query(kN, impatient));
  co_await stage.Save();
}

}  // namespace

Ports StickyQueuePorts() {
  return {
      {"wft_sticky_timeout", WftStickyTimeout},
      {"wft_sticky_worker_shut_down_cleanly", WftStickyWorkerShutDownCleanly},
      {"wft_no_cache", WftNoCache},
      {"wft_cache_of_one", WftCacheOfOne},
      {"wft_queries", WftQueries},
  };
}

}  // namespace groundhog::conformance
