#include "runtime/workflow/execution.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "runtime/history/failure_text.h"
#include "runtime/history/user_metadata.h"
#include "runtime/workflow/activity.h"
#include "runtime/workflow/continue_as_new.h"
#include "runtime/workflow/determinism_guard.h"
#include "runtime/workflow/error_failure.h"
#include "runtime/workflow/errors.h"
#include "runtime/workflow/handlers.h"
#include "runtime/workflow/registry.h"

namespace groundhog::workflow::internal {
namespace {

thread_local constinit Execution* current_execution = nullptr;

// Whether a failure that leaves the workflow says that it was cancelled (SEMANTICS f.5).
bool IsCancellation(const FailurePtr& failure) {
  if (history::InfoAs<history::CanceledFailureInfo>(failure) != nullptr) return true;
  const bool wraps =
      history::InfoAs<history::ActivityFailureInfo>(failure) != nullptr ||
      history::InfoAs<history::ChildWorkflowExecutionFailureInfo>(failure) != nullptr;
  return wraps && history::HasCanceledFailure(failure);
}

std::optional<WorkflowExecutionView> ExecutionIn(const history::WorkflowExecution& execution) {
  if (execution.workflow_id.empty()) return std::nullopt;
  return WorkflowExecutionView{execution.workflow_id, execution.run_id};
}

}  // namespace

void RequireWritable(const char* call) { Execution::Current(call).RequireWritable(call); }

Execution::Entered::Entered(Execution& execution) : outer_(current_execution) {
  current_execution = &execution;
}
Execution::Entered::~Entered() { current_execution = outer_; }

Execution& Execution::Current(const char* call) {
  if (current_execution == nullptr) {
    throw OutsideWorkflowError(fmt::format(
        "workflow::{} was called outside of workflow code: it works only inside a workflow's Run, "
        "its handlers and what they call, while the run executes them",
        call));
  }
  return *current_execution;
}

void Execution::RequireWritable(const char* call) const {
  if (mode_ == Mode::kReadOnly) {
    throw ReadOnlyError(fmt::format(
        "workflow::{} was called in a query handler, an update validator, a WaitCondition "
        "predicate "
        "or a side effect: those may look at the workflow's state, but must not change anything",
        call));
  }
}

Execution::Execution(const RunContext& context, const WorkflowRegistration& registration,
                     history::Timestamp start_time,
                     history::Shared<history::WorkflowExecutionStarted> started)
    : context_(context),
      registration_(registration),
      start_time_(start_time),
      started_(std::move(started)) {}

Execution::~Execution() {
  mode_ = Mode::kDestroying;
  const Entered entered(*this);
  if (main_) main_->DestroyFrames();
  for (std::size_t i = 0; i < fibers_.size(); ++i) fibers_[i]->DestroyFrames();
  instance_.reset();
  signal_handlers_.clear();
  update_handlers_.clear();
  query_handlers_.clear();
  if (main_) main_->Detach();
  for (const Ref<Fiber>& fiber : fibers_) fiber->Detach();
}

// --- activation

std::optional<TaskFailure> Execution::Activate(const ActivationInfo& info, ActivationJobs& jobs) {
  const history::Timestamp reached = info_.time;  // a local activity may have moved it on
  info_ = info;
  AdvanceTime(reached);
  steps_ = 0;
  busy_ = {};
  const Entered entered(*this);
  const GuardedScope guard;
  const bool has_jobs = !main_ || !jobs.handled.empty() || !jobs.others.empty();
  activations_ = has_jobs ? 1 : 0;
  if (local_ != nullptr && !info.replaying) local_->GoLive();
  if (!instance_ && !commands_.closed()) Construct();
  if (!jobs.handled.empty()) DeliverHandled(jobs);
  DeliverOthers(jobs);
  if (!early_updates_.empty()) DeliverEarlyUpdates();
  Settle();
  return EndActivation(guard);
}

std::optional<TaskFailure> Execution::ResolveLocalActivity(LocalActivityResolution resolution) {
  steps_ = 0;
  busy_ = {};
  const Entered entered(*this);
  const GuardedScope guard;
  if (!local_->Resolve(std::move(resolution))) return std::nullopt;
  ++activations_;
  RunUntilIdle();
  Settle();
  return EndActivation(guard);
}

void Execution::Settle() {
  while (!task_failure_ && ResolveNext()) RunUntilIdle();
}

bool Execution::ResolveNext() {
  if (when_idle_.empty()) return local_ != nullptr && local_->ResolveAnnounced();
  for (const auto& canceled : std::exchange(when_idle_, {})) {
    std::visit([](const auto& machine) { machine->Resolve(); }, canceled);
  }
  return true;
}

std::optional<TaskFailure> Execution::EndActivation(const GuardedScope& guard) {
  const bool ends = commands_.PlaceClosingCommand();
  if (ends && !running_handlers_.empty()) WarnOfUnfinishedHandlers();
  if (guard.forbidden_call() != nullptr && !task_failure_) {
    task_failure_ = TaskFailure{
        .cause = history::WorkflowTaskFailedCause::kNonDeterministicError,
        .failure = PlainFailure(fmt::format("workflow code called {}", guard.forbidden_call()),
                                "ForbiddenCall")};
  }
  return TakeTaskFailure();
}

void Execution::Construct() {
  try {
    instance_ = registration_.Make();
  } catch (...) {
    EndWithError(std::current_exception());
  }
}

void Execution::DeliverOthers(ActivationJobs& jobs) {
  if (!main_ && instance_) StartMain();
  for (const auto& job : jobs.others) {
    std::visit(history::Overloaded{[](ActivityMachine* activity) { activity->Resolve(); },
                                   [](TimerMachine* timer) { timer->Resolve(false); },
                                   [](CommandMachine* machine) { machine->Resolve(); },
                                   [this](CancelJob) {
                                     // Delivered once; a later request says nothing new.
                                     if (std::exchange(cancel_requested_, true)) return;
                                     if (main_) loop_.Enqueue(cancel_delivery_);
                                   }},
               job);
  }
  RunUntilIdle();
}

void Execution::StartMain() {
  main_ = Ref<Fiber>(new Fiber(*this, FiberKind::kMain));
  try {
    const std::coroutine_handle<> root = instance_->Start(started_->input, *main_);
    main_->set_root(root);
    loop_.Enqueue(root, *main_);
  } catch (...) {
    EndWithError(std::current_exception());
  }
}

void Execution::RunUntilIdle() {
  do {
    while (!task_failure_ && !loop_.empty()) TakeStep();
  } while (!task_failure_ && WakeConditions());
}

void Execution::TakeStep() {
  if (++steps_ > context_.max_steps_per_task) {
    task_failure_ = TaskFailure{
        .failure = PlainFailure(
            fmt::format("the workflow's code did not come to rest within {} steps of one Workflow "
                        "Task (RunContext::max_steps_per_task): a loop without end?",
                        context_.max_steps_per_task),
            "Deadlock")};
    return;
  }
  const RunLoop::Step step = loop_.Take();
  current_fiber_ = step.fiber;
  if (step.delivery != nullptr) {
    step.delivery->Deliver();
  } else {
    step.handle.resume();
  }
  current_fiber_ = nullptr;
  if (!ended_fibers_.empty()) ReapEnded();
}

void Execution::AddCondition(ConditionWait& wait) { conditions_.push_back(&wait); }

void Execution::RemoveCondition(ConditionWait& wait) {
  wait.execution_ = nullptr;
  std::erase(conditions_, &wait);
}

bool Execution::WakeConditions() {
  if (conditions_.empty()) return false;
  const ReadOnly read_only(*this);
  const auto woken = std::remove_if(conditions_.begin(), conditions_.end(),
                                    [](ConditionWait* wait) { return wait->Check(); });
  const bool any = woken != conditions_.end();
  conditions_.erase(woken, conditions_.end());
  return any;
}

std::optional<TaskFailure> Execution::TakeTaskFailure() {
  return std::exchange(task_failure_, std::nullopt);
}

// The detector's failure, as Temporal's Python SDK words it.
// What the code does until it yields is lost.
void Execution::BlockThread(history::Duration time) {
  if (destroying()) return;
  if (time < history::Duration::zero()) {
    throw std::invalid_argument("BlockThread: the time is negative");
  }
  const history::Duration limit = context_.deadlock_timeout;
  const history::Duration before = std::min(time, limit - std::min(busy_, limit));
  busy_ += before;
  blocked_.busy += before;
  blocked_.stuck += time - before;
  if (time == before || task_failure_) return;
  task_failure_ = TaskFailure{
      .failure = PlainFailure(
          fmt::format("[TMPRL1101] Potential deadlock detected: workflow didn't yield within {} "
                      "second(s).",
                      std::chrono::duration_cast<std::chrono::seconds>(limit).count()),
          "_DeadlockError")};
}

// --- fibers

Ref<Fiber> Execution::NewFiber(FiberKind kind) {
  Ref<Fiber> fiber(new Fiber(*this, kind));
  if (destroying()) {
    fiber->Detach();
  } else {
    fiber->set_place(fibers_.size());
    fibers_.push_back(fiber);
  }
  return fiber;
}

void Execution::RemoveFiber(const Fiber& fiber) {
  const std::size_t place = fiber.place();
  std::swap(fibers_[place], fibers_.back());
  fibers_[place]->set_place(place);
  fibers_.pop_back();
}

void Execution::OnRootEnded(Fiber& fiber, std::exception_ptr error) {
  fiber.End(std::move(error));
  ended_fibers_.push_back(&fiber);
}

// The frame of an ended coroutine cannot be destroyed while it is still suspending: it is done
// here, back in the loop.
void Execution::ReapEnded() {
  while (!ended_fibers_.empty()) {
    Fiber& fiber = *ended_fibers_.back();
    ended_fibers_.pop_back();
    const Ref<Fiber> alive(&fiber);
    OnFiberEnded(fiber);
    fiber.DestroyFrames();
    fiber.Resolve();
    if (fiber.kind() != FiberKind::kMain) {
      fiber.Detach();
      RemoveFiber(fiber);
    }
  }
}

void Execution::OnFiberEnded(Fiber& fiber) {
  switch (fiber.kind()) {
    case FiberKind::kMain:
      if (fiber.error()) {
        EndWithError(fiber.error());
      } else {
        CompleteMain();
      }
      return;
    case FiberKind::kSignalHandler:
      ForgetRunningHandler(fiber);
      if (fiber.error()) EndWithError(fiber.error());
      return;
    case FiberKind::kUpdateHandler:
      ForgetRunningHandler(fiber);
      if (fiber.error()) FailUpdate(*fiber.update(), fiber.error());
      return;
    case FiberKind::kSpawned:
      if (!fiber.error()) return;
      try {
        std::rethrow_exception(fiber.error());
      } catch (const FailureError&) {
        // An outcome, for whoever awaits the fiber.
      } catch (const ContinueAsNewError&) {
        // Likewise: it counts where it leaves Run or a handler.
      } catch (...) {
        FailTask(std::current_exception());
      }
      return;
  }
}

void Execution::CompleteMain() {
  try {
    // What nobody will send need not be encoded: the result is not compared at replay.
    history::Payloads result;
    if (sends()) result = instance_->EncodeResult();
    commands_.Close(history::CompleteWorkflowExecution{.result = std::move(result)});
  } catch (...) {
    FailTask(std::current_exception());
  }
}

void Execution::EndWithError(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const FailureError& failure) {
    if (cancel_requested_ && IsCancellation(failure.failure())) {
      commands_.Close(history::CancelWorkflowExecution{});
    } else {
      commands_.Close(history::FailWorkflowExecution{.failure = failure.failure()});
    }
  } catch (const ContinueAsNewError& continuation) {
    commands_.Close(continuation.command());
  } catch (...) {
    FailTask(std::current_exception());
  }
}

