// Execution: the inside of one run. What the author's API calls talk to, and what WorkflowRun
// drives, one activation a Workflow Task.
//
// It owns the author's object, its fibers, the loop that resumes them, and the queue of commands.
// It knows events only as what they mean to the code (a signal, a resolution, a cancel);
// WorkflowRun reads the history. It is found through a thread-local pointer that is set only while
// its code executes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/event.h"
#include "runtime/history/header.h"
#include "runtime/history/payload_map.h"
#include "runtime/workflow/author_code.h"
#include "runtime/workflow/block_thread.h"
#include "runtime/workflow/command_queue.h"
#include "runtime/workflow/condition_wait.h"
#include "runtime/workflow/fiber.h"
#include "runtime/workflow/info.h"
#include "runtime/workflow/local_activities.h"
#include "runtime/workflow/markers.h"
#include "runtime/workflow/random.h"
#include "runtime/workflow/result.h"
#include "runtime/workflow/run_context.h"
#include "runtime/workflow/run_loop.h"
#include "runtime/workflow/task_result.h"

namespace groundhog::workflow {

struct ActivityOptions;
enum class HandlerUnfinishedPolicy : std::uint8_t;
struct UpdateInfo;
class WorkflowRegistration;

namespace internal {

class GuardedScope;

// The news of one activation, in the order of history.
struct CancelJob {};
// What a handler is called for.
using HandlerJob = std::variant<SignalJob, UpdateMachine*>;
struct ActivationJobs {
  std::vector<HandlerJob> handled;
  std::vector<std::variant<ActivityMachine*, TimerMachine*, CommandMachine*, CancelJob>> others;
  void Clear() {
    handled.clear();
    others.clear();
  }
};

struct ActivationInfo {
  bool replaying = false;
  history::Timestamp time = {};
  history::EventId history_length = 0;
  std::int64_t history_size_bytes = 0;
  bool continue_as_new_suggested = false;
  bool target_worker_deployment_version_changed = false;
};

class Execution {
 public:
  // REQUIRES: `context` and `registration` outlive it.
  Execution(const RunContext& context, const WorkflowRegistration& registration,
            history::Timestamp start_time,
            history::Shared<history::WorkflowExecutionStarted> started);
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  // Destroys the author's coroutines and object; what their destructors ask for is ignored.
  ~Execution();

  // The run whose code this thread executes. `call` is named in the OutsideWorkflowError.
  static Execution& Current(const char* call);

  // --- for WorkflowRun
  // Delivers the news, in Temporal's order (SEMANTICS e.3): signals and updates, then the rest,
  // then activities resolved by their own cancel; after each set the code runs until it is idle and
  // no condition holds. An error ends it: the run is dead then.
  std::optional<TaskFailure> Activate(const ActivationInfo& info, ActivationJobs& jobs);
  // The driver's news of a local activity; the code goes on in the task that runs.
  std::optional<TaskFailure> ResolveLocalActivity(LocalActivityResolution resolution);
  Result<history::Payloads> Query(std::string_view name, const history::Payloads& input,
                                  const history::PayloadMap& header);
  CommandQueue& commands() { return commands_; }
  Markers& markers() {
    if (markers_ == nullptr) markers_ = std::make_unique<Markers>(commands_);
    return *markers_;
  }
  LocalActivities& local_activities() {
    if (local_ == nullptr) local_ = std::make_unique<LocalActivities>(*this, commands_);
    return *local_;
  }
  bool has_local_activities() const { return local_ != nullptr; }
  // How many local activities the driver has or is to get.
  std::size_t outstanding_local_activities() const {
    return local_ == nullptr ? 0 : local_->outstanding();
  }
  // A task is about to be replayed: forget what was announced for the last one only.
  void BeginReplayedTask() {
    if (markers_ != nullptr) markers_->BeginTask();
    if (local_ != nullptr) local_->BeginReplayedTask();
  }
  // A marker that this task has recorded.
  void Announce(history::EventId event_id, Marker marker, bool with_upsert);
  // The event of a local activity's marker. `done` false: it belongs to the command at the front.
  std::optional<Nondeterminism> MatchLocalActivity(const history::HistoryEvent& event, bool& done);
  BlockedTime TakeBlockedTime() { return std::exchange(blocked_, {}); }
  void Reseed(std::string_view run_id);
  // From now on commands get their input even while replaying.
  void AlwaysEncode() { always_encode_ = true; }

