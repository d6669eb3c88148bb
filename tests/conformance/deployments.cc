// Worker versioning by deployment: pinned and auto-upgraded runs, several builds at once.
#include "runtime/client/deployments.h"

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using history::WorkerDeploymentVersion;
using worker::VersioningBehavior;
using workflow::Coro;

constexpr const char* kDeployment = "probe";
constexpr auto kPinned = VersioningBehavior::kPinned;
constexpr auto kAuto = VersioningBehavior::kAutoUpgrade;
constexpr ActivityType<std::string()> kWhere{"where"};
constexpr ActivityType<std::string()> kFlaky{"flaky"};
constexpr QueryType<int()> kGone{"gone"};

// ---- The workflows ----

class Waiting {
 public:
  Waiting() {
    workflow::OnSignal(kGo, [this] { ++gone_; });
  }

 protected:
  Coro<void> Wait(int times = 1) {
    co_await workflow::WaitCondition([this, times] { return gone_ >= times; });
  }
  static workflow::ActivityHandle<std::string> Where() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    return workflow::ExecuteActivity(kWhere, options);
  }
  int gone_ = 0;
};

constexpr WorkflowType<std::string()> kWaits{"Waits"};

// Waits for signal "go", then returns what activity "where" returns: the build that ran it.
class Waits : public Waiting {
 public:
  Waits() {
    workflow::OnQuery(kGone, [this] { return gone_; });
  }
  Coro<std::string> Run() {
    co_await Wait();
    co_return co_await Where();
  }
};

// As Waits, but after patch "two" it sleeps 0.1 s before the activity.
class WaitsPatched : public Waiting {
 public:
  Coro<std::string> Run() {
    co_await Wait();
    if (workflow::Patched("two")) co_await workflow::Sleep(100ms);
    co_return co_await Where();
  }
};

constexpr WorkflowType<std::string()> kStages{"Stages"};

// sleep(0.1), then waits for "go", then activity "where".
class Stages : public Waiting {
 public:
  Coro<std::string> Run() {
    co_await workflow::Sleep(100ms);
    co_await Wait();
    co_return co_await Where();
  }
};

// As Stages, but without the sleep: not what the history says.
class StagesBroken : public Waiting {
 public:
  Coro<std::string> Run() {
    const std::string first = co_await Where();
    co_await Wait();
    co_return first;
  }
};

constexpr WorkflowType<std::string()> kFlakyWorkflow{"Flaky"};

// Activity "flaky", whose first attempt fails, with a back-off of 2 s.
class Flaky {
 public:
  Coro<std::string> Run() {
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s,
                                            .retry_policy = {.initial_interval = 2s}};
    co_return co_await workflow::ExecuteActivity(kFlaky, options);
  }
};

constexpr WorkflowType<std::string(int)> kHeir{"Heir"};

// Run 1 (input 1): waits for "go", starts child "Waits" with id "kid", waits for "go" again,
// continues as new with 2. Run 2: "where".
class Heir : public Waiting {
 public:
  Coro<std::string> Run(int n) {
    if (n == 2) co_return co_await Where();
    co_await Wait(1);
    const workflow::ChildWorkflowOptions options{
        .workflow_id = "kid", .parent_close_policy = history::ParentClosePolicy::kAbandon};
    std::ignore = co_await workflow::StartChildWorkflow(kWaits, options);
    co_await Wait(2);
    workflow::ContinueAsNew(kHeir, 2);
  }
};

constexpr WorkflowType<std::string(int)> kUpgrades{"Upgrades"};

// Run 1 (input 1): waits for "go", continues as new with 2, initial versioning behavior
// AUTO_UPGRADE. Run 2: activity "where".
class Upgrades : public Waiting {
 public:
  Coro<std::string> Run(int n) {
    if (n == 2) co_return co_await Where();
    co_await Wait(1);
    const workflow::ContinueAsNewOptions options{
        .initial_versioning_behavior = history::ContinueAsNewVersioningBehavior::kAutoUpgrade};
    workflow::ContinueAsNew(kUpgrades, 2, options);
  }
};

constexpr WorkflowType<std::string()> kFailsOnce{"FailsOnce"};

// Waits for "go"; fails in attempt 1; else activity "where".
class FailsOnce : public Waiting {
 public:
  Coro<std::string> Run() {
    if (workflow::Info().attempt == 1) {
      co_await Wait();
      throw history::ApplicationError("Once", "once");
    }
    co_return co_await Where();
  }
};

// ---- Workers ----

