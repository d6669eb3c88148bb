#include "tests/random_workflows/script.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "runtime/client/batches.h"
#include "runtime/client/namespaces.h"
#include "tests/random_workflows/interpreter.h"
#include "world/world.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using client::StartOptions;
using client::WorkflowHandle;
using Handle = WorkflowHandle<std::string>;

constexpr int kForGood = 3;  // from here on the ways of Deed::kPauseActivity that nobody unpauses

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
  if (delay == 0 && DrawHow(world, name + "/cron", 6) == 5) start.cron_schedule = "@every 7s";
  if (retry == 2) {
    start.memo = Memo{{"note", "first"}};
    start.static_summary = "a program";
    start.search_attributes = SearchAttributes{KeywordKey{"CustomerId"}.ValueSet("c-1")};
  }
  return start;
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

// The task token that an activity has left for who is to end it; empty if there is none.
std::string TokenOf(const protocol::PendingActivityInfo& activity) {
  if (activity.heartbeat_details.empty()) return {};
  try {
    return history::FromPayload<std::string>(activity.heartbeat_details.front());
  } catch (const history::PayloadError&) {
    return {};  // a number of beats
  }
}

class Script {
 public:
  Script(World& world, client::Client& client, Plan plan)
      : world_(world), client_(client), plan_(std::move(plan)) {}

  sim::Coro<void> Run() {
    co_await Prepare();
    Handle handle = client_.Handle(kProgram, plan_.start.id);
    try {
      handle = co_await Start(plan_.start);
    } catch (const client::ServiceError&) {
      // The answer to the first attempt was lost, and the run that has the id by now is another
      // one.
    }
    const Handle first = client_.Handle(kProgram, handle.id(), handle.run_id());
    for (const Action& action : plan_.actions) {
      co_await client_.Sleep(action.after);
      const bool was_done = co_await Attempt(Do(action, handle, first));
      world_.Sometimes(DeedNames()[static_cast<std::size_t>(action.deed)], was_done);
    }
    co_await End();
  }

 private:
  sim::Coro<void> Prepare() {
    if (plan_.converter) client_.set_data_converter(plan_.converter);
    if (plan_.namespace_.empty()) co_return;
    client::Namespaces namespaces(client_);
    const client::NamespaceOptions options{.retention = 24h};
    co_await Attempt(namespaces.Register(plan_.namespace_, options));  // once more, it is refused
    client_.set_namespace(plan_.namespace_);
  }

  sim::Coro<Handle> Start(StartOptions options) {
    options.request_eager_start = plan_.in_worker;
    if (plan_.in_go) co_return co_await client_.Start(kGoProgram, options, plan_.program);
    if (plan_.is_dynamic) co_return co_await client_.Start(kAnyProgram, options, plan_.program);
    co_return co_await client_.Start(kProgram, options, plan_.program);
  }

  // Whether it could be done; if it was too late, or not possible, that is an answer as well.
  static sim::Coro<bool> Attempt(sim::Coro<void> call) {
    try {
      co_await call;
      co_return true;
    } catch (const client::ServiceError&) {
    } catch (const client::WorkflowUpdateFailedError&) {
      // Rejected, or failed.
    } catch (const client::WorkflowQueryRejectedError&) {
      // Closed.
    } catch (const client::AsyncActivityCancelledError&) {
      // What a heartbeat was told.
    }
    co_return false;
  }
  static sim::Coro<void> AttemptBeside(sim::Coro<void> call, std::shared_ptr<bool> ended) {
    co_await Attempt(std::move(call));
    *ended = true;
  }

  // Runs that all time out never let an update in, and the server has it asked again and again: the
  // client gives up.
  sim::Coro<void> WithDeadline(sim::Coro<void> call) {
    const auto ended = std::make_shared<bool>(false);
    sim::Process& process = client_.process();
    const sim::Process::TaskId task = process.Spawn(AttemptBeside(std::move(call), ended));
    for (sim::Duration wait = 10ms; wait < 100s && !*ended; wait *= 2) co_await client_.Sleep(wait);
    if (!*ended) process.Abort(task);
  }