void Execution::FailTask(const std::exception_ptr& error) {
  if (task_failure_) return;
  task_failure_ = TaskFailure{.failure = FailureOfBug(error, registration_.dialect())};
  try {
    std::rethrow_exception(error);
  } catch (const NondeterminismError&) {
    task_failure_->cause = history::WorkflowTaskFailedCause::kNonDeterministicError;
  } catch (...) {
    // A bug like any other.
  }
}

history::Payloads Execution::ComputeReadOnly(const std::function<history::Payloads()>& compute) {
  const ReadOnly read_only(*this);
  return compute();
}

// --- activities and timers

Ref<ActivityMachine> Execution::StartActivity(std::string_view type,
                                              const ActivityOptions& options) {
  RequireWritable("ExecuteActivity");
  if (destroying()) {
    return Ref<ActivityMachine>(
        new ActivityMachine(nullptr, 0, type, options.activity_id, options.cancellation_type));
  }
  std::string id = options.activity_id;
  if (id.empty() && goes_by_event_ids()) id = std::to_string(commands_.NextEventId());
  ActivityMachine& activity = commands_.AddActivity(this, type, id, options.cancellation_type);
  if (sends()) {
    auto command = std::make_unique<history::ScheduleActivityTask>();
    command->activity_id = activity.id();
    command->activity_type = activity.type();
    command->task_queue = options.task_queue;
    command->header = HeaderOf(options.header);
    command->schedule_to_close_timeout = options.schedule_to_close_timeout;
    command->schedule_to_start_timeout = options.schedule_to_start_timeout;
    command->start_to_close_timeout = options.start_to_close_timeout;
    command->heartbeat_timeout = options.heartbeat_timeout;
    if (options.retry_policy != RetryPolicy{}) command->retry_policy = options.retry_policy;
    command->user_metadata = history::MakeUserMetadata(options.summary);
    activity.set_command(std::move(command));
  }
  Track(activity);
  return Ref<ActivityMachine>(&activity);
}

