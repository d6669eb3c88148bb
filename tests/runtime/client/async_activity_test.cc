// Activities that are completed from outside of their worker (recorded act_async_by_token,
// act_async_by_id, act_async_fail_then_ok, act_report_after_close,
// act_report_after_timeout; README 13).
#include "runtime/client/async_activity.h"

#include <chrono>
#include <memory>
#include <string>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using testing::ExpectEqual;
using testing::Play;

constexpr WorkflowType<std::string(int)> kOneActivity{"OneActivity"};
constexpr ActivityType<std::string()> kAsyncStep{"async_step"};

constexpr const char* kClosed = "NOT_FOUND: workflow execution already completed";
constexpr const char* kGone =
    "NOT_FOUND: invalid activityID or activity already timed out or invoking workflow is completed";

class OneActivity {
 public:
  workflow::Coro<std::string> Run(int first_interval_ms) {
    const workflow::ActivityOptions options{
        .start_to_close_timeout = 10s,
        .retry_policy = {.initial_interval = std::chrono::milliseconds(first_interval_ms)},
        .activity_id = "charge"};
    co_return co_await workflow::ExecuteActivity(kAsyncStep, options);
  }
};

// The task token of the attempt that is under way, as a queue between services would bring it.
using Mailbox = std::shared_ptr<std::string>;

testing::MakeWorker AsyncWorker(const Mailbox& mailbox) {
  return [mailbox] {
    const auto step = [mailbox](activity::Context& context) -> std::string {
      *mailbox = context.TaskToken();
      activity::RaiseCompleteAsync();
    };
    return worker::WorkerOptions{.task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<OneActivity>(kOneActivity)},
                                 .activities = {activity::Register(kAsyncStep, step)}};
  };
}

const StartOptions kStart{.id = "w", .task_queue = testing::kQueue};

// What a call comes to.
sim::Coro<std::string> Said(sim::Coro<void> call) {
  try {
    co_await call;
  } catch (const std::exception& error) {
    co_return std::string(error.what());
  }
  co_return "ok";
}

TEST_CASE("an activity is completed by its task token, once") {
  const auto token = std::make_shared<std::string>();
  Play(AsyncWorker(token), [token](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart, 1000);
    co_await client.Sleep(300ms);
    const AsyncActivityHandle step = client.GetAsyncActivityHandle(*token);
    co_await step.Heartbeat("half way");
    const auto told = co_await workflow.Describe();
    REQUIRE(told.pending_activities.size() == 1);
    CHECK(told.pending_activities[0].heartbeat_details == history::ToPayloads("half way"));
    CHECK(told.pending_activities[0].state == protocol::PendingActivityState::kStarted);
    co_await step.Complete("from outside");
    ExpectEqual(co_await workflow.Result(), "from outside");
    ExpectEqual(co_await Said(step.Complete("again")), kClosed);
  });
}

TEST_CASE("an activity is completed by its id") {
  const auto token = std::make_shared<std::string>();
  Play(AsyncWorker(token), [token](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart, 1000);
    co_await client.Sleep(300ms);
    const AsyncActivityHandle other = client.GetAsyncActivityHandle("w", "", "other");
    ExpectEqual(
        co_await Said(other.Complete("x")),
        "NOT_FOUND: cannot find pending activity with ActivityID other, check workflow execution "
        "history for more details");
    const AsyncActivityHandle charge = client.GetAsyncActivityHandle("w", "", "charge");
    co_await charge.Complete("ok");
    ExpectEqual(co_await workflow.Result(), "ok");
    ExpectEqual(co_await Said(charge.Complete("again")), kClosed);
  });
}

TEST_CASE("a token is good for one attempt") {
  const auto token = std::make_shared<std::string>();
  Play(AsyncWorker(token), [token](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart, 200);
    co_await client.Sleep(100ms);
    const AsyncActivityHandle first = client.GetAsyncActivityHandle(*token);
    const history::ApplicationError declined("Declined", "no");
    co_await first.Fail(declined);
    co_await client.Sleep(400ms);
    ExpectEqual(co_await Said(first.Complete("late")), kGone);
    const AsyncActivityHandle second = client.GetAsyncActivityHandle(*token);
    co_await second.Complete("second");
    ExpectEqual(co_await workflow.Result(), "second");
  });
}

