// Worker deployments: which worker gets a task, what moves a run to another version,
// and that the registry survives.
#include "runtime/protocol/deployments.h"

#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using history::VersioningBehavior;
using history::WorkerDeploymentVersion;

constexpr const char* kDeployment = "shop";
constexpr auto kPinned = VersioningBehavior::kPinned;
constexpr auto kAuto = VersioningBehavior::kAutoUpgrade;

WorkerDeploymentVersion Build(const std::string& build_id) {
  return {.build_id = build_id, .deployment_name = kDeployment};
}
history::VersionPtr BuildPtr(const std::string& build_id) {
  return build_id.empty() ? nullptr : history::MakeShared<WorkerDeploymentVersion>(Build(build_id));
}

auto PollAs(RawWorld& w, const std::string& build_id, const std::string& queue = kQueue) {
  protocol::PollWorkflowTaskQueueRequest request{.task_queue = {.name = queue},
                                                 .identity = "worker " + build_id,
                                                 .request_id = w.NextRequestId(),
                                                 .deployment_version = BuildPtr(build_id)};
  return w.Say(request, "");
}
auto PollActivityAs(RawWorld& w, const std::string& build_id) {
  protocol::PollActivityTaskQueueRequest request{.task_queue = kQueue,
                                                 .identity = "worker " + build_id,
                                                 .request_id = w.NextRequestId(),
                                                 .deployment_version = BuildPtr(build_id)};
  return w.Say(request, "");
}
auto CompleteAs(RawWorld& w, const WorkflowTask& task, const std::string& build_id,
                VersioningBehavior behavior, history::Commands commands = {}) {
  protocol::RespondWorkflowTaskCompletedRequest request =
      w.CompleteRequest(task.value(), std::move(commands));
  request.deployment_version = BuildPtr(build_id);
  request.versioning_behavior = behavior;
  return w.Report(request, task);
}
auto SetCurrent(RawWorld& w, const std::string& build_id) {
  protocol::SetWorkerDeploymentCurrentVersionRequest request{
      .deployment_name = kDeployment, .build_id = build_id, .identity = "client-1"};
  return w.Say(request, kDeployment, build_id);
}
auto SetRamping(RawWorld& w, const std::string& build_id, double percentage) {
  protocol::SetWorkerDeploymentRampingVersionRequest request{.deployment_name = kDeployment,
                                                             .build_id = build_id,
                                                             .percentage = percentage,
                                                             .identity = "client-1"};
  return w.Say(request, kDeployment, build_id);
}
auto DescribeDeployment(RawWorld& w) {
  protocol::DescribeWorkerDeploymentRequest request{.deployment_name = kDeployment};
  return w.Say(request, kDeployment);
}
using Override = std::optional<history::VersioningOverride>;
auto UpdateOptions(RawWorld& w, const std::string& workflow_id, const Override& versioning) {
  protocol::UpdateWorkflowExecutionOptionsRequest request{
      .workflow_execution = {.workflow_id = workflow_id},
      .workflow_execution_options = {.versioning_override = versioning},
      .identity = "client-1"};
  return w.Say(request, workflow_id);
}

// Both kinds of poller of a version, which find nothing yet.
sim::Coro<void> Introduce(RawWorld& w, std::string build_id) {
  w.raw().Spawn([](RawWorld& world, std::string build) -> sim::Coro<void> {
    std::ignore = co_await PollAs(world, build);
  }(w, build_id));
  w.raw().Spawn([](RawWorld& world, std::string build) -> sim::Coro<void> {
    std::ignore = co_await PollActivityAs(world, build);
  }(w, build_id));
  co_await w.Sleep(100ms);
}

// Known, without anybody who polls: it is what a crash of the server leaves.
sim::Coro<void> Know(RawWorld& w, std::string first, std::string second = "") {
  co_await Introduce(w, first);
  if (!second.empty()) co_await Introduce(w, second);
  w.server().Crash(1s);
  co_await w.Sleep(2s);
}

