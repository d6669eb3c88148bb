#include "replay/history_check.h"

#include <fmt/format.h>

namespace groundhog::replay {
namespace {

using history::EventId;
using history::EventType;
using history::HistoryEvent;

bool EndsWorkflowTask(EventType type) {
  return type == EventType::kWorkflowTaskCompleted || type == EventType::kWorkflowTaskFailed ||
         type == EventType::kWorkflowTaskTimedOut;
}

class HistoryChecker {
 public:
  explicit HistoryChecker(const history::EventHistory& events)
      : events_(events), uses_(events.size() + 1) {}

  std::vector<HistoryProblem> Check() {
    if (!IdsAreSound()) return std::move(problems_);
    for (const HistoryEvent& event : events_) {
      event_ = &event;
      CheckPosition();
      history::Visit(event, [this](const auto& attributes) { CheckEvent(attributes); });
      after_ = &event;
    }
    return std::move(problems_);
  }

 private:
  // What has happened to the activity, timer, child workflow, request or update that an event
  // began. By the beginning event's id.
  struct Use {
    EventId started_by = 0;
    EventId cancel_requested_by = 0;
    EventId closed_by = 0;
  };

  template <class... Args>
  void Problem(HistoryRule rule, fmt::format_string<Args...> text, Args&&... args) {
    problems_.push_back({event_->event_id, rule,
                         fmt::format("{}: {}", NameOf(TypeOf(*event_)),
                                     fmt::format(text, std::forward<Args>(args)...))});
  }

  bool IdsAreSound() {
    if (events_.empty()) {
      problems_.push_back({0, HistoryRule::kFirstEvent, "a history has at least one event"});
      return false;
    }
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const auto expected = static_cast<EventId>(i) + 1;
      if (events_[i].event_id == expected) continue;
      event_ = &events_[i];
      Problem(HistoryRule::kIds, "stands where the event with id {} belongs", expected);
      return false;
    }
    return true;
  }

  // What depends on the neighbours rather than on the event's fields.
  void CheckPosition() {
    const EventType type = TypeOf(*event_);
    const bool first = after_ == nullptr;
    if (first != (type == EventType::kWorkflowExecutionStarted)) {
      Problem(HistoryRule::kFirstEvent, "{}",
              first ? "is the first event; expected WorkflowExecutionStarted"
                    : "is not the first event");
    }
    if (first) return;
    const EventType before = TypeOf(*after_);
    if (history::IsClosing(before)) {
      Problem(HistoryRule::kClosingEvent, "follows event {} {}, which closed the run",
              after_->event_id, NameOf(before));
    }
    if (before == EventType::kWorkflowTaskStarted && !EndsWorkflowTask(type)) {
      Problem(HistoryRule::kWorkflowTask,
              "stands between a workflow task's start (event {}) and its end", after_->event_id);
    }
    const bool in_batch =
        before == EventType::kWorkflowTaskCompleted || history::IsCommandEvent(before);
    if (history::IsCommandEvent(type) && !in_batch) {
      Problem(HistoryRule::kCommand,
              "is a command's event and must follow WorkflowTaskCompleted or another "
              "command's event, not {}",
              NameOf(before));
    }
  }

  // The earlier event of type T that a field names, or null and a problem.
  template <class T>
  const T* Refer(std::string_view field, EventId id) {
    if (id < 1 || id >= event_->event_id) {
      Problem(HistoryRule::kReference, "{} {} is not an earlier event", field, id);
      return nullptr;
    }
    const HistoryEvent& target = events_[static_cast<std::size_t>(id) - 1];
    const T* attributes = history::As<T>(target);
    if (attributes == nullptr) {
      Problem(HistoryRule::kReference, "{} {} names an event of type {}; expected {}", field, id,
              NameOf(TypeOf(target)), NameOf(TypeOf(history::MakeEvent(0, {}, T{}))));
    }
    return attributes;
  }

  Use& UseOf(EventId id) { return uses_[static_cast<std::size_t>(id)]; }

  // Notes in `slot` that this event did something that may happen once.
  void Once(HistoryRule rule, std::string_view what, EventId id, EventId& slot) {
    if (slot != 0) {
      Problem(rule, "{} of event {}, after event {} {}", what, id, slot,
              NameOf(TypeOf(events_[static_cast<std::size_t>(slot) - 1])));
      return;
    }
    slot = event_->event_id;
  }

  // Workflow tasks.

