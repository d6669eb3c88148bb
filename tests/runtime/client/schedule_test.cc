// Schedules as a client sees them (SEMANTICS f.12): what each policy does, pause, trigger,
// backfill, update, limits, errors.
#include "runtime/client/schedule.h"

#include <chrono>
#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/history/time_text.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using history::FormatTimestamp;
using history::Timestamp;
using history::WorkflowExecutionStatus;
using testing::ExpectEqual;
using testing::Play;
using Overlap = ScheduleOverlapPolicy;

constexpr WorkflowType<std::string(double)> kSleep{"Sleep"};
constexpr WorkflowType<int()> kCount{"Count"};
constexpr WorkflowType<void()> kFails{"Fails"};

class Sleeper {
 public:
  workflow::Coro<std::string> Run(double seconds) {
    co_await workflow::Sleep(std::chrono::milliseconds(static_cast<int>(seconds * 1000)));
    co_return "awake";
  }
};

// The result of the run before it, and one.
class Counter {
 public:
  workflow::Coro<int> Run() { co_return workflow::LastCompletionResult<int>().value_or(0) + 1; }
};

class Failing {
 public:
  workflow::Coro<void> Run() { throw history::ApplicationError("Bad", "it is bad"); }
};

worker::WorkerOptions Worker() {
  return {.task_queue = testing::kQueue,
          .workflows = {workflow::Register<Sleeper>(kSleep), workflow::Register<Counter>(kCount),
                        workflow::Register<Failing>(kFails)}};
}

const ScheduleWorkflowOptions kJob{.id = "job", .task_queue = testing::kQueue};

Schedule Sleeping(double seconds, Overlap overlap = Overlap::kUnspecified) {
  return {.action = ScheduleActionStartWorkflow(kSleep, kJob, seconds),
          .policy = {.overlap = overlap}};
}

Schedule Every(history::Duration interval, double seconds = 0.1) {
  Schedule schedule = Sleeping(seconds);
  schedule.spec.intervals = {{.every = interval}};
  return schedule;
}

using Statuses = std::vector<WorkflowExecutionStatus>;
constexpr auto kCompleted = WorkflowExecutionStatus::kCompleted;

Statuses StatusesOf(const ScheduleDescription& description) {
  Statuses statuses;
  for (const auto& action : description.info.recent_actions) statuses.push_back(action.status);
  return statuses;
}

// A schedule that is triggered so often, a second apart, and what is to be seen of it a minute
// later.
sim::Coro<ScheduleDescription> TriggerAndWait(Client& client, Schedule schedule, int times) {
  const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
  for (int i = 0; i < times; ++i) {
    co_await handle.Trigger();
    co_await client.Sleep(1s);
  }
  co_await client.Sleep(60s);
  co_return co_await handle.Describe();
}

void PlayTriggers(Schedule schedule, int times,
                  std::function<void(const ScheduleDescription&)> check) {
  Play(Worker, [schedule, times, check](Client& client) -> sim::Coro<void> {
    const ScheduleDescription description = co_await TriggerAndWait(client, schedule, times);
    check(description);
    CHECK(description.info.running_actions.empty());
    CHECK(description.info.buffer_size == 0);
  });
}

// ---- Overlap policies ----

TEST_CASE("skip, the usual policy: an action whose predecessor runs does not take place") {
  PlayTriggers(Sleeping(5), 3, [](const ScheduleDescription& description) {
    CHECK(description.schedule.policy.overlap == Overlap::kSkip);
    CHECK(StatusesOf(description) == Statuses{kCompleted});
    CHECK(description.info.num_actions == 1);
    CHECK(description.info.num_actions_skipped_overlap == 2);
  });
}

TEST_CASE("buffer one: the first one waits") {
  PlayTriggers(Sleeping(5, Overlap::kBufferOne), 4, [](const ScheduleDescription& description) {
    CHECK(StatusesOf(description) == Statuses{kCompleted, kCompleted});
    CHECK(description.info.num_actions_skipped_overlap == 2);
    const auto& actions = description.info.recent_actions;
    CHECK(actions[1].started_at - actions[0].started_at >= 5s);
    CHECK(actions[1].scheduled_at - actions[0].scheduled_at < 2s);
  });
}

