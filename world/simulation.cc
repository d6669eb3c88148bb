#include "world/simulation.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/check.h"
#include "properties/outline.h"
#include "runtime/history/namespaces.h"
#include "runtime/server/server.h"
#include "runtime/server/sites.h"
#include "sim/network.h"
#include "sim/store.h"
#include "world/world.h"

namespace groundhog {
namespace {

using ServerStore = sim::Store<server::Durable>;

// Whether the end of this parent still means something to the child.
bool IsToBeTold(const server::Durable& store, const server::RunRecord& parent,
                const server::PendingChild& child) {
  const auto index = store.FindCurrent(child.initiated->workflow_id);
  if (!index) return false;
  const server::RunRecord& run = store.run(*index);
  const history::WorkflowExecutionStarted& start = *run.start->event;
  const bool is_it = start.parent_workflow_execution.run_id == parent.start->run_id &&
                     start.parent_initiated_event_id == child.initiated_event_id;
  if (!is_it || !run.state.info.running()) return false;
  using Policy = history::ParentClosePolicy;
  const Policy policy = child.initiated->parent_close_policy;
  return run.state.info.awaits_parent || policy == Policy::kTerminate ||
         (policy == Policy::kRequestCancel && !run.state.info.cancel_requested);
}

// What the server has to do between the run and others. Children that have started are at work
// themselves.
std::size_t PendingRelations(const server::Durable& store, const server::RunRecord& run) {
  const server::Relations* relations = run.state.relations.get();
  if (relations == nullptr) return 0;
  const auto is_pending = [&](const auto& entry) {
    const server::PendingChild& child = entry.second;
    return run.state.info.running() ? !child.is_started() : IsToBeTold(store, run, child);
  };
  const auto children =
      std::count_if(relations->children.begin(), relations->children.end(), is_pending);
  return relations->requests.size() + static_cast<std::size_t>(children);
}

// No worker gets it until somebody unpauses it.
bool Rests(const server::PendingActivity& activity) {
  return activity.pause && !activity.is_started();
}

properties::RunRecord RecordOf(const server::Durable& store, const server::RunRecord& run) {
  // The name under which facts speak of it: with its namespace, if that is not "default".
  properties::RunRecord record{.workflow_id = std::string(run.start->workflow.text()),
                               .run_id = run.start->run_id,
                               .workflow_type = run.start->event->workflow_type,
                               .status = run.state.info.status,
                               .history = run.history,
                               .pending_activities = run.state.activities.size(),
                               .pending_timers = run.state.timers.size()};
  for (const auto& [id, activity] : run.state.activities) {
    if (Rests(activity)) record.paused_activities.push_back(id);
  }
  record.pending_relations = PendingRelations(store, run);
  record.pending_workflow_task = run.state.info.workflow_task.phase != server::TaskPhase::kNone;
  return record;
}

// Of the code that completed the last task, if it had one.
std::optional<history::WorkerDeploymentVersion> VersionOf(const history::EventHistory& history) {
  for (auto event = history.rbegin(); event != history.rend(); ++event) {
    const auto* completed = history::As<history::WorkflowTaskCompleted>(*event);
    if (completed == nullptr) continue;
    return completed->versioning ? completed->versioning->deployment_version : std::nullopt;
  }
  return std::nullopt;
}

// One that is paused comes to something only if its time runs out.
bool GoesOn(const server::PendingActivity& activity) {
  return !Rests(activity) || activity.expiration();
}

// Whether the server has something to do for a run, which will end by itself: a cron workflow never
// does.
bool GoesOn(const server::Durable& store, const server::RunRecord& run) {
  const server::RunState& state = run.state;
  if (PendingRelations(store, run) != 0) return true;
  if (!state.info.running()) return false;
  if (!run.start->event->cron_schedule.empty()) return false;
  return state.info.workflow_task.phase != server::TaskPhase::kNone || state.info.in_start_delay ||
         !state.timers.empty() ||
         std::any_of(state.activities.begin(), state.activities.end(),
                     [](const auto& entry) { return GoesOn(entry.second); });
}

// What the server keeps of each namespace, with its name, "default" first.
template <class Look>
void ForEachNamespace(const server::Durable& usual, const Look& look) {
  look(usual, history::kDefaultNamespace);
  for (const server::NamespaceRecord& other : usual.namespaces()) {
    if (other.runs == nullptr) continue;
    look(other.runs->contents(), std::string_view(other.told->namespace_info.name));
  }
}

bool AnythingGoesOn(const server::Durable& usual) {
  bool goes_on = false;
  ForEachNamespace(usual, [&goes_on](const server::Durable& durable, std::string_view) {
    goes_on = goes_on || std::any_of(durable.runs().begin(), durable.runs().end(),
                                     [&durable](const auto& run) { return GoesOn(durable, run); });
  });
  return goes_on;
}

}  // namespace

struct Simulation::Parts {
  Parts(const ScenarioEntry& entry, sim::Choices& choices, Workspace& simulation_workspace,
        SimulationOptions simulation_options)
      : options(simulation_options),
        workspace(simulation_workspace),
        kernel(choices, workspace.symbols(), simulation_options.bounds),
        network(kernel),
        store({}, &server::kServerStoreSites),
        server(kernel.AddProcess("server",
                                 [this](sim::Process& self) {
                                   return std::make_unique<server::Server>(self, store,
                                                                           options.server);
                                 })),
        world(kernel, network, server, workspace),
        scenario(entry.make()) {
    GH_CHECK(options.keep_trace || !options.check_properties, "properties are judged by the trace");
    kernel.trace() = sim::Trace(workspace.TakeTraceMemory());
    if (!options.keep_trace) kernel.trace().KeepNoRecords();
  }
  ~Parts() {
    kernel.Shutdown();
    workspace.KeepTraceMemory(std::move(kernel.trace()).TakeMemory());
  }

