#include "runtime/workflow/activity_machine.h"

#include <array>

#include "base/transition_table.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

using S = ActivityState;
using I = ActivityInput;

constexpr Row<S, I> kRows[] = {
    {S::kCreated, I::kScheduledEvent, S::kScheduled},
    {S::kCreated, I::kCancel, S::kCanceled},
    {S::kCreated, I::kAbandon, S::kCanceled},
    {S::kCreated, I::kSendAndCancel, S::kCreatedCancelQueued},

    {S::kCreatedCancelQueued, I::kScheduledEvent, S::kScheduledCancelQueued},
    {S::kCreatedCancelQueued, I::kCancel, S::kCreatedCancelQueued},

    {S::kScheduled, I::kStartedEvent, S::kStarted},
    {S::kScheduled, I::kTimedOutEvent, S::kTimedOut},
    {S::kScheduled, I::kCancel, S::kScheduledCancelQueued},
    {S::kScheduled, I::kAbandon, S::kCanceled},

    {S::kStarted, I::kCompletedEvent, S::kCompleted},
    {S::kStarted, I::kFailedEvent, S::kFailed},
    {S::kStarted, I::kTimedOutEvent, S::kTimedOut},
    {S::kStarted, I::kCancel, S::kStartedCancelQueued},
    {S::kStarted, I::kAbandon, S::kCanceled},

    {S::kScheduledCancelQueued, I::kCancelRequestedEvent, S::kScheduledCancelRequested},
    {S::kScheduledCancelQueued, I::kCancel, S::kScheduledCancelQueued},
    {S::kScheduledCancelRequested, I::kCancel, S::kScheduledCancelRequested},
    {S::kScheduledCancelRequested, I::kCanceledEvent, S::kCanceled},
    {S::kScheduledCancelRequested, I::kStartedEvent, S::kStartedCancelRequested},
    {S::kScheduledCancelRequested, I::kTimedOutEvent, S::kTimedOut},

    {S::kStartedCancelQueued, I::kCancelRequestedEvent, S::kStartedCancelRequested},
    {S::kStartedCancelQueued, I::kCancel, S::kStartedCancelQueued},
    {S::kStartedCancelRequested, I::kCancel, S::kStartedCancelRequested},
    {S::kStartedCancelRequested, I::kCompletedEvent, S::kCompleted},
    {S::kStartedCancelRequested, I::kFailedEvent, S::kFailed},
    {S::kStartedCancelRequested, I::kTimedOutEvent, S::kTimedOut},
    {S::kStartedCancelRequested, I::kCanceledEvent, S::kCanceled},

    // Too late: the cancel is ignored.
    {S::kCompleted, I::kCancel, S::kCompleted},
    {S::kCompleted, I::kAbandon, S::kCompleted},
    {S::kFailed, I::kCancel, S::kFailed},
    {S::kFailed, I::kAbandon, S::kFailed},
    {S::kTimedOut, I::kCancel, S::kTimedOut},
    {S::kTimedOut, I::kAbandon, S::kTimedOut},
    {S::kCanceled, I::kCancel, S::kCanceled},
    {S::kCanceled, I::kAbandon, S::kCanceled},

    // An abandoned activity goes on without us; of another one that was cancelled nothing may come
    // (checked by the queue).
    {S::kCanceled, I::kStartedEvent, S::kCanceled},
    {S::kCanceled, I::kCompletedEvent, S::kCanceled},
};
constexpr TransitionTable<S, I, kActivityStates, kActivityInputs> kTable(kRows);

}  // namespace

std::optional<ActivityState> NextState(ActivityState from, ActivityInput input) {
  return kTable.Next(from, input);
}

std::string_view NameOf(ActivityState state) {
  constexpr std::array<std::string_view, kActivityStates> kNames = {"Created",
                                                                    "CreatedCancelQueued",
                                                                    "Scheduled",
                                                                    "Started",
                                                                    "ScheduledCancelQueued",
                                                                    "ScheduledCancelRequested",
                                                                    "StartedCancelQueued",
                                                                    "StartedCancelRequested",
                                                                    "Completed",
                                                                    "Failed",
                                                                    "TimedOut",
                                                                    "Canceled"};
  return kNames[static_cast<std::size_t>(state)];
}

ActivityMachine::ActivityMachine(Execution* execution, std::uint32_t seq, std::string_view type,
                                 std::string_view custom_id,
                                 ActivityCancellationType cancellation_type)
    : execution_(execution),
      seq_(seq),
      cancellation_type_(cancellation_type),
      id_(custom_id.empty() ? std::to_string(seq) : std::string(custom_id)),
      type_(type) {}

bool ActivityMachine::Apply(ActivityInput input) {
  const std::optional<ActivityState> next = NextState(state_, input);
  if (!next.has_value()) return false;
  if (state_ == ActivityState::kCreated && *next == ActivityState::kCanceled) dropped_ = true;
  state_ = *next;
  return true;
}

void ActivityMachine::SetFailure(std::string_view message, history::RetryState retry_state,
                                 history::EventId started_event_id, std::string_view identity,
                                 history::FailurePtr cause) {
  if (done()) return;
  failure_ = history::MakeShared<history::Failure>(history::Failure{
      .message = std::string(message),
      .info = history::ActivityFailureInfo{.scheduled_event_id = scheduled_event_id_,
                                           .started_event_id = started_event_id,
                                           .identity = std::string(identity),
                                           .activity_type = type_,
                                           .activity_id = id_,
                                           .retry_state = retry_state},
      .cause = std::move(cause)});
}

void ActivityMachine::SetCanceled(const history::Payloads& details,
                                  history::EventId started_event_id, std::string_view identity) {
  SetFailure("Activity cancelled", history::RetryState::kCancelRequested, started_event_id,
             identity,
             history::MakeShared<history::Failure>(
                 history::Failure{.info = history::CanceledFailureInfo{.details = details}}));
}

void ActivityMachine::RequestCancel() {
  if (execution_ != nullptr && !done()) execution_->CancelActivity(*this);
}

}  // namespace groundhog::workflow::internal
