#include "runtime/server/rebuild.h"

#include <string>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "runtime/history/payload_map.h"
#include "runtime/server/names.h"

namespace groundhog::server {
namespace {

using namespace history;  // NOLINT(google-build-using-namespace): one function for each of its event types

class Rebuilder {
 public:
  explicit Rebuilder(Causes& causes) : causes_(causes) {}

  void Apply(const HistoryEvent& event) {
    event_ = &event;
    Visit(event, [this, &event]<class Attributes>(const Attributes&) {
      On(event.attributes.share<Attributes>());
    });
    state_.info.next_event_id = event.event_id + 1;
  }
  RunState Take() { return std::move(state_); }

 private:
  EventId id() const { return event_->event_id; }
  Timestamp time() const { return event_->event_time; }
  WorkflowTask& task() { return state_.info.workflow_task; }

  // ---- The run ----
  void On(const Shared<WorkflowExecutionStarted>& e) {
    started_ = e;
    run_id_ = e->original_execution_run_id;
    state_.info.start_time = time();
    state_.info.first_task_time = time() + e->first_workflow_task_backoff;
    state_.info.in_start_delay = e->first_workflow_task_backoff.count() > 0;
    state_.info.versioning = AfterStart(*e);
  }
  void On(const Shared<WorkflowExecutionSignaled>&) { ++state_.info.signals; }
  void On(const Shared<WorkflowExecutionCancelRequested>&) {
    state_.info.cancel_requested = true;
    state_.info.in_start_delay = false;
  }
  void On(const Shared<UpsertWorkflowSearchAttributes>& e) {
    ChangeProperties([&e](RunProperties& properties) {
      Merge(properties.search_attributes, e->search_attributes);
    });
  }
  void On(const Shared<WorkflowPropertiesModified>& e) {
    ChangeProperties([&e](RunProperties& properties) { Merge(properties.memo, e->upserted_memo); });
  }

  // ---- The workflow task ----
  void On(const Shared<WorkflowTaskScheduled>& e) {
    state_.info.in_start_delay = false;
    task() = WorkflowTask{.phase = TaskPhase::kScheduled,
                          .attempt = e->attempt,
                          .scheduled_event_id = id(),
                          .scheduled_time = time(),
                          .heartbeat_since = time(),
                          .start_to_close_timeout = e->start_to_close_timeout,
                          .scheduled = e,
                          .cause = sim::Symbol(kCauseForced)};
  }
  void On(const Shared<WorkflowTaskStarted>& e) {
    task().phase = TaskPhase::kStarted;
    task().started_event_id = id();
    task().started_time = time();
    task().started = e;
  }
  void On(const Shared<WorkflowTaskCompleted>& e) {
    task() = WorkflowTask{};
    state_.info.previous_started_event_id = e->started_event_id;
    state_.info.versioning = AfterCompletion(state_.info.versioning, *e);
  }
  void On(const Shared<WorkflowExecutionOptionsUpdated>& e) {
    state_.info.versioning = AfterOptions(state_.info.versioning, *e);
  }
  void On(const Shared<WorkflowTaskFailed>& e) {
    task() = WorkflowTask{};
    if (!e->new_run_id.empty()) run_id_ = e->new_run_id;
  }
  void On(const Shared<WorkflowTaskTimedOut>&) { task() = WorkflowTask{}; }

  // ---- Activities ----
  void On(const Shared<ActivityTaskScheduled>& e) {
    state_.activities.emplace(id(), PendingActivity{.scheduled_event_id = id(),
                                                    .id_hash = HashText(e->activity_id),
                                                    .first_scheduled_time = time(),
                                                    .scheduled_time = time(),
                                                    .scheduled = e,
                                                    .type = causes_.Intern(e->activity_type)});
  }
  void On(const Shared<ActivityTaskStarted>& e) {
    PendingActivity& activity = state_.activities.at(e->scheduled_event_id);
    activity.phase = ActivityPhase::kStarted;
    activity.attempt = e->attempt;
    activity.started_time = time();
    activity.started = e;
  }
  void On(const Shared<ActivityTaskCancelRequested>& e) {
    const auto activity = state_.activities.find(e->scheduled_event_id);
    if (activity == state_.activities.end()) return;  // it had ended unseen (SEMANTICS a.4 rule 9)
    activity->second.cancel_requested = true;
    activity->second.cancel_requested_event_id = id();
  }
  void On(const Shared<ActivityTaskCompleted>& e) { EndActivity(e->scheduled_event_id); }
  void On(const Shared<ActivityTaskFailed>& e) { EndActivity(e->scheduled_event_id); }
  void On(const Shared<ActivityTaskTimedOut>& e) { EndActivity(e->scheduled_event_id); }
  void On(const Shared<ActivityTaskCanceled>& e) { EndActivity(e->scheduled_event_id); }