Ref<TimerMachine> Execution::StartTimer(history::Duration duration) {
  if (duration < history::Duration::zero()) {
    throw std::invalid_argument("a timer's duration is negative");
  }
  if (destroying()) return Ref<TimerMachine>(new TimerMachine(nullptr, 0, duration));
  const history::EventId event_id = commands_.NextEventId();
  TimerMachine& timer = commands_.AddTimer(this, duration);
  if (goes_by_event_ids()) timer.set_number(event_id);
  Track(timer);
  return Ref<TimerMachine>(&timer);
}

void Execution::CancelActivity(ActivityMachine& activity) {
  if (destroying()) return;
  RequireWritable("Cancel");
  const ActivityState before = activity.state();
  commands_.CancelActivity(activity, !goes_by_event_ids());
  if (activity.state() == before) return;  // too late, or asked for before
  const bool resolves = activity.state() == ActivityState::kCanceled ||
                        activity.cancellation_type() == ActivityCancellationType::kTryCancel;
  if (!resolves) return;
  activity.SetCanceled({}, 0, "");
  when_idle_.emplace_back(Ref<ActivityMachine>(&activity));
}

void Execution::CancelTimer(TimerMachine& timer) {
  if (destroying()) return;
  RequireWritable("Cancel");
  const TimerState before = timer.state();
  commands_.CancelTimer(timer, !goes_by_event_ids());
  if (timer.state() != before) timer.Resolve(true);
}