TEST_CASE("buffer all: all wait, one after the other") {
  PlayTriggers(Sleeping(5, Overlap::kBufferAll), 4, [](const ScheduleDescription& description) {
    CHECK(StatusesOf(description) == Statuses{kCompleted, kCompleted, kCompleted, kCompleted});
    CHECK(description.info.num_actions_skipped_overlap == 0);
    const auto& actions = description.info.recent_actions;
    for (std::size_t i = 1; i < actions.size(); ++i) {
      CHECK(actions[i].started_at - actions[i - 1].started_at >= 5s);
    }
  });
}

TEST_CASE("cancel other: the run is asked to cancel, and the action waits for its end") {
  PlayTriggers(Sleeping(5, Overlap::kCancelOther), 3, [](const ScheduleDescription& description) {
    CHECK(StatusesOf(description) == Statuses{WorkflowExecutionStatus::kCanceled,
                                              WorkflowExecutionStatus::kCanceled, kCompleted});
  });
}

TEST_CASE("terminate other: the run is terminated") {
  PlayTriggers(Sleeping(5, Overlap::kTerminateOther), 3,
               [](const ScheduleDescription& description) {
                 CHECK(StatusesOf(description) == Statuses{WorkflowExecutionStatus::kTerminated,
                                                           WorkflowExecutionStatus::kTerminated,
                                                           kCompleted});
               });
}

TEST_CASE("allow all: each starts at once, and none counts as running") {
  PlayTriggers(Sleeping(5, Overlap::kAllowAll), 3, [](const ScheduleDescription& description) {
    CHECK(description.info.num_actions == 3);
    const auto& actions = description.info.recent_actions;
    CHECK(actions[2].started_at - actions[0].started_at < 3s);
  });
}

TEST_CASE("a trigger may have a policy of its own") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule schedule = Sleeping(5);
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await handle.Trigger();
    co_await client.Sleep(1s);
    co_await handle.Trigger(Overlap::kBufferAll);
    co_await client.Sleep(1s);
    co_await handle.Trigger(Overlap::kTerminateOther);
    co_await client.Sleep(60s);
    const ScheduleDescription description = co_await handle.Describe();
    // The second one has not begun when the third one comes up: it is replaced without a trace.
    CHECK(StatusesOf(description) == Statuses{WorkflowExecutionStatus::kTerminated, kCompleted});
  });
}

// ---- Times ----

TEST_CASE("a run has the nominal time in its id and search attributes") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule schedule = Every(10s);
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(35s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.num_actions == 3);
    const auto& action = description.info.recent_actions.back();
    CHECK(action.workflow.workflow_id == "job-" + FormatTimestamp(action.scheduled_at));
    CHECK(action.scheduled_at.time_since_epoch() % 10s == 0s);
    CHECK(action.started_at == action.scheduled_at);
    CHECK(description.info.next_action_times.size() == 10);
    CHECK(description.info.next_action_times.front() == action.scheduled_at + 10s);
    const UntypedHandle run = client.Handle(kSleep, action.workflow.workflow_id);
    const auto described = co_await run.Describe();
    const SearchAttributes attributes(described.info.search_attributes);
    CHECK(attributes.Get(KeywordKey{"TemporalScheduledById"}) == "sched");
    CHECK(attributes.Get(DatetimeKey{"TemporalScheduledStartTime"}) == action.scheduled_at);
  });
}

TEST_CASE("the last result goes on to the next run, past one that failed") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(10s);
    schedule.action = ScheduleActionStartWorkflow(kCount, kJob);
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(35s);
    const ScheduleDescription description = co_await handle.Describe();
    const auto& last = description.info.recent_actions.back();
    const WorkflowHandle<int> run = client.Handle(kCount, last.workflow.workflow_id);
    ExpectEqual(co_await run.Result(), 3);
  });
}

