#include "runtime/workflow/command_queue.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "runtime/workflow/difference.h"

namespace groundhog::workflow {

namespace internal {
namespace {

using history::EventType;
using history::HistoryEvent;

// The machine of the command that ends a run, and the event that it becomes.
struct Closing {
  std::string_view machine;
  EventType event;
};
Closing ClosingOf(const history::Command& command) {
  if (std::holds_alternative<history::CompleteWorkflowExecution>(command)) {
    return {"Complete workflow", EventType::kWorkflowExecutionCompleted};
  }
  if (std::holds_alternative<history::FailWorkflowExecution>(command)) {
    return {"Fail workflow", EventType::kWorkflowExecutionFailed};
  }
  if (std::holds_alternative<history::ContinueAsNewWorkflowExecution>(command)) {
    return {"Continue as new workflow", EventType::kWorkflowExecutionContinuedAsNew};
  }
  return {"Cancel workflow", EventType::kWorkflowExecutionCanceled};
}

}  // namespace

CommandQueue::~CommandQueue() {
  for (const Ref<ActivityMachine>& activity : activities_) activity->Detach();
  for (const Ref<TimerMachine>& timer : timers_) timer->Detach();
  for (const Ref<CommandMachine>& machine : machines_) machine->Detach();
}

void CommandQueue::Push(Kind kind, std::uint32_t index, bool counted) {
  if (front_ == entries_.size()) {
    entries_.clear();
    front_ = 0;
    answered_ = 0;
  }
  entries_.push_back({kind, index});
  if (counted) next_event_id_ = NextEventId() + 1;
}

ActivityMachine& CommandQueue::AddActivity(Execution* execution, std::string_view type,
                                           std::string_view custom_id,
                                           ActivityCancellationType cancellation) {
  const auto index = static_cast<std::uint32_t>(activities_.size());
  activities_.emplace_back(
      new ActivityMachine(execution, index + 1, type, custom_id, cancellation));
  Push(Kind::kScheduleActivity, index);
  return *activities_.back();
}

TimerMachine& CommandQueue::AddTimer(Execution* execution, history::Duration duration) {
  const auto index = static_cast<std::uint32_t>(timers_.size());
  timers_.emplace_back(new TimerMachine(execution, index + 1, duration));
  Push(Kind::kStartTimer, index);
  return *timers_.back();
}

void CommandQueue::Add(Ref<CommandMachine> machine) {
  machines_.push_back(std::move(machine));
  Push(Kind::kMachine, static_cast<std::uint32_t>(machines_.size() - 1));
}

void CommandQueue::CancelActivity(ActivityMachine& activity, bool drops_unsent) {
  const ActivityState before = activity.state();
  const bool abandon = activity.cancellation_type() == ActivityCancellationType::kAbandon;
  const bool sends = before == ActivityState::kCreated && !drops_unsent;
  const auto cancel = sends ? ActivityInput::kSendAndCancel : ActivityInput::kCancel;
  const bool legal = activity.Apply(abandon ? ActivityInput::kAbandon : cancel);
  GH_CHECK(legal, "an activity can be cancelled in every state");
  const bool queued = activity.state() == ActivityState::kCreatedCancelQueued ||
                      activity.state() == ActivityState::kScheduledCancelQueued ||
                      activity.state() == ActivityState::kStartedCancelQueued;
  if (queued && activity.state() != before) {
    Push(Kind::kRequestCancelActivity, activity.seq() - 1);
  }
}

void CommandQueue::CancelTimer(TimerMachine& timer, bool drops_unsent) {
  const TimerState before = timer.state();
  const bool sends = before == TimerState::kCreated && !drops_unsent;
  const bool legal = timer.Apply(sends ? TimerInput::kSendAndCancel : TimerInput::kCancel);
  GH_CHECK(legal, "a timer can be cancelled until it is");
  const bool queued = timer.state() == TimerState::kCancelQueued ||
                      timer.state() == TimerState::kCreatedCancelQueued;
  if (queued && timer.state() != before) {
    Push(Kind::kCancelTimer, timer.seq() - 1);
  }
}

std::uint32_t CommandQueue::IndexOf(const UpdateMachine& update) const {
  const auto found = std::find_if(updates_.rbegin(), updates_.rend(),
                                  [&](const auto& known) { return known.get() == &update; });
  GH_CHECK(found != updates_.rend(), "an update belongs to the run that it was sent to");
  return static_cast<std::uint32_t>(updates_.rend() - found - 1);
}

bool CommandQueue::KnowsUpdate(std::string_view id) const {
  return std::any_of(updates_.begin(), updates_.end(), [id](const auto& update) {
    return update->id() == id && update->state() != UpdateState::kRejected;
  });
}

UpdateMachine& CommandQueue::AddUpdate(history::Message request) {
  return *updates_.emplace_back(std::make_unique<UpdateMachine>(std::move(request)));
}

void CommandQueue::AcceptUpdate(UpdateMachine& update) {
  const bool legal = update.Apply(UpdateInput::kAccept);
  GH_CHECK(legal, "an update is accepted once");
  Push(Kind::kAcceptUpdate, IndexOf(update));
}

void CommandQueue::CompleteUpdate(UpdateMachine& update,
                                  std::optional<history::UpdateOutcome> outcome) {
  const bool legal = update.Apply(UpdateInput::kComplete);
  GH_CHECK(legal, "an accepted update is completed once");
  if (outcome.has_value()) update.set_outcome(*std::move(outcome));
  Push(Kind::kCompleteUpdate, IndexOf(update));
}

void CommandQueue::RejectUpdate(UpdateMachine& update, history::FailurePtr failure) {
  const bool legal = update.Apply(UpdateInput::kReject);
  GH_CHECK(legal, "an update is rejected before it is accepted");
  messages_.push_back(update.Rejection(std::move(failure)));
}

void CommandQueue::Close(history::Command command) {
  if (!closing_.has_value()) closing_ = std::move(command);
}

bool CommandQueue::PlaceClosingCommand() {
  if (!closing_.has_value() || closing_placed_) return false;
  closing_placed_ = true;
  Push(Kind::kClose, 0);
  return true;
}

bool CommandQueue::IsDropped(const Entry& entry) const {
  switch (entry.kind) {
    case Kind::kScheduleActivity:
      return activities_[entry.index]->dropped_before_sent();
    case Kind::kStartTimer:
      return timers_[entry.index]->dropped_before_sent();
    case Kind::kMachine:
      return machines_[entry.index]->dropped_before_sent();
    case Kind::kRequestCancelActivity:
    case Kind::kCancelTimer:
    case Kind::kRecord:
    case Kind::kAcceptUpdate:
    case Kind::kCompleteUpdate:
    case Kind::kClose:
      return false;
  }
  return false;
}

void CommandQueue::SkipDropped() {
  while (front_ < entries_.size() && IsDropped(entries_[front_])) ++front_;
}

bool CommandQueue::empty() {
  SkipDropped();
  return front_ == entries_.size();
}

std::string CommandQueue::Describe(const Entry& entry) const {
  switch (entry.kind) {
    case Kind::kScheduleActivity:
      return fmt::format("ScheduleActivityTask({}, id {})", activities_[entry.index]->type(),
                         activities_[entry.index]->id());
    case Kind::kRequestCancelActivity:
      return fmt::format("RequestCancelActivityTask({}, id {})", activities_[entry.index]->type(),
                         activities_[entry.index]->id());
    case Kind::kStartTimer:
      return fmt::format("StartTimer(id {})", timers_[entry.index]->id());
    case Kind::kCancelTimer:
      return fmt::format("CancelTimer(id {})", timers_[entry.index]->id());
    case Kind::kRecord:
      return DescribeRecord(records_->made[entry.index]);
    case Kind::kMachine:
      return machines_[entry.index]->Describe();
    case Kind::kAcceptUpdate:
      return fmt::format("AcceptUpdate({}, id {})", updates_[entry.index]->name(),
                         updates_[entry.index]->id());
    case Kind::kCompleteUpdate:
      return fmt::format("CompleteUpdate({}, id {})", updates_[entry.index]->name(),
                         updates_[entry.index]->id());
    case Kind::kClose:
      return std::string(NameOf(*closing_));
  }
  return {};
}

std::string CommandQueue::DescribeFront() {
  return empty() ? std::string() : Describe(entries_[front_]);
}

std::optional<Nondeterminism> CommandQueue::Match(const HistoryEvent& event) {
  if (std::optional<Nondeterminism> difference; PassesOver(event, difference)) return difference;
  if (empty()) {
    return Difference(event, "nothing", "No command scheduled for event " + Name(event));
  }
  const Entry entry = entries_[front_++];
  switch (entry.kind) {
    case Kind::kScheduleActivity:
    case Kind::kRequestCancelActivity:
      return MatchActivity(entry, event);
    case Kind::kStartTimer:
    case Kind::kCancelTimer:
      return MatchTimer(entry, event);
    case Kind::kRecord:
      return MatchRecord(records_->made[entry.index], event);
    case Kind::kMachine:
      return MatchMachine(entry, event);
    case Kind::kAcceptUpdate:
    case Kind::kCompleteUpdate:
      return MatchUpdate(entry, event);
    case Kind::kClose:
      return MatchClose(event);
  }
  return std::nullopt;
}

std::optional<Nondeterminism> CommandQueue::MatchActivity(const Entry& entry,
                                                          const HistoryEvent& event) {
  ActivityMachine& activity = *activities_[entry.index];
  const auto* scheduled = history::As<history::ActivityTaskScheduled>(event);
  const bool cancel_requested = TypeOf(event) == EventType::kActivityTaskCancelRequested;
  if (scheduled == nullptr && !cancel_requested) {
    return Difference(event, Describe(entry), NotHandled("Activity", event));
  }
  const bool is_schedule = entry.kind == Kind::kScheduleActivity;
  if (is_schedule != (scheduled != nullptr) ||
      !activity.Apply(is_schedule ? ActivityInput::kScheduledEvent
                                  : ActivityInput::kCancelRequestedEvent)) {
    return Difference(event, Describe(entry),
                      InvalidTransition("ActivityMachine", NameOf(activity.state()), event));
  }
  if (!is_schedule) return std::nullopt;
  if (scheduled->activity_id != activity.id()) {
    return Difference(event, Describe(entry),
                      fmt::format("Activity id of scheduled event '{}' does not match activity id "
                                  "of activity command '{}'",
                                  scheduled->activity_id, activity.id()));
  }
  if (scheduled->activity_type != activity.type()) {
    return Difference(event, Describe(entry),
                      fmt::format("Activity type of scheduled event '{}' does not match activity "
                                  "type of activity command '{}'",
                                  scheduled->activity_type, activity.type()));
  }
  activity.OnScheduled(event.event_id);
  owners_.push_back({event.event_id, OwnerKind::kActivity, entry.index});
  return std::nullopt;
}

std::optional<Nondeterminism> CommandQueue::MatchTimer(const Entry& entry,
                                                       const HistoryEvent& event) {
  TimerMachine& timer = *timers_[entry.index];
  const bool started = TypeOf(event) == EventType::kTimerStarted;
  const bool canceled = TypeOf(event) == EventType::kTimerCanceled;
  if (!started && !canceled) {
    return Difference(event, Describe(entry), NotHandled("Timer", event));
  }
  const bool is_start = entry.kind == Kind::kStartTimer;
  if (is_start != started ||
      !timer.Apply(is_start ? TimerInput::kStartedEvent : TimerInput::kCanceledEvent)) {
    return Difference(event, Describe(entry),
                      InvalidTransition("TimerMachine", NameOf(timer.state()), event));
  }
  if (is_start) owners_.push_back({event.event_id, OwnerKind::kTimer, entry.index});
  return std::nullopt;
}

std::optional<Nondeterminism> CommandQueue::MatchMachine(const Entry& entry,
                                                         const HistoryEvent& event) {
  auto difference = machines_[entry.index]->OnCommandEvent(event);
  if (!difference) owners_.push_back({event.event_id, OwnerKind::kMachine, entry.index});
  return difference;
}

std::optional<Nondeterminism> CommandQueue::MatchUpdate(const Entry& entry,
                                                        const HistoryEvent& event) {
  UpdateMachine& update = *updates_[entry.index];
  const bool accepted = TypeOf(event) == EventType::kWorkflowExecutionUpdateAccepted;
  const bool completed = TypeOf(event) == EventType::kWorkflowExecutionUpdateCompleted;
  if (!accepted && !completed) {
    return Difference(event, Describe(entry), NotHandled("Update", event));
  }
  if ((entry.kind == Kind::kAcceptUpdate) != accepted ||
      !update.Apply(accepted ? UpdateInput::kAcceptedEvent : UpdateInput::kCompletedEvent)) {
    return Difference(event, Describe(entry),
                      InvalidTransition("UpdateMachine", NameOf(update.state()), event));
  }
  return std::nullopt;
}

std::optional<Nondeterminism> CommandQueue::MatchClose(const HistoryEvent& event) {
  const Closing closing = ClosingOf(*closing_);
  if (TypeOf(event) == closing.event) return std::nullopt;
  return Difference(event, std::string(NameOf(*closing_)), NotHandled(closing.machine, event));
}

const CommandQueue::Owner* CommandQueue::FindOwner(history::EventId event_id,
                                                   OwnerKind kind) const {
  const auto found =
      std::lower_bound(owners_.begin(), owners_.end(), event_id,
                       [](const Owner& owner, history::EventId id) { return owner.event_id < id; });
  if (found == owners_.end() || found->event_id != event_id || found->kind != kind) {
    return nullptr;
  }
  return &*found;
}

Nondeterminism CommandQueue::NoOwner(const HistoryEvent& event) {
  return Difference(event, empty() ? "nothing" : DescribeFront(),
                    "During event handling, this event had an initial command ID but we could not "
                    "find a matching command for it: " +
                        Name(event));
}

std::optional<Nondeterminism> CommandQueue::Route(const HistoryEvent& event,
                                                  const history::TimerFired& fired,
                                                  std::optional<Resolution>& resolution) {
  const Owner* const owner = FindOwner(fired.started_event_id, OwnerKind::kTimer);
  if (owner == nullptr) return NoOwner(event);
  TimerMachine& timer = *timers_[owner->index];
  if (fired.timer_id != timer.id()) {
    return Difference(event, fmt::format("StartTimer(id {})", timer.id()),
                      fmt::format("Timer fired event did not have expected timer id {}, it was {}!",
                                  timer.id(), fired.timer_id));
  }
  if (!timer.Apply(TimerInput::kFiredEvent)) {
    return Difference(event, fmt::format("CancelTimer(id {})", timer.id()),
                      InvalidTransition("TimerMachine", NameOf(timer.state()), event));
  }
  resolution = &timer;
  return std::nullopt;
}

namespace {

// What the event means for the code; false if it has nothing to tell.
bool SetOutcome(const HistoryEvent& event, ActivityMachine& activity) {
  if (const auto* completed = history::As<history::ActivityTaskCompleted>(event)) {
    activity.SetResult(completed->result);
    return true;
  }
  if (const auto* failed = history::As<history::ActivityTaskFailed>(event)) {
    activity.SetFailure("Activity task failed", failed->retry_state, failed->started_event_id,
                        failed->identity, failed->failure);
    return true;
  }
  if (const auto* timed_out = history::As<history::ActivityTaskTimedOut>(event)) {
    activity.SetFailure("Activity task timed out", timed_out->retry_state,
                        timed_out->started_event_id, "", timed_out->failure);
    return true;
  }
  if (const auto* canceled = history::As<history::ActivityTaskCanceled>(event)) {
    activity.SetCanceled(canceled->details, canceled->started_event_id, canceled->identity);
    return true;
  }
  return false;
}

}  // namespace

std::optional<Nondeterminism> CommandQueue::Route(const HistoryEvent& event,
                                                  history::EventId scheduled, ActivityInput input,
                                                  std::optional<Resolution>& resolution) {
  const Owner* const owner = FindOwner(scheduled, OwnerKind::kActivity);
  if (owner == nullptr) return NoOwner(event);
  ActivityMachine& activity = *activities_[owner->index];
  const ActivityState before = activity.state();
  if (before == ActivityState::kCanceled &&
      activity.cancellation_type() != ActivityCancellationType::kAbandon) {
    return Difference(event, "nothing: the activity was cancelled",
                      fmt::format("Non-Abandon cancel mode activities cannot be {} after being "
                                  "cancelled. Seq: {}",
                                  input == ActivityInput::kStartedEvent ? "started" : "completed",
                                  activity.seq()));
  }
  if (!activity.Apply(input)) {
    return Difference(
        event, fmt::format("ScheduleActivityTask({}, id {})", activity.type(), activity.id()),
        InvalidTransition("ActivityMachine", NameOf(before), event));
  }
  if (!activity.done() && SetOutcome(event, activity)) resolution = &activity;
  return std::nullopt;
}

std::optional<Nondeterminism> CommandQueue::Route(const HistoryEvent& event,
                                                  history::EventId initiated,
                                                  std::optional<Resolution>& resolution) {
  const Owner* const owner = FindOwner(initiated, OwnerKind::kMachine);
  if (owner == nullptr) return NoOwner(event);
  CommandMachine& machine = *machines_[owner->index];
  bool tells = false;
  auto difference = machine.OnEvent(event, tells);
  if (tells) resolution = &machine;
  return difference;
}

bool CommandQueue::IsUnsendable(const Entry& entry) const {
  switch (entry.kind) {
    case Kind::kScheduleActivity:
      return activities_[entry.index]->command() == nullptr;
    case Kind::kMachine:
      return !machines_[entry.index]->sendable();
    case Kind::kCompleteUpdate:
      return !updates_[entry.index]->has_outcome();
    case Kind::kAcceptUpdate:
    case Kind::kRecord:
    case Kind::kRequestCancelActivity:
    case Kind::kStartTimer:
    case Kind::kCancelTimer:
    case Kind::kClose:
      return false;
  }
  return false;
}

bool CommandQueue::HasUnsendable() {
  SkipDropped();
  return std::any_of(
      entries_.begin() + static_cast<std::ptrdiff_t>(front_), entries_.end(),
      [this](const Entry& entry) { return !IsDropped(entry) && IsUnsendable(entry); });
}

bool CommandQueue::HasAnswered() {
  SkipDropped();
  return front_ < answered_;
}

history::Commands CommandQueue::Answer() {
  history::Commands answer;
  answered_ = entries_.size();
  answer.reserve(entries_.size() - front_);
  for (std::size_t i = front_; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (IsDropped(entry)) continue;
    switch (entry.kind) {
      case Kind::kScheduleActivity:
        // A cancel that goes with it has to name the event that this will be.
        activities_[entry.index]->OnScheduled(first_event_id_ +
                                              static_cast<history::EventId>(answer.size()));
        answer.emplace_back(std::move(*activities_[entry.index]->command()));
        activities_[entry.index]->set_command(nullptr);
        break;
      case Kind::kRequestCancelActivity:
        answer.emplace_back(history::RequestCancelActivityTask{
            .scheduled_event_id = activities_[entry.index]->scheduled_event_id()});
        break;
      case Kind::kStartTimer:
        answer.emplace_back(
            history::StartTimer{.timer_id = timers_[entry.index]->id(),
                                .start_to_fire_timeout = timers_[entry.index]->duration(),
                                .user_metadata = timers_[entry.index]->user_metadata()});
        break;
      case Kind::kCancelTimer:
        answer.emplace_back(history::CancelTimer{.timer_id = timers_[entry.index]->id()});
        break;
      case Kind::kRecord:
        answer.emplace_back(std::move(records_->made[entry.index].command));
        break;
      case Kind::kMachine:
        answer.push_back(machines_[entry.index]->TakeCommand());
        break;
      case Kind::kAcceptUpdate:
        messages_.push_back(updates_[entry.index]->Acceptance());
        answer.emplace_back(history::ProtocolMessageCommand{messages_.back().id});
        break;
      case Kind::kCompleteUpdate:
        messages_.push_back(updates_[entry.index]->Response());
        answer.emplace_back(history::ProtocolMessageCommand{messages_.back().id});
        break;
      case Kind::kClose:
        answer.emplace_back(*closing_);
        break;
    }
  }
  return answer;
}

}  // namespace internal
}  // namespace groundhog::workflow
