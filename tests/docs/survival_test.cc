// The scenario that docs/guide.md shows, and the claim about it.
#include <chrono>
#include <string>

#include "explore/survives.h"
#include "runtime/activity/registration.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "world/scenario.h"
#include "world/world.h"

namespace groundhog::guide {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;

constexpr WorkflowType<std::string(std::string)> kGreeting{"Greeting"};
constexpr ActivityType<std::string(std::string)> kGreet{"greet"};

class Greeting {
 public:
  Coro<std::string> Run(std::string name) {
    const ActivityOptions options{.start_to_close_timeout = 5s};
    co_return co_await ExecuteActivity(kGreet, name, options);
  }
};

class GreetingScenario : public Scenario {
 public:
  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return WorkerOptions{.task_queue = "greetings",
                           .workflows = {workflow::Register<Greeting>(kGreeting)},
                           .activities = {activity::Register(
                               kGreet, [](std::string name) { return "Hello " + name; })}};
    });
    world.AddClient("client", [this](client::Client& client) -> sim::Coro<void> {
      const client::StartOptions start{.id = "greet-1", .task_queue = "greetings"};
      const auto greeting = co_await client.Start(kGreeting, start, "Phil");
      answer_ = co_await greeting.Result();
    });
    world.AtTheEnd("it was the right greeting",
                   [this](const Ledgers&) { return answer_ == "Hello Phil"; });
  }

 private:
  std::string answer_;
};

TEST_CASE("guide: no single fault keeps the greeting from coming", "[campaign]") {
  const auto faults =
      Faults().AtMost(1).Without("worker/activity.before_effect=non_retryable_error");
  CHECK_THAT(MakeScenario<GreetingScenario>("greeting", "one greeting"), Survives(faults));
}

}  // namespace
}  // namespace groundhog::guide