  // --- for the author's API
  // Whether what the code asks for now is to be sent, so that its input is needed.
  bool sends() const { return !info_.replaying || always_encode_; }
  bool destroying() const { return mode_ == Mode::kDestroying; }
  bool replaying() const { return info_.replaying; }
  RunLoop& loop() { return loop_; }
  // Throws ReadOnlyError unless code that may change something is running.
  void RequireWritable(const char* call) const;

  // Runs author code that may look, but not change anything.
  history::Payloads ComputeReadOnly(const std::function<history::Payloads()>& compute);

  // The command is queued; its input is up to the caller, if the machine has a command() at all.
  Ref<ActivityMachine> StartActivity(std::string_view type, const ActivityOptions& options);
  Ref<TimerMachine> StartTimer(history::Duration duration);
  void CancelActivity(ActivityMachine& activity);
  void CancelTimer(TimerMachine& timer);
  void ResolveWhenIdle(LocalActivityMachine& machine) {
    when_idle_.emplace_back(Ref<LocalActivityMachine>(&machine));
  }
  // The workflow's time never goes back.
  void AdvanceTime(history::Timestamp time) { info_.time = std::max(info_.time, time); }
  LocalActivityFormat local_activity_format() const;
  // Of a child that was given none.
  std::string NewChildWorkflowId();
  // Of a machine that the code itself brought to its end.
  void ResolveWhenIdle(CommandMachine& machine) {
    when_idle_.emplace_back(Ref<CommandMachine>(&machine));
  }
  void AddCondition(ConditionWait& wait);
  void RemoveCondition(ConditionWait& wait);
  Ref<Fiber> NewFiber(FiberKind kind);
  void BlockThread(history::Duration time);
  void CompleteUpdate(UpdateMachine& update, std::optional<history::Payloads> result);
  void OnSignal(std::string_view name, std::unique_ptr<SignalHandler> handler,
                HandlerUnfinishedPolicy policy);
  void OnQuery(std::string_view name, std::unique_ptr<QueryHandler> handler);
  void OnUpdate(std::string_view name, std::unique_ptr<UpdateHandler> handler,
                HandlerUnfinishedPolicy policy);

  const RunContext& context() const { return context_; }
  WorkflowInfo Info() const;
  const history::WorkflowExecutionStarted& started() const { return *started_; }
  // Both as the code has made them.
  const history::PayloadMap& memo() const {
    return properties_ == nullptr ? started_->memo : properties_->memo;
  }
  const history::PayloadMap& search_attributes() const {
    return properties_ == nullptr ? started_->search_attributes : properties_->search_attributes;
  }
  void UpsertMemo(history::PayloadMap updates);
  void UpsertSearchAttributes(history::PayloadMap updates);
  void set_current_details(std::string details) { current_details_ = std::move(details); }
  const std::string& current_details() const { return current_details_; }
  bool AllHandlersFinished() const { return running_handlers_.empty() && queued_.empty(); }
  // The update that the code which runs now belongs to; null if none.
  UpdateMachine* current_update() const;
  // The same for a signal that has a header; null: none.
  const SignalJob& current_signal() const {
    return current_fiber_ == nullptr || plain_signal_ ? plain_signal_ : current_fiber_->signal();
  }
  // Of what is being handled (propagation.h).
  const history::PayloadMap& current_header() const;
  // What goes with something that the code starts.
  history::PayloadMap HeaderOf(const Header& given) const;
  // Where the code stands that runs now; null: in no scope.
  Scope* scope() const { return current_fiber_ == nullptr ? nullptr : current_fiber_->scope(); }
  // The code has started something that its scope may cancel.
  void Track(Completion& operation) {
    if (Scope* const where = scope(); where != nullptr) where->Add(operation);
  }
  history::Timestamp now() const { return info_.time; }
  // How often the code was given news in this task so far.
  std::int64_t activations() const { return activations_; }
  bool cancel_requested() const { return cancel_requested_; }
  // The run whose name random numbers and generated ids go by: the one that came first,
  // if it was reset.
  std::string_view seeding_run_id() const;
  RandomStream& random();
  LogSink* log() const { return info_.replaying || destroying() ? nullptr : context_.log; }