  void CheckEvent(const history::WorkflowTaskScheduled&) {
    if (open_task_ != 0) {
      Problem(HistoryRule::kWorkflowTask, "the workflow task of event {} is still open",
              open_task_);
    }
    open_task_ = event_->event_id;
    open_task_started_ = 0;
  }
  void CheckEvent(const history::WorkflowTaskStarted& started) {
    if (open_task_ == 0 || started.scheduled_event_id != open_task_ || open_task_started_ != 0) {
      Problem(HistoryRule::kWorkflowTask,
              "starts the task of event {}, which is not waiting to be started",
              started.scheduled_event_id);
    }
    open_task_ = started.scheduled_event_id;
    open_task_started_ = event_->event_id;
  }
  void CheckEvent(const history::WorkflowTaskCompleted& completed) {
    EndTask(completed.scheduled_event_id, completed.started_event_id);
    last_completed_task_ = event_->event_id;
  }
  void CheckEvent(const history::WorkflowTaskFailed& failed) {
    EndTask(failed.scheduled_event_id, failed.started_event_id);
  }
  void CheckEvent(const history::WorkflowTaskTimedOut& timed_out) {
    EndTask(timed_out.scheduled_event_id, timed_out.started_event_id);
  }
  void EndTask(EventId scheduled, EventId started) {
    if (open_task_ == 0 || scheduled != open_task_ || started != open_task_started_) {
      Problem(
          HistoryRule::kWorkflowTask,
          "ends the task of events {} and {} (scheduled, started), but open is that of {} and {}",
          scheduled, started, open_task_, open_task_started_);
    } else if (started == 0 && TypeOf(*event_) == EventType::kWorkflowTaskCompleted) {
      Problem(HistoryRule::kWorkflowTask, "completes the task of event {}, which never started",
              scheduled);
    }
    open_task_ = open_task_started_ = 0;
  }

  void CheckCommand(EventId completed) {
    if (completed == last_completed_task_ && completed != 0) return;
    Problem(HistoryRule::kCommand,
            "workflowTaskCompletedEventId {} is not that of the last completed workflow task, {}",
            completed, last_completed_task_);
  }

  // Activities.

