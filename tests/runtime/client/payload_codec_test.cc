// A codec on client and workers: the server sees sealed payloads only, the code plain ones, and
// every history replays (Play asks all properties).
#include "runtime/history/payload_codec.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <tuple>

#include "replay/history_json.h"
#include "runtime/activity/context.h"
#include "runtime/client/batches.h"
#include "runtime/client/namespaces.h"
#include "runtime/client/schedule.h"
#include "runtime/workflow/replay.h"
#include "runtime/workflow/workflow.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "tests/raw/sealed.h"
#include "tests/runtime/client/one_script.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using history::Payloads;
using testing::ExpectEqual;
using testing::Play;
using workflow::Coro;

history::DataConverter SealedConverter() {
  return {.codec = std::make_shared<groundhog::testing::Sealed>(),
          .encode_common_attributes = true};
}

constexpr WorkflowType<std::string(std::string)> kVault{"Vault"};
constexpr WorkflowType<std::string(std::string)> kDrawer{"Drawer"};
constexpr ActivityType<std::string(std::string)> kEcho{"echo"};
constexpr ActivityType<std::string(std::string)> kRefuse{"refuse"};
constexpr SignalType<std::string> kTell{"tell"};
constexpr QueryType<std::string(std::string)> kAsk{"ask"};
constexpr UpdateType<std::string(std::string)> kChange{"change"};

class Drawer {
 public:
  Coro<std::string> Run(std::string text) { co_return text + "+drawer"; }
};

// Says everything once by each way on which a payload can travel.
// What is secret begins with "secret".
class Vault {
 public:
  Vault() {
    workflow::OnSignal(kTell, [this](const std::string& text) { told_ = text; });
    workflow::OnQuery(kAsk, [this](const std::string& text) { return text + told_; });
    workflow::OnUpdate(kChange, [this](const std::string& text) {
      changed_ = text;
      return "secret-" + text;
    });
  }
  Coro<std::string> Run(std::string input) {
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s,
                                            .retry_policy = {.maximum_attempts = 1}};
    const workflow::LocalActivityOptions local{.start_to_close_timeout = 5s};
    const workflow::ChildWorkflowOptions child{.workflow_id = "drawer"};
    const std::string echoed = co_await workflow::ExecuteActivity(kEcho, input, options);
    const std::string near = co_await workflow::ExecuteLocalActivity(kEcho, input, local);
    const std::string below = co_await workflow::ExecuteChildWorkflow(kDrawer, input, child);
    const workflow::Result<std::string> refused =
        co_await workflow::Try(workflow::ExecuteActivity(kRefuse, input, options));
    co_await workflow::WaitCondition([this] { return !told_.empty() && !changed_.empty(); });
    if (changed_ == "secret-fail") {
      throw history::ApplicationError("Broken", "secret-end", true, history::ToPayloads(told_));
    }
    co_return echoed + near + below + std::string(refused.message()) + told_ + changed_;
  }

 private:
  std::string told_;
  std::string changed_;
};

testing::MakeWorker VaultWorker() {
  return [] {
    return worker::WorkerOptions{
        .task_queue = testing::kQueue,
        .workflows = {workflow::Register<Vault>(kVault), workflow::Register<Drawer>(kDrawer)},
        .activities = {activity::Register(kEcho,
                                          [](activity::Context& context,
                                             std::string text) -> sim::Coro<std::string> {
                                            context.Heartbeat("secret-beat");
                                            co_return text + "+echo";
                                          }),
                       activity::Register(
                           kRefuse,
                           [](activity::Context&, std::string text) -> sim::Coro<std::string> {
                             throw history::ApplicationError("Refused", "secret-no", true,
                                                             history::ToPayloads(text));
                             co_return "";
                           })},
        .data_converter = SealedConverter()};
  };
}

const StartOptions kStart{.id = "w", .task_queue = testing::kQueue};

std::string TextOf(const history::EventHistory& events) { return replay::WriteHistory(events); }

