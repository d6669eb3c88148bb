#include "tests/random_workflows/scenario.h"

#include <chrono>

#include <fmt/format.h>

#include "tests/random_workflows/interpreter.h"
#include "tests/random_workflows/program.h"
#include "tests/random_workflows/replays.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using client::StartOptions;
using client::WorkflowHandle;

constexpr std::string_view kQueue = "programs";

// What a client does to the workflow that it has started, after a while.
#define GROUNDHOG_RANDOM_ACTIONS(X) \
  X(Nothing)                        \
  X(Signal)                         \
  X(Query)                          \
  X(Update)                         \
  X(StartUpdate)                    \
  X(Cancel)                         \
  X(Terminate)                      \
  X(Reset)                          \
  X(ResetBase) /* the first run */  \
  X(Delete)                         \
  X(Describe)                       \
  X(SignalWithStart)                \
  X(UpdateWithStart)                \
  X(StartAgain)

enum class Deed : std::uint8_t {
#define X(Name) k##Name,
  GROUNDHOG_RANDOM_ACTIONS(X)
#undef X
};
const std::vector<std::string>& DeedNames() {
  static const std::vector<std::string> kNames = {
#define X(Name) #Name,
      GROUNDHOG_RANDOM_ACTIONS(X)
#undef X
  };
  return kNames;
}

struct Action {
  history::Duration after{0};
  Deed deed = Deed::kNothing;
  int how = 0;
};

struct Plan {
  StartOptions start = {};
  bool in_go = false;
  Program program = {};
  std::vector<Action> actions = {};
};

StartOptions DrawStart(World& world, const std::string& name) {
  StartOptions start{.id = name, .task_queue = std::string(kQueue)};
  const int delay = DrawHow(world, name + "/start_delay", 3);
  if (delay == 1) start.start_delay = 2s;
  const int retry = DrawHow(world, name + "/retry", 3);
  if (retry == 1) start.retry_policy = history::RetryPolicy{.maximum_attempts = 3};
  const int timeout = DrawHow(world, name + "/timeout", 4);
  if (timeout == 1) start.run_timeout = 10s;
  if (timeout == 2) start.execution_timeout = 40s;
  if (timeout == 3) start.task_timeout = 2s;
  // Runs that all time out may never let an update in, and its client asks again for ever.
  const bool may_recur = delay == 0 && timeout != 1;
  if (may_recur && DrawHow(world, name + "/cron", 6) == 5) start.cron_schedule = "@every 7s";
  if (retry == 2) {
    start.memo = Memo{{"note", "first"}};
    start.search_attributes = SearchAttributes{KeywordKey{"CustomerId"}.ValueSet("c-1")};
  }
  return start;
}

Plan DrawPlan(World& world, const std::string& name) {
  constexpr history::Duration kWaits[] = {0s, 1s, 3s, 500ms, 20s, 10ms};
  Plan plan{.start = DrawStart(world, name),
            .in_go = DrawHow(world, name + "/dialect", 4) == 3,
            .program = DrawProgram(world, name)};
  const int count = DrawHow(world, name + "/actions", 5);
  for (int i = 0; i < count; ++i) {
    const std::string here = fmt::format("{}/action{}", name, i);
    Action action{.deed = static_cast<Deed>(world.Input(here, DeedNames()))};
    if (action.deed == Deed::kNothing) continue;
    action.how = DrawHow(world, here + "/how", 6);
    action.after = kWaits[DrawHow(world, here + "/after", 6)];
    plan.actions.push_back(action);
  }
  return plan;
}

// The end of one of the run's workflow tasks: where it may be reset to; 0 if none has ended.
history::EventId ResetPoint(const history::EventHistory& history, int how) {
  std::vector<history::EventId> ends;
  for (const history::HistoryEvent& event : history) {
    if (history::As<history::WorkflowTaskCompleted>(event) != nullptr) {
      ends.push_back(event.event_id);
    }
  }
  return ends.empty() ? 0 : ends[static_cast<std::size_t>(how) % ends.size()];
}

class Script {
 public:
  Script(client::Client& client, Plan plan) : client_(client), plan_(std::move(plan)) {}

  sim::Coro<void> Run() {
    WorkflowHandle<std::string> handle = client_.Handle(kProgram, plan_.start.id);
    try {
      handle = co_await Start(plan_.start);
    } catch (const client::ServiceError&) {
      // The answer to the first attempt was lost, and the run that has the id by now is another
      // one.
    }
    const WorkflowHandle<std::string> first =
        client_.Handle(kProgram, handle.id(), handle.run_id());
    for (const Action& action : plan_.actions) {
      co_await client_.Sleep(action.after);
      try {
        co_await Do(action, handle, first);
      } catch (const client::ServiceError&) {
        // It was too late, or not possible: that is an answer as well.
      } catch (const client::WorkflowUpdateFailedError&) {
        // Rejected, or failed.
      } catch (const client::WorkflowQueryRejectedError&) {
        // Closed.
      }
    }
    co_await End();
  }

 private:
  sim::Coro<WorkflowHandle<std::string>> Start(StartOptions options) {
    if (plan_.in_go) co_return co_await client_.Start(kGoProgram, options, plan_.program);
    co_return co_await client_.Start(kProgram, options, plan_.program);
  }