  void CheckEvent(const history::ActivityTaskScheduled& scheduled) {
    CheckCommand(scheduled.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::ActivityTaskStarted& started) {
    const EventId id = started.scheduled_event_id;
    if (Refer<history::ActivityTaskScheduled>("scheduledEventId", id) == nullptr) return;
    Once(HistoryRule::kActivity, "starts the activity", id, UseOf(id).started_by);
    if (UseOf(id).closed_by != 0) {
      Problem(HistoryRule::kActivity, "starts the activity of event {}, which event {} closed", id,
              UseOf(id).closed_by);
    }
  }
  void CheckEvent(const history::ActivityTaskCancelRequested& requested) {
    CheckCommand(requested.workflow_task_completed_event_id);
    const EventId id = requested.scheduled_event_id;
    if (Refer<history::ActivityTaskScheduled>("scheduledEventId", id) == nullptr) return;
    Once(HistoryRule::kActivity, "asks to cancel the activity", id, UseOf(id).cancel_requested_by);
    if (UseOf(id).closed_by != 0) {
      Problem(HistoryRule::kActivity,
              "asks to cancel the activity of event {}, which event {} closed", id,
              UseOf(id).closed_by);
    }
  }
  void CheckEvent(const history::ActivityTaskCompleted& completed) {
    CloseActivity(completed.scheduled_event_id, completed.started_event_id);
  }
  void CheckEvent(const history::ActivityTaskFailed& failed) {
    CloseActivity(failed.scheduled_event_id, failed.started_event_id);
  }
  void CheckEvent(const history::ActivityTaskTimedOut& timed_out) {
    CloseActivity(timed_out.scheduled_event_id, timed_out.started_event_id);
  }
  void CheckEvent(const history::ActivityTaskCanceled& canceled) {
    CloseActivity(canceled.scheduled_event_id, canceled.started_event_id);
    const EventId id = canceled.latest_cancel_requested_event_id;
    if (id == 0) return;  // a worker may cancel an activity that nobody asked it to
    const auto* request =
        Refer<history::ActivityTaskCancelRequested>("latestCancelRequestedEventId", id);
    if (request != nullptr && request->scheduled_event_id != canceled.scheduled_event_id) {
      Problem(HistoryRule::kActivity,
              "the cancel request of event {} is for the activity of event {}, not {}", id,
              request->scheduled_event_id, canceled.scheduled_event_id);
    }
  }
  void CloseActivity(EventId scheduled, EventId started) {
    if (Refer<history::ActivityTaskScheduled>("scheduledEventId", scheduled) == nullptr) return;
    Use& use = UseOf(scheduled);
    Once(HistoryRule::kActivity, "closes the activity", scheduled, use.closed_by);
    const EventType type = TypeOf(*event_);
    const bool reported =
        type == EventType::kActivityTaskCompleted || type == EventType::kActivityTaskFailed;
    if (started != 0 || reported) Refer<history::ActivityTaskStarted>("startedEventId", started);
    if (started != use.started_by) {
      Problem(HistoryRule::kActivity,
              "startedEventId {} is not that of the activity of event {}, {}", started, scheduled,
              use.started_by);
    }
  }

  // Timers.

  void CheckEvent(const history::TimerStarted& started) {
    CheckCommand(started.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::TimerFired& fired) {
    CloseTimer(fired.started_event_id, fired.timer_id);
  }
  void CheckEvent(const history::TimerCanceled& canceled) {
    CheckCommand(canceled.workflow_task_completed_event_id);
    CloseTimer(canceled.started_event_id, canceled.timer_id);
  }
  void CloseTimer(EventId started, const std::string& timer_id) {
    const auto* timer = Refer<history::TimerStarted>("startedEventId", started);
    if (timer == nullptr) return;
    Once(HistoryRule::kTimer, "ends the timer", started, UseOf(started).closed_by);
    if (timer->timer_id != timer_id) {
      Problem(HistoryRule::kTimer, "has timer id '{}', but event {} started '{}'", timer_id,
              started, timer->timer_id);
    }
  }

  // Other workflows: what a command began, and what came of it.

  void CheckEvent(const history::StartChildWorkflowExecutionInitiated& initiated) {
    CheckCommand(initiated.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::StartChildWorkflowExecutionFailed& failed) {
    CloseChild(failed.initiated_event_id, 0);
  }
  void CheckEvent(const history::ChildWorkflowExecutionStarted& started) {
    const EventId id = started.initiated_event_id;
    if (Refer<history::StartChildWorkflowExecutionInitiated>("initiatedEventId", id) == nullptr) {
      return;
    }
    Once(HistoryRule::kChildWorkflow, "starts the child workflow", id, UseOf(id).started_by);
  }
  void CheckEvent(const history::ChildWorkflowExecutionCompleted& completed) {
    CloseChild(completed.initiated_event_id, completed.started_event_id);
  }
  void CheckEvent(const history::ChildWorkflowExecutionFailed& failed) {
    CloseChild(failed.initiated_event_id, failed.started_event_id);
  }
  void CheckEvent(const history::ChildWorkflowExecutionCanceled& canceled) {
    CloseChild(canceled.initiated_event_id, canceled.started_event_id);
  }
  void CheckEvent(const history::ChildWorkflowExecutionTimedOut& timed_out) {
    CloseChild(timed_out.initiated_event_id, timed_out.started_event_id);
  }
  void CheckEvent(const history::ChildWorkflowExecutionTerminated& terminated) {
    CloseChild(terminated.initiated_event_id, terminated.started_event_id);
  }
  void CloseChild(EventId initiated, EventId started) {
    if (Refer<history::StartChildWorkflowExecutionInitiated>("initiatedEventId", initiated) ==
        nullptr) {
      return;
    }
    Use& use = UseOf(initiated);
    Once(HistoryRule::kChildWorkflow, "closes the child workflow", initiated, use.closed_by);
    if (started != use.started_by) {
      Problem(HistoryRule::kChildWorkflow,
              "startedEventId {} is not that of the child workflow of event {}, {}", started,
              initiated, use.started_by);
    }
  }
  void CheckEvent(const history::RequestCancelExternalWorkflowExecutionInitiated& initiated) {
    CheckCommand(initiated.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::RequestCancelExternalWorkflowExecutionFailed& failed) {
    EndExternal<history::RequestCancelExternalWorkflowExecutionInitiated>(
        failed.initiated_event_id);
  }
  void CheckEvent(const history::ExternalWorkflowExecutionCancelRequested& requested) {
    EndExternal<history::RequestCancelExternalWorkflowExecutionInitiated>(
        requested.initiated_event_id);
  }
  void CheckEvent(const history::SignalExternalWorkflowExecutionInitiated& initiated) {
    CheckCommand(initiated.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::SignalExternalWorkflowExecutionFailed& failed) {
    EndExternal<history::SignalExternalWorkflowExecutionInitiated>(failed.initiated_event_id);
  }
  void CheckEvent(const history::ExternalWorkflowExecutionSignaled& signaled) {
    EndExternal<history::SignalExternalWorkflowExecutionInitiated>(signaled.initiated_event_id);
  }
  template <class Initiated>
  void EndExternal(EventId initiated) {
    if (Refer<Initiated>("initiatedEventId", initiated) == nullptr) return;
    Once(HistoryRule::kExternalWorkflow, "answers the request", initiated,
         UseOf(initiated).closed_by);
  }

  // Updates.

  void CheckEvent(const history::WorkflowExecutionUpdateAdmitted&) {}
  void CheckEvent(const history::WorkflowExecutionUpdateAccepted&) {}
  void CheckEvent(const history::WorkflowExecutionUpdateRejected&) {}
  void CheckEvent(const history::WorkflowExecutionUpdateCompleted& completed) {
    const EventId id = completed.accepted_event_id;
    if (id == 0) return;  // early servers did not write it
    if (Refer<history::WorkflowExecutionUpdateAccepted>("acceptedEventId", id) == nullptr) return;
    Once(HistoryRule::kUpdate, "completes the update", id, UseOf(id).closed_by);
  }

  // Commands that nothing follows.

  void CheckEvent(const history::MarkerRecorded& recorded) {
    CheckCommand(recorded.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::UpsertWorkflowSearchAttributes& upserted) {
    CheckCommand(upserted.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::WorkflowPropertiesModified& modified) {
    CheckCommand(modified.workflow_task_completed_event_id);
  }

  // Kept, not understood.

  void CheckEvent(const history::NexusOperationScheduled&) {}
  void CheckEvent(const history::NexusOperationStarted&) {}
  void CheckEvent(const history::NexusOperationCompleted&) {}
  void CheckEvent(const history::NexusOperationFailed&) {}
  void CheckEvent(const history::NexusOperationCanceled&) {}
  void CheckEvent(const history::NexusOperationTimedOut&) {}
  void CheckEvent(const history::NexusOperationCancelRequested&) {}
  void CheckEvent(const history::NexusOperationCancelRequestCompleted&) {}
  void CheckEvent(const history::NexusOperationCancelRequestFailed&) {}
  void CheckEvent(const history::WorkflowExecutionOptionsUpdated&) {}
  void CheckEvent(const history::WorkflowExecutionPaused&) {}
  void CheckEvent(const history::WorkflowExecutionUnpaused&) {}
  void CheckEvent(const history::WorkflowExecutionTimeSkippingTransitioned&) {}

  // The workflow's own events. Those that no command causes refer to nothing in their history.

  void CheckEvent(const history::WorkflowExecutionCompleted& completed) {
    CheckCommand(completed.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::WorkflowExecutionFailed& failed) {
    CheckCommand(failed.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::WorkflowExecutionCanceled& canceled) {
    CheckCommand(canceled.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::WorkflowExecutionContinuedAsNew& continued) {
    CheckCommand(continued.workflow_task_completed_event_id);
  }
  void CheckEvent(const history::WorkflowExecutionStarted&) {}
  void CheckEvent(const history::WorkflowPropertiesModifiedExternally&) {}
  void CheckEvent(const history::ActivityPropertiesModifiedExternally&) {}
  void CheckEvent(const history::WorkflowExecutionTimedOut&) {}
  void CheckEvent(const history::WorkflowExecutionTerminated&) {}
  void CheckEvent(const history::WorkflowExecutionCancelRequested&) {}
  void CheckEvent(const history::WorkflowExecutionSignaled&) {}

  const history::EventHistory& events_;
  std::vector<Use> uses_;
  std::vector<HistoryProblem> problems_;
  const HistoryEvent* event_ = nullptr;
  const HistoryEvent* after_ = nullptr;  // the event before it
  EventId open_task_ = 0;
  EventId open_task_started_ = 0;
  EventId last_completed_task_ = 0;
};

}  // namespace

std::string_view NameOf(HistoryRule rule) {
  switch (rule) {
    case HistoryRule::kIds:
      return "ids";
    case HistoryRule::kFirstEvent:
      return "first event";
    case HistoryRule::kClosingEvent:
      return "closing event";
    case HistoryRule::kReference:
      return "reference";
    case HistoryRule::kWorkflowTask:
      return "workflow task";
    case HistoryRule::kCommand:
      return "command";
    case HistoryRule::kActivity:
      return "activity";
    case HistoryRule::kTimer:
      return "timer";
    case HistoryRule::kChildWorkflow:
      return "child workflow";
    case HistoryRule::kExternalWorkflow:
      return "external workflow";
    case HistoryRule::kUpdate:
      return "update";
  }
  return "";
}

std::string Describe(const HistoryProblem& problem) {
  if (problem.event_id == 0) return problem.message;
  return fmt::format("event {}: {}", problem.event_id, problem.message);
}

std::vector<HistoryProblem> CheckHistory(const history::EventHistory& events) {
  return HistoryChecker(events).Check();
}

}  // namespace groundhog::replay