  sim::Coro<void> Do(const Action& action, const Handle& handle, const Handle& first) {
    switch (action.deed) {
      case Deed::kNothing:
        co_return;
      case Deed::kSignal:
        if (action.how == 5) co_return co_await handle.Signal(kUnknown, action.how);
        if (action.how >= 3) co_return co_await handle.Signal(kPush, action.how);
        co_return co_await handle.Signal(kPoke, action.how);
      case Deed::kQuery:
        co_return co_await Query(handle, action);
      case Deed::kUpdate:
        co_return co_await WithDeadline(Update(handle, action.how));
      case Deed::kStartUpdate:
        co_return co_await WithDeadline(StartUpdate(handle, action.how));
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
        co_return co_await Look(handle);
      case Deed::kFollow:
        co_return co_await WithDeadline(Follow(first));
      case Deed::kSignalWithStart:
      case Deed::kStartAgain:
        co_return co_await StartAgain(action);
      case Deed::kUpdateWithStart:
        co_return co_await WithDeadline(StartAgain(action));
      case Deed::kEndActivity:
      case Deed::kPauseActivity:
      case Deed::kUnpauseActivity:
      case Deed::kResetActivity:
      case Deed::kChangeActivity:
        co_return co_await Operate(client_.Handle(kProgram, handle.id()), action);
      case Deed::kSchedule:
        co_return co_await Schedule(action.how);
      case Deed::kBatch:
        co_return co_await Batch(action.how);
      case Deed::kRetain:
        co_return co_await Retain(action.how);
    }
  }

  static const QueryType<std::string()>& QueryOf(int how) {
    if (how == 3) return kUnknownQuery;
    return how == 4 ? kStackTrace : kSeen;
  }
  sim::Coro<void> Query(const Handle& handle, const Action& action) {
    client::QueryOptions options{.rpc_timeout = 30s};
    if (action.how == 5) options.reject_condition = history::QueryRejectCondition::kNotOpen;
    (void)co_await handle.Query(QueryOf(action.how), options);
    if (action.how == 3) world_.Sometimes("dynamic query", true);
  }
  sim::Coro<void> Update(Handle handle, int how) {
    if (how == 0) {
      (void)co_await handle.Update(kUnknownUpdate, 3);
      world_.Sometimes("dynamic update", true);
    } else {
      (void)co_await handle.Update(kAdd, how);
    }
  }
  static sim::Coro<void> StartUpdate(Handle handle, int how) {
    client::UpdateOptions options{.id = fmt::format("u{}", how)};
    if (how % 2 == 1) options.wait_for = client::UpdateStage::kCompleted;
    (void)co_await handle.StartUpdate(kAdd, options, how);
  }
  static sim::Coro<void> Follow(Handle handle) {
    const client::HistoryOptions options{.wait_new_event = true};
    auto events = handle.FetchHistoryEvents(options);
    for (auto event = co_await events.Next(); event; event = co_await events.Next()) continue;
  }
  sim::Coro<void> Look(const Handle& handle) {
    (void)co_await handle.Describe();
    (void)co_await client_.List();
    (void)co_await client_.CountWorkflows("WorkflowType = 'Program' GROUP BY ExecutionStatus");
  }