TEST_CASE("paused: nothing happens by itself, and what was missed is not made up for") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule schedule = Every(10s);
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(25s);
    co_await handle.Pause("enough");
    co_await client.Sleep(60s);
    const ScheduleDescription paused = co_await handle.Describe();
    CHECK(paused.schedule.state.paused);
    CHECK(paused.schedule.state.note == "enough");
    CHECK(paused.info.num_actions == 2);
    co_await handle.Trigger();
    co_await client.Sleep(1s);
    co_await handle.Unpause();
    co_await client.Sleep(20s);
    const ScheduleDescription unpaused = co_await handle.Describe();
    CHECK_FALSE(unpaused.schedule.state.paused);
    CHECK(unpaused.info.num_actions == 5);
    CHECK(unpaused.info.num_actions_missed_catchup_window == 0);
  });
}

TEST_CASE("pause on failure") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(10s);
    schedule.action = ScheduleActionStartWorkflow(kFails, kJob);
    schedule.policy.pause_on_failure = true;
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(60s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.num_actions == 1);
    CHECK(description.schedule.state.paused);
    const std::string& id = description.info.recent_actions.front().workflow.workflow_id;
    CHECK(description.schedule.state.note ==
          "paused due to workflow failure: " + id + ": it is bad");
    co_await handle.Unpause("again");
    co_await client.Sleep(60s);
    const ScheduleDescription again = co_await handle.Describe();
    CHECK(again.info.num_actions == 2);
  });
}

TEST_CASE("limited actions: so many by themselves, and any number by hand") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(10s);
    schedule.state = {.limited_actions = true, .remaining_actions = 3};
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    const ScheduleDescription before = co_await handle.Describe();
    CHECK(before.info.next_action_times.size() == 3);
    co_await client.Sleep(100s);
    co_await handle.Trigger();
    co_await client.Sleep(5s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.num_actions == 4);
    CHECK(description.schedule.state.remaining_actions == 0);
    CHECK(description.info.next_action_times.empty());
  });
}

TEST_CASE("backfill: the times of a range, as if they were now") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(10s, 1);
    schedule.state.paused = true;
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    const Timestamp past =
        Timestamp{std::chrono::floor<std::chrono::hours>(client.Now().time_since_epoch()) - 1h};
    const std::vector<ScheduleBackfill> both_ends = {
        {.start_at = past, .end_at = past + 200s, .overlap = Overlap::kBufferAll}};
    co_await handle.Backfill(both_ends);
    co_await client.Sleep(100s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.num_actions == 21);
    CHECK(description.info.recent_actions.back().scheduled_at == past + 200s);
    const std::vector<ScheduleBackfill> at_once = {
        {.start_at = past + 300s, .end_at = past + 500s, .overlap = Overlap::kAllowAll}};
    co_await handle.Backfill(at_once);
    co_await client.Sleep(10s);
    const ScheduleDescription more = co_await handle.Describe();
    CHECK(more.info.num_actions == 42);
    CHECK(more.schedule.state.paused);
  });
}

TEST_CASE("a schedule may be created with a trigger, and with a backfill") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule schedule = Every(1h);
    const Timestamp now = client.Now();
    const CreateScheduleOptions options{
        .trigger_immediately = true,
        .backfill = {{.start_at = now - 3h, .end_at = now, .overlap = Overlap::kAllowAll}}};
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule, options);
    co_await client.Sleep(30s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.num_actions >= 4);
  });
}

TEST_CASE("jitter makes an action late, always by the same") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(60s);
    schedule.spec.jitter = 30s;
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    const auto times = co_await handle.ListMatchingTimes(client.Now(), client.Now() + 10min);
    co_await client.Sleep(10min);
    const ScheduleDescription description = co_await handle.Describe();
    REQUIRE(times.size() >= 9);
    for (std::size_t i = 0; i < description.info.recent_actions.size(); ++i) {
      const auto& action = description.info.recent_actions[i];
      CHECK(action.started_at == times[i]);
      const Timestamp nominal{
          std::chrono::floor<std::chrono::minutes>(times[i].time_since_epoch())};
      CHECK(action.workflow.workflow_id == "job-" + FormatTimestamp(nominal));
    }
  });
}

// ---- Changes ----