// A run whose first task this version has completed.
sim::Coro<void> RunOn(RawWorld& w, std::string workflow_id, std::string build_id,
                      VersioningBehavior behavior, history::Commands commands = {}) {
  ExpectOk(co_await w.Start(workflow_id));
  const WorkflowTask task = co_await PollAs(w, build_id);
  CHECK(task->token.execution.workflow_id == workflow_id);
  ExpectOk(co_await CompleteAs(w, task, build_id, behavior, std::move(commands)));
}

const ExecutionInfo& InfoOf(const RawWorld& w, const std::string& workflow_id) {
  return w.durable().run(*w.durable().FindCurrent(workflow_id)).state.info;
}
std::string VersionOf(const RawWorld& w, const std::string& workflow_id) {
  const auto version = EffectiveVersion(InfoOf(w, workflow_id).versioning);
  return version ? version->build_id : "none";
}

TEST_CASE("new runs go to the current version, pinned ones stay, auto-upgraded ones move") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "1"));
    co_await RunOn(w, "pinned", "1", kPinned);
    co_await RunOn(w, "moves", "1", kAuto);
    const auto before = co_await SetCurrent(w, "2");
    CHECK(before->previous_deployment_version == Build("1"));
    ExpectOk(co_await w.Signal("pinned", "go"));
    ExpectOk(co_await w.Signal("moves", "go"));
    ExpectOk(co_await w.Start("new"));
    const WorkflowTask stays = co_await PollAs(w, "1");
    CHECK(stays->token.execution.workflow_id == "pinned");
    const auto* started = history::As<history::WorkflowTaskStarted>(stays->history.back());
    CHECK(started->target_worker_deployment_version_changed);
    const WorkflowTask moved = co_await PollAs(w, "2");
    CHECK(moved->token.execution.workflow_id == "moves");
    CHECK(moved->history.front().event_id == 1);
    const WorkflowTask fresh = co_await PollAs(w, "2");
    CHECK(fresh->token.execution.workflow_id == "new");
    CHECK(InTransition(InfoOf(w, "moves").versioning));
    ExpectOk(co_await CompleteAs(w, moved, "2", kAuto, CommandsOf(CompleteWorkflow())));
    ExpectOk(co_await CompleteAs(w, stays, "1", kPinned, CommandsOf(CompleteWorkflow())));
    ExpectOk(co_await CompleteAs(w, fresh, "2", kPinned, CommandsOf(CompleteWorkflow())));
    CHECK_FALSE(InTransition(InfoOf(w, "moves").versioning));
    CHECK(VersionOf(w, "moves") == "2");
    CHECK(VersionOf(w, "pinned") == "1");
    const auto pinned = co_await w.Count("TemporalWorkerDeploymentVersion = 'shop:1'");
    CHECK(pinned->count == 1);
    const auto of_both = co_await w.Count("TemporalUsedWorkerDeploymentVersions = 'shop:1'");
    CHECK(of_both->count == 2);
    const auto behavior = co_await w.Count("TemporalWorkflowVersioningBehavior = 'AutoUpgrade'");
    CHECK(behavior->count == 1);
    const auto deployment = co_await w.Count("TemporalWorkerDeployment = 'shop'");
    CHECK(deployment->count == 3);
    const auto build_ids = co_await w.Count("BuildIds = 'pinned:shop:1'");
    CHECK(build_ids->count == 1);
  });
}

TEST_CASE(
    "a task that waits for a version without workers goes elsewhere when the routing changes") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "2"));
    ExpectOk(co_await w.Start("waits"));
    co_await w.Sleep(10s);
    CHECK(InfoOf(w, "waits").workflow_task.phase == TaskPhase::kScheduled);
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    CHECK(w.CountEvents("waits", history::EventType::kWorkflowTaskScheduled) == 1);
    ExpectOk(co_await SetCurrent(w, "1"));
    const WorkflowTask task = co_await PollAs(w, "1");
    CHECK(task->token.execution.workflow_id == "waits");
    ExpectOk(co_await SetCurrent(w, ""));
    ExpectOk(co_await CompleteAs(w, task, "1", kAuto));
    ExpectOk(co_await w.Signal("waits", "go"));
    const WorkflowTask unversioned = co_await w.Poll();
    CHECK(unversioned->token.execution.workflow_id == "waits");
    ExpectOk(co_await w.Complete(unversioned, CommandsOf(CompleteWorkflow())));
    CHECK(VersionOf(w, "waits") == "none");
  });
}