  sim::Coro<void> Reset(Handle handle, const Action& action) {
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

  // ---- Activities ----

  sim::Coro<void> Operate(Handle handle, Action action) {
    const auto told = co_await handle.Describe();
    if (told.pending_activities.empty()) {
      throw client::ServiceError(absl::NotFoundError("no activity is open"));
    }
    for (const protocol::PendingActivityInfo& activity : told.pending_activities) {
      co_await Operate(handle, action, activity);
    }
  }

  sim::Coro<void> Operate(const Handle& handle, const Action& action,
                          const protocol::PendingActivityInfo& activity) {
    const std::string& id = activity.activity_id;
    switch (action.deed) {
      case Deed::kPauseActivity:
        co_return co_await handle.PauseActivity(id, "for a while");
      case Deed::kUnpauseActivity: {
        const client::UnpauseActivityOptions options{.reset_attempts = action.how % 2 == 1,
                                                     .reset_heartbeat = action.how == 3};
        co_return co_await handle.UnpauseActivity(id, options);
      }
      case Deed::kResetActivity: {
        const client::ResetActivityOptions options{.reset_heartbeat = action.how % 2 == 1,
                                                   .keep_paused = action.how >= 3,
                                                   .restore_original_options = action.how % 3 == 2};
        co_return co_await handle.ResetActivity(id, options);
      }
      case Deed::kChangeActivity:
        co_return co_await handle.UpdateActivityOptions(id, ChangeOf(action.how));
      default:
        co_return co_await EndActivity(action.how, activity);
    }
  }

  static const protocol::ActivityOptionsUpdate& ChangeOf(int how) {
    static const protocol::ActivityOptionsUpdate kChanges[] = {
        {.start_to_close_timeout = 5s},
        {.retry_policy = history::RetryPolicy{.initial_interval = 3s, .maximum_attempts = 4}},
        {.schedule_to_close_timeout = 15s, .heartbeat_timeout = 4s},
        {.task_queue = std::string(kQueue)},
        {.schedule_to_start_timeout = 30s},
        {.retry_policy = history::RetryPolicy{.maximum_attempts = 1}}};
    return kChanges[how];
  }

  sim::Coro<void> EndActivity(int how, const protocol::PendingActivityInfo& pending) {
    const std::string token = TokenOf(pending);
    const bool by_token = how % 2 == 0 && !token.empty();
    const client::AsyncActivityHandle activity =
        by_token ? client_.GetAsyncActivityHandle(token)
                 : client_.GetAsyncActivityHandle(plan_.start.id, "", pending.activity_id);
    world_.Sometimes(by_token ? "by token" : "by id", true);
    const std::string result = "from outside";
    const history::ApplicationError error("Declined", "no", pending.attempt == 2);
    if (how == 1) co_return co_await activity.Fail(error);
    if (how == 4) co_return co_await activity.ReportCancellation(result);
    if (how >= 2) co_await activity.Heartbeat(token);
    if (how != 3) co_await activity.Complete(result);
  }

  // ---- Schedules, batches, namespaces ----

  client::Schedule MakeSchedule(int how) const {
    using Policy = client::ScheduleOverlapPolicy;
    constexpr Policy kPolicies[] = {Policy::kSkip,           Policy::kBufferOne,
                                    Policy::kBufferAll,      Policy::kCancelOther,
                                    Policy::kTerminateOther, Policy::kAllowAll};
    const client::ScheduleWorkflowOptions options{.id = plan_.start.id + "-scheduled",
                                                  .task_queue = std::string(kQueue),
                                                  .run_timeout = plan_.start.run_timeout,
                                                  .retry_policy = plan_.start.retry_policy,
                                                  .memo = plan_.start.memo};
    return {.action = client::ScheduleActionStartWorkflow(kProgram, options, plan_.program),
            .spec = {.intervals = {{.every = 3s}}},
            .policy = {.overlap = kPolicies[how], .pause_on_failure = how == 1},
            .state = {.limited_actions = true, .remaining_actions = 3}};
  }

  sim::Coro<void> Schedule(int how) {
    const std::string id = plan_.start.id + "-schedule";
    const client::Schedule schedule = MakeSchedule(how);
    const client::CreateScheduleOptions options{.trigger_immediately = how % 2 == 1};
    co_await Attempt(Create(id, schedule, options));
    const client::ScheduleHandle handle = client_.GetScheduleHandle(id);
    co_await client_.Sleep(4s);
    co_await Attempt(ChangeSchedule(handle, how));
    co_await client_.Sleep(4s);
    (void)co_await handle.Describe();
    (void)co_await client_.ListSchedules();
    if (how % 3 != 2) co_await handle.Delete();
  }
  sim::Coro<void> Create(std::string id, client::Schedule schedule,
                         client::CreateScheduleOptions options) {
    (void)co_await client_.CreateSchedule(id, schedule, options);
  }
  sim::Coro<void> ChangeSchedule(client::ScheduleHandle handle, int how) {
    const client::ScheduleBackfill past{.start_at = client_.Now() - 20s, .end_at = client_.Now()};
    const std::vector<client::ScheduleBackfill> backfill{past};
    switch (how) {
      case 0:
        co_return co_await handle.Backfill(backfill);
      case 1:
        co_await handle.Pause("for now");
        co_return co_await handle.Trigger();
      case 2:
        co_return co_await handle.Trigger(client::ScheduleOverlapPolicy::kAllowAll);
      case 3:
        co_await handle.Pause();
        co_return co_await handle.Unpause();
      default:
        co_return co_await handle.Update(&Script::Slower);
    }
  }
  static std::optional<client::Schedule> Slower(const client::ScheduleDescription& now) {
    client::Schedule schedule = now.schedule;
    schedule.spec.intervals = {{.every = 5s, .offset = 1s}};
    return schedule;
  }

  // A child that may end in one way only is of another type. What is reset begins again, though it
  // had ended; and a cron workflow that somebody else has ended would go on for ever.
  sim::Coro<void> Batch(int how) {
    client::Batches batches(client_);
    client::BatchOptions options{.reason = "all of them", .query = "WorkflowType = 'Program'"};
    if (how == 3 || how == 4) options.query = fmt::format("WorkflowId = '{}'", plan_.start.id);
    const std::string job = co_await StartBatch(batches, options, how);
    co_await client_.Sleep(500ms);
    (void)co_await batches.Describe(job);
    (void)co_await batches.List();
    if (how == 2) co_await batches.Stop(job, "not all");
  }
  static sim::Coro<std::string> StartBatch(client::Batches& batches,
                                           const client::BatchOptions& options, int how) {
    switch (how) {
      case 0:
        return batches.Terminate(options);
      case 1:
        return batches.Cancel(options);
      case 2:
        return batches.Signal(options, kPoke, how);
      case 3:
        return batches.Reset(options, protocol::ResetType::kFirstWorkflowTask);
      case 4:
        return batches.Reset(options, protocol::ResetType::kLastWorkflowTask);
      default:
        return batches.Delete(options);
    }
  }

  sim::Coro<void> Retain(int how) {
    client::Namespaces namespaces(client_);
    const std::string name = plan_.namespace_.empty() ? "default" : plan_.namespace_;
    const client::NamespaceOptions options{.retention = how % 2 == 0 ? 1h : 24h * how};
    (void)co_await namespaces.Update(name, options);
    (void)co_await namespaces.Describe(name);
    (void)co_await namespaces.List();
  }

  // ---- The end ----

  bool LeavesPaused() const {
    return std::any_of(plan_.actions.begin(), plan_.actions.end(), [](const Action& action) {
      return action.deed == Deed::kPauseActivity && action.how >= kForGood;
    });
  }

  // Until the run has ended, or will not because of what this client has paused.
  sim::Coro<void> AwaitRest(const Handle& current) {
    for (sim::Duration wait = 1s; wait < 300h; wait *= 2) {
      const auto told = co_await current.Describe();
      if (told.info.status != history::WorkflowExecutionStatus::kRunning) co_return;
      co_await client_.Sleep(wait);
    }
  }

  // Nobody else takes up again what this client has paused; and a request of it may still be on its
  // way.
  sim::Coro<void> UnpauseAll(const Handle& current) {
    const auto pauses = [](const Action& action) { return action.deed == Deed::kPauseActivity; };
    if (std::none_of(plan_.actions.begin(), plan_.actions.end(), pauses)) co_return;
    for (sim::Duration wait = 1s; wait < 200s; wait *= 2) {
      const auto told = co_await current.Describe();
      for (const protocol::PendingActivityInfo& activity : told.pending_activities) {
        if (!activity.paused) continue;
        co_await Attempt(current.UnpauseActivity(activity.activity_id));
      }
      if (told.info.status != history::WorkflowExecutionStatus::kRunning) co_return;
      co_await client_.Sleep(wait);
    }
  }

  // Whatever run of the workflow is the current one by now has to end; one that begins again and
  // again is ended.
  sim::Coro<void> End() {
    const Handle current = client_.Handle(kProgram, plan_.start.id);
    if (!LeavesPaused()) co_await Attempt(UnpauseAll(current));
    if (!plan_.start.cron_schedule.empty()) {
      co_await client_.Sleep(20s);
      co_await Attempt(current.Terminate("enough ticks"));
    }
    if (LeavesPaused()) {
      co_await Attempt(AwaitRest(current));
      co_return;
    }
    try {
      (void)co_await current.TryResult();
    } catch (const client::ServiceError&) {
      // It was deleted.
    }
  }

  World& world_;
  client::Client& client_;
  Plan plan_;
};

}  // namespace

