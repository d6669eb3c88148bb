// Schedules.
#include <algorithm>
#include <cmath>

#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using client::Schedule;
using client::ScheduleDescription;
using client::ScheduleHandle;
using client::ScheduleOverlapPolicy;
using history::WorkflowExecutionStatus;
using Runs = std::vector<protocol::WorkflowExecutionInfo>;

WorkerOptions SleepWorker() { return {.workflows = {workflow::Register<Sleeper>(kSleeper)}}; }

Schedule Sleeping(const char* id, double seconds) {
  const client::ScheduleWorkflowOptions options{.id = id, .task_queue = std::string(kQueue)};
  return {.action = client::ScheduleActionStartWorkflow(kSleeper, options, seconds)};
}

sim::Coro<Runs> OldestFirst(client::Client& client) {
  Runs runs = co_await client.List();
  std::reverse(runs.begin(), runs.end());
  co_return runs;
}

std::string StatusName(WorkflowExecutionStatus status) {
  return status == WorkflowExecutionStatus::kCanceled ? "CANCELED" : "COMPLETED";
}

sim::Coro<void> SaveRuns(Stage& stage, client::Client& client) {
  const Runs runs = co_await OldestFirst(client);
  nlohmann::json told = nlohmann::json::array();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::string& id = runs[i].execution.workflow_id;
    const std::string suffix = "run" + std::to_string(i + 1);
    told.push_back({{"id_prefix", id.substr(0, 4)},
                    {"id_has_time_suffix", id.size() > 10},
                    {"status", StatusName(runs[i].status)}});
    co_await stage.Save(id, runs[i].execution.run_id, suffix);
    stage.SetOutcome(suffix, StatusName(runs[i].status));
  }
  stage.Fact("runs", told);
}

struct Triggers {
  ScheduleOverlapPolicy overlap;
  int count;
  sim::Duration gap;
  double seconds;
  sim::Duration settle;
};

sim::Coro<void> PlayTriggers(Stage& stage, client::Client& client, Triggers triggers) {
  stage.StartWorker(SleepWorker());
  Schedule schedule = Sleeping("job", triggers.seconds);
  schedule.policy.overlap = triggers.overlap;
  const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
  for (int i = 0; i < triggers.count; ++i) {
    co_await handle.Trigger();
    co_await stage.Sleep(triggers.gap);
  }
  co_await stage.Sleep(triggers.settle);
  const ScheduleDescription description = co_await handle.Describe();
  const protocol::ScheduleInfo& info = description.info;
  stage.Fact("schedule_info",
             {{"num_actions", info.num_actions},
              {"num_actions_skipped_overlap", info.num_actions_skipped_overlap},
              {"num_actions_missed_catchup_window", info.num_actions_missed_catchup_window},
              {"recent_actions", info.recent_actions.size()},
              {"running_actions", info.running_actions.size()}});
  co_await SaveRuns(stage, client);
  co_await handle.Delete();
}

sim::Coro<void> OverlapSkip(Stage& stage, client::Client& client) {
  return PlayTriggers(stage, client, {ScheduleOverlapPolicy::kSkip, 2, 1200ms, 2, 1500ms});
}

sim::Coro<void> OverlapBufferOne(Stage& stage, client::Client& client) {
  return PlayTriggers(stage, client, {ScheduleOverlapPolicy::kBufferOne, 3, 500ms, 2, 5s});
}

sim::Coro<void> OverlapCancelOther(Stage& stage, client::Client& client) {
  return PlayTriggers(stage, client, {ScheduleOverlapPolicy::kCancelOther, 2, 1s, 3, 5s});
}

nlohmann::json SecondsBetweenStarts(const Runs& runs) {
  nlohmann::json gaps = nlohmann::json::array();
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const std::chrono::duration<double> gap = runs[i].start_time - runs[i - 1].start_time;
    gaps.push_back(std::round(gap.count() * 10) / 10);
  }
  return gaps;
}

sim::Coro<void> IntervalAndPause(Stage& stage, client::Client& client) {
  stage.StartWorker(SleepWorker());
  Schedule schedule = Sleeping("tick", 0.1);
  schedule.spec.intervals = {{.every = 1s}};
  const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
  co_await stage.Sleep(3500ms);
  co_await handle.Pause("enough");
  co_await stage.Sleep(500ms);
  const ScheduleDescription paused = co_await handle.Describe();
  const std::int64_t actions = paused.info.num_actions;
  co_await stage.Sleep(2500ms);
  const ScheduleDescription later = co_await handle.Describe();
  stage.Fact("actions", {{"at_pause_between_2_and_4", 2 <= actions && actions <= 4},
                         {"grown_while_paused", later.info.num_actions - actions},
                         {"paused", later.schedule.state.paused},
                         {"note", later.schedule.state.note}});
  const Runs runs = co_await OldestFirst(client);
  stage.Fact("seconds_between_starts", SecondsBetweenStarts(runs));
  const protocol::WorkflowExecution first = runs.front().execution;
  co_await stage.Save(first.workflow_id, first.run_id, "run1");
  co_await handle.Delete();
}

}  // namespace

Ports SchedulePorts() {
  return {
      {"schedule_overlap_skip", OverlapSkip},
      {"schedule_overlap_buffer_one", OverlapBufferOne},
      {"schedule_overlap_cancel_other", OverlapCancelOther},
      {"schedule_interval_and_pause", IntervalAndPause},
  };
}

}  // namespace groundhog::conformance
