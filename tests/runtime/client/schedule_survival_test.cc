// Schedules under faults: no time is lost, none acts twice, whatever crashes when (SEMANTICS f.12,
// g).
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "explore/survives.h"
#include "runtime/client/client.h"
#include "runtime/history/time_text.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "world/world.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using history::Duration;
using history::Timestamp;
using Overlap = ScheduleOverlapPolicy;
using Runs = std::vector<protocol::WorkflowExecutionInfo>;

constexpr const char* kQueue = "queue";
constexpr Duration kInterval = 10s;
constexpr WorkflowType<void(int)> kTick{"Tick"};

class Tick {
 public:
  workflow::Coro<void> Run(int seconds) { co_await workflow::Sleep(std::chrono::seconds(seconds)); }
};

// ---- The claims, as functions of what is seen ----

// The times of the schedule that began after it was created.
std::vector<std::string> ExpectedIds(const ScheduleDescription& seen) {
  const ScheduleSpec& spec = seen.schedule.spec;
  std::vector<std::string> ids;
  for (Timestamp time = *spec.start_at; time <= *spec.end_at; time += kInterval) {
    if (time > seen.info.created_at) ids.push_back("job-" + history::FormatTimestamp(time));
  }
  return ids;
}

// What is wrong; empty: each time has acted once.
std::string JudgeEachOnce(const ScheduleDescription& seen, const Runs& runs) {
  std::vector<std::string> started;
  for (const auto& run : runs) {
    if (!run.close_time) return "a run is open";
    started.push_back(run.execution.workflow_id);
  }
  std::sort(started.begin(), started.end());
  if (std::adjacent_find(started.begin(), started.end()) != started.end()) return "started twice";
  if (started != ExpectedIds(seen)) return "a time is lost";
  return "";
}

// The same where actions may be skipped: each time has acted or was counted, and no two runs
// overlap.
std::string JudgeOneByOne(const ScheduleDescription& seen, Runs runs) {
  const auto expected = static_cast<std::int64_t>(ExpectedIds(seen).size());
  if (seen.info.num_actions + seen.info.num_actions_skipped_overlap != expected) {
    return "a time is not accounted for";
  }
  if (seen.info.num_actions != static_cast<std::int64_t>(runs.size())) return "miscounted";
  std::reverse(runs.begin(), runs.end());  // oldest first
  if (!runs.empty() && !runs.back().close_time) return "a run is open";
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (!runs[i - 1].close_time || runs[i].start_time < *runs[i - 1].close_time) return "overlap";
  }
  return "";
}

// ---- The scenario ----

struct Plan {
  Overlap overlap = Overlap::kAllowAll;
  int seconds = 3;  // of each run
  Duration catchup_window{0};
  bool meddles = false;  // the planted bug: an operator makes up for what was not missed
  std::string (*judge)(const ScheduleDescription&, Runs) = nullptr;
};

std::string EachOnce(const ScheduleDescription& seen, Runs runs) {
  return JudgeEachOnce(seen, runs);
}

class Ticking : public Scenario {
 public:
  explicit Ticking(Plan plan) : plan_(plan) {}

  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return WorkerOptions{.task_queue = kQueue, .workflows = {workflow::Register<Tick>(kTick)}};
    });
    world.AddClient("client", [this, &world](Client& client) { return Watch(world, client); });
  }

 private:
  sim::Coro<void> Watch(World& world, Client& client) {
    const Timestamp begin{
        std::chrono::floor<std::chrono::minutes>(client.Now().time_since_epoch()) + 1min};
    const ScheduleWorkflowOptions job{.id = "job", .task_queue = kQueue};
    Schedule schedule{.action = ScheduleActionStartWorkflow(kTick, job, plan_.seconds)};
    schedule.spec = {
        .intervals = {{.every = kInterval}}, .start_at = begin, .end_at = begin + 4 * kInterval};
    schedule.policy = {.overlap = plan_.overlap, .catchup_window = plan_.catchup_window};
    const ScheduleHandle handle = client.GetScheduleHandle("sched");
    try {
      std::ignore = co_await client.CreateSchedule("sched", schedule);
    } catch (const ServiceError&) {
      // An earlier life of this client has created it.
    }
    const Duration left = begin + 5 * kInterval - client.Now();
    co_await client.Sleep(std::max(left, Duration{1s}));
    if (plan_.meddles) {
      const std::vector<ScheduleBackfill> again = {
          {.start_at = begin, .end_at = begin, .overlap = Overlap::kAllowAll}};
      co_await handle.Backfill(again);
    }
    std::string wrong = "nothing was seen";
    for (int patience = 0; patience < 20 && !wrong.empty(); ++patience) {
      co_await client.Sleep(1min);
      const ScheduleDescription seen = co_await handle.Describe();
      const Runs runs = co_await client.List();
      wrong = plan_.judge(seen, runs);
    }
    if (!wrong.empty()) world.Unreachable(wrong);
  }

  Plan plan_;
};

