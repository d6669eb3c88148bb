// A rollout as users know it: two builds of the code at once, pinned runs end where they began,
// auto-upgraded ones move with a patch; what happens without the patch, and how one goes back.
#include "runtime/client/deployments.h"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "explore/survives.h"
#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using worker::VersioningBehavior;
using workflow::Coro;

constexpr const char* kQueue = "queue";
constexpr const char* kDeployment = "orders";
constexpr WorkflowType<std::string()> kOrder{"Order"};
constexpr WorkflowType<std::string()> kPatient{"Patient"};
constexpr SignalType<> kGo{"go"};
constexpr ActivityType<std::string()> kWhere{"where"};

// Waits for "go", then says which build did its activity.
class Order {
 public:
  Order() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }
  Coro<std::string> Run() {
    co_await workflow::WaitCondition([this] { return go_; });
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    co_return co_await workflow::ExecuteActivity(kWhere, options);
  }

 protected:
  bool go_ = false;
};

class Patient : public Order {
 public:
  Coro<std::string> Run() {
    co_await workflow::Sleep(100ms);
    co_return co_await Order::Run();
  }
};

// The second build does without the sleep, for runs that are new to it.
class PatientPatched : public Order {
 public:
  Coro<std::string> Run() {
    if (!workflow::Patched("no sleep")) co_await workflow::Sleep(100ms);
    co_return co_await Order::Run();
  }
};

// The planted bug: for all of them.
class PatientBroken : public Order {
 public:
  Coro<std::string> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    co_await workflow::ExecuteActivity(kWhere, options);
    co_return co_await Order::Run();
  }
};

constexpr WorkflowType<std::string(int)> kMoves{"Moves"};

// Pinned, and moves all the same when it hears of another version: by going on as new.
class Moves : public Order {
 public:
  Coro<std::string> Run(int n) {
    if (n == 1) {
      co_await workflow::WaitCondition([this] { return go_; });
      if (!workflow::Info().target_worker_deployment_version_changed) co_return "stays";
      const workflow::ContinueAsNewOptions options{
          .initial_versioning_behavior = history::ContinueAsNewVersioningBehavior::kAutoUpgrade};
      workflow::ContinueAsNew(kMoves, 2, options);
    }
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    co_return co_await workflow::ExecuteActivity(kWhere, options);
  }
};

template <class PatientCode>
WorkerOptions Build(const std::string& build_id) {
  const auto where = [build_id] { return build_id; };
  WorkerOptions options{
      .task_queue = kQueue,
      .workflows = {workflow::Register<Order>(kOrder, VersioningBehavior::kPinned),
                    workflow::Register<PatientCode>(kPatient)},
      .activities = {activity::Register(kWhere, where)}};
  options.deployment_options = worker::WorkerDeploymentOptions{
      .version = {.build_id = build_id, .deployment_name = kDeployment},
      .use_worker_versioning = true,
      .default_versioning_behavior = VersioningBehavior::kAutoUpgrade};
  return options;
}

struct Seen {
  std::string old_order = "nothing";
  std::string new_order = "nothing";
  std::string patient = "nothing";
  bool operator==(const Seen&) const = default;
};

// Until a worker of the version has polled for both kinds of task.
sim::Coro<void> AwaitVersion(Client& client, std::string build_id) {
  Deployments deployments(client);
  for (;;) {
    try {
      const auto told = co_await deployments.DescribeVersion(kDeployment, build_id);
      if (told.version_task_queues.size() == 2) co_return;
    } catch (const ServiceError& error) {
      if (!absl::IsNotFound(error.status())) throw;
    }
    co_await client.process().Sleep(100ms);
  }
}

// Until the workflow's first task is completed.
sim::Coro<void> AwaitBegin(Client& client, UntypedHandle handle) {
  for (;;) {
    const auto told = co_await handle.Describe();
    const auto& versioning = told.info.versioning_info;
    if (versioning && versioning->deployment_version) co_return;
    co_await client.process().Sleep(100ms);
  }
}