TEST_CASE("an update replaces the schedule, from now on") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule schedule = Every(10s);
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(25s);
    const ScheduleHandle::Updater hourly = [](const ScheduleDescription& now) {
      Schedule updated = now.schedule;
      updated.spec.intervals = {{.every = 1s}};
      return std::optional(updated);
    };
    co_await handle.Update(hourly);
    const ScheduleDescription updated = co_await handle.Describe();
    CHECK(updated.info.num_actions == 2);
    CHECK(updated.info.last_updated_at.has_value());
    co_await client.Sleep(5s);
    const ScheduleDescription after = co_await handle.Describe();
    CHECK(after.info.num_actions == 7);
    const ScheduleHandle::Updater nothing = [](const ScheduleDescription&) {
      return std::optional<Schedule>();
    };
    co_await handle.Update(nothing);
    const ScheduleDescription same = co_await handle.Describe();
    CHECK(same.conflict_token == after.conflict_token);
  });
}

TEST_CASE("an update of what has changed meanwhile is made anew") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule schedule = Every(1h);
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    const ScheduleDescription first = co_await handle.Describe();
    co_await handle.Pause("by somebody else");
    auto stale = sim::MakeMessage(protocol::UpdateScheduleRequest{
        .schedule_id = "sched", .schedule = schedule, .conflict_token = first.conflict_token});
    try {
      std::ignore = co_await client.Call(std::move(stale), "sched");
      FAIL_CHECK("it was taken");
    } catch (const ServiceError& error) {
      CHECK(error.status() == absl::FailedPreconditionError("mismatched conflict token"));
    }
    const ScheduleDescription now = co_await handle.Describe();
    CHECK(now.schedule.state.note == "by somebody else");
  });
}

TEST_CASE("a schedule that is deleted leaves its runs alone, and its id free") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule schedule = Every(10s, 5);
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(11s);
    const ScheduleDescription description = co_await handle.Describe();
    co_await handle.Delete();
    co_await client.Sleep(60s);
    const auto all = co_await client.List();
    CHECK(all.size() == 1);
    CHECK(all.front().status == kCompleted);
    CHECK_THROWS_AS((void)co_await handle.Describe(), ServiceError);
    const auto none = co_await client.ListSchedules();
    CHECK(none.empty());
    const ScheduleHandle again = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(30s);
    const ScheduleDescription anew = co_await again.Describe();
    CHECK(anew.info.num_actions == 3);
  });
}

TEST_CASE("a list of schedules, in the order of their ids") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule often = Every(10s);
    Schedule rarely = Every(1h);
    rarely.state = {.note = "asleep", .paused = true};
    std::ignore = co_await client.CreateSchedule("b", often);
    std::ignore = co_await client.CreateSchedule("a", rarely);
    co_await client.Sleep(100s);
    const auto schedules = co_await client.ListSchedules();
    REQUIRE(schedules.size() == 2);
    CHECK(schedules[0].schedule_id == "a");
    CHECK(schedules[0].paused);
    CHECK(schedules[0].note == "asleep");
    CHECK(schedules[1].workflow_type == "Sleep");
    CHECK(schedules[1].recent_actions.size() == 5);
    CHECK(schedules[1].next_action_times.size() == 5);
  });
}

TEST_CASE("schedules come in pages, also when one of them is deleted in between") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    const Schedule rarely = Every(1h);
    for (const std::string id : {"a", "b", "c", "d"}) {
      std::ignore = co_await client.CreateSchedule(id, rarely);
    }
    std::string ids;
    protocol::ListSchedulesRequest list{.maximum_page_size = 2};
    for (int page = 0; page < 2; ++page) {
      auto request = sim::MakeMessage(protocol::ListSchedulesRequest(list));
      const auto response = co_await client.Call(std::move(request), "");
      for (const auto& entry : response.schedules) ids += entry.schedule_id + " ";
      list.next_page_token = response.next_page_token;
      const ScheduleHandle last = client.GetScheduleHandle("b");
      if (page == 0) co_await last.Delete();
    }
    CHECK(ids == "a b c d ");
    CHECK(list.next_page_token.empty());
  });
}

TEST_CASE("a workflow id that is kept is that of one run after the other") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(10s);
    schedule.policy.keep_original_workflow_id = true;
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(35s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.num_actions == 3);
    for (const auto& action : description.info.recent_actions) {
      CHECK(action.workflow.workflow_id == "job");
    }
  });
}