  // ---- Timers ----
  void On(const Shared<TimerStarted>& e) {
    state_.timers.emplace(id(), PendingTimer{.started_event_id = id(),
                                             .id_hash = HashText(e->timer_id),
                                             .fire_time = time() + e->start_to_fire_timeout,
                                             .started = e});
  }
  void On(const Shared<TimerFired>& e) { state_.timers.erase(e->started_event_id); }
  void On(const Shared<TimerCanceled>& e) { state_.timers.erase(e->started_event_id); }

  // ---- Other workflows ----
  void On(const Shared<StartChildWorkflowExecutionInitiated>& e) {
    state_.relations.Make().children.emplace(
        id(),
        PendingChild{
            .initiated_event_id = id(), .request_id = RequestIdOf(run_id_, id()), .initiated = e});
  }
  void On(const Shared<ChildWorkflowExecutionStarted>& e) {
    PendingChild& child = state_.relations.Make().children.at(e->initiated_event_id);
    child.phase = ChildPhase::kStarted;
    child.started_event_id = id();
    child.first_run_id = e->workflow_execution.run_id;
  }
  void On(const Shared<StartChildWorkflowExecutionFailed>& e) { EndChild(*e); }
  void On(const Shared<ChildWorkflowExecutionCompleted>& e) { EndChild(*e); }
  void On(const Shared<ChildWorkflowExecutionFailed>& e) { EndChild(*e); }
  void On(const Shared<ChildWorkflowExecutionCanceled>& e) { EndChild(*e); }
  void On(const Shared<ChildWorkflowExecutionTimedOut>& e) { EndChild(*e); }
  void On(const Shared<ChildWorkflowExecutionTerminated>& e) { EndChild(*e); }
  void On(const Shared<SignalExternalWorkflowExecutionInitiated>& e) { BeginRequest(e); }
  void On(const Shared<RequestCancelExternalWorkflowExecutionInitiated>& e) { BeginRequest(e); }
  void On(const Shared<SignalExternalWorkflowExecutionFailed>& e) { EndRequest(*e); }
  void On(const Shared<ExternalWorkflowExecutionSignaled>& e) { EndRequest(*e); }
  void On(const Shared<RequestCancelExternalWorkflowExecutionFailed>& e) { EndRequest(*e); }
  void On(const Shared<ExternalWorkflowExecutionCancelRequested>& e) { EndRequest(*e); }

  // ---- Updates ----
  void On(const Shared<WorkflowExecutionUpdateAdmitted>& e) {
    Note(e->request.meta.update_id, UpdateProgress::kAdmitted);
  }
  void On(const Shared<WorkflowExecutionUpdateAccepted>& e) {
    Note(e->protocol_instance_id, UpdateProgress::kAccepted);
  }
  void On(const Shared<WorkflowExecutionUpdateCompleted>& e) {
    Note(e->meta.update_id, UpdateProgress::kCompleted);
  }

  // ---- Nothing that is pending ----
  void On(const Shared<MarkerRecorded>&) {}

  // ---- The end ----
  template <class Other>
  void On(const Shared<Other>&) {
    GH_CHECK(false, "only events that this server writes into an open run are rebuilt from");
  }

  void Note(const std::string& update_id, UpdateProgress progress) {
    state_.updates.insert_or_assign(update_id, UpdateInfo{.progress = progress, .event_id = id()});
  }

  void EndActivity(EventId scheduled_event_id) { state_.activities.erase(scheduled_event_id); }
  template <class Event>
  void EndChild(const Event& e) {
    state_.EraseChild(e.initiated_event_id);
  }
  template <class Initiated>
  void BeginRequest(const Shared<Initiated>& e) {
    state_.relations.Make().requests.emplace(
        id(),
        PendingRequest{
            .initiated_event_id = id(), .request_id = RequestIdOf(run_id_, id()), .initiated = e});
  }
  template <class Event>
  void EndRequest(const Event& e) {
    state_.EraseRequest(e.initiated_event_id);
  }

  template <class Change>
  void ChangeProperties(const Change& change) {
    RunProperties properties =
        state_.info.properties ? *state_.info.properties
                               : RunProperties{.memo = started_->memo,
                                               .search_attributes = started_->search_attributes};
    change(properties);
    state_.info.properties = MakeShared<RunProperties>(std::move(properties));
  }

  Causes& causes_;
  const HistoryEvent* event_ = nullptr;
  Shared<WorkflowExecutionStarted> started_;
  std::string run_id_;  // of the run that wrote the event: a reset run begins with another one's
  RunState state_;
};

}  // namespace

RunState Rebuild(std::span<const HistoryEvent> events, Causes& causes) {
  Rebuilder rebuilder(causes);
  for (const HistoryEvent& event : events) rebuilder.Apply(event);
  return rebuilder.Take();
}

}  // namespace groundhog::server