template <class WaitsCode = Waits, class StagesCode = Stages>
WorkerOptions Code(const std::string& build) {
  return {
      .workflows = {workflow::Register<WaitsCode>(kWaits), workflow::Register<StagesCode>(kStages),
                    workflow::Register<Flaky>(kFlakyWorkflow), workflow::Register<Heir>(kHeir),
                    workflow::Register<Upgrades>(kUpgrades),
                    workflow::Register<FailsOnce>(kFailsOnce)},
      .activities = {activity::Register(kWhere, [build] { return build; }),
                     activity::Register(kFlaky, [build](activity::Context& context) {
                       if (context.info().attempt == 1) {
                         throw history::ApplicationError("NotYet", "not yet");
                       }
                       return build;
                     })}};
}

void StartBuild(Stage& stage, const std::string& build, VersioningBehavior behavior,
                WorkerOptions options) {
  options.disable_eager_activity_execution = false;  // one activity stays where its task was
  options.deployment_options = worker::WorkerDeploymentOptions{
      .version = {.build_id = build, .deployment_name = kDeployment},
      .use_worker_versioning = true,
      .default_versioning_behavior = behavior};
  stage.StartWorker(std::move(options), "worker-" + build);
}
void StartBuild(Stage& stage, const std::string& build, VersioningBehavior behavior) {
  StartBuild(stage, build, behavior, Code(build));
}

using Builds = std::vector<std::string>;
Builds Both() { return {"1.0", "2.0"}; }

// Until the workers' versions are known, with both of their task queues.
sim::Coro<void> Registered(Stage& stage, Builds builds) {
  client::Deployments deployments(stage.client());
  for (const std::string& build : builds) {
    for (std::size_t queues = 0; queues < 2;) {
      co_await stage.Sleep(10ms);
      try {
        const auto told = co_await deployments.DescribeVersion(kDeployment, build);
        queues = told.version_task_queues.size();
      } catch (const client::ServiceError&) {  // not yet
      }
    }
  }
  co_await stage.Sleep(500ms);
}

sim::Coro<void> Two(Stage& stage, VersioningBehavior behavior) {
  StartBuild(stage, "1.0", behavior);
  StartBuild(stage, "2.0", behavior);
  return Registered(stage, Both());
}

sim::Coro<void> SetCurrent(Stage& stage, std::string build) {
  client::Deployments deployments(stage.client());
  std::ignore = co_await deployments.SetCurrentVersion(kDeployment, std::move(build));
  co_await stage.Sleep(700ms);
}
sim::Coro<protocol::SetWorkerDeploymentRampingVersionResponse> SetRamping(Stage& stage,
                                                                          std::string build,
                                                                          double percentage) {
  client::Deployments deployments(stage.client());
  auto answer = co_await deployments.SetRampingVersion(kDeployment, std::move(build), percentage);
  co_await stage.Sleep(700ms);
  co_return answer;
}

// ---- What describe says, as the recording client printed it ----

void Put(json& object, const char* name, json value) {
  if (!value.is_null() && value != "" && value != json::object()) object[name] = std::move(value);
}
json Told(const std::optional<WorkerDeploymentVersion>& version) {
  if (!version) return nullptr;
  return {{"buildId", version->build_id}, {"deploymentName", version->deployment_name}};
}
json Told(VersioningBehavior behavior) {
  if (behavior == VersioningBehavior::kUnspecified) return nullptr;
  return "VERSIONING_BEHAVIOR_" + std::string(NameOf(behavior));
}
json Told(const std::optional<history::VersioningOverride>& said) {
  if (!said) return nullptr;
  if (said->auto_upgrade) return {{"autoUpgrade", true}};
  return {{"pinned",
           {{"behavior", "PINNED_OVERRIDE_BEHAVIOR_PINNED"},
            {"version", Told(said->pinned->version)}}}};
}
json Told(const protocol::WorkflowExecutionVersioningInfo& info) {
  json told = json::object();
  Put(told, "behavior", Told(info.behavior));
  Put(told, "deploymentVersion", Told(info.deployment_version));
  Put(told, "versioningOverride", Told(info.versioning_override));
  if (info.version_transition) {
    json transition = json::object();
    Put(transition, "deploymentVersion", Told(info.version_transition->deployment_version));
    told["versionTransition"] = std::move(transition);
  }
  if (info.revision_number != 0) told["revisionNumber"] = std::to_string(info.revision_number);
  return told;
}

