// Local activities from end to end: worker, server and workflow code in a simulation (SEMANTICS
// d.6, f.8; recorded act_local_*, wft_heartbeat_by_local_activity).
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "explore/survives.h"
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
using history::EventType;
using workflow::LocalActivityOptions;

constexpr WorkflowType<std::string()> kShop{"Shop"};
constexpr WorkflowType<std::string()> kNext{"Next"};
constexpr ActivityType<std::string(std::string)> kStep{"step"};

const LocalActivityOptions kFiveSeconds{.start_to_close_timeout = 5s};

// What the activity "step" does, by its argument.
sim::Coro<std::string> Step(activity::Context& context, std::string what) {
  const std::int32_t attempt = context.info().attempt;
  if (what == "fails twice" && attempt <= 2) {
    throw history::ApplicationError("StepError", "step failed");
  }
  if (what == "fails") throw history::ApplicationError("StepError", "step failed");
  if (what == "slow") co_await context.Sleep(2500ms);
  if (what == "hangs at first" && attempt == 1) co_await context.Sleep(1h);
  if (what == "until cancelled") {
    try {
      co_await context.Sleep(1h);
    } catch (const history::CanceledError&) {
      what = "stopped";
    }
  }
  co_return fmt::format("{} in attempt {}", what, attempt);
}

// One workflow of class W, whose client waits for its end.
template <class W>
class OneShop : public Scenario {
 public:
  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return WorkerOptions{.task_queue = "queue",
                           .workflows = {workflow::Register<W>(kShop)},
                           .activities = {activity::Register(kStep, Step)}};
    });
    world.AddClient("client", [](client::Client& client) -> sim::Coro<void> {
      const client::StartOptions start{
          .id = "shop-1", .task_queue = "queue", .task_timeout = W::kTaskTimeout};
      const auto shop = co_await client.Start(kShop, start);
      co_await shop.TryResult();
    });
  }
};

template <class W>
ScenarioEntry Entry() {
  return MakeScenario<OneShop<W>>("shop", "one local activity or more");
}

// The events of the uneventful run, without workflow tasks' own, and its history.
struct Played {
  std::vector<std::string> events;
  history::EventHistory history;
  std::string result;
};

template <class W>
Played Play() {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(Entry<W>(), uneventful, workspace);
  const Verdict verdict = simulation.Run();
  for (const properties::Violation& violation : verdict.violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
  Played played;
  played.history = simulation.evidence().runs.at(0).history;
  for (const history::HistoryEvent& event : played.history) {
    played.events.emplace_back(NameOf(TypeOf(event)));
    if (const auto* e = history::As<history::WorkflowExecutionCompleted>(event)) {
      played.result = e->result.at(0).data();
    }
    if (const auto* e = history::As<history::WorkflowExecutionFailed>(event)) {
      played.result = fmt::format("{}", e->failure);
    }
  }
  return played;
}

double SecondsOf(const Played& played) {
  const auto lasted = played.history.back().event_time - played.history.front().event_time;
  return std::chrono::duration<double>(lasted).count();
}

struct Defaults {
  static constexpr history::Duration kTaskTimeout{0};
};

struct FailsTwice : Defaults {
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{.start_to_close_timeout = 5s,
                                       .retry_policy = {.initial_interval = 100ms}};
    co_return co_await workflow::ExecuteLocalActivity(kStep, "fails twice", options);
  }
};

const std::vector<std::string> kOneTask{"WorkflowExecutionStarted", "WorkflowTaskScheduled",
                                        "WorkflowTaskStarted",      "WorkflowTaskCompleted",
                                        "MarkerRecorded",           "WorkflowExecutionCompleted"};

TEST_CASE("short back-offs are waited for in the worker, within the workflow task") {
  const Played played = Play<FailsTwice>();
  CHECK(played.events == kOneTask);
  CHECK(played.result == "\"fails twice in attempt 3\"");
  CHECK(SecondsOf(played) > 0.3);
  CHECK(SecondsOf(played) < 0.4);
}

struct Fails : Defaults {
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{
        .start_to_close_timeout = 5s,
        .retry_policy = {.initial_interval = 100ms, .maximum_attempts = 2}};
    co_return co_await workflow::ExecuteLocalActivity(kStep, "fails", options);
  }
};