TEST_CASE("with a codec the server sees only what is sealed, and the code only what is not") {
  Play(VaultWorker(), [](Client& client) -> sim::Coro<void> {
    client.set_data_converter(SealedConverter());
    StartOptions start = kStart;
    start.memo = Memo{{"note", "secret-memo"}};
    const auto vault = co_await client.Start(kVault, start, "secret");
    co_await vault.Signal(kTell, std::string("secret-told"));
    ExpectEqual(co_await vault.Query(kAsk, "secret?"), "secret?secret-told");
    ExpectEqual(co_await vault.Update(kChange, "secret-changed"), "secret-secret-changed");
    ExpectEqual(co_await vault.Result(),
                "secret+echosecret+echosecret+drawersecret-nosecret-toldsecret-changed");
    const auto described = co_await vault.Describe();
    CHECK(history::FromPayload<std::string>(*history::Find(described.info.memo, "note")) ==
          "secret-memo");

    history::EventHistory events = co_await vault.FetchHistory();
    CHECK(TextOf(events).find("c2VjcmV0") == std::string::npos);  // "secret" in base64
    CHECK(TextOf(events).find("secret") == std::string::npos);
    CHECK(TextOf(events).find("Encoded failure") != std::string::npos);

    workflow::WorkflowRegistry registry{workflow::Register<Vault>(kVault)};
    CHECK_FALSE(std::holds_alternative<workflow::Replayed>(workflow::Replay(registry, events)));
    registry.set_data_converter(SealedConverter());
    CHECK(std::holds_alternative<workflow::Replayed>(workflow::Replay(registry, events)));
  });
}

TEST_CASE("a failure's message travels sealed and comes out whole") {
  Play(VaultWorker(), [](Client& client) -> sim::Coro<void> {
    client.set_data_converter(SealedConverter());
    const auto vault = co_await client.Start(kVault, kStart, "secret");
    co_await vault.Signal(kTell, std::string("secret-told"));
    ExpectEqual(co_await vault.Update(kChange, "secret-fail"), "secret-secret-fail");
    const Outcome outcome = co_await vault.TryResult();
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->message == "secret-end");
    const auto* info = history::InfoAs<history::ApplicationFailureInfo>(outcome.failure);
    REQUIRE(info != nullptr);
    CHECK(history::FromPayload<std::string>(info->details.front()) == "secret-told");
    CHECK(TextOf(co_await vault.FetchHistory()).find("secret") == std::string::npos);
  });
}