  // The outermost coroutine of a fiber has ended.
  void OnRootEnded(Fiber& fiber, std::exception_ptr error);

 private:
  enum class Mode : std::uint8_t { kRunning, kReadOnly, kDestroying };

  // While it lives, this thread executes this run's code.
  class Entered {
   public:
    explicit Entered(Execution& execution);
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    ~Entered();

   private:
    Execution* outer_;
  };
  // While it lives, nothing may be changed.
  class ReadOnly {
   public:
    explicit ReadOnly(Execution& execution) : execution_(execution), outer_(execution.mode_) {
      execution_.mode_ = Mode::kReadOnly;
    }
    ReadOnly(const ReadOnly&) = delete;
    ReadOnly& operator=(const ReadOnly&) = delete;
    ~ReadOnly() { execution_.mode_ = outer_; }

   private:
    Execution& execution_;
    Mode outer_;
  };

  // While it lives, a query with this header is being answered.
  class HeaderOfQuery {
   public:
    HeaderOfQuery(Execution& execution, const history::PayloadMap& header) : execution_(execution) {
      if (!header.empty()) execution.query_header_ = &header;
    }
    HeaderOfQuery(const HeaderOfQuery&) = delete;
    HeaderOfQuery& operator=(const HeaderOfQuery&) = delete;
    ~HeaderOfQuery() { execution_.query_header_ = nullptr; }

   private:
    Execution& execution_;
  };

  // Hands out queued signals and updates, one a turn.
  class HandlerDelivery final : public Delivery {
   public:
    explicit HandlerDelivery(Execution& execution) : execution_(execution) {}
    void Deliver() override { execution_.HandleNext(); }

   private:
    Execution& execution_;
  };
  // Cancels the main fiber in its turn.
  class CancelDelivery final : public Delivery {
   public:
    explicit CancelDelivery(Execution& execution) : execution_(execution) {}
    void Deliver() override { execution_.main_->RequestCancel(); }

   private:
    Execution& execution_;
  };

  template <class Handler>
  struct Named {
    std::string name;
    std::unique_ptr<Handler> handler;
    HandlerUnfinishedPolicy policy = {};
  };
  // A handler that is a coroutine and has not ended.
  struct RunningHandler {
    std::string name;
    UpdateMachine* update = nullptr;  // null: of a signal
    HandlerUnfinishedPolicy policy = {};
    const Fiber* fiber = nullptr;
  };

  struct Properties {
    history::PayloadMap memo;
    history::PayloadMap search_attributes;
  };
  Properties& properties();

  bool goes_by_event_ids() const;
  // Those that need no handler; nothing if it is another one.
  std::optional<history::Payloads> AnswerBuiltInQuery(std::string_view name) const;
  std::string StackTrace() const;
  history::Payload EnhancedStackTrace() const;
  history::Payload Metadata() const;
  std::vector<std::string_view> QueryNames() const;  // sorted
  std::string TitleOf(const Fiber& fiber) const;
  std::vector<const Fiber*> LivingFibers() const;