TEST_CASE("an unversioned worker gets what no version is current for, and nothing else") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1");
    ExpectOk(co_await w.Start("first"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task));
    CHECK_FALSE(InfoOf(w, "first").versioning);
    ExpectOk(co_await SetCurrent(w, "1"));
    ExpectOk(co_await w.Signal("first", "go"));
    const WorkflowTask moved = co_await PollAs(w, "1");
    CHECK(moved->token.execution.workflow_id == "first");
    ExpectOk(co_await CompleteAs(w, moved, "1", kPinned, CommandsOf(CompleteWorkflow())));
    CHECK(VersionOf(w, "first") == "1");
  });
}

TEST_CASE("an activity moves its auto-upgraded run before it begins") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "1"));
    co_await RunOn(w, "w", "1", kAuto, CommandsOf(Step("a", 60s)));
    ExpectOk(co_await SetCurrent(w, "2"));
    w.raw().Spawn([](RawWorld& world) -> sim::Coro<void> {
      const ActivityTask activity = co_await PollActivityAs(world, "2");
      CHECK(activity->token.activity_id == "a");
      ExpectOk(co_await world.CompleteActivity(activity));
    }(w));
    const WorkflowTask moved = co_await PollAs(w, "2");
    CHECK(w.CountEvents("w", history::EventType::kActivityTaskStarted) == 0);
    ExpectOk(co_await CompleteAs(w, moved, "2", kAuto));
    const WorkflowTask done = co_await PollAs(w, "2");
    ExpectOk(co_await CompleteAs(w, done, "2", kAuto, CommandsOf(CompleteWorkflow())));
    CHECK(w.CountEvents("w", history::EventType::kActivityTaskCompleted) == 1);
  });
}

TEST_CASE("an activity of a pinned run goes to its version") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "1"));
    co_await RunOn(w, "w", "1", kPinned, CommandsOf(Step("a", 60s)));
    ExpectOk(co_await SetCurrent(w, "2"));
    const ActivityTask activity = co_await PollActivityAs(w, "1");
    ExpectOk(co_await w.CompleteActivity(activity));
    const WorkflowTask done = co_await PollAs(w, "1");
    ExpectOk(co_await CompleteAs(w, done, "1", kPinned, CommandsOf(CompleteWorkflow())));
    CHECK(VersionOf(w, "w") == "1");
  });
}

TEST_CASE("an override goes before what the code says, until it is taken away") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "1"));
    co_await RunOn(w, "w", "1", kPinned);
    ExpectOk(co_await w.Signal("w", "a"));  // its task waits for version 1
    const Override to_two = history::PinTo(Build("2"));
    const Override to_nine = history::PinTo(Build("9"));
    const Override auto_upgrade = history::AutoUpgradeOverride();
    const Override none;
    const auto updated = co_await UpdateOptions(w, "w", to_two);
    ExpectOk(updated);
    CHECK(updated->workflow_execution_options.versioning_override->pinned->version == Build("2"));
    const WorkflowTask task = co_await PollAs(w, "2");
    ExpectOk(co_await CompleteAs(w, task, "2", kPinned));
    ExpectOk(co_await UpdateOptions(w, "w", to_two));  // no change: no event
    CHECK(w.CountEvents("w", history::EventType::kWorkflowExecutionOptionsUpdated) == 1);
    ExpectOk(co_await UpdateOptions(w, "w", auto_upgrade));
    ExpectOk(co_await w.Signal("w", "b"));
    const WorkflowTask back = co_await PollAs(w, "1");
    ExpectOk(co_await CompleteAs(w, back, "1", kPinned));
    ExpectOk(co_await UpdateOptions(w, "w", none));
    const auto told = co_await w.Describe("w");
    CHECK_FALSE(told->info.versioning_info->versioning_override);
    CHECK(told->info.versioning_info->deployment_version == Build("1"));
    CHECK(told->info.worker_deployment_name == kDeployment);
    ExpectError(co_await UpdateOptions(w, "w", to_nine), StatusCode::kFailedPrecondition,
                "Pinned version 'shop:9' is not present in task queue '" + std::string(kQueue) +
                    "' of type 'Workflow'");
    ExpectOk(co_await w.Terminate("w", ""));
    ExpectError(co_await UpdateOptions(w, "w", none), StatusCode::kNotFound,
                "workflow execution already completed");
  });
}