TEST_CASE("what a schedule starts its runs with, and what a batch says, is sealed as well") {
  Play(VaultWorker(), [](Client& client) -> sim::Coro<void> {
    client.set_data_converter(SealedConverter());
    const ScheduleWorkflowOptions options{.id = "w", .task_queue = testing::kQueue};
    const Schedule schedule{.action = ScheduleActionStartWorkflow(kVault, options, "secret")};
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await handle.Trigger();
    co_await client.Sleep(1s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(history::FromPayload<std::string>(description.schedule.action.input.at(0)) == "secret");

    const auto vault =
        client.Handle(kVault, description.info.recent_actions.at(0).workflow.workflow_id);
    const BatchOptions all{.reason = "tell", .query = "WorkflowType = 'Vault'"};
    Batches batches(client);
    std::ignore = co_await batches.Signal(all, kTell, std::string("secret-told"));
    ExpectEqual(co_await vault.Update(kChange, "secret-changed"), "secret-secret-changed");
    ExpectEqual(co_await vault.Result(),
                "secret+echosecret+echosecret+drawersecret-nosecret-toldsecret-changed");
    CHECK(TextOf(co_await vault.FetchHistory()).find("secret") == std::string::npos);
  });
}

// The server's own words in the event of its end are plain: nobody may try to decode them.
TEST_CASE("a run that another start has terminated replays with a codec") {
  Play(VaultWorker(), [](Client& client) -> sim::Coro<void> {
    client.set_data_converter(SealedConverter());
    const auto first = co_await client.Start(kVault, kStart, "secret");
    StartOptions again = kStart;
    again.id_conflict_policy = history::WorkflowIdConflictPolicy::kTerminateExisting;
    const auto second = co_await client.Start(kVault, again, "secret");
    const Outcome ended = co_await first.TryResult();
    CHECK(ended.status == history::WorkflowExecutionStatus::kTerminated);
    co_await second.Terminate("enough", std::string("secret-word"));
  });
}

// Each namespace has its own key, and each run is replayed with that of its workers.
TEST_CASE("workers of two namespaces have two codecs") {
  struct Scene : Scenario {
    void Build(World& world) override {
      world.AddWorker("worker", VaultWorker());
      world.AddWorker("plain", [] {
        worker::WorkerOptions options = VaultWorker()();
        options.namespace_ = "plain";
        options.data_converter = {};
        return options;
      });
      world.AddClient("client", [](Client& client) -> sim::Coro<void> {
        Namespaces namespaces(client);
        const NamespaceOptions options{.retention = 24h};
        co_await namespaces.Register("plain", options);
        client.set_namespace("plain");
        const auto vault = co_await client.Start(kVault, kStart, "open");
        co_await vault.Signal(kTell, std::string("told"));
        (void)co_await vault.Update(kChange, "changed");
        (void)co_await vault.TryResult();
      });
      world.AddClient("other", [](Client& client) -> sim::Coro<void> {
        client.set_data_converter(SealedConverter());
        const auto vault = co_await client.Start(kVault, kStart, "secret");
        co_await vault.Signal(kTell, std::string("secret-told"));
        (void)co_await vault.Update(kChange, "secret-changed");
        (void)co_await vault.TryResult();
      });
    }
  };
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(MakeScenario<Scene>("two codecs", ""), uneventful, workspace);
  for (const properties::Violation& violation : simulation.Run().violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
  CHECK(simulation.evidence().runs.size() == 4);  // with the drawers
}

TEST_CASE("what a worker cannot decode fails the workflow task") {
  Play(VaultWorker(), [](Client& client) -> sim::Coro<void> {
    const auto vault = co_await client.Start(kVault, kStart, "plain");
    co_await client.Sleep(1s);
    history::EventHistory events = co_await vault.FetchHistory();
    const auto failed = std::find_if(events.begin(), events.end(), [](const auto& event) {
      return TypeOf(event) == history::EventType::kWorkflowTaskFailed;
    });
    REQUIRE(failed != events.end());
    // It is encoded like any other failure.
    CHECK(history::As<history::WorkflowTaskFailed>(*failed)->failure->message == "Encoded failure");
    co_await vault.Terminate("enough");
  });
}

// The workflow's worker has no codec, the one that runs its activities has.
class HalfSealed : public Scenario {
 public:
  explicit HalfSealed(Outcome& outcome) : outcome_(outcome) {}
  void Build(World& world) override {
    world.AddWorker("plain", [] {
      worker::WorkerOptions options = VaultWorker()();
      options.polls_activity_tasks = false;
      options.data_converter = {};
      return options;
    });
    world.AddWorker("sealed", [] {
      worker::WorkerOptions options = VaultWorker()();
      options.polls_workflow_tasks = false;
      return options;
    });
    world.AddClient("client", [this](Client& client) -> sim::Coro<void> {
      const auto vault = co_await client.Start(kVault, kStart, "plain");
      outcome_ = co_await vault.TryResult();
    });
  }

 private:
  Outcome& outcome_;
};

TEST_CASE("an activity whose input cannot be decoded fails as Temporal's SDK has it") {
  Outcome outcome;
  const ScenarioEntry entry{"half-sealed", "one codec too few",
                            [&outcome] { return std::make_unique<HalfSealed>(outcome); }};
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace, {.check_properties = false});
  simulation.Run();
  REQUIRE(outcome.failure);
  // What is between is the failure of the activity's task; it was sealed, and nobody opened it.
  CHECK(history::RootCause(outcome.failure)->message == "Encoded failure");
  const history::FailurePtr& cause = outcome.failure->cause;
  REQUIRE(cause);
  history::FailurePtr opened = cause;
  history::Convert(SealedConverter(), history::CodecDirection::kDecode, opened);
  CHECK(opened->message == "Failed decoding arguments");
  CHECK(opened->cause->message == "it is not sealed");
}

TEST_CASE("without a converter nothing is changed") {
  Payloads payloads = history::ToPayloads("text", nullptr);
  history::Convert(history::DataConverter{}, history::CodecDirection::kEncode, payloads);
  CHECK(payloads == history::ToPayloads("text", nullptr));
}

TEST_CASE("each part of a failure chain is converted there and back") {
  const history::DataConverter sealed = SealedConverter();
  const auto cause = history::MakeShared<history::Failure>(history::Failure{
      .message = "inner",
      .stack_trace = "here",
      .info = history::TimeoutFailureInfo{.last_heartbeat_details = history::ToPayloads(7)}});
  const auto failure = history::MakeShared<history::Failure>(history::Failure{
      .message = "outer",
      .info = history::ApplicationFailureInfo{.type = "T", .details = history::ToPayloads(8)},
      .cause = cause});
  history::FailurePtr travelling = failure;
  history::Convert(sealed, history::CodecDirection::kEncode, travelling);
  CHECK(travelling->message == "Encoded failure");
  CHECK(travelling->cause->stack_trace.empty());
  CHECK(history::InfoAs<history::ApplicationFailureInfo>(travelling)->details.front().encoding() ==
        "binary/sealed");
  CHECK(history::InfoAs<history::ApplicationFailureInfo>(travelling)->type == "T");
  history::Convert(sealed, history::CodecDirection::kDecode, travelling);
  CHECK(*travelling == *failure);
}

}  // namespace
}  // namespace groundhog::client