// ---- Errors ----

template <class T>
sim::Coro<absl::Status> StatusOf(sim::Coro<T> call) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(call);
    } else {
      std::ignore = co_await std::move(call);
    }
    co_return absl::OkStatus();
  } catch (const ServiceError& error) {
    co_return error.status();
  }
}

TEST_CASE("what is refused, in Temporal's words") {
  Play(nullptr, [](Client& client) -> sim::Coro<void> {
    const Schedule good = Sleeping(1);
    std::ignore = co_await client.CreateSchedule("sched", good);
    ExpectEqual(co_await StatusOf(client.CreateSchedule("sched", good)),
                absl::AlreadyExistsError("schedule \"sched\" is already registered"));
    ExpectEqual(co_await StatusOf(client.CreateSchedule("", good)),
                absl::InvalidArgumentError("ScheduleId is not set on request."));
    Schedule bad = good;
    bad.spec.cron_expressions = {"61 * * * *"};
    ExpectEqual(co_await StatusOf(client.CreateSchedule("x", bad)),
                absl::InvalidArgumentError("Invalid schedule spec: Minute is not in range [0-59]"));
    bad = good;
    bad.action.workflow_id = "";
    ExpectEqual(co_await StatusOf(client.CreateSchedule("x", bad)),
                absl::InvalidArgumentError("WorkflowId is not set on request."));
    bad = good;
    bad.action.workflow_type = "";
    ExpectEqual(co_await StatusOf(client.CreateSchedule("x", bad)),
                absl::InvalidArgumentError("WorkflowType is not set on request."));
    bad = good;
    bad.state.note = std::string(1001, 'n');
    ExpectEqual(co_await StatusOf(client.CreateSchedule("x", bad)),
                absl::InvalidArgumentError("Schedule notes exceeds limit."));
    const ScheduleHandle unknown = client.GetScheduleHandle("nobody");
    const absl::Status not_found =
        absl::NotFoundError("workflow not found for ID: temporal-sys-scheduler:nobody");
    ExpectEqual(co_await StatusOf(unknown.Describe()), not_found);
    ExpectEqual(co_await StatusOf(unknown.Trigger()), not_found);
    ExpectEqual(co_await StatusOf(unknown.Delete()), not_found);
    const ScheduleHandle handle = client.GetScheduleHandle("sched");
    ExpectEqual(co_await StatusOf(handle.Backfill({})),
                absl::InvalidArgumentError("Patch is not set on request."));
    co_await handle.Delete();
    ExpectEqual(co_await StatusOf(handle.Describe()), absl::NotFoundError("schedule not found"));
    ExpectEqual(co_await StatusOf(handle.Pause()),
                absl::NotFoundError("workflow execution already completed"));
  });
}

TEST_CASE("times without end neither hang a simulation nor fill its memory") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(1s, 5);
    schedule.spec.jitter = history::Duration::max();
    schedule.policy.catchup_window = history::Duration::max();
    schedule.policy.overlap = Overlap::kBufferAll;
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    const auto times = co_await handle.ListMatchingTimes(Timestamp::min(), Timestamp::max());
    CHECK(times.size() == 1000);
    const std::vector<ScheduleBackfill> always = {
        {.start_at = Timestamp::min(), .end_at = Timestamp::max(), .overlap = Overlap::kBufferAll}};
    co_await handle.Backfill(always);
    co_await client.Sleep(1h);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.buffer_size == 1000);
    CHECK(description.info.num_actions_dropped > 1000);
    CHECK(description.info.recent_actions.size() == 10);
    co_await handle.Delete();
  });
}

TEST_CASE("a schedule whose runs overlap for ever does not keep a simulation alive") {
  Play(Worker, [](Client& client) -> sim::Coro<void> {
    Schedule schedule = Every(1s, 10);
    schedule.policy.overlap = Overlap::kAllowAll;
    const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
    co_await client.Sleep(30s);
    const ScheduleDescription description = co_await handle.Describe();
    CHECK(description.info.num_actions >= 29);  // one a second, and each takes ten
  });                                           // comes to an end
}

}  // namespace
}  // namespace groundhog::client