sim::Coro<void> Versioning(Stage& stage, std::string key, std::string workflow_id) {
  const auto told = co_await stage.Handle(workflow_id).Describe();
  json fact = {{"versioningInfo", nullptr}, {"workerDeploymentName", nullptr}};
  if (told.info.versioning_info) fact["versioningInfo"] = Told(*told.info.versioning_info);
  if (!told.info.worker_deployment_name.empty()) {
    fact["workerDeploymentName"] = told.info.worker_deployment_name;
  }
  json attributes = json::object();
  for (const auto& [name, payload] : told.info.search_attributes) {
    attributes[name] = payload.data();
  }
  fact["searchAttributes"] = std::move(attributes);
  stage.Fact(key, std::move(fact));
}

sim::Coro<void> SaveAs(Stage& stage, std::string workflow_id) {
  return stage.Save(workflow_id, "", workflow_id);
}

template <class R, class... Args, class... Given>
sim::Coro<client::UntypedHandle> StartOn(Stage& stage, WorkflowType<R(Args...)> type,
                                         client::StartOptions options, Given... given) {
  const client::UntypedHandle handle = co_await stage.client().Start(type, options, given...);
  co_return handle;
}
sim::Coro<client::UntypedHandle> StartWaits(Stage& stage, std::string workflow_id) {
  return StartOn(stage, kWaits, stage.Options(workflow_id));
}

// Until the worker has completed so many.
sim::Coro<void> Tasks(Stage& stage, client::UntypedHandle handle, int count) {
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, count);
}

sim::Coro<void> FirstTask(Stage& stage, client::UntypedHandle handle) {
  return Tasks(stage, handle, 1);
}

// ---- The scenarios ----

sim::Coro<void> Pinned(Stage& stage, client::Client&) {
  co_await Two(stage, kPinned);
  co_await SetCurrent(stage, "1.0");
  const auto before = co_await StartWaits(stage, "old");
  co_await FirstTask(stage, before);
  co_await Versioning(stage, "old_before", "old");
  co_await SetCurrent(stage, "2.0");
  const auto after = co_await StartWaits(stage, "new");
  co_await FirstTask(stage, after);
  const int gone = co_await before.Query(kGone);
  stage.Fact("query", gone);
  co_await before.Signal(kGo);
  co_await after.Signal(kGo);
  co_await stage.Result(before, "old");
  co_await stage.Result(after, "new");
  co_await Versioning(stage, "old_after", "old");
  co_await SaveAs(stage, "old");
  co_await SaveAs(stage, "new");
}

sim::Coro<void> AutoUpgrade(Stage& stage, client::Client&) {
  StartBuild(stage, "1.0", kAuto);
  StartBuild(stage, "2.0", kAuto, Code<WaitsPatched>("2.0"));
  co_await Registered(stage, Both());
  co_await SetCurrent(stage, "1.0");
  const auto handle = co_await StartWaits(stage, stage.name());
  co_await FirstTask(stage, handle);
  co_await Versioning(stage, "before", stage.name());
  co_await SetCurrent(stage, "2.0");
  co_await Versioning(stage, "between", stage.name());
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await Versioning(stage, "after", stage.name());
  co_await stage.Save();
}

sim::Coro<void> AutoUpgradeUnpatched(Stage& stage, client::Client&) {
  StartBuild(stage, "1.0", kAuto);
  StartBuild(stage, "2.0", kAuto, Code<Waits, StagesBroken>("2.0"));
  co_await Registered(stage, Both());
  co_await SetCurrent(stage, "1.0");
  client::StartOptions options = stage.Options();
  options.task_timeout = 5s;
  const auto handle = co_await StartOn(stage, kStages, options);
  co_await Tasks(stage, handle, 2);
  co_await SetCurrent(stage, "2.0");
  co_await handle.Signal(kGo);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskFailed);
  co_await Versioning(stage, "failing", stage.name());
  co_await SetCurrent(stage, "1.0");
  co_await stage.Result(handle);
  co_await Versioning(stage, "after", stage.name());
  co_await stage.Save();
}

sim::Coro<void> ActivityMovesTheRun(Stage& stage, client::Client&) {
  co_await Two(stage, kAuto);
  co_await SetCurrent(stage, "1.0");
  const auto handle = co_await StartOn(stage, kFlakyWorkflow, stage.Options());
  co_await FirstTask(stage, handle);
  co_await SetCurrent(stage, "2.0");
  co_await stage.Result(handle);
  co_await Versioning(stage, "after", stage.name());
  co_await stage.Save();
}

history::VersioningOverride PinnedTo(const std::string& build) {
  return history::PinTo({.build_id = build, .deployment_name = kDeployment});
}