  void Construct();
  void StartMain();
  void DeliverHandled(ActivationJobs& jobs);
  void DeliverEarlyUpdates();
  void DeliverOthers(ActivationJobs& jobs);
  void RunUntilIdle();
  // What was resolved by the code's own cancels, and by markers that were announced.
  void Settle();
  bool ResolveNext();
  std::optional<TaskFailure> EndActivation(const GuardedScope& guard);
  void TakeStep();
  bool WakeConditions();
  void ReapEnded();
  void RemoveFiber(const Fiber& fiber);
  void Queue(HandlerJob job);
  void HandleNext();
  void HandleSignal(const SignalJob& job);
  void HandleUpdate(UpdateMachine& update);
  // The handler's call, if the update is accepted; else it was rejected, or the task has failed.
  std::shared_ptr<UpdateCall> Accept(UpdateMachine& update, UpdateHandler& handler);
  void RejectUnknown(UpdateMachine& update);
  // What is left of a handler runs next, before anything that is queued.
  void StartHandlerFiber(HandlerRest rest, RunningHandler handler);
  void ForgetRunningHandler(const Fiber& fiber);
  void WarnOfUnfinishedHandlers();
  void OnFiberEnded(Fiber& fiber);
  void CompleteMain();
  // What a failure that leaves Run or a signal handler means.
  void EndWithError(const std::exception_ptr& error);
  // What a failure that leaves an update's handler means.
  void FailUpdate(UpdateMachine& update, const std::exception_ptr& error);
  void FailTask(const std::exception_ptr& error);
  std::optional<TaskFailure> TakeTaskFailure();

  const RunContext& context_;
  const WorkflowRegistration& registration_;
  history::Timestamp start_time_;
  history::Shared<history::WorkflowExecutionStarted> started_;
  ActivationInfo info_;
  Mode mode_ = Mode::kRunning;
  bool always_encode_ = false;
  bool cancel_requested_ = false;
  std::uint64_t steps_ = 0;
  std::optional<TaskFailure> task_failure_;
  BlockedTime blocked_;
  history::Duration busy_{0};  // in this activation

  CommandQueue commands_;
  std::unique_ptr<Markers> markers_;        // null: neither code nor history has any
  std::unique_ptr<LocalActivities> local_;  // null: likewise
  std::unique_ptr<Properties> properties_;  // null: as at the start
  std::int64_t activations_ = 0;            // of this task
  RunLoop loop_;
  std::unique_ptr<WorkflowInstance> instance_;
  Ref<Fiber> main_;
  std::vector<Ref<Fiber>> fibers_;  // the others
  std::vector<Fiber*> ended_fibers_;
  std::vector<ConditionWait*> conditions_;
  // Ended by the code itself; to be resolved when it is idle.
  std::vector<std::variant<Ref<ActivityMachine>, Ref<LocalActivityMachine>, Ref<CommandMachine>>>
      when_idle_;
  // Of a name the last one counts; the dynamic one, which has no name, counts for all that have
  // none. No handler of signals or updates is destroyed: its fibers may run.
  std::vector<Named<SignalHandler>> signal_handlers_;
  std::vector<Named<UpdateHandler>> update_handlers_;
  std::vector<Named<QueryHandler>> query_handlers_;
  std::vector<HandlerJob> queued_;
  std::size_t next_queued_ = 0;
  std::vector<RunningHandler> running_handlers_;
  std::vector<SignalJob> unhandled_signals_;
  // Of the first task: Run may still register a handler.
  std::vector<UpdateMachine*> early_updates_;
  Fiber* current_fiber_ = nullptr;
  UpdateMachine* plain_update_ = nullptr;  // whose handler, or validator, is called right now
  SignalJob plain_signal_;                 // likewise, if it has a header
  const history::PayloadMap* query_header_ = nullptr;  // likewise
  HandlerDelivery handler_delivery_{*this};
  CancelDelivery cancel_delivery_{*this};
  std::string reseed_run_id_;
  std::string current_details_;
  std::optional<RandomStream> random_;
};

}  // namespace internal
}  // namespace groundhog::workflow