TEST_CASE("when its attempts are used up a local activity has failed, with its own failure") {
  const Played played = Play<Fails>();
  CHECK(played.events.back() == "WorkflowExecutionFailed");
  CHECK(played.result == "StepError: step failed");
  const auto* marker = history::As<history::MarkerRecorded>(played.history.at(4));
  REQUIRE(marker != nullptr);
  CHECK(marker->failure->message == "step failed");
  CHECK_THAT(marker->details.at(0).second.at(0).data(),
             Catch::Matchers::ContainsSubstring("\"attempt\":2"));
}

struct BacksOff : Defaults {
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{
        .start_to_close_timeout = 5s,
        .retry_policy = {.initial_interval = 200ms, .backoff_coefficient = 3},
        .local_retry_threshold = 300ms};
    co_return co_await workflow::ExecuteLocalActivity(kStep, "fails twice", options);
  }
};

TEST_CASE("a back-off beyond the local threshold is a timer") {
  const Played played = Play<BacksOff>();
  CHECK(played.events ==
        std::vector<std::string>{"WorkflowExecutionStarted", "WorkflowTaskScheduled",
                                 "WorkflowTaskStarted", "WorkflowTaskCompleted", "MarkerRecorded",
                                 "TimerStarted", "TimerFired", "WorkflowTaskScheduled",
                                 "WorkflowTaskStarted", "WorkflowTaskCompleted", "MarkerRecorded",
                                 "WorkflowExecutionCompleted"});
  const auto* timer = history::As<history::TimerStarted>(played.history.at(5));
  REQUIRE(timer != nullptr);
  CHECK(timer->start_to_fire_timeout == 600ms);
  CHECK(played.result == "\"fails twice in attempt 3\"");
}

struct Slow {
  static constexpr history::Duration kTaskTimeout = std::chrono::seconds(2);
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{.start_to_close_timeout = 10s};
    co_return co_await workflow::ExecuteLocalActivity(kStep, "slow", options);
  }
};

TEST_CASE("a task is heartbeaten when 0.8 of its time are over") {
  const Played played = Play<Slow>();
  CHECK(played.events == std::vector<std::string>{"WorkflowExecutionStarted",
                                                  "WorkflowTaskScheduled", "WorkflowTaskStarted",
                                                  "WorkflowTaskCompleted", "WorkflowTaskScheduled",
                                                  "WorkflowTaskStarted", "WorkflowTaskCompleted",
                                                  "MarkerRecorded", "WorkflowExecutionCompleted"});
  const auto at = [&](std::size_t place) {
    const auto since = played.history.at(place).event_time - played.history.at(2).event_time;
    return std::chrono::duration<double>(since).count();
  };
  CHECK(at(3) > 1.59);
  CHECK(at(3) < 1.65);
  CHECK(at(8) > 2.49);
  CHECK(at(8) < 2.55);
  CHECK(played.result == "\"slow in attempt 1\"");
}

struct Hangs : Defaults {
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{.start_to_close_timeout = 1s};
    co_return co_await workflow::ExecuteLocalActivity(kStep, "hangs at first", options);
  }
};
struct RunsOutOfTime : Defaults {
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{.schedule_to_close_timeout = 3s};
    co_return co_await workflow::ExecuteLocalActivity(kStep, "hangs at first", options);
  }
};

TEST_CASE("start-to-close is tried again, schedule-to-close is the end") {
  CHECK(Play<Hangs>().result == "\"hangs at first in attempt 2\"");
  const Played late = Play<RunsOutOfTime>();
  CHECK_THAT(late.result, Catch::StartsWith("Local Activity timed out"));
  CHECK(SecondsOf(late) > 2.99);
  CHECK(SecondsOf(late) < 3.1);
}

struct Cancels : Defaults {
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{
        .start_to_close_timeout = 2h,
        .cancellation_type = workflow::ActivityCancellationType::kWaitCancellationCompleted};
    auto step = workflow::ExecuteLocalActivity(kStep, "until cancelled", options);
    co_await workflow::ExecuteLocalActivity(kStep, "slow", kFiveSeconds);
    step.Cancel();
    co_return co_await step;
  }
};

TEST_CASE("a cancel reaches the code of a local activity at once") {
  const Played played = Play<Cancels>();
  CHECK(played.result == "\"stopped in attempt 1\"");
  CHECK(SecondsOf(played) < 3);
}

