// Headers from end to end: what a client, an author or nobody (propagated ones)
// gave to a call, and where it comes out.
#include "runtime/history/header.h"

#include <chrono>
#include <string>

#include "runtime/activity/context.h"
#include "runtime/client/schedule.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using testing::ExpectEqual;
using testing::kQueue;
using testing::Play;
using workflow::ContinueAsNew;
using workflow::Coro;
using workflow::CurrentHeader;

constexpr WorkflowType<std::string(int)> kRelay{"Relay"};
constexpr WorkflowType<std::string()> kChild{"Child"};
constexpr WorkflowType<std::string()> kHeard{"Heard"};
constexpr WorkflowType<std::string()> kFlaky{"Flaky"};
constexpr ActivityType<std::string()> kSeen{"seen"};
constexpr SignalType<> kTell{"tell"};
constexpr QueryType<std::string()> kAsk{"ask"};
constexpr UpdateType<std::string()> kChange{"change"};

// "acme/-": the fields tenant and trace.
std::string TextOf(const Header& header) {
  return header.Get<std::string>("tenant").value_or("-") + "/" +
         header.Get<std::string>("trace").value_or("-");
}

const workflow::ActivityOptions kRemote{.start_to_close_timeout = 5s,
                                        .retry_policy = {.maximum_attempts = 2}};
const workflow::LocalActivityOptions kLocal{.start_to_close_timeout = 5s};

class Child {
 public:
  Coro<std::string> Run() { co_return TextOf(workflow::Info().header); }
};

// What a signal, an update and a query bring, with what their handlers start.
class Heard {
 public:
  Heard() {
    workflow::OnSignal(kTell, [this]() -> Coro<void> {
      const std::string before = TextOf(CurrentHeader());
      const std::string seen = co_await workflow::ExecuteActivity(kSeen, kRemote);
      told_ += before + "=" + seen + "=" + TextOf(CurrentHeader()) + " ";
      ++times_;
    });
    workflow::OnQuery(kAsk, [] { return TextOf(CurrentHeader()); });
    workflow::OnUpdate(
        kChange,
        []() -> Coro<std::string> {
          std::string seen;
          const auto spawned = workflow::Spawn([&seen]() -> Coro<void> {
            co_await workflow::Sleep(1s);
            seen = co_await workflow::ExecuteActivity(kSeen, kRemote);
          });
          co_await spawned;
          co_return TextOf(CurrentHeader()) + "=" + seen;
        },
        [] {
          if (CurrentHeader().Get<std::string>("tenant") == "nobody") {
            throw std::invalid_argument("no such tenant");
          }
        });
  }
  Coro<std::string> Run() {
    co_await workflow::WaitCondition([this] { return times_ == 2; });
    co_return told_ + TextOf(CurrentHeader());
  }

 private:
  std::string told_;
  int times_ = 0;
};

// Starts everything that can be started, in two runs.
class Relay {
 public:
  Coro<std::string> Run(int round) {
    if (round == 1) {
      const workflow::ContinueAsNewOptions next{.header = {{"trace", "next"}}};
      ContinueAsNew(kRelay, 2, next);
    }
    workflow::ActivityOptions given = kRemote;
    given.header = {{"tenant", "other"}};
    const workflow::ChildWorkflowOptions child{.workflow_id = "child"};
    const workflow::ChildWorkflowOptions listener{.workflow_id = "heard"};
    const std::string remote = co_await workflow::ExecuteActivity(kSeen, kRemote);
    const std::string chosen = co_await workflow::ExecuteActivity(kSeen, given);
    const std::string local = co_await workflow::ExecuteLocalActivity(kSeen, kLocal);
    const std::string below = co_await workflow::ExecuteChildWorkflow(kChild, child);
    const auto heard = co_await workflow::StartChildWorkflow(kHeard, listener);
    co_await heard.Signal(kTell);
    co_await workflow::ExternalWorkflow("heard").Signal(kTell);
    const std::string told = co_await heard;
    co_return remote + " " + chosen + " " + local + " " + below + " " + told;
  }
};

// Fails once.
class Flaky {
 public:
  Coro<std::string> Run() {
    if (workflow::Info().attempt == 1) throw history::ApplicationError("Broken", "again");
    co_return TextOf(workflow::Info().header);
  }
};

worker::WorkerOptions Plain() {
  return {.task_queue = kQueue,
          .workflows = {workflow::Register<Relay>(kRelay), workflow::Register<Child>(kChild),
                        workflow::Register<Heard>(kHeard), workflow::Register<Flaky>(kFlaky)},
          .activities = {
              activity::Register(kSeen, [](activity::Context& context) -> sim::Coro<std::string> {
                if (context.info().header.Get<bool>("refuse") && context.info().attempt == 1) {
                  throw history::ApplicationError("Broken", "again");
                }
                co_return TextOf(context.info().header);
              })}};
}