ScenarioEntry TickingEntry(Plan plan) { return MakeScenario<Ticking>("ticking", "", plan); }

TEST_CASE("each time acts once, whatever fails once", "[campaign]") {
  const ScenarioEntry entry = TickingEntry({.judge = EachOnce});
  CHECK_THAT(entry, Survives(Faults().AtMost(1)));
}

TEST_CASE("each time acts once, whatever two things go wrong with the server's store",
          "[campaign]") {
  const ScenarioEntry entry = TickingEntry({.judge = EachOnce});
  CHECK_THAT(entry, Survives(Faults().Only("server/commit.store").AtMost(2)));
  CHECK_THAT(entry, Survives(Faults(), RandomRuns(300)));
}

TEST_CASE("runs that may not overlap do not, and no time goes uncounted", "[campaign]") {
  for (const Overlap overlap : {Overlap::kSkip, Overlap::kBufferOne}) {
    const ScenarioEntry entry =
        TickingEntry({.overlap = overlap, .seconds = 25, .judge = JudgeOneByOne});
    CHECK_THAT(entry, Survives(Faults().Only("server").AtMost(1)));
  }
  const ScenarioEntry all =
      TickingEntry({.overlap = Overlap::kBufferAll, .seconds = 25, .judge = EachOnce});
  CHECK_THAT(all, Survives(Faults().Only("server").AtMost(1)));
}

// A request whose reply is lost is sent again: what it asked for is done once.
class Commanding : public Scenario {
 public:
  void Build(World& world) override {
    world.AddWorker("worker", [] {
      return WorkerOptions{.task_queue = kQueue, .workflows = {workflow::Register<Tick>(kTick)}};
    });
    world.AddClient("client", [&world](Client& client) { return Command(world, client); });
  }

 private:
  static sim::Coro<void> Command(World& world, Client& client) {
    const ScheduleWorkflowOptions job{.id = "job", .task_queue = kQueue};
    Schedule schedule{.action = ScheduleActionStartWorkflow(kTick, job, 1)};
    schedule.policy.overlap = Overlap::kBufferAll;
    const CreateScheduleOptions options{.trigger_immediately = true};
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule, options);
    co_await handle.Trigger();
    co_await handle.Pause("first");
    const ScheduleHandle::Updater note = [](const ScheduleDescription& now) {
      Schedule updated = now.schedule;
      updated.state.note += ", second";
      return std::optional(updated);
    };
    co_await handle.Update(note);
    co_await client.Sleep(1h);
    const ScheduleDescription seen = co_await handle.Describe();
    if (seen.info.num_actions != 2) world.Unreachable("not two actions");
    if (!seen.info.running_actions.empty()) world.Unreachable("a run is open");
    if (!seen.schedule.state.paused) world.Unreachable("it is not paused");
    if (seen.schedule.state.note != "first, second") world.Unreachable("not one update");
  }
};

TEST_CASE("what a client asks of a schedule is done once", "[campaign]") {
  const ScenarioEntry entry = MakeScenario<Commanding>("commanding", "");
  CHECK_THAT(entry, Survives(Faults().Only("net", "server").AtMost(1)));
}

// ---- Planted bugs ----

std::string Found(const ScenarioEntry& entry, const Faults& faults) {
  const explore::SurvivesMatcher claim = Survives(faults);
  return claim.match(entry) ? "nothing" : claim.describe();
}

TEST_CASE("planted: a catch-up window that is too short loses times, but only in an outage") {
  const ScenarioEntry entry = TickingEntry({.catchup_window = 10s, .judge = EachOnce});
  CHECK_THAT(entry, Survives(Faults().Only("net/lose").AtMost(1)));
  const std::string found = Found(entry, Faults().Only("server").AtMost(1));
  CHECK(found.find("a time is lost") != std::string::npos);
  CHECK(found.find("long_outage") != std::string::npos);
}

TEST_CASE("planted: a time that is made up for without need acts twice") {
  const ScenarioEntry entry = TickingEntry({.meddles = true, .judge = EachOnce});
  const std::string found = Found(entry, Faults().Only("net/lose").AtMost(1));
  CHECK(found.find("started twice") != std::string::npos);
}

}  // namespace
}  // namespace groundhog::client