const std::vector<std::string>& DeedNames() {
  static const std::vector<std::string> kNames = {
#define X(Name) #Name,
      GROUNDHOG_RANDOM_DEEDS(X)
#undef X
  };
  return kNames;
}

namespace {

bool Resets(const Action& action) {
  return action.deed == Deed::kReset || action.deed == Deed::kResetBase ||
         action.deed == Deed::kBatch;
}
bool EndsActivities(const Action& action) {
  return action.deed == Deed::kEndActivity || action.deed == Deed::kChangeActivity;
}

// A run that a reset has made cannot cancel the children that another run has started: the server
// finds that they are not its own. But with TRY_CANCEL a child must end cancelled (interpreter_family.cc).
void LeaveOutTryCancel(std::vector<Step>& steps) {
  for (Step& step : steps) {
    if (step.op == Op::kCancelledChild && step.how == kTriesToCancel) step.how = 1;
    LeaveOutTryCancel(step.body);
  }
}

// What the interpreter abandons has to complete (interpreter_work.cc).
void LeaveOutAbandoned(std::vector<Step>& steps) {
  for (Step& step : steps) {
    if (step.op == Op::kAbandonedActivity) step.op = Op::kDynamicActivity;
    LeaveOutAbandoned(step.body);
  }
}

}  // namespace