// A signal that was delivered, but whose answer is lost,
// may find its workflow closed when it is sent again.
sim::Coro<void> Go(UntypedHandle handle) {
  try {
    co_await handle.Signal(kGo);
  } catch (const ServiceError& error) {
    if (!absl::IsNotFound(error.status())) throw;
  }
}

sim::Coro<std::string> ResultOf(UntypedHandle handle) {
  const Outcome outcome = co_await handle.TryResult();
  if (!outcome.completed()) co_return std::string(NameOf(outcome.status));
  co_return history::ResultFromPayloads<std::string>(outcome.result);
}

template <class SecondPatient>
class Rollout : public Scenario {
 public:
  explicit Rollout(bool goes_back = false) : goes_back_(goes_back) {}
  const Seen& seen() const { return seen_; }

  void Build(World& world) override {
    world.AddWorker("first", [] { return client::Build<Patient>("1"); });
    world.AddWorker("second", [] { return client::Build<SecondPatient>("2"); });
    world.AddClient("client", [this](Client& client) { return RollOut(client); });
    world.AtTheEnd("pinned runs end where they began, the others move", [this](const Ledgers&) {
      return seen_ == Seen{.old_order = "1", .new_order = "2", .patient = goes_back_ ? "1" : "2"};
    });
  }

 private:
  sim::Coro<void> RollOut(Client& client) {
    Deployments deployments(client);
    StartOptions start{.id = "old", .task_queue = kQueue, .execution_timeout = 10min};
    co_await AwaitVersion(client, "1");
    std::ignore = co_await deployments.SetCurrentVersion(kDeployment, "1");
    const auto old_order = co_await client.Start(kOrder, start);
    start.id = "patient";
    const auto patient = co_await client.Start(kPatient, start);
    co_await AwaitBegin(client, old_order);
    co_await AwaitBegin(client, patient);
    co_await client.process().Sleep(1s);
    co_await AwaitVersion(client, "2");
    std::ignore = co_await deployments.SetCurrentVersion(kDeployment, "2");
    start.id = "new";
    const auto new_order = co_await client.Start(kOrder, start);
    co_await AwaitBegin(client, new_order);
    co_await Go(old_order);
    co_await Go(new_order);
    co_await Go(patient);
    seen_.old_order = co_await ResultOf(old_order);
    seen_.new_order = co_await ResultOf(new_order);
    if (goes_back_) {
      std::ignore = co_await deployments.SetCurrentVersion(kDeployment, "1");
    }
    seen_.patient = co_await ResultOf(patient);
  }

  bool goes_back_;
  Seen seen_;
};

template <class SecondPatient>
Seen PlayRollout(bool goes_back, properties::Violations& violations) {
  Seen seen;
  Rollout<SecondPatient>* built = nullptr;
  const ScenarioEntry entry{.name = "rollout", .make = [&] {
                              auto made = std::make_unique<Rollout<SecondPatient>>(goes_back);
                              built = made.get();
                              return made;
                            }};
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace);
  violations = simulation.Run().violations;
  return built->seen();
}

TEST_CASE("pinned runs end where they began, auto-upgraded ones move with a patch") {
  properties::Violations violations;
  const Seen seen = PlayRollout<PatientPatched>(false, violations);
  CHECK(seen.old_order == "1");
  CHECK(seen.new_order == "2");
  CHECK(seen.patient == "2");
  for (const properties::Violation& violation : violations) FAIL_CHECK(violation.message);
}

TEST_CASE("without the patch the run that moves is stuck") {
  properties::Violations violations;
  const Seen seen = PlayRollout<PatientBroken>(false, violations);
  CHECK(seen.old_order == "1");
  CHECK(seen.patient == "TIMED_OUT");
  REQUIRE_FALSE(violations.empty());
}

