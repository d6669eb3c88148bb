// Eager start from end to end: the client's own process does the first task (recorded eager_start).
#include <memory>
#include <string>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::client {
namespace {

constexpr WorkflowType<std::string()> kChild{"Child"};

struct Child {
  workflow::Coro<std::string> Run() { co_return "child done"; }
};

const StartOptions kEager{.id = "w", .task_queue = "queue", .request_eager_start = true};

class OneProcess : public Scenario {
 public:
  void Build(World& world) override {
    const auto make = [] {
      return WorkerOptions{.task_queue = "queue", .workflows = {workflow::Register<Child>(kChild)}};
    };
    world.AddWorker("one", make, [](Client& client) -> sim::Coro<void> {
      const auto child = co_await client.Start(kChild, kEager);
      const std::string result = co_await child.Result();
      CHECK(result == "child done");
      const history::EventHistory events = co_await child.FetchHistory();
      CHECK(events.size() == 5);
      CHECK(history::As<history::WorkflowExecutionStarted>(events[0])->eager_execution_accepted);
    });
  }
};

TEST_CASE("a workflow may be started by the process whose worker runs it, without a poll") {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(MakeScenario<OneProcess>("one process", ""), uneventful, workspace);
  const Verdict verdict = simulation.Run();
  for (const properties::Violation& violation : verdict.violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
}

}  // namespace
}  // namespace groundhog::client
