// A dynamic activity runs every type for which nothing else is registered.
#include <chrono>
#include <string>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::worker {
namespace {

using namespace std::chrono_literals;

constexpr WorkflowType<std::string()> kTwo{"Two"};
constexpr ActivityType<std::string(int)> kKnown{"known"};
constexpr ActivityType<std::string(int, int)> kStrange{"strange"};

struct Two {
  workflow::Coro<std::string> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 10s};
    const std::string known = co_await workflow::ExecuteActivity(kKnown, 1, options);
    const std::string strange = co_await workflow::ExecuteActivity(kStrange, 1, 2, options);
    co_return known + ", " + strange;
  }
};

sim::Coro<history::Payloads> RunAny(activity::Context& context, history::Payloads input) {
  const std::string text = context.info().activity_type + " of " + std::to_string(input.size());
  co_return history::ToPayloads(text);
}

TEST_CASE("a dynamic activity takes what no other activity takes") {
  const auto worker = [] {
    return WorkerOptions{
        .task_queue = client::testing::kQueue,
        .workflows = {workflow::Register<Two>(kTwo)},
        .activities = {activity::RegisterDynamic(RunAny),
                       activity::Register(kKnown, [](int) { return std::string("known"); })}};
  };
  client::testing::Play(worker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "w", .task_queue = client::testing::kQueue};
    const auto two = co_await client.Start(kTwo, start);
    const std::string result = co_await two.Result();
    CHECK(result == "known, strange of 2");
  });
}

}  // namespace
}  // namespace groundhog::worker
