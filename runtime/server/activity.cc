#include "runtime/server/activity.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "base/transition_table.h"
#include "runtime/history/retry.h"
#include "runtime/server/facts.h"

namespace groundhog::server {
namespace {

using history::Failure;
using history::MakeShared;
using history::Payload;
using history::Payloads;
using history::RetryState;
using history::TimeoutType;

using State = ActivityState;
constexpr Row<State, ActivityInput> kRows[] = {
    {State::kScheduled, ActivityInput::kStart, State::kStarted},
    {State::kScheduled, ActivityInput::kClose,
     State::kClosed},  // cancelled, or timed out while it waited
    {State::kStarted, ActivityInput::kRetry, State::kScheduled},
    {State::kStarted, ActivityInput::kClose, State::kClosed},
};
constexpr TransitionTable<State, ActivityInput, 3, 3> kTable(kRows);

void Advance(PendingActivity& activity, ActivityInput input) {
  const State from = activity.is_started() ? State::kStarted : State::kScheduled;
  const auto next = kTable.Next(from, input);
  GH_CHECK(next.has_value(), "an activity takes only steps of its table");
  if (*next != State::kClosed) {
    activity.phase = *next == State::kStarted ? ActivityPhase::kStarted : ActivityPhase::kScheduled;
  }
}

void Say(Transition& t, const sim::SymbolEntry& kind, const PendingActivity& activity,
         std::int64_t value) {
  t.Say(AttemptFact(kind, t.start().workflow, activity, value));
}
void Say(Transition& t, const sim::SymbolEntry& kind, const PendingActivity& activity) {
  Say(t, kind, activity, activity.scheduled_event_id);
}

void SayScheduled(Transition& t, const PendingActivity& activity) {
  Say(t, kActivityAttemptScheduled, activity);
  Say(t, kActivityAttemptDue, activity, ToUnixNanos(activity.scheduled_time));
}

// What the failure says of itself, so that whoever reads the trace can judge the retry.
void SayFailure(Transition& t, const PendingActivity& activity, const FailurePtr& failure) {
  static constexpr sim::SymbolEntry kRetryable{"retryable"};
  static constexpr sim::SymbolEntry kNonRetryable{"non-retryable"};
  const auto* error = history::InfoAs<history::ApplicationFailureInfo>(failure);
  const std::uint64_t type = error == nullptr ? 0 : HashText(error->type);
  t.Say(sim::Fact{
      sim::Label(sim::Symbol(kActivityFailureWas), t.start().workflow,
                 sim::Symbol(history::IsRetryable(failure, {}) ? kRetryable : kNonRetryable),
                 activity.attempt),
      static_cast<std::int64_t>(type)});
  if (const auto delay = history::NextRetryDelayOf(failure)) {
    Say(t, kActivityRetryDelayWas, activity, delay->count());
  }
}

// ActivityTaskStarted is written only now, with the time when the last attempt really began
// (SEMANTICS a.5). Its id; 0 if nothing was running, or if it waits in the buffer.
EventId WriteStart(Transition& t, const PendingActivity& activity) {
  if (!activity.is_started()) return 0;
  return t.AddAt(activity.started_time, activity.started);
}

void Close(Transition& t, PendingActivity& activity) {
  Advance(activity, ActivityInput::kClose);
  Say(t, kActivityClosed, activity);
  t.Erase(activity);
}

FailurePtr TimeoutFailure(std::string message, TimeoutType type, Payloads details,
                          FailurePtr cause) {
  return MakeShared<Failure>(
      Failure{.message = std::move(message),
              .source = "Server",
              .info = history::TimeoutFailureInfo{.timeout_type = type,
                                                  .last_heartbeat_details = std::move(details)},
              .cause = std::move(cause)});
}

std::string TimeoutMessage(TimeoutType type) {
  switch (type) {
    case TimeoutType::kStartToClose:
      return "activity StartToClose timeout";
    case TimeoutType::kScheduleToStart:
      return "activity ScheduleToStart timeout";
    case TimeoutType::kScheduleToClose:
      return "activity ScheduleToClose timeout";
    case TimeoutType::kHeartbeat:
      return "activity Heartbeat timeout";
    case TimeoutType::kUnspecified:
      break;
  }
  return "activity timeout";
}

// SEMANTICS b.4: whether and when there is another attempt.
history::RetryDecision DecideRetry(Transition& t, const PendingActivity& activity,
                                   const FailurePtr& failure) {
  if (activity.cancel_requested) return {.state = RetryState::kCancelRequested};
  if (const auto* timeout = history::InfoAs<history::TimeoutFailureInfo>(failure)) {
    if (timeout->timeout_type == TimeoutType::kScheduleToStart ||
        timeout->timeout_type == TimeoutType::kScheduleToClose) {
      return {.state = RetryState::kTimeout};
    }
  }
  const history::RetryPolicy& policy = activity.scheduled->retry_policy;
  if (!history::IsRetryable(failure, policy)) return {.state = RetryState::kNonRetryableFailure};
  return history::NextRetry(
      policy, history::FailedAttempt{.attempt = activity.attempt,
                                     .now = t.now(),
                                     .expiration = activity.expiration(),
                                     .next_retry_delay = history::NextRetryDelayOf(failure)});
}

void Retry(Transition& t, PendingActivity& activity, Duration interval, const FailurePtr& failure) {
  Advance(activity, ActivityInput::kRetry);
  activity.attempt = std::exchange(activity.reset, false) ? 1 : activity.attempt + 1;
  // The time of a paused one is set when it goes on (recorded act_pause_unpause).
  if (!activity.pause) activity.scheduled_time = t.now() + interval;
  activity.last_failure = KeptFailure(failure);
  SayScheduled(t, activity);
  t.Save(activity);
  ArmActivity(t, activity);
}

}  // namespace

std::optional<ActivityState> NextState(ActivityState from, ActivityInput input) {
  return kTable.Next(from, input);
}

std::optional<ActivityDeadline> NextDeadline(const PendingActivity& activity) {
  const history::ActivityTaskScheduled& options = *activity.scheduled;
  std::optional<ActivityDeadline> next;
  const auto consider = [&next](Duration timeout, Timestamp since, TimeoutType type) {
    if (timeout.count() == 0) return;
    if (!next || since + timeout < next->due) next = ActivityDeadline{since + timeout, type};
  };
  // In the order in which Temporal looks at equal ones.
  if (activity.is_started()) {
    consider(options.start_to_close_timeout, activity.started_time, TimeoutType::kStartToClose);
  } else if (!activity.pause) {
    consider(options.schedule_to_start_timeout, activity.scheduled_time,
             TimeoutType::kScheduleToStart);
  }
  consider(options.schedule_to_close_timeout, activity.first_scheduled_time,
           TimeoutType::kScheduleToClose);
  if (activity.is_started()) {
    consider(options.heartbeat_timeout,
             std::max(activity.started_time, activity.last_heartbeat_time),
             TimeoutType::kHeartbeat);
  }
  return next;
}

std::int32_t StampOf(const PendingActivity& activity) {
  return activity.attempt * 2 + (activity.is_started() ? 1 : 0);
}

void ArmActivity(Transition& t, const PendingActivity& activity) {
  if (const auto next = NextDeadline(activity)) {
    t.Arm(DeadlineKind::kActivityTimeout, next->due, activity.scheduled_event_id,
          StampOf(activity));
  }
  if (activity.is_started() || activity.pause) return;
  if (activity.scheduled_time > t.now()) {
    t.Arm(DeadlineKind::kActivityRetry, activity.scheduled_time, activity.scheduled_event_id,
          activity.attempt);
  } else {
    t.DispatchActivity(activity.scheduled_event_id);
  }
}

PendingActivity* FindActivity(Transition& t, EventId scheduled_event_id) {
  const auto found = t.state().activities.find(scheduled_event_id);
  return found == t.state().activities.end() ? nullptr : &found->second;
}

PendingActivity* FindActivityById(Transition& t, const std::string& activity_id) {
  const std::uint64_t hash = HashText(activity_id);
  for (auto& [id, activity] : t.state().activities) {
    if (activity.id_hash == hash && activity.scheduled->activity_id == activity_id) {
      return &activity;
    }
  }
  return nullptr;
}

EventId ScheduleActivity(Transition& t, history::ScheduleActivityTask command, EventId completed_id,
                         sim::Symbol type) {
  auto scheduled = MakeShared<history::ActivityTaskScheduled>(history::ActivityTaskScheduled{
      .activity_id = std::move(command.activity_id),
      .activity_type = std::move(command.activity_type),
      .task_queue = history::TaskQueue{.name = std::move(command.task_queue)},
      .header = std::move(command.header),
      .input = std::move(command.input),
      .schedule_to_close_timeout = command.schedule_to_close_timeout,
      .schedule_to_start_timeout = command.schedule_to_start_timeout,
      .start_to_close_timeout = command.start_to_close_timeout,
      .heartbeat_timeout = command.heartbeat_timeout,
      .workflow_task_completed_event_id = completed_id,
      .retry_policy = std::move(*command.retry_policy)});
  const EventId id = t.AddAt(t.now(), scheduled, std::move(command.user_metadata));
  PendingActivity activity{.scheduled_event_id = id,
                           .id_hash = HashText(scheduled->activity_id),
                           .first_scheduled_time = t.now(),
                           .scheduled_time = t.now(),
                           .scheduled = scheduled,
                           .type = type};
  SayScheduled(t, activity);
  t.Save(activity);
  ArmActivity(t, activity);
  t.state().activities.insert_or_assign(id, std::move(activity));
  return id;
}

void RescheduleActivity(Transition& t, PendingActivity& activity) {
  activity.first_scheduled_time = activity.scheduled_time = t.now();
  SayScheduled(t, activity);
  t.Save(activity);
  ArmActivity(t, activity);
}

void StartActivity(Transition& t, PendingActivity& activity, std::string identity,
                   std::string request_id) {
  Advance(activity, ActivityInput::kStart);
  ++activity.start_version;
  activity.started_time = t.now();
  activity.started = MakeShared<history::ActivityTaskStarted>(
      history::ActivityTaskStarted{.scheduled_event_id = activity.scheduled_event_id,
                                   .identity = std::move(identity),
                                   .request_id = std::move(request_id),
                                   .attempt = activity.attempt,
                                   .last_failure = activity.last_failure});
  Say(t, kActivityAttemptStarted, activity);
  t.Save(activity);
  ArmActivity(t, activity);
}

void HeartbeatActivity(Transition& t, PendingActivity& activity, Payloads details) {
  activity.last_heartbeat_time = t.now();
  activity.heartbeat_details = std::move(details);
  Say(t, kActivityHeartbeat, activity);
  t.Save(activity);
}

void CompleteActivity(Transition& t, PendingActivity& activity, Payloads result,
                      std::string identity) {
  const EventId started = WriteStart(t, activity);
  t.Add(history::ActivityTaskCompleted{.result = std::move(result),
                                       .scheduled_event_id = activity.scheduled_event_id,
                                       .started_event_id = started,
                                       .identity = std::move(identity)});
  Close(t, activity);
}

bool FailActivity(Transition& t, PendingActivity& activity, FailurePtr failure,
                  std::string identity) {
  Say(t, kActivityAttemptFailed, activity);
  SayFailure(t, activity, failure);
  activity.last_attempt_complete_time = t.now();
  const history::RetryDecision decision = DecideRetry(t, activity, failure);
  if (decision.retries()) {
    Retry(t, activity, decision.interval, failure);
    return false;
  }
  const EventId started = WriteStart(t, activity);
  t.Add(history::ActivityTaskFailed{.failure = std::move(failure),
                                    .scheduled_event_id = activity.scheduled_event_id,
                                    .started_event_id = started,
                                    .identity = std::move(identity),
                                    .retry_state = decision.state});
  Close(t, activity);
  return true;
}

bool TimeOutActivity(Transition& t, PendingActivity& activity, ActivityDeadline missed) {
  if (activity.is_started()) Say(t, kActivityAttemptTimedOut, activity);
  t.Say(sim::Fact{sim::Label(sim::Symbol(kActivityTimeoutWas), t.start().workflow,
                             SymbolOf(missed.type), activity.attempt),
                  ToUnixNanos(missed.due)});
  const FailurePtr failure = TimeoutFailure(TimeoutMessage(missed.type), missed.type, {}, {});
  const history::RetryDecision decision = DecideRetry(t, activity, failure);
  if (decision.retries()) {
    Retry(t, activity, decision.interval, failure);
    return false;
  }
  // Whatever leaves no time for another attempt is told as ScheduleToClose (SEMANTICS b.5).
  const bool no_time_left =
      decision.state == RetryState::kTimeout && missed.type != TimeoutType::kScheduleToStart;
  const TimeoutType told = no_time_left ? TimeoutType::kScheduleToClose : missed.type;
  std::string message =
      no_time_left ? "Not enough time to schedule next retry before activity ScheduleToClose "
                     "timeout, giving up retrying"
                   : TimeoutMessage(missed.type);
  const EventId started = WriteStart(t, activity);
  t.Add(history::ActivityTaskTimedOut{
      .failure = TimeoutFailure(std::move(message), told, activity.heartbeat_details,
                                activity.last_failure),
      .scheduled_event_id = activity.scheduled_event_id,
      .started_event_id = started,
      .retry_state = decision.state});
  Close(t, activity);
  return true;
}

void RequestCancelOfActivity(Transition& t, PendingActivity& activity, EventId completed_id,
                             const std::string& identity) {
  activity.cancel_requested = true;
  activity.cancel_requested_event_id =
      t.Add(history::ActivityTaskCancelRequested{.scheduled_event_id = activity.scheduled_event_id,
                                                 .workflow_task_completed_event_id = completed_id});
  if (activity.is_started()) {
    t.Save(activity);
    return;
  }
  CancelActivity(t, activity,
                 Payloads{Payload(history::kEncodingJson, "\"ACTIVITY_ID_NOT_STARTED\"")},
                 identity);
}

void PauseActivity(Transition& t, PendingActivity& activity, Shared<PauseInfo> pause) {
  activity.pause = std::move(pause);
  Say(t, kActivityOperated, activity);
  t.Save(activity);
}

void UnpauseActivity(Transition& t, PendingActivity& activity, bool reset_attempts) {
  activity.pause = {};
  if (activity.is_started()) {
    if (reset_attempts) activity.reset = true;
    return ChangeActivity(t, activity);
  }
  if (reset_attempts) activity.attempt = 1;
  activity.scheduled_time = std::max(activity.scheduled_time, t.now());
  activity.last_failure = {};  // the next start does not tell of it: recorded act_pause_unpause
  ChangeActivity(t, activity);
}

void ResetActivity(Transition& t, PendingActivity& activity, bool keep_paused) {
  if (!keep_paused) activity.pause = {};
  if (activity.is_started()) {
    activity.reset = true;
  } else {
    activity.attempt = 1;
    activity.scheduled_time = t.now();
  }
  ChangeActivity(t, activity);
}

void ForgetHeartbeat(PendingActivity& activity) {
  activity.heartbeat_details = {};
  activity.last_heartbeat_time = {};
}

void ChangeActivity(Transition& t, PendingActivity& activity) {
  Say(t, kActivityOperated, activity);
  t.Save(activity);
  ArmActivity(t, activity);
}

void CancelActivity(Transition& t, PendingActivity& activity, Payloads details,
                    std::string identity) {
  const EventId started = WriteStart(t, activity);
  t.Add(history::ActivityTaskCanceled{
      .details = std::move(details),
      .latest_cancel_requested_event_id = activity.cancel_requested_event_id,
      .scheduled_event_id = activity.scheduled_event_id,
      .started_event_id = started,
      .identity = std::move(identity)});
  Close(t, activity);
}

}  // namespace groundhog::server
