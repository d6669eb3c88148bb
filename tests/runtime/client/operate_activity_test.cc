// Activities in an operator's hands: paused, reset, given other options (SEMANTICS b.4;
// recorded act_pause_unpause).
#include <chrono>
#include <string>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using protocol::PendingActivityInfo;
using protocol::PendingActivityState;
using testing::Play;

constexpr WorkflowType<std::string()> kOneActivity{"OneActivity"};
constexpr ActivityType<std::string()> kStep{"step"};

class OneActivity {
 public:
  workflow::Coro<std::string> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 100s,
                                            .heartbeat_timeout = 10s,
                                            .retry_policy = {.initial_interval = 300ms},
                                            .activity_id = "p"};
    co_return co_await workflow::ExecuteActivity(kStep, options);
  }
};

using Step = sim::Coro<std::string> (*)(activity::Context& context);

testing::MakeWorker WorkerOf(Step step) {
  return [step] {
    return worker::WorkerOptions{.task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<OneActivity>(kOneActivity)},
                                 .activities = {activity::Register(kStep, step)}};
  };
}

const StartOptions kStart{.id = "w", .task_queue = testing::kQueue};

sim::Coro<PendingActivityInfo> Pending(const UntypedHandle& workflow) {
  const auto told = co_await workflow.Describe();
  co_return told.pending_activities.at(0);
}

// Fails in its first attempt after 0.3 s.
sim::Coro<std::string> FailsOnce(activity::Context& context) {
  if (context.info().attempt > 1) co_return "done";
  co_await context.Sleep(300ms);
  throw history::ApplicationError("StepError", "step failed");
}

// As recorded in act_pause_unpause.
TEST_CASE("a paused activity is not handed out until the pause ends") {
  Play(WorkerOf(FailsOnce), [](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart);
    co_await client.Sleep(100ms);
    co_await workflow.PauseActivity("p", "look");
    const PendingActivityInfo running = co_await Pending(workflow);
    CHECK(running.state == PendingActivityState::kPauseRequested);
    co_await client.Sleep(1s);
    const PendingActivityInfo paused = co_await Pending(workflow);
    CHECK(paused.state == PendingActivityState::kPaused);
    CHECK(paused.attempt == 2);
    REQUIRE(paused.paused.has_value());
    CHECK(paused.paused->identity == "client");
    CHECK(paused.paused->reason == "look");
    CHECK_FALSE(paused.next_attempt_schedule_time.has_value());
    CHECK(paused.last_failure->message == "step failed");
    const history::Timestamp unpaused = client.Now();
    co_await workflow.UnpauseActivity("p");
    const std::string result = co_await workflow.Result();
    CHECK(result == "done");
    CHECK(client.Now() - unpaused < 100ms);
  });
}

// Heartbeats until it is asked to stop; says in which attempt it was left alone.
sim::Coro<std::string> Beats(activity::Context& context) {
  for (int i = 0; i < 4; ++i) {
    context.Heartbeat(i);
    co_await context.Sleep(9s);
  }
  co_return "attempt " + std::to_string(context.info().attempt);
}

TEST_CASE("a running attempt hears of the pause by its heartbeat, and is tried again afterwards") {
  Play(WorkerOf(Beats), [](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart);
    co_await client.Sleep(1s);
    co_await workflow.PauseActivity("p");
    co_await client.Sleep(15s);
    const PendingActivityInfo paused = co_await Pending(workflow);
    CHECK(paused.state == PendingActivityState::kPaused);
    CHECK(paused.last_failure->message ==
          "Unhandled activity cancel error produced by activity pause");
    const UnpauseActivityOptions anew{.reset_attempts = true, .reset_heartbeat = true};
    co_await workflow.UnpauseActivity("p", anew);
    const std::string result = co_await workflow.Result();
    CHECK(result == "attempt 1");
  });
}

sim::Coro<std::string> FailsAtFirst(activity::Context& context) {
  static constexpr auto kSince = sim::ToUnixNanos(sim::kEpoch + 60s);
  if (history::ToUnixNanos(context.Now()) < kSince) {
    throw history::ApplicationError("StepError", "not yet");
  }
  co_return "attempt " + std::to_string(context.info().attempt);
}

TEST_CASE("a reset activity begins with its first attempt again, at once") {
  Play(WorkerOf(FailsAtFirst), [](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart);
    co_await client.Sleep(61s);  // in the back-off before attempt 9
    const PendingActivityInfo waiting = co_await Pending(workflow);
    CHECK(waiting.attempt == 9);
    const history::Timestamp reset = client.Now();
    co_await workflow.ResetActivity("p");
    const std::string result = co_await workflow.Result();
    CHECK(result == "attempt 1");
    CHECK(client.Now() - reset < 100ms);
  });
}

TEST_CASE("options may be changed while the activity is pending") {
  const auto only_workflows = [] {
    return worker::WorkerOptions{.task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<OneActivity>(kOneActivity)},
                                 .polls_activity_tasks = false};
  };
  Play(only_workflows, [](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart);
    co_await client.Sleep(1s);
    const protocol::ActivityOptionsUpdate update{.schedule_to_close_timeout = 5s};
    co_await workflow.UpdateActivityOptions("p", update);
    const PendingActivityInfo changed = co_await Pending(workflow);
    CHECK(changed.schedule_to_close_timeout == 5s);
    CHECK(changed.start_to_close_timeout == 5s);  // capped
    const Outcome outcome = co_await workflow.TryResult();
    CHECK(outcome.status == history::WorkflowExecutionStatus::kFailed);
    const protocol::ActivityOptionsUpdate nothing;
    CHECK_THROWS_AS(co_await workflow.UpdateActivityOptions("p", nothing), ServiceError);
  });
}

TEST_CASE("an activity that is not there cannot be paused") {
  Play(WorkerOf(Beats), [](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart);
    co_await client.Sleep(1s);
    CHECK_THROWS_AS(co_await workflow.PauseActivity("q"), ServiceError);
    co_await workflow.Terminate();
  });
}

}  // namespace
}  // namespace groundhog::client
