// The activities of a run: attempts, timeouts, retries, cancellation, and the events of their ends
// (SEMANTICS a.5, b.4, b.5, c, f.5).
//
// An attempt that is retried leaves no event: what happened to it stands in the facts (facts.h).
// Which phase follows which stands in one table (activity.cc).
#pragma once

#include <optional>
#include <string>

#include "runtime/history/command.h"
#include "runtime/server/transition.h"

namespace groundhog::server {

enum class ActivityState : std::uint8_t { kScheduled, kStarted, kClosed };
enum class ActivityInput : std::uint8_t {
  kStart,
  kRetry,  // the attempt ended and there will be another one
  kClose,  // it is over, one way or another
};
// Nothing if the step is illegal in this state.
std::optional<ActivityState> NextState(ActivityState from, ActivityInput input);

// A timeout that an activity runs into if nothing happens, and when.
struct ActivityDeadline {
  Timestamp due = {};
  history::TimeoutType type = history::TimeoutType::kUnspecified;
};
// The next one; of equal ones the first in Temporal's order (SEMANTICS c.2).
std::optional<ActivityDeadline> NextDeadline(const PendingActivity& activity);

// What a kActivityTimeout deadline carries as its number:
// differs between attempts and between waiting and running.
std::int32_t StampOf(const PendingActivity& activity);
// Reminds of the next deadline, and of the time when a waiting attempt may start.
void ArmActivity(Transition& t, const PendingActivity& activity);

PendingActivity* FindActivity(Transition& t, EventId scheduled_event_id);
// One with this activity id that has not ended.
PendingActivity* FindActivityById(Transition& t, const std::string& activity_id);

// The id of its event. REQUIRES: the command is normalised (activity_options.h).
EventId ScheduleActivity(Transition& t, history::ScheduleActivityTask command, EventId completed_id,
                         sim::Symbol type);
// One that is pending at the reset point of another run's history:
// it may begin at once (SEMANTICS f.11).
void RescheduleActivity(Transition& t, PendingActivity& activity);
void StartActivity(Transition& t, PendingActivity& activity, std::string identity,
                   std::string request_id);
void HeartbeatActivity(Transition& t, PendingActivity& activity, history::Payloads details);
void CompleteActivity(Transition& t, PendingActivity& activity, history::Payloads result,
                      std::string identity);
// Whether it is over; else it will be tried again.
bool FailActivity(Transition& t, PendingActivity& activity, FailurePtr failure,
                  std::string identity);
bool TimeOutActivity(Transition& t, PendingActivity& activity, ActivityDeadline missed);
// Asks for its end; one that is not running ends at once, without an answer of a worker.
void RequestCancelOfActivity(Transition& t, PendingActivity& activity, EventId completed_id,
                             const std::string& identity);
void CancelActivity(Transition& t, PendingActivity& activity, history::Payloads details,
                    std::string identity);

// An operator's doings (protocol/operate_activity.h).
void PauseActivity(Transition& t, PendingActivity& activity, Shared<PauseInfo> pause);
void UnpauseActivity(Transition& t, PendingActivity& activity, bool reset_attempts);
void ResetActivity(Transition& t, PendingActivity& activity, bool keep_paused);
void ForgetHeartbeat(PendingActivity& activity);  // to be saved
// Its options have changed.
void ChangeActivity(Transition& t, PendingActivity& activity);

// A failure as it is kept between attempts: cut to 4 KiB (SEMANTICS b.4).
FailurePtr KeptFailure(const FailurePtr& failure);

}  // namespace groundhog::server