  sim::SimulationEnd RunToTheEnd();
  void Collect(sim::SimulationEnd end);
  // Makes all workers' options once more, so only for who judges or looks.
  void CollectCode();
  const workflow::WorkflowRegistry* FindCode(std::string_view name_space,
                                             const server::RunRecord& run) const;
  void Judge(Verdict& verdict);

  SimulationOptions options;
  Workspace& workspace;
  sim::Kernel kernel;
  sim::Network network;
  ServerStore store;
  sim::Process& server;
  World world;
  std::unique_ptr<Scenario> scenario;
  workflow::WorkflowRegistry workflows;
  std::vector<World::DeployedCode> code;  // empty if all have the same
  bool lacks_code = false;                // the evidence
  properties::Evidence evidence;
};

// What nobody waits for goes on when the scripts are done: children that were left, the runs that
// follow a run, what a client has started and forgotten. It gets a day to end, or until it has
// taken so many steps that it will not.
sim::SimulationEnd Simulation::Parts::RunToTheEnd() {
  constexpr sim::Duration kLongest = std::chrono::hours(24);
  constexpr std::uint64_t kMostSteps = 20'000;
  sim::SimulationEnd end = kernel.Run();
  const std::uint64_t steps = kernel.steps();
  for (sim::Duration wait = std::chrono::seconds(1); wait < kLongest; wait *= 2) {
    const bool may =
        end.kind == sim::SimulationEnd::Kind::kDone && kernel.steps() - steps < kMostSteps;
    if (!may || !AnythingGoesOn(store.contents())) break;
    kernel.SetAlarm(sim::After(kernel.now(), wait),
                    sim::Alarm{.action = [](void*, std::uint64_t) {}});
    end = kernel.Run();
  }
  return end;
}

void Simulation::Parts::Collect(sim::SimulationEnd end) {
  if (options.keep_trace) evidence.trace = &kernel.trace();
  const auto collect = [this](const server::Durable& durable, std::string_view) {
    for (const server::RunRecord& run : durable.runs()) {
      evidence.runs.push_back(RecordOf(durable, run));
    }
  };
  ForEachNamespace(store.contents(), collect);
  evidence.ledgers = world.CollectLedgers();
  evidence.compensations = world.compensations();
  evidence.end = std::move(end);
  evidence.unfinished_scripts = world.UnfinishedScripts();
  lacks_code = true;
}

void Simulation::Parts::CollectCode() {
  if (!std::exchange(lacks_code, false)) return;
  code = world.CollectCode();
  if (code.size() == 1) {  // it is that of all
    workflows = std::move(code.front().workflows);
    code.clear();
  }
  for (const World::DeployedCode& deployed : code) {
    workflows.Include(deployed.workflows.registrations(), deployed.workflows.data_converter(),
                      deployed.workflows.propagated_headers());
  }
  evidence.workflows = &workflows;
  if (code.empty()) return;
  auto record = evidence.runs.begin();
  const auto name = [&](const server::Durable& durable, std::string_view name_space) {
    for (const server::RunRecord& run : durable.runs()) {
      (record++)->workflows = FindCode(name_space, run);
    }
  };
  ForEachNamespace(store.contents(), name);
}

// Of the version that completed the run's last task, if one did.
const workflow::WorkflowRegistry* Simulation::Parts::FindCode(std::string_view name_space,
                                                              const server::RunRecord& run) const {
  const std::string& queue = run.start->event->task_queue.name;
  const auto version = VersionOf(run.history);
  const auto there = std::find_if(code.begin(), code.end(), [&](const World::DeployedCode& known) {
    return known.name_space == name_space && known.task_queue == queue && known.version == version;
  });
  return there == code.end() ? nullptr : &there->workflows;
}

void Simulation::Parts::Judge(Verdict& verdict) {
  CollectCode();
  for (const sim::Escaped& escaped : kernel.escaped()) {
    verdict.violations.push_back(
        {.property = "no exception escapes",
         .message = std::string(escaped.process.text()) + " threw: " + escaped.what,
         .time = kernel.now()});
  }
  for (properties::Violation& violation : world.found()) {
    verdict.violations.push_back(std::move(violation));
  }
  for (const properties::BuiltIn& built_in : properties::BuiltIns()) {
    built_in.check(evidence, verdict.violations);
  }
  world.JudgeClaims(evidence.ledgers, verdict.violations);
  for (properties::Violation& violation : verdict.violations) {
    violation.outline = properties::OutlineOf(evidence, violation.workflow_id);
  }
}

Simulation::Simulation(const ScenarioEntry& scenario, sim::Choices& choices, Workspace& workspace,
                       SimulationOptions options)
    : parts_(std::make_unique<Parts>(scenario, choices, workspace, options)) {}

Simulation::~Simulation() = default;

Verdict Simulation::Run() {
  Parts& parts = *parts_;
  parts.server.Start();
  parts.scenario->Build(parts.world);
  parts.world.StartAll();
  const sim::SimulationEnd end = parts.RunToTheEnd();
  Verdict verdict{.digest = parts.kernel.trace().digest(),
                  .end = end,
                  .steps = parts.kernel.steps(),
                  .points = parts.kernel.choices().asked(),
                  .virtual_time = parts.kernel.now() - sim::kEpoch};
  parts.Collect(end);
  if (parts.options.check_properties) parts.Judge(verdict);
  return verdict;
}

const properties::Evidence& Simulation::evidence() const {
  parts_->CollectCode();
  return parts_->evidence;
}
const std::vector<LogLine>& Simulation::log() const { return parts_->world.log(); }
const std::vector<std::string>& Simulation::claims() const { return parts_->world.claims(); }
const std::vector<SometimesMark>& Simulation::sometimes() const {
  return parts_->world.sometimes();
}

}  // namespace groundhog