  sim::Coro<void> Do(const Action& action, const WorkflowHandle<std::string>& handle,
                     const WorkflowHandle<std::string>& first) {
    switch (action.deed) {
      case Deed::kNothing:
        co_return;
      case Deed::kSignal:
        co_return co_await handle.Signal(kPoke, action.how % 3);
      case Deed::kQuery: {
        const client::QueryOptions options{.rpc_timeout = 30s};
        (void)co_await handle.Query(kSeen, options);
        co_return;
      }
      case Deed::kUpdate:
        (void)co_await handle.Update(kAdd, action.how);
        co_return;
      case Deed::kStartUpdate: {
        const client::UpdateOptions options{.id = fmt::format("u{}", action.how)};
        (void)co_await handle.StartUpdate(kAdd, options, action.how);
        co_return;
      }
      case Deed::kCancel:
        co_return co_await handle.Cancel();
      case Deed::kTerminate:
        co_return co_await handle.Terminate("enough");
      case Deed::kReset:
        co_return co_await Reset(client_.Handle(kProgram, handle.id()), action);
      case Deed::kResetBase:
        co_return co_await Reset(first, action);
      case Deed::kDelete:
        co_return co_await handle.Delete();
      case Deed::kDescribe:
        (void)co_await handle.Describe();
        (void)co_await client_.List();
        co_return;
      case Deed::kSignalWithStart:
      case Deed::kUpdateWithStart:
      case Deed::kStartAgain:
        co_return co_await StartAgain(action);
    }
  }

  sim::Coro<void> Reset(WorkflowHandle<std::string> handle, const Action& action) {
    const history::EventHistory history = co_await handle.FetchHistory();
    const history::EventId point = ResetPoint(history, action.how);
    if (point == 0) co_return;
    const client::ResetOptions options{.reason = "once more",
                                       .workflow_task_finish_event_id = point,
                                       .exclude_signals = action.how == 4,
                                       .exclude_updates = action.how == 5};
    (void)co_await handle.Reset(options);
  }

  sim::Coro<void> StartAgain(const Action& action) {
    StartOptions options = plan_.start;
    options.start_delay = history::Duration{0};
    options.cron_schedule = "";
    if (action.how % 2 == 1) {
      options.id_conflict_policy = history::WorkflowIdConflictPolicy::kTerminateExisting;
    }
    if (action.deed == Deed::kSignalWithStart) {
      options.start_signal.emplace(kPoke, action.how % 3);
    }
    if (action.deed != Deed::kUpdateWithStart) {
      (void)co_await Start(options);
      co_return;
    }
    if (action.how % 2 == 0) {
      options.id_conflict_policy = history::WorkflowIdConflictPolicy::kUseExisting;
    }
    const auto start = client_.WithStart(kProgram, options, plan_.program);
    (void)co_await client_.UpdateWithStart(start, kAdd, action.how);
  }

  // Whatever run of the workflow is the current one by now has to end; one that begins again and
  // again is ended.
  sim::Coro<void> End() {
    const auto current = client_.Handle(kProgram, plan_.start.id);
    try {
      if (!plan_.start.cron_schedule.empty()) {
        co_await client_.Sleep(20s);
        co_await current.Terminate("enough ticks");
      }
      (void)co_await current.TryResult();
    } catch (const client::ServiceError&) {
      // It was deleted, or had ended.
    }
  }

  client::Client& client_;
  Plan plan_;
};

class RandomScenario final : public Scenario {
 public:
  void Build(World& world) override {
    const std::uint32_t kCaches[] = {1000, 0, 1, 2};
    const std::uint32_t cached = kCaches[DrawHow(world, "cache", 4)];
    const bool eager = DrawHow(world, "eager", 2) == 1;
    const int workers = 1 + DrawHow(world, "workers", 2);
    for (int i = 1; i <= workers; ++i) {
      world.AddWorker(fmt::format("worker-{}", i), [cached, eager] {
        return WorkerOptions{
            .task_queue = std::string(kQueue),
            .workflows = {workflow::Register<Interpreter>(kProgram),
                          workflow::Register<Interpreter>(kGoProgram, workflow::Dialect::kGo)},
            .activities = WorkActivities(),
            .disable_eager_activity_execution = !eager,
            .max_cached_workflows = cached};
      });
    }
    for (const char* name : {"w0", "w1"}) {
      if (std::string_view(name) == "w1" && DrawHow(world, "others", 2) == 0) continue;
      const Plan plan = DrawPlan(world, name);
      world.AddClient(fmt::format("client-{}", name),
                      [plan](client::Client& client) -> sim::Coro<void> {
                        Script script(client, plan);
                        co_await script.Run();
                      });
    }
  }
};

// No program takes nearly as many steps.
const SimulationOptions kOptions{.bounds = {.steps = 100'000}};

class RandomSubject final : public explore::Subject {
 public:
  Verdict Run(sim::Choices& choices) override {
    Simulation simulation(entry_, choices, workspace_, kOptions);
    return Judge(simulation);
  }
  Verdict RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records) override {
    Simulation simulation(entry_, choices, workspace_, kOptions);
    Verdict verdict = Judge(simulation);
    records = simulation.evidence().trace->records();
    return verdict;
  }

 private:
  static Verdict Judge(Simulation& simulation) {
    Verdict verdict = simulation.Run();
    CheckReplays(simulation.evidence(), verdict.violations);
    return verdict;
  }

  ScenarioEntry entry_ = RandomWorkflowsEntry();
  Workspace workspace_;
};

}  // namespace

ScenarioEntry RandomWorkflowsEntry() {
  return MakeScenario<RandomScenario>("random_workflows",
                                      "programs that use everything at once, with their clients");
}

explore::SubjectFactory RandomWorkflows() {
  return [] { return std::make_unique<RandomSubject>(); };
}

}  // namespace groundhog::random_workflows
