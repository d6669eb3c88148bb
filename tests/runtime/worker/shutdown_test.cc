// How a worker stops, and how fast activities begin (SEMANTICS h).
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::worker {
namespace {

using namespace std::chrono_literals;

constexpr WorkflowType<std::string(int)> kSteps{"Steps"};
constexpr ActivityType<std::string()> kStep{"step"};
constexpr const char* kQueue = "queue";

class Steps {
 public:
  workflow::Coro<std::string> Run(int count) {
    const workflow::ActivityOptions options{.start_to_close_timeout = 100s};
    std::vector<workflow::ActivityHandle<std::string>> handles;
    for (int i = 0; i < count; ++i) {
      handles.push_back(workflow::ExecuteActivity(kStep, options));
    }
    const std::vector<std::string> results = co_await workflow::WaitAll(handles);
    co_return results.front();
  }
};

sim::Coro<std::string> Slow(activity::Context& context) {
  co_await context.Sleep(10s);
  co_return "attempt " + std::to_string(context.info().attempt);
}

using MakeWorker = std::function<WorkerOptions()>;
using Script = std::function<sim::Coro<void>(client::Client& client, sim::Process& first)>;

class TwoWorkers : public Scenario {
 public:
  TwoWorkers(MakeWorker first, MakeWorker second, Script script)
      : first_(std::move(first)), second_(std::move(second)), script_(std::move(script)) {}
  void Build(World& world) override {
    sim::Process& first = world.AddWorker("first", first_);
    if (second_) world.AddWorker("second", second_);
    world.AddClient("client", [this, &first](client::Client& client) -> sim::Coro<void> {
      return script_(client, first);
    });
  }

 private:
  MakeWorker first_;
  MakeWorker second_;
  Script script_;
};

void Play(const MakeWorker& first, const MakeWorker& second, const Script& script) {
  const ScenarioEntry entry{.name = "two workers", .description = "", .make = [&] {
                              return std::make_unique<TwoWorkers>(first, second, script);
                            }};
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace);
  const Verdict verdict = simulation.Run();
  for (const properties::Violation& violation : verdict.violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
}

WorkerOptions Options() {
  return WorkerOptions{.task_queue = kQueue,
                       .workflows = {workflow::Register<Steps>(kSteps)},
                       .activities = {activity::Register(kStep, Slow)}};
}

const client::StartOptions kStart{.id = "w", .task_queue = kQueue};

TEST_CASE(
    "a worker that stops cancels its activities after the grace period; they are tried again") {
  const auto first = [] {
    WorkerOptions options = Options();
    options.graceful_shutdown_timeout = 2s;
    return options;
  };
  const auto second = [] {
    WorkerOptions options = Options();
    options.polls_activity_tasks = true;
    return options;
  };
  Play(first, second, [](client::Client& client, sim::Process& worker) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kSteps, kStart, 1);
    co_await client.Sleep(1s);
    worker.Stop();
    co_await client.Sleep(2500ms);
    CHECK(worker.state() == sim::Process::State::kDown);
    const std::string result = co_await workflow.Result();
    CHECK(result == "attempt 2");
    const history::EventHistory events = co_await workflow.FetchHistory();
    const history::ActivityTaskStarted* started = nullptr;
    for (const history::HistoryEvent& event : events) {
      if (const auto* found = history::As<history::ActivityTaskStarted>(event)) started = found;
    }
    REQUIRE(started != nullptr);
    CHECK(started->identity == "second");
    CHECK(history::InfoAs<history::ApplicationFailureInfo>(started->last_failure)->type ==
          "WorkerShutdown");
  });
}

TEST_CASE("without a grace period a worker that stops lets its activities end") {
  Play(Options, nullptr, [](client::Client& client, sim::Process& worker) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kSteps, kStart, 1);
    co_await client.Sleep(1s);
    worker.Stop();
    co_await client.Sleep(12s);
    CHECK(worker.state() == sim::Process::State::kDown);
    const auto told = co_await workflow.Describe();
    CHECK(told.pending_activities.empty());
    co_await workflow.Terminate();
  });
}

// When the activities of the run began, in seconds since the first of them.
std::vector<double> BeginsOf(const history::EventHistory& events) {
  std::vector<double> seconds;
  std::optional<history::Timestamp> first;
  for (const history::HistoryEvent& event : events) {
    if (history::As<history::ActivityTaskStarted>(event) == nullptr) continue;
    if (!first) first = event.event_time;
    seconds.push_back(std::chrono::duration<double>(event.event_time - *first).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds;
}

void CheckBegins(const history::EventHistory& events) {
  const std::vector<double> begins = BeginsOf(events);
  REQUIRE(begins.size() == 4);
  for (std::size_t i = 0; i < begins.size(); ++i) {
    CHECK(begins[i] == Approx(0.5 * static_cast<double>(i)).margin(0.05));
  }
}

TEST_CASE("a worker begins no more activities a second than it is told") {
  const auto worker = [] {
    WorkerOptions options = Options();
    options.max_activities_per_second = 2;
    return options;
  };
  Play(worker, nullptr, [](client::Client& client, sim::Process&) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kSteps, kStart, 4);
    co_await workflow.TryResult();
    CheckBegins(co_await workflow.FetchHistory());
  });
}

TEST_CASE(
    "a task queue gives no more activities a second than it is told, to all workers together") {
  const auto worker = [] {
    WorkerOptions options = Options();
    options.max_task_queue_activities_per_second = 2;
    return options;
  };
  Play(worker, worker, [](client::Client& client, sim::Process&) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kSteps, kStart, 4);
    co_await workflow.TryResult();
    CheckBegins(co_await workflow.FetchHistory());
  });
}

}  // namespace
}  // namespace groundhog::worker