TEST_CASE("whoever reports too late is told so: after the end of the run, after the timeout") {
  const auto token = std::make_shared<std::string>();
  Play(AsyncWorker(token), [token](Client& client) -> sim::Coro<void> {
    const history::ApplicationError failure("Declined", "no");
    const auto workflow = co_await client.Start(kOneActivity, kStart, 30000);
    co_await client.Sleep(11s);
    const AsyncActivityHandle timed_out = client.GetAsyncActivityHandle(*token);
    ExpectEqual(co_await Said(timed_out.Complete("late")), kGone);
    ExpectEqual(co_await Said(timed_out.Heartbeat()), kGone);
    co_await client.Sleep(31s);
    const AsyncActivityHandle step = client.GetAsyncActivityHandle(*token);
    co_await workflow.Terminate();
    ExpectEqual(co_await Said(step.Complete("late")), kClosed);
    ExpectEqual(co_await Said(step.Fail(failure)), kClosed);
    ExpectEqual(co_await Said(step.Heartbeat()), kClosed);
  });
}

class Impatient {
 public:
  workflow::Coro<std::string> Run(int patience_ms) {
    const workflow::ActivityOptions options{
        .start_to_close_timeout = 10s,
        .cancellation_type = workflow::ActivityCancellationType::kWaitCancellationCompleted};
    auto step = workflow::ExecuteActivity(kAsyncStep, options);
    co_await workflow::Sleep(std::chrono::milliseconds(patience_ms));
    step.Cancel();
    const workflow::Result<std::string> result = co_await workflow::Try(step);
    co_return result.canceled() ? "cancelled" : "not cancelled";
  }
};

TEST_CASE("a heartbeat from outside hears of a cancellation, which is then reported") {
  const auto token = std::make_shared<std::string>();
  const auto worker = [token] {
    worker::WorkerOptions options = AsyncWorker(token)();
    options.workflows = {workflow::Register<Impatient>(kOneActivity)};
    return options;
  };
  Play(worker, [token](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart, 1000);
    co_await client.Sleep(500ms);
    const AsyncActivityHandle step = client.GetAsyncActivityHandle(*token);
    co_await step.Heartbeat();
    ExpectEqual(
        co_await Said(step.ReportCancellation()),
        "INVALID_ARGUMENT: unable to mark activity as canceled without activity being request "
        "canceled first");
    co_await client.Sleep(1s);
    CHECK_THROWS_AS(co_await step.Heartbeat(), AsyncActivityCancelledError);
    co_await step.ReportCancellation("stopped");
    ExpectEqual(co_await workflow.Result(), "cancelled");
  });
}

TEST_CASE("an activity that no worker has taken is completed by its id, and nothing else") {
  const auto only_workflows = [] {
    return worker::WorkerOptions{.task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<OneActivity>(kOneActivity)},
                                 .polls_activity_tasks = false};
  };
  Play(only_workflows, [](Client& client) -> sim::Coro<void> {
    const auto workflow = co_await client.Start(kOneActivity, kStart, 1000);
    co_await client.Sleep(100ms);
    const AsyncActivityHandle charge = client.GetAsyncActivityHandle("w", "", "charge");
    const history::ApplicationError no("Declined", "no");
    ExpectEqual(co_await Said(charge.Heartbeat()), kGone);
    ExpectEqual(co_await Said(charge.Fail(no)), kGone);
    ExpectEqual(co_await Said(charge.ReportCancellation()), kGone);
    co_await charge.Complete("by hand");
    ExpectEqual(co_await workflow.Result(), "by hand");
    const auto events = co_await workflow.FetchHistory();
    const auto* started = history::As<history::ActivityTaskStarted>(events.at(5));
    REQUIRE(started != nullptr);
    CHECK(started->identity == "client");
  });
}

TEST_CASE("what is no task token is refused") {
  Play(nullptr, [](Client& client) -> sim::Coro<void> {
    CHECK_THROWS_AS(client.GetAsyncActivityHandle("3:abc"), ServiceError);
    CHECK_THROWS_AS(client.GetAsyncActivityHandle("-1:"), ServiceError);
    co_return;
  });
}

}  // namespace
}  // namespace groundhog::client