TEST_CASE("a reset goes back to the version of then, and hears the options that were set since") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "1"));
    co_await RunOn(w, "w", "1", kPinned);
    const auto first = co_await w.Reset("w", "", 4);
    ExpectOk(first);
    CHECK_FALSE(InfoOf(w, "w").versioning);
    const WorkflowTask task = co_await PollAs(w, "1");
    ExpectOk(co_await CompleteAs(w, task, "1", kPinned));
    const Override to_two = history::PinTo(Build("2"));
    ExpectOk(co_await UpdateOptions(w, "w", to_two));
    const auto events = static_cast<history::EventId>(w.HistoryOf("w").size());
    ExpectOk(co_await w.Reset("w", "", events - 1));
    CHECK(VersionOf(w, "w") == "2");
    const WorkflowTask there = co_await PollAs(w, "2");
    ExpectOk(co_await CompleteAs(w, there, "2", kPinned, CommandsOf(CompleteWorkflow())));
  });
}

TEST_CASE("a ramp takes its share of the workflow ids") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "1"));
    const Deployments& deployments = w.durable().deployments();
    const auto share = [&deployments] {
      int ramped = 0;
      for (int i = 0; i < 1000; ++i) {
        const auto target =
            FindTarget(deployments, {kQueue, TaskQueueType::kWorkflow}, std::to_string(i));
        ramped += target.version == Build("2") ? 1 : 0;
      }
      return ramped;
    };
    ExpectOk(co_await SetRamping(w, "2", 0));
    CHECK(share() == 0);
    ExpectOk(co_await SetRamping(w, "2", 30));
    CHECK(share() == 293);  // by FarmHash's own code
    ExpectOk(co_await SetRamping(w, "2", 100));
    CHECK(share() == 1000);
    ExpectOk(co_await SetRamping(w, "", 0));
    CHECK(share() == 0);
    ExpectOk(co_await SetRamping(w, "", 100));  // to unversioned workers
    CHECK_FALSE(
        FindTarget(deployments, {kQueue, TaskQueueType::kWorkflow}, "x").version.has_value());
    ExpectOk(co_await SetRamping(w, "2", 50));
    ExpectOk(co_await SetCurrent(w, "2"));  // promoted
    const auto told = co_await DescribeDeployment(w);
    CHECK_FALSE(told->worker_deployment_info.routing_config.ramping_deployment_version);
  });
}

TEST_CASE("what is known of deployments survives the server") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await Know(w, "1", "2");
    ExpectOk(co_await SetCurrent(w, "1"));
    co_await RunOn(w, "pinned", "1", kPinned);
    ExpectOk(co_await SetRamping(w, "2", 20));
    w.server().Crash(1s);
    co_await w.Sleep(2s);
    auto told = co_await DescribeDeployment(w);
    const protocol::WorkerDeploymentInfo& info = told->worker_deployment_info;
    CHECK(info.routing_config.current_deployment_version == Build("1"));
    CHECK(info.routing_config.ramping_deployment_version == Build("2"));
    CHECK(info.routing_config.ramping_version_percentage == 20);
    CHECK(info.routing_config.revision_number == 2);
    REQUIRE(info.version_summaries.size() == 2);
    using Status = protocol::WorkerDeploymentVersionStatus;
    CHECK(info.version_summaries[1].status == Status::kCurrent);
    CHECK(info.version_summaries[0].status == Status::kRamping);
    ExpectOk(co_await SetCurrent(w, "2"));
    told = co_await DescribeDeployment(w);
    CHECK(told->worker_deployment_info.version_summaries[1].status == Status::kDraining);
    ExpectOk(co_await w.Terminate("pinned", ""));
    told = co_await DescribeDeployment(w);
    CHECK(told->worker_deployment_info.version_summaries[1].status == Status::kDrained);
    protocol::ListWorkerDeploymentsRequest list;
    const auto listed = co_await w.Say(list, "");
    CHECK(listed->worker_deployments.size() == 1);
  });
}