// Everything at once: side by side, a heartbeat, a timer and an ordinary activity between.
struct Busy {
  static constexpr history::Duration kTaskTimeout = std::chrono::seconds(2);
  workflow::Coro<std::string> Run() {
    auto slow = workflow::ExecuteLocalActivity(kStep, "slow", kFiveSeconds);
    auto quick = workflow::ExecuteLocalActivity(kStep, "quick", kFiveSeconds);
    const auto first = co_await workflow::Try(quick);
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s,
                                            .retry_policy = {.maximum_attempts = 3}};
    auto ordinary = workflow::ExecuteActivity(kStep, "ordinary", options);
    const auto second = co_await workflow::Try(slow);
    const auto third = co_await workflow::Try(ordinary);
    co_return fmt::format("{} {} {}", first.ok(), second.ok(), third.ok());
  }
};

// One fiber breaks the task while the local activity of another one is under way.
struct BreaksWhileOneIsSlow : Defaults {
  workflow::Coro<std::string> Run() {
    auto slow = workflow::Spawn(Look("slow"));
    auto broken = workflow::Spawn(LookAndBreak());
    co_await slow;
    co_await broken;
    co_return "never";
  }
  workflow::Coro<void> Look(std::string what) {
    co_await workflow::ExecuteLocalActivity(kStep, what, kFiveSeconds);
  }
  workflow::Coro<void> LookAndBreak() {
    co_await workflow::ExecuteLocalActivity(kStep, "ok", kFiveSeconds);
    throw std::logic_error("a bug");
  }
};

TEST_CASE("a task that fails waits for no other local activity") {
  struct Scene : Scenario {
    void Build(World& world) override {
      world.AddWorker("worker", [] {
        return WorkerOptions{.task_queue = "queue",
                             .workflows = {workflow::Register<BreaksWhileOneIsSlow>(kShop)},
                             .activities = {activity::Register(kStep, Step)}};
      });
      world.AddClient("client", [](client::Client& client) -> sim::Coro<void> {
        const client::StartOptions start{.id = "w", .task_queue = "queue"};
        const auto shop = co_await client.Start(kShop, start);
        co_await client.Sleep(5s);
        const history::EventHistory events = co_await shop.FetchHistory();
        CHECK(history::As<history::WorkflowTaskFailed>(events.at(3)) != nullptr);
        co_await shop.Terminate();
      });
    }
  };
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(MakeScenario<Scene>("broken", ""), uneventful, workspace);
  for (const properties::Violation& violation : simulation.Run().violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
}

// One of them has the only slot, the other is next in line.
struct TwoAtOnce : Defaults {
  workflow::Coro<std::string> Run() {
    const LocalActivityOptions options{.start_to_close_timeout = 2h};
    auto first = workflow::ExecuteLocalActivity(kStep, "until cancelled", options);
    auto second = workflow::ExecuteLocalActivity(kStep, "slow", options);
    co_await workflow::WaitAll(first, second);
    co_return "both";
  }
};

// A workflow that is terminated in the middle of its local activities, then one that needs a slot.
class OneAfterTheOther : public Scenario {
 public:
  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return WorkerOptions{.task_queue = "queue",
                           .workflows = {workflow::Register<TwoAtOnce>(kShop),
                                         workflow::Register<FailsTwice>(kNext)},
                           .activities = {activity::Register(kStep, Step)},
                           .local_activity_slots = 1};
    });
    world.AddClient("client", [](client::Client& client) -> sim::Coro<void> {
      const client::StartOptions start{.id = "shop-1", .task_queue = "queue"};
      const auto shop = co_await client.Start(kShop, start);
      co_await client.Sleep(10s);
      co_await shop.Terminate("enough");
      co_await client.Sleep(20s);
      const client::StartOptions another{.id = "shop-2", .task_queue = "queue"};
      const auto next = co_await client.Start(kNext, another);
      const std::string result = co_await next.Result();
      CHECK(result == "fails twice in attempt 3");
    });
  }
};

TEST_CASE("a run that is gone gives back its slots, those too for which its activities wait") {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(MakeScenario<OneAfterTheOther>("shops", "two, and one slot"), uneventful,
                        workspace);
  const Verdict verdict = simulation.Run();
  for (const properties::Violation& violation : verdict.violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
  CHECK(verdict.holds());
}

TEST_CASE("no single fault stops a workflow with local activities", "[campaign]") {
  CHECK_THAT(Entry<Busy>(), Survives(Faults()));
  CHECK_THAT(Entry<BacksOff>(), Survives(Faults()));
}

TEST_CASE("random faults do not stop a workflow with local activities either", "[campaign]") {
  CHECK_THAT(Entry<Busy>(), Survives(Faults(), RandomRuns(200)));
}

}  // namespace
}  // namespace groundhog::worker
