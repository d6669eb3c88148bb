#include "tests/random_workflows/script.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "runtime/client/namespaces.h"
#include "tests/random_workflows/attempt.h"
#include "tests/random_workflows/interpreter.h"
#include "tests/random_workflows/operations.h"
#include "world/world.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using client::StartOptions;
using client::WorkflowHandle;
using Handle = WorkflowHandle<std::string>;

constexpr int kForGood = 3;  // from here on the ways of Deed::kPauseActivity that nobody unpauses

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
        co_return co_await KeepSchedule(client_, plan_, action.how);
      case Deed::kBatch:
        co_return co_await RunBatch(client_, plan_, action.how);
      case Deed::kRetain:
        co_return co_await Retain(client_, plan_, action.how);
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

sim::Coro<void> RunPlan(World& world, client::Client& client, Plan plan) {
  Script script(world, client, std::move(plan));
  co_await script.Run();
}

}  // namespace groundhog::random_workflows