Plan DrawPlan(World& world, const std::string& name, const Surroundings& surroundings) {
  constexpr history::Duration kWaits[] = {0s, 1s, 3s, 500ms, 20s, 10ms};
  Plan plan{.start = DrawStart(world, name)};
  const int type = DrawHow(world, name + "/dialect", 5);
  plan.in_go = type == 3;
  plan.is_dynamic = type == 4;
  plan.program = DrawProgram(world, name, surroundings);
  const int count = DrawHow(world, name + "/actions", 5);
  for (int i = 0; i < count; ++i) {
    const std::string here = fmt::format("{}/action{}", name, i);
    Action action{.deed = static_cast<Deed>(world.Input(here, DeedNames()))};
    if (action.deed == Deed::kNothing) continue;
    action.how = DrawHow(world, here + "/how", 6);
    action.after = kWaits[DrawHow(world, here + "/after", 6)];
    plan.actions.push_back(action);
  }
  if (std::any_of(plan.actions.begin(), plan.actions.end(), Resets)) {
    LeaveOutTryCancel(plan.program.steps);
  }
  if (std::any_of(plan.actions.begin(), plan.actions.end(), EndsActivities)) {
    LeaveOutAbandoned(plan.program.steps);
  }
  return plan;
}

sim::Coro<void> RunPlan(World& world, client::Client& client, Plan plan) {
  Script script(world, client, std::move(plan));
  co_await script.Run();
}

}  // namespace groundhog::random_workflows
