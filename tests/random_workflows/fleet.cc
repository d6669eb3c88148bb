#include "tests/random_workflows/fleet.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "tests/random_workflows/interpreter.h"
#include "tests/random_workflows/script.h"
#include "tests/raw/sealed.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;

// An activity that hangs for ever, which is a fault, keeps its slot for ever. A run has no more
// than eight faults.
constexpr std::uint32_t kMoreThanHang = 9;

history::DataConverter DrawConverter(World& world, const std::string& name, char key) {
  const int how = DrawHow(world, name + "/codec", 4);
  history::DataConverter converter;
  if (how >= 2) converter.codec = std::make_shared<groundhog::testing::Sealed>(key);
  converter.encode_common_attributes = how == 3;
  return converter;
}

}  // namespace

Fleet::Fleet(World& world) : world_(world) {
  constexpr std::uint32_t kCaches[] = {1000, 0, 1, 2};
  cached_ = kCaches[DrawHow(world, "cache", 4)];
  eager_ = DrawHow(world, "eager", 2) == 1;
  if (DrawHow(world, "slots", 4) == 3) slots_ = 1;
  const int rate = DrawHow(world, "rate", 6);
  if (rate == 4) activities_per_second_ = 2;
  if (rate == 5) queue_activities_per_second_ = 2;
  constexpr history::Duration kGraces[] = {0s, 1s, 10s};
  const int grace = DrawHow(world, "grace", 4);
  if (grace != 0) grace_ = kGraces[grace - 1];
  constexpr history::Duration kWaits[] = {0s, 1s, 3s, 10ms, 20s, 70s};
  deployment_ = DrawHow(world, "deployment", 3);
  restart_ = DrawHow(world, "restart", 3);
  if (deployment_ + restart_ != 0) after_ = kWaits[DrawHow(world, "operator", 6)];
}

World::MakeWorker Fleet::Make(const Kind& kind, int version) const {
  WorkerOptions options{.namespace_ = kind.name_space,
                        .task_queue = std::string(kQueue),
                        .activities = WorkActivities(),
                        .data_converter = kind.converter,
                        .build_id = version == 1 ? "" : "second",
                        .polls_workflow_tasks = kind.polls_workflow_tasks,
                        .polls_activity_tasks = kind.polls_activity_tasks,
                        .workflow_task_slots = cached_ == 0 ? slots_ : slots_ + 1,
                        .activity_slots = std::max(slots_, kMoreThanHang),
                        .local_activity_slots = slots_,
                        .disable_eager_activity_execution = !eager_,
                        .max_cached_workflows = cached_,
                        .graceful_shutdown_timeout = grace_,
                        .max_activities_per_second = activities_per_second_,
                        .max_task_queue_activities_per_second = queue_activities_per_second_};
  if (version == 1) {
    options.workflows = {workflow::Register<Interpreter>(kProgram),
                         workflow::Register<Interpreter>(kGoProgram, workflow::Dialect::kGo),
                         workflow::RegisterDynamic<Dynamic<Interpreter>>()};
  } else {
    options.workflows = {workflow::Register<SecondInterpreter>(kProgram),
                         workflow::Register<SecondInterpreter>(kGoProgram, workflow::Dialect::kGo),
                         workflow::RegisterDynamic<Dynamic<SecondInterpreter>>()};
  }
  return [options] { return options; };
}

void Fleet::AddWorker(const std::string& name, const Kind& kind, World::Script script) {
  sim::Process& process = script == nullptr
                              ? world_.AddWorker(name, Make(kind, 1))
                              : world_.AddWorker(name, Make(kind, 1), std::move(script));
  members_.push_back({&process, kind});
}

history::DataConverter Fleet::Add(const std::string& name_space, World::Script script) {
  const std::string name = name_space.empty() ? "worker" : name_space + "-worker";
  Kind kind{.name_space = name_space,
            .converter = DrawConverter(world_, name, name_space.empty() ? '\x55' : '\x33')};
  const int workers = DrawHow(world_, name + "s", 3);  // the third: each polls for one kind of task
  kind.polls_activity_tasks = workers != 2;
  AddWorker(name + "-1", kind, std::move(script));
  if (workers != 0) {
    kind.polls_workflow_tasks = workers != 2;
    kind.polls_activity_tasks = true;
    AddWorker(name + "-2", kind, nullptr);
  }
  return kind.converter;
}

// ---- The operator ----

void Fleet::AddOperator() {
  if (deployment_ + restart_ == 0) return;
  world_.AddClient("operator", [this](client::Client& client) { return Operate(client); });
}

// One after the other, so two versions are there for a while.
sim::Coro<void> Fleet::Operate(client::Client& client) {
  co_await client.Sleep(after_);
  if (restart_ != 0) co_await Restart(client, *members_.front().process, restart_ == 1);
  if (deployment_ == 0) co_return;
  for (const Member& member : members_) {
    world_.Redeploy(*member.process, Make(member.kind, 2));
    co_await Restart(client, *member.process, deployment_ == 1);
    co_await client.Sleep(2s);
  }
}

// One that does not stop is killed.
sim::Coro<void> Fleet::Restart(client::Client& client, sim::Process& worker, bool gracefully) {
  const std::uint32_t life = worker.incarnation();
  if (gracefully) worker.Stop();
  for (sim::Duration wait = 10ms; wait < 60s && gracefully && worker.Lives(life); wait *= 2) {
    co_await client.Sleep(wait);
  }
  if (worker.Lives(life)) worker.Crash(std::nullopt);
  worker.Start();
}

}  // namespace groundhog::random_workflows