TEST_CASE("a run that is stuck on a bad build ends where it began when that is current again") {
  properties::Violations violations;
  const Seen seen = PlayRollout<PatientBroken>(true, violations);
  CHECK(seen.patient == "1");
  for (const properties::Violation& violation : violations) FAIL_CHECK(violation.message);
}

TEST_CASE("no single fault sends a run to the wrong build", "[campaign][slow]") {
  const auto faults =
      Faults().AtMost(1).Without("worker/activity.before_effect=non_retryable_error");
  const ScenarioEntry entry{.name = "rollout", .description = "two builds at once", .make = [] {
                              return std::make_unique<Rollout<PatientPatched>>();
                            }};
  CHECK_THAT(entry, Survives(faults));
}

class MovingByItself : public Scenario {
 public:
  void Build(World& world) override {
    for (const char* build_id : {"1", "2"}) {
      world.AddWorker(build_id, [build_id] {
        WorkerOptions options = client::Build<Patient>(build_id);
        options.workflows.push_back(workflow::Register<Moves>(kMoves, VersioningBehavior::kPinned));
        return options;
      });
    }
    world.AddClient("client", [this](Client& client) { return Watch(client); });
    world.AtTheEnd("it hears of another version only when there is one",
                   [this](const Ledgers&) { return stays_ == "stays" && moves_ == "2"; });
  }

 private:
  sim::Coro<void> Watch(Client& client) {
    Deployments deployments(client);
    co_await AwaitVersion(client, "1");
    co_await AwaitVersion(client, "2");
    std::ignore = co_await deployments.SetCurrentVersion(kDeployment, "1");
    StartOptions start{.id = "stays", .task_queue = kQueue};
    const auto stays = co_await client.Start(kMoves, start, 1);
    start.id = "moves";
    const auto moves = co_await client.Start(kMoves, start, 1);
    co_await AwaitBegin(client, stays);
    co_await AwaitBegin(client, moves);
    co_await Go(stays);
    stays_ = co_await ResultOf(stays);
    std::ignore = co_await deployments.SetCurrentVersion(kDeployment, "2");
    co_await Go(moves);
    moves_ = co_await ResultOf(moves);
  }

  std::string stays_;
  std::string moves_;
};

TEST_CASE("a pinned run can move to another version by going on as new") {
  const ScenarioEntry entry{.name = "moving by itself",
                            .make = [] { return std::make_unique<MovingByItself>(); }};
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace);
  const Verdict verdict = simulation.Run();
  for (const auto& violation : verdict.violations) FAIL_CHECK(violation.message);
  CHECK(verdict.holds());
}

class LoneWorker : public Scenario {
 public:
  explicit LoneWorker(WorkerOptions options) : options_(std::move(options)) {}
  void Build(World& world) override {
    world.AddWorker("worker", [this] { return options_; });
  }

 private:
  WorkerOptions options_;
};

// What the worker refuses to start with; empty: nothing.
std::string RefusalOf(const WorkerOptions& options) {
  const ScenarioEntry entry{.name = "lone worker",
                            .make = [&] { return std::make_unique<LoneWorker>(options); }};
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace);
  try {
    simulation.Run();
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST_CASE("a worker refuses what Temporal's SDKs refuse of worker versioning") {
  WorkerOptions options = Build<Patient>("1");
  CHECK(RefusalOf(options).empty());
  options.deployment_options->default_versioning_behavior = VersioningBehavior::kUnspecified;
  CHECK(RefusalOf(options) ==
        "workflow 'Patient' needs a versioning behavior: give one to Register, or set "
        "default_versioning_behavior");
  options.deployment_options->use_worker_versioning = false;
  CHECK(RefusalOf(options).empty());
  options.deployment_options->default_versioning_behavior = VersioningBehavior::kPinned;
  CHECK(RefusalOf(options) == "default_versioning_behavior needs use_worker_versioning");
  options = Build<Patient>("1");
  options.build_id = "1";
  CHECK(RefusalOf(options) == "deployment_options already name a build: leave build_id");
}

}  // namespace
}  // namespace groundhog::client