sim::Coro<void> Override(Stage& stage, client::Client&) {
  co_await Two(stage, kPinned);
  co_await SetCurrent(stage, "1.0");
  const auto pinned = co_await StartWaits(stage, "pinned");
  const auto removed = co_await StartWaits(stage, "removed");
  const auto auto_upgraded = co_await StartWaits(stage, "auto");
  co_await FirstTask(stage, pinned);
  co_await FirstTask(stage, removed);
  co_await FirstTask(stage, auto_upgraded);
  const history::VersioningOverride two = PinnedTo("2.0");
  const history::VersioningOverride upgrade = history::AutoUpgradeOverride();
  const history::VersioningOverride unknown = PinnedTo("9.9");
  co_await client::UpdateVersioningOverride(pinned, two);
  co_await Versioning(stage, "pinned_described", "pinned");
  co_await client::UpdateVersioningOverride(removed, two);
  co_await client::UpdateVersioningOverride(removed, two);
  co_await client::RemoveVersioningOverride(removed);
  co_await Versioning(stage, "removed_described", "removed");
  co_await client::UpdateVersioningOverride(auto_upgraded, upgrade);
  co_await Versioning(stage, "auto_described", "auto");
  co_await SetCurrent(stage, "2.0");
  client::StartOptions options = stage.Options("started");
  options.versioning_override = PinnedTo("1.0");
  const auto started = co_await StartOn(stage, kWaits, options);
  co_await Versioning(stage, "started_described", "started");
  co_await FirstTask(stage, started);
  options.id = "auto_started";
  options.versioning_override = upgrade;
  const auto auto_started = co_await StartOn(stage, kWaits, options);
  co_await FirstTask(stage, auto_started);
  std::ignore = co_await stage.Attempt("unknown_version",
                                       client::UpdateVersioningOverride(auto_upgraded, unknown));
  options.id = "nowhere";
  options.versioning_override = unknown;
  std::ignore = co_await stage.Attempt("start_on_unknown_version", StartOn(stage, kWaits, options));
  const std::vector<client::UntypedHandle> all = {pinned, removed, auto_upgraded, started,
                                                  auto_started};
  for (const client::UntypedHandle& handle : all) {
    co_await handle.Signal(kGo);
    co_await stage.Result(handle, handle.id());
    co_await Versioning(stage, handle.id() + "_after", handle.id());
    co_await SaveAs(stage, handle.id());
  }
}

sim::Coro<void> Inherit(Stage& stage, VersioningBehavior behavior) {
  co_await Two(stage, behavior);
  co_await SetCurrent(stage, "1.0");
  const auto handle = co_await StartOn(stage, kHeir, stage.Options(), 1);
  const std::string run1 = handle.result_run_id();
  co_await FirstTask(stage, handle);
  co_await handle.Signal(kGo);
  co_await stage.WaitEvent(handle, EventType::kChildWorkflowExecutionStarted);
  const auto kid = stage.Handle("kid");
  co_await FirstTask(stage, kid);
  co_await SetCurrent(stage, "2.0");
  co_await kid.Signal(kGo);
  co_await stage.Result(kid, "child");
  co_await Tasks(stage, handle, 4);
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await Versioning(stage, "after", stage.name());
  co_await stage.Save("", run1, "run1");
  co_await stage.Save("", "", "run2");
  co_await stage.Save("kid", "", "child");
}
sim::Coro<void> InheritPinned(Stage& stage, client::Client&) { return Inherit(stage, kPinned); }
sim::Coro<void> InheritAutoUpgrade(Stage& stage, client::Client&) { return Inherit(stage, kAuto); }

sim::Coro<void> UpgradeByContinueAsNew(Stage& stage, client::Client&) {
  co_await Two(stage, kPinned);
  co_await SetCurrent(stage, "1.0");
  const auto handle = co_await StartOn(stage, kUpgrades, stage.Options(), 1);
  const std::string run1 = handle.result_run_id();
  co_await FirstTask(stage, handle);
  co_await SetCurrent(stage, "2.0");
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await Versioning(stage, "after", stage.name());
  co_await stage.Save("", run1, "run1");
  co_await stage.Save("", "", "run2");
}

