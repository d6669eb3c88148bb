// A worker that is stopped while an activity runs (SEMANTICS h, "graceful shutdown").
#include <chrono>
#include <string>

#include "runtime/activity/registration.h"
#include "runtime/history/failure_text.h"
#include "runtime/workflow/workflow.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::worker {
namespace {

using namespace std::chrono_literals;
using history::ActivityTaskStarted;

constexpr WorkflowType<std::string()> kWaiting{"Waiting"};
constexpr ActivityType<std::string()> kHang{"hang"};

// Ends only when it is cancelled, but for the second attempt.
sim::Coro<std::string> Hang(activity::Context& context) {
  if (context.info().attempt == 1) co_await context.Sleep(1h);
  co_return "done";
}

class Waiting {
 public:
  workflow::Coro<std::string> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 10s};
    co_return co_await workflow::ExecuteActivity(kHang, options);
  }
};

// The worker is stopped after 1 s, and started again when it is down.
class StoppedWorker : public Scenario {
 public:
  void Build(World& world) override {
    sim::Process& worker = world.AddWorker("worker", [] {
      return WorkerOptions{.task_queue = "queue",
                           .workflows = {workflow::Register<Waiting>(kWaiting)},
                           .activities = {activity::Register(kHang, Hang)},
                           .graceful_shutdown_timeout = 500ms};
    });
    world.AddClient("client", [&worker](client::Client& client) -> sim::Coro<void> {
      const client::StartOptions start{.id = "w", .task_queue = "queue"};
      const auto handle = co_await client.Start(kWaiting, start);
      co_await client.Sleep(1s);
      worker.Stop();
      co_await client.Sleep(400ms);
      CHECK(worker.state() == sim::Process::State::kRunning);  // the activity may go on
      co_await client.Sleep(200ms);
      CHECK(worker.state() == sim::Process::State::kDown);
      worker.Start();
      const std::string result = co_await handle.Result();
      CHECK(result == "done");
    });
  }
};

}  // namespace

TEST_CASE("what runs when a worker's patience ends is cancelled, and tried again by the next one") {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  const ScenarioEntry entry = MakeScenario<StoppedWorker>("stopped", "a worker that is stopped");
  Simulation simulation(entry, uneventful, workspace);
  const Verdict verdict = simulation.Run();
  for (const properties::Violation& violation : verdict.violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
  const ActivityTaskStarted* started = nullptr;
  for (const history::HistoryEvent& event : simulation.evidence().runs.at(0).history) {
    if (const auto* found = history::As<ActivityTaskStarted>(event)) started = found;
  }
  REQUIRE(started != nullptr);
  CHECK(started->attempt == 2);
  CHECK(history::ApplicationTypeOf(started->last_failure) == "WorkerShutdown");
}

}  // namespace groundhog::worker
