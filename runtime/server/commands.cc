#include "runtime/server/commands.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "runtime/server/activity.h"
#include "runtime/server/activity_options.h"

namespace groundhog::server {
namespace {

using Cause = history::WorkflowTaskFailedCause;
using Outcome = CommandOutcome;

constexpr std::size_t kMostPendingActivities = 2000;  // SEMANTICS i

PendingTimer* FindTimer(Transition& t, const std::string& timer_id) {
  const std::uint64_t hash = HashText(timer_id);
  for (auto& [id, timer] : t.state().timers) {
    if (timer.id_hash == hash && timer.started->timer_id == timer_id) return &timer;
  }
  return nullptr;
}

Outcome CheckTimerId(Cause cause, std::string_view command, const std::string& timer_id) {
  if (timer_id.empty()) return Bad(cause, fmt::format("TimerId is not set on {}.", command));
  if (timer_id.size() <= kLongestName) return std::nullopt;
  return Bad(cause, fmt::format("TimerId on {} exceeds length limit. TimerId={} Length={} Limit={}",
                                command, timer_id, timer_id.size(), kLongestName));
}

class Applier {
 public:
  Applier(Transition& t, CommandContext& context) : t_(t), context_(context) {}

  Outcome operator()(history::ScheduleActivityTask& command) {
    constexpr Cause kBad = Cause::kBadScheduleActivityAttributes;
    const history::WorkflowExecutionStarted& started = *t_.start().event;
    const absl::Status status =
        NormalizeActivity(command, started.workflow_run_timeout, started.task_queue.name);
    if (!status.ok()) {
      return Bad(kBad, std::string_view(status.message().data(), status.message().size()));
    }
    if (t_.state().activities.size() >= kMostPendingActivities) {
      return Bad(Cause::kPendingActivitiesLimitExceeded,
                 fmt::format("the number of pending activities, {}, has reached the per-workflow "
                             "limit of {}",
                             t_.state().activities.size(), kMostPendingActivities));
    }
    if (FindActivityById(t_, command.activity_id) != nullptr) {
      return Misfit(Cause::kScheduleActivityDuplicateId, "add-activitytask-scheduled-event",
                    "ActivityID: " + command.activity_id);
    }
    const sim::Symbol type = context_.engine.causes().Intern(command.activity_type);
    const bool eager =
        command.request_eager_execution && command.task_queue == started.task_queue.name;
    const EventId id = ScheduleActivity(t_, std::move(command), context_.completed_id, type);
    if (eager) context_.eager_activities.push_back(id);
    return std::nullopt;
  }

  Outcome operator()(history::RequestCancelActivityTask& command) {
    constexpr Cause kBad = Cause::kBadRequestCancelActivityAttributes;
    if (command.scheduled_event_id == 0) {
      return Bad(kBad, "ScheduledEventId is not set on RequestCancelActivityTaskCommand.");
    }
    PendingActivity* activity = FindActivity(t_, command.scheduled_event_id);
    const bool ended = activity == nullptr && t_.HasBufferedActivityEnd(command.scheduled_event_id);
    if ((activity == nullptr && !ended) || (activity != nullptr && activity->cancel_requested)) {
      return Misfit(kBad, "add-activitytask-cancel-requested-event",
                    fmt::format("ScheduledEventID: {}", command.scheduled_event_id));
    }
    if (ended) {  // SEMANTICS a.4 rule 9
      t_.Add(history::ActivityTaskCancelRequested{
          .scheduled_event_id = command.scheduled_event_id,
          .workflow_task_completed_event_id = context_.completed_id});
      return std::nullopt;
    }
    RequestCancelOfActivity(t_, *activity, context_.completed_id, context_.identity);
    return std::nullopt;
  }

  Outcome operator()(history::StartTimer& command) {
    constexpr Cause kBad = Cause::kBadStartTimerAttributes;
    if (Outcome bad = CheckTimerId(kBad, "StartTimerCommand", command.timer_id)) return bad;
    if (command.start_to_fire_timeout.count() < 0) {
      return Bad(kBad, fmt::format("An invalid StartToFireTimeout is set on StartTimerCommand: "
                                   "negative duration. TimerId={}",
                                   command.timer_id));
    }
    if (FindTimer(t_, command.timer_id) != nullptr) {
      return Misfit(Cause::kStartTimerDuplicateId, "add-timer-started-event",
                    "TimerID: " + command.timer_id);
    }
    const std::uint64_t hash = HashText(command.timer_id);
    auto started = history::MakeShared<history::TimerStarted>(
        history::TimerStarted{.timer_id = std::move(command.timer_id),
                              .start_to_fire_timeout = command.start_to_fire_timeout,
                              .workflow_task_completed_event_id = context_.completed_id});
    const EventId id = t_.AddAt(t_.now(), started, std::move(command.user_metadata));
    const PendingTimer timer{.started_event_id = id,
                             .id_hash = hash,
                             .fire_time = t_.now() + started->start_to_fire_timeout,
                             .started = started};
    t_.Save(timer);
    t_.Arm(DeadlineKind::kTimer, timer.fire_time, id);
    t_.state().timers.insert_or_assign(id, timer);
    return std::nullopt;
  }

