// Eager activities from end to end (SEMANTICS d.4, h).
#include <chrono>
#include <string>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::worker {
namespace {

using namespace std::chrono_literals;

constexpr WorkflowType<int(int)> kFanOut{"FanOut"};
constexpr ActivityType<int(int)> kDouble{"double"};

class FanOut {
 public:
  workflow::Coro<int> Run(int count) {
    const workflow::ActivityOptions options{.start_to_close_timeout = 10s};
    std::vector<workflow::ActivityHandle<int>> handles;
    for (int i = 1; i <= count; ++i) {
      handles.push_back(workflow::ExecuteActivity(kDouble, i, options));
    }
    const std::vector<int> doubled = co_await workflow::WaitAll(handles);
    int sum = 0;
    for (const int each : doubled) sum += each;
    co_return sum;
  }
};

TEST_CASE(
    "activities may come with the answer to the task that schedules them, three of one task") {
  const auto worker = [] {
    return WorkerOptions{.task_queue = client::testing::kQueue,
                         .workflows = {workflow::Register<FanOut>(kFanOut)},
                         .activities = {activity::Register(kDouble, [](int n) { return 2 * n; })},
                         .activity_slots = 4,
                         .disable_eager_activity_execution = false};
  };
  client::testing::Play(worker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "w", .task_queue = client::testing::kQueue};
    const auto handle = co_await client.Start(kFanOut, start, 5);
    const int sum = co_await handle.Result();
    CHECK(sum == 30);
    int by_poll = 0;
    const history::EventHistory events = co_await handle.FetchHistory();
    for (const history::HistoryEvent& event : events) {
      const auto* started = history::As<history::ActivityTaskStarted>(event);
      if (started != nullptr && !started->request_id.empty()) ++by_poll;
    }
    CHECK(by_poll == 2);
  });
}

}  // namespace
}  // namespace groundhog::worker