sim::Coro<void> Retry(Stage& stage, client::Client&) {
  co_await Two(stage, kPinned);
  co_await SetCurrent(stage, "1.0");
  client::StartOptions options = stage.Options();
  options.retry_policy = history::RetryPolicy{.initial_interval = 1s, .maximum_attempts = 2};
  const auto handle = co_await StartOn(stage, kFailsOnce, options);
  const std::string run1 = handle.result_run_id();
  options.id = "overridden";
  options.versioning_override = PinnedTo("1.0");
  const auto overridden = co_await StartOn(stage, kFailsOnce, options);
  co_await FirstTask(stage, handle);
  co_await FirstTask(stage, overridden);
  co_await SetCurrent(stage, "2.0");
  co_await handle.Signal(kGo);
  co_await overridden.Signal(kGo);
  co_await stage.Result(handle);
  co_await stage.Result(overridden, "overridden");
  co_await stage.Save("", run1, "run1");
  co_await stage.Save("", "", "run2");
  co_await SaveAs(stage, "overridden");
}

sim::Coro<void> Ramp(Stage& stage, client::Client&) {
  co_await Two(stage, kAuto);
  co_await SetCurrent(stage, "1.0");
  co_await SetRamping(stage, "2.0", 0);
  const auto zero = co_await StartWaits(stage, "zero");
  co_await FirstTask(stage, zero);
  co_await SetRamping(stage, "2.0", 100);
  co_await zero.Signal(kGo);
  const auto hundred = co_await StartWaits(stage, "hundred");
  co_await FirstTask(stage, hundred);
  co_await stage.Result(zero, "zero");
  co_await SetRamping(stage, "", 0);
  co_await hundred.Signal(kGo);
  co_await stage.Result(hundred, "hundred");
  co_await SaveAs(stage, "zero");
  co_await SaveAs(stage, "hundred");
}

sim::Coro<void> NoteWaiting(Stage& stage, std::string workflow_id) {
  const auto told = co_await stage.Handle(workflow_id).Describe();
  const auto& task = told.pending_workflow_task;
  stage.Fact(workflow_id + "_waits", !task ? json(nullptr)
                                     : task->started
                                         ? json("PENDING_WORKFLOW_TASK_STATE_STARTED")
                                         : json("PENDING_WORKFLOW_TASK_STATE_SCHEDULED"));
  co_await Versioning(stage, workflow_id + "_waiting", workflow_id);
}

sim::Coro<void> NoWorkerOfCurrent(Stage& stage, client::Client&) {
  co_await Two(stage, kAuto);
  co_await stage.StopWorker("worker-2.0");
  co_await SetCurrent(stage, "1.0");
  const auto before = co_await StartWaits(stage, "old");
  co_await FirstTask(stage, before);
  co_await SetCurrent(stage, "2.0");
  const auto after = co_await StartWaits(stage, "new");
  co_await before.Signal(kGo);
  co_await stage.Sleep(1500ms);
  co_await NoteWaiting(stage, "old");
  co_await NoteWaiting(stage, "new");
  co_await SetCurrent(stage, "1.0");
  co_await FirstTask(stage, after);
  co_await after.Signal(kGo);
  co_await stage.Result(before, "old");
  co_await stage.Result(after, "new");
  co_await SaveAs(stage, "old");
  co_await SaveAs(stage, "new");
}

sim::Coro<void> Unversioned(Stage& stage, client::Client&) {
  stage.StartWorker(Code("none"), "worker-none");
  StartBuild(stage, "1.0", kAuto);
  const Builds one(1, "1.0");
  co_await Registered(stage, one);
  const auto handle = co_await StartWaits(stage, stage.name());
  co_await FirstTask(stage, handle);
  co_await SetCurrent(stage, "1.0");
  const auto back = co_await StartWaits(stage, "back");
  co_await FirstTask(stage, back);
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await Versioning(stage, "after", stage.name());
  co_await SetCurrent(stage, "");
  co_await back.Signal(kGo);
  co_await stage.Result(back, "back");
  co_await Versioning(stage, "back_after", "back");
  co_await stage.Save();
  co_await SaveAs(stage, "back");
}

}  // namespace

Ports DeploymentPorts() {
  return {{"dep_pinned", Pinned},
          {"dep_auto_upgrade", AutoUpgrade},
          {"dep_auto_upgrade_unpatched", AutoUpgradeUnpatched},
          {"dep_activity_moves_the_run", ActivityMovesTheRun},
          {"dep_override", Override},
          {"dep_inherit_pinned", InheritPinned},
          {"dep_inherit_auto_upgrade", InheritAutoUpgrade},
          {"dep_upgrade_by_continue_as_new", UpgradeByContinueAsNew},
          {"dep_retry", Retry},
          {"dep_ramp", Ramp},
          {"dep_no_worker_of_current", NoWorkerOfCurrent},
          {"dep_unversioned", Unversioned}};
}

}  // namespace groundhog::conformance