worker::WorkerOptions Propagating() {
  worker::WorkerOptions options = Plain();
  options.propagated_headers = {"trace", "tenant", "refuse"};
  return options;
}

StartOptions ByAcme() {
  return {.id = "w", .task_queue = kQueue, .header = {{"tenant", "acme"}, {"trace", "t1"}}};
}

TEST_CASE("what is propagated reaches all that a run starts, and the next run") {
  Play(Propagating, [](Client& client) -> sim::Coro<void> {
    const StartOptions start = ByAcme();
    const auto relay = co_await client.Start(kRelay, start, 1);
    ExpectEqual(co_await relay.Result(),
                "acme/next other/next acme/next acme/next "
                "acme/next=acme/next=acme/next acme/next=acme/next=acme/next acme/next");
  });
}

TEST_CASE("without propagation only what the author gave travels") {
  Play(Plain, [](Client& client) -> sim::Coro<void> {
    const StartOptions start = ByAcme();
    const auto relay = co_await client.Start(kRelay, start, 2);
    ExpectEqual(co_await relay.Result(), "-/- other/- -/- -/- -/-=-/-=-/- -/-=-/-=-/- -/-");
  });
}

TEST_CASE("a handler sees its own message's header, and passes that on") {
  Play(Propagating, [](Client& client) -> sim::Coro<void> {
    const StartOptions start = ByAcme();
    const auto heard = co_await client.Start(kHeard, start);
    const QueryOptions asking{.header = {{"tenant", "asker"}}};
    const UpdateOptions changing{.header = {{"tenant", "changer"}}};
    const UpdateOptions refused{.header = {{"tenant", "nobody"}}};
    ExpectEqual(co_await heard.Query(kAsk), "acme/t1");
    ExpectEqual(co_await heard.Query(kAsk, asking), "asker/-");
    ExpectEqual(co_await heard.Update(kChange), "acme/t1=acme/t1");
    ExpectEqual(co_await heard.Update(kChange, changing), "changer/-=changer/t1");
    try {
      co_await heard.Update(kChange, refused);
      FAIL_CHECK("it was to be rejected");
    } catch (const WorkflowUpdateFailedError& error) {
      CHECK_THAT(error.what(), Catch::Matchers::Contains("no such tenant"));
    }
    client.set_header({{"tenant", "teller"}});
    co_await heard.Signal(kTell);
    client.set_header({});
    co_await heard.Signal(kTell);
    ExpectEqual(co_await heard.Result(),
                "teller/-=teller/t1=teller/- acme/t1=acme/t1=acme/t1 acme/t1");
  });
}

TEST_CASE("a client's header goes with every call, and a call's own has the last word") {
  Play(Propagating, [](Client& client) -> sim::Coro<void> {
    client.set_header({{"tenant", "mine"}, {"trace", "c"}});
    const StartOptions plain{.id = "a", .task_queue = kQueue};
    const auto first = co_await client.Start(kChild, plain);
    ExpectEqual(co_await first.Result(), "mine/c");
    const StartOptions own{
        .id = "b", .task_queue = kQueue, .header = {{"tenant", "own"}, {"trace", nullptr}}};
    const auto second = co_await client.Start(kChild, own);
    ExpectEqual(co_await second.Result(), "own/-");
    const StartOptions signalled{
        .id = "c", .task_queue = kQueue, .start_signal = SignalCall(kTell)};
    const auto third = co_await client.Start(kHeard, signalled);
    ExpectEqual(co_await third.Query(kAsk), "mine/c");
    co_await third.Terminate();
  });
}

TEST_CASE("retries of a workflow and of an activity keep the header; histories have it") {
  Play(Propagating, [](Client& client) -> sim::Coro<void> {
    StartOptions start = ByAcme();
    start.retry_policy = history::RetryPolicy{.initial_interval = 1s};
    const auto flaky = co_await client.Start(kFlaky, start);
    ExpectEqual(co_await flaky.Result(), "acme/t1");

    const StartOptions refused{
        .id = "v", .task_queue = kQueue, .header = {{"refuse", true}, {"tenant", "acme"}}};
    const auto heard = co_await client.Start(kHeard, refused);
    ExpectEqual(co_await heard.Update(kChange), "acme/-=acme/-");
    const history::EventHistory events = co_await heard.FetchHistory();
    std::size_t scheduled = 0;
    for (const history::HistoryEvent& event : events) {
      const auto* activity = history::As<history::ActivityTaskScheduled>(event);
      if (activity == nullptr) continue;
      ++scheduled;
      CHECK(activity->header == refused.header.fields());
    }
    CHECK(scheduled == 1);
    co_await heard.Terminate();
  });
}

}  // namespace
}  // namespace groundhog::client