// --- information

WorkflowInfo Execution::Info() const {
  return WorkflowInfo{
      .workflow_id = context_.workflow_id.empty() ? started_->workflow_id : context_.workflow_id,
      .run_id = context_.run_id.empty() ? started_->original_execution_run_id : context_.run_id,
      .workflow_type = started_->workflow_type,
      .task_queue = started_->task_queue.name,
      .first_execution_run_id = started_->first_execution_run_id,
      .continued_run_id = started_->continued_execution_run_id,
      .parent = ExecutionIn(started_->parent_workflow_execution),
      .root = ExecutionIn(started_->root_workflow_execution),
      .cron_schedule = started_->cron_schedule,
      .attempt = started_->attempt,
      .start_time = start_time_,
      .run_timeout = started_->workflow_run_timeout,
      .execution_timeout = started_->workflow_execution_timeout,
      .task_timeout = started_->workflow_task_timeout,
      .history_length = info_.history_length,
      .history_size_bytes = info_.history_size_bytes,
      .continue_as_new_suggested = info_.continue_as_new_suggested,
      .target_worker_deployment_version_changed = info_.target_worker_deployment_version_changed,
      .is_replaying = info_.replaying,
      .retry_policy = started_->retry_policy,
      .memo = Memo(memo()),
      .search_attributes = SearchAttributes(search_attributes()),
      .header = Header(started_->header)};
}

void Execution::Announce(history::EventId event_id, Marker marker, bool with_upsert) {
  std::visit(
      history::Overloaded{
          [](std::monostate&) {},
          [&](PatchMarker& patch) { markers().Announce(patch, with_upsert); },
          [&](VersionMarker& version) { markers().Announce(event_id, version, with_upsert); },
          [&](SideEffectMarker& effect) { markers().Announce(std::move(effect)); },
          [&](MutableSideEffectMarker& effect) { markers().Announce(std::move(effect)); },
          [&](LocalActivityMarker& activity) { local_activities().Announce(std::move(activity)); }},
      marker);
}

std::optional<Nondeterminism> Execution::MatchLocalActivity(const history::HistoryEvent& event,
                                                            bool& done) {
  const auto* recorded = history::As<history::MarkerRecorded>(event);
  if (recorded == nullptr) return std::nullopt;
  const Marker marker = ReadMarker(*recorded);
  const auto* activity = std::get_if<LocalActivityMarker>(&marker);
  return activity == nullptr ? std::nullopt : local_activities().Match(event, *activity, done);
}

void Execution::Reseed(std::string_view run_id) {
  reseed_run_id_ = run_id;
  random_.reset();
}

std::string_view Execution::seeding_run_id() const {
  if (!reseed_run_id_.empty()) return reseed_run_id_;
  if (!started_->original_execution_run_id.empty()) return started_->original_execution_run_id;
  return context_.run_id;
}

RandomStream& Execution::random() {
  if (!random_.has_value()) random_.emplace(HashText(seeding_run_id()));
  return *random_;
}

// --- the dialect

bool Execution::goes_by_event_ids() const { return registration_.dialect() == Dialect::kGo; }

std::string Execution::NewChildWorkflowId() {
  if (!goes_by_event_ids()) return Uuid4();
  return fmt::format("{}_{}", seeding_run_id(), commands_.NextEventId());
}

LocalActivityFormat Execution::local_activity_format() const {
  return registration_.dialect() == Dialect::kGo ? LocalActivityFormat::kGo
                                                 : LocalActivityFormat::kCore;
}

}  // namespace groundhog::workflow::internal