TEST_CASE("a deployment has no more versions than Temporal lets it have") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    for (int i = 0; i < 100; ++i) co_await Introduce(w, std::to_string(i));
    ExpectError(co_await PollAs(w, "100"), StatusCode::kResourceExhausted,
                "cannot add version shop.100 since maximum number of versions (100) have been "
                "registered in the deployment");
    w.server().Crash(std::nullopt);
  });
}

TEST_CASE("refusals about deployments") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const std::string unknown =
        "no Worker Deployment found with name 'shop'; does your Worker Deployment have pollers?";
    ExpectError(co_await SetCurrent(w, "1"), StatusCode::kNotFound, unknown);
    ExpectError(co_await SetRamping(w, "1", 5), StatusCode::kNotFound, unknown);
    ExpectError(co_await DescribeDeployment(w), StatusCode::kNotFound, unknown);
    co_await Know(w, "1", "2");
    ExpectError(co_await SetCurrent(w, "9"), StatusCode::kNotFound,
                "build ID '9' not found in Worker Deployment 'shop'");
    ExpectError(co_await SetRamping(w, "2", 101), StatusCode::kInvalidArgument,
                "Percentage must be between 0 and 100 (inclusive)");
    const auto first = co_await SetCurrent(w, "1");
    ExpectError(co_await SetRamping(w, "1", 5), StatusCode::kFailedPrecondition,
                "requested ramping version shop.1 is already current");
    ExpectOk(co_await SetCurrent(w, "2"));
    protocol::SetWorkerDeploymentCurrentVersionRequest stale{
        .deployment_name = kDeployment, .build_id = "1", .conflict_token = first->conflict_token};
    ExpectError(co_await w.Say(stale, kDeployment), StatusCode::kFailedPrecondition,
                "conflict token mismatch");
    protocol::DeleteWorkerDeploymentVersionRequest deletion{.deployment_version = Build("2")};
    ExpectError(co_await w.Say(deletion, kDeployment), StatusCode::kFailedPrecondition,
                "version 'shop:2' cannot be deleted since it is current or ramping");
    deletion.deployment_version = Build("1");
    ExpectOk(co_await w.Say(deletion, kDeployment));
    ExpectOk(co_await w.Say(deletion, kDeployment));  // it is gone already
    ExpectError(co_await SetCurrent(w, "1"), StatusCode::kNotFound,
                "build ID '1' not found in Worker Deployment 'shop'");
    co_await Introduce(w, "3");
    deletion.deployment_version = Build("3");
    ExpectError(co_await w.Say(deletion, kDeployment), StatusCode::kFailedPrecondition,
                "version 'shop:3' cannot be deleted since it has active pollers");
    protocol::PollWorkflowTaskQueueRequest poll{
        .task_queue = {.name = kQueue},
        .deployment_version = history::MakeShared<WorkerDeploymentVersion>(
            WorkerDeploymentVersion{.build_id = "1", .deployment_name = "a.b"})};
    ExpectError(co_await w.Say(poll, ""), StatusCode::kInvalidArgument,
                "worker deployment name cannot contain '.'");
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await PollAs(w, "2");
    protocol::RespondWorkflowTaskCompletedRequest request = w.CompleteRequest(*task, {});
    request.versioning_behavior = kPinned;
    ExpectError(co_await w.Report(request, task), StatusCode::kInvalidArgument,
                "versioning behavior cannot be specified without deployment options being set with "
                "versioned mode");
    ExpectOk(co_await w.Terminate("w", ""));
  });
}

}  // namespace
}  // namespace groundhog::server::testing