  Outcome operator()(history::CancelTimer& command) {
    constexpr Cause kBad = Cause::kBadCancelTimerAttributes;
    if (Outcome bad = CheckTimerId(kBad, "CancelTimerCommand", command.timer_id)) return bad;
    EventId started_event_id = 0;
    if (const PendingTimer* timer = FindTimer(t_, command.timer_id)) {
      started_event_id = timer->started_event_id;
      t_.EraseTimer(started_event_id);
    } else if (const auto fired = t_.TakeBufferedTimerFired(command.timer_id)) {
      started_event_id = *fired;  // it fired unseen (SEMANTICS a.4 rule 8)
    } else {
      return Misfit(kBad, "add-timer-canceled-event", "TimerID: " + command.timer_id);
    }
    t_.Add(history::TimerCanceled{.timer_id = std::move(command.timer_id),
                                  .started_event_id = started_event_id,
                                  .workflow_task_completed_event_id = context_.completed_id,
                                  .identity = context_.identity});
    // The one that fired unseen may have been all the news.
    // What the task itself has buffered is none.
    context_.has_news = context_.has_news && t_.has_buffered();
    return std::nullopt;
  }

  Outcome operator()(history::CompleteWorkflowExecution& c) { return Apply(t_, context_, c); }
  Outcome operator()(history::FailWorkflowExecution& c) { return Apply(t_, context_, c); }
  Outcome operator()(history::CancelWorkflowExecution& c) { return Apply(t_, context_, c); }
  Outcome operator()(history::ContinueAsNewWorkflowExecution& c) { return Apply(t_, context_, c); }
  Outcome operator()(history::UpsertWorkflowSearchAttributesCommand& c) {
    return Apply(t_, context_, c);
  }
  Outcome operator()(history::ModifyWorkflowProperties& c) { return Apply(t_, context_, c); }
  Outcome operator()(history::StartChildWorkflowExecution& c) { return Apply(t_, context_, c); }
  Outcome operator()(history::SignalExternalWorkflowExecution& c) { return Apply(t_, context_, c); }
  Outcome operator()(history::RequestCancelExternalWorkflowExecution& c) {
    return Apply(t_, context_, c);
  }

  Outcome operator()(history::RecordMarker& command) { return Apply(t_, context_, command); }

  Outcome operator()(history::ProtocolMessageCommand& command) {
    return Apply(t_, context_, command);
  }

 private:
  Transition& t_;
  CommandContext& context_;
};

}  // namespace

std::string SpellCause(Cause cause) {
  std::string spelled;
  bool begins = true;
  for (const char c : history::NameOf(cause)) {
    if (c == '_') {
      begins = true;
      continue;
    }
    spelled += begins ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    begins = false;
  }
  return spelled;
}

BadCommand Bad(Cause cause, std::string_view text) {
  return BadCommand{cause, SpellCause(cause) + ": " + std::string(text)};
}

BadCommand Misfit(Cause cause, std::string_view action, std::string_view detail) {
  return Bad(cause,
             fmt::format("invalid history builder state for action: {}, {}", action, detail));
}

absl::Status CheckSequence(const history::Commands& commands) {
  const auto closing = std::find_if(commands.begin(), commands.end(), [](const auto& command) {
    return history::IsClosing(command);
  });
  if (closing == commands.end() || closing + 1 == commands.end()) return absl::OkStatus();
  std::string names;
  for (const history::Command& command : commands) {
    if (!names.empty()) names += ", ";
    names += history::NameOf(command);
  }
  return absl::InvalidArgumentError(
      fmt::format("invalid command sequence: [{}], command {} must be the last command.", names,
                  history::NameOf(*closing)));
}

CommandOutcome ApplyCommands(Transition& t, history::Commands commands, CommandContext& context) {
  Applier apply(t, context);
  for (history::Command& command : commands) {
    if (Outcome bad = std::visit(apply, command)) return bad;
  }
  return std::nullopt;
}

}  // namespace groundhog::server
