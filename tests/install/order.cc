// A scenario binary of somebody else's: groundhog::main has the command line,
// this file has the scenario.
#include <chrono>

#include "cli/registration.h"
#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "world/world.h"

namespace groundhog {
namespace {

using namespace std::chrono_literals;

constexpr WorkflowType<int(int)> kOrder{"Order"};
struct Order {
  workflow::Coro<int> Run(int items) {
    co_await workflow::Sleep(1s);
    co_return items + 1;
  }
};

class OneOrder : public Scenario {
 public:
  void Build(World& world) override {
    world.AddWorker("kitchen", [] {
      return WorkerOptions{.task_queue = "orders",
                           .workflows = {workflow::Register<Order>(kOrder)}};
    });
    world.AddClient("guest", [](client::Client& client) -> sim::Coro<void> {
      const client::StartOptions start{.id = "order-1", .task_queue = "orders"};
      const auto order = co_await client.Start(kOrder, start, 2);
      co_await order.TryResult();
    });
  }
};

}  // namespace

Scenarios cli::RegisteredScenarios() { return {MakeScenario<OneOrder>("order", "one order")}; }
workflow::WorkflowRegistry cli::RegisteredWorkflows() {
  return {workflow::Register<Order>(kOrder)};
}

}  // namespace groundhog
