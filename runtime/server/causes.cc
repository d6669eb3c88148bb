#include "runtime/server/causes.h"

#include <string>

#include "base/hash.h"
#include "runtime/server/names.h"

namespace groundhog::server {

using namespace history;  // NOLINT(google-build-using-namespace): one function for each of its event types

sim::Symbol Causes::Join(sim::Symbol first, sim::Symbol second) {
  sim::Symbol& joined = joined_[CombineHash(first.hash(), second.hash())];
  if (joined.empty()) {
    joined = Intern(std::string(first.text()) + " " + std::string(second.text()));
  }
  return joined;
}

sim::Symbol Causes::ChildClosed(sim::Symbol type, WorkflowExecutionStatus status) {
  switch (status) {
    case WorkflowExecutionStatus::kFailed:
      return Join(type, kFailed);
    case WorkflowExecutionStatus::kCanceled:
      return Join(type, kCanceled);
    case WorkflowExecutionStatus::kTerminated:
      return Join(type, kTerminated);
    case WorkflowExecutionStatus::kTimedOut:
      return Join(type, kTimedOut);
    default:
      return Join(type, kCompleted);
  }
}

sim::Symbol Causes::OfRelation(const HistoryEvent& event) {
  using Status = WorkflowExecutionStatus;
  const auto closed = [this](const auto& e, Status status) {
    return ChildClosed(Intern(e.workflow_type), status);
  };
  return Visit(
      event,
      Overloaded{
          [&](const ChildWorkflowExecutionStarted& e) {
            return ChildStarted(Intern(e.workflow_type));
          },
          [&](const StartChildWorkflowExecutionFailed& e) {
            return ChildStartFailed(Intern(e.workflow_type));
          },
          [&](const ChildWorkflowExecutionCompleted& e) { return closed(e, Status::kCompleted); },
          [&](const ChildWorkflowExecutionFailed& e) { return closed(e, Status::kFailed); },
          [&](const ChildWorkflowExecutionCanceled& e) { return closed(e, Status::kCanceled); },
          [&](const ChildWorkflowExecutionTimedOut& e) { return closed(e, Status::kTimedOut); },
          [&](const ChildWorkflowExecutionTerminated& e) { return closed(e, Status::kTerminated); },
          [](const ExternalWorkflowExecutionSignaled&) {
            return sim::Symbol(kCauseExternalSignaled);
          },
          [](const SignalExternalWorkflowExecutionFailed&) {
            return sim::Symbol(kCauseExternalSignalFailed);
          },
          [](const ExternalWorkflowExecutionCancelRequested&) {
            return sim::Symbol(kCauseExternalCancelled);
          },
          [](const RequestCancelExternalWorkflowExecutionFailed&) {
            return sim::Symbol(kCauseExternalCancelFailed);
          },
          [](const auto&) { return sim::Symbol(kCauseForced); }});
}

sim::Symbol Causes::TypeOf(EventId scheduled_event_id, const EventHistory& history) {
  // One that was scheduled and cancelled by the same completion is not in the history yet.
  static constexpr sim::SymbolEntry kNew{"a new activity"};
  if (static_cast<std::size_t>(scheduled_event_id) > history.size()) return sim::Symbol(kNew);
  const HistoryEvent& event = history[static_cast<std::size_t>(scheduled_event_id - 1)];
  return Intern(As<ActivityTaskScheduled>(event)->activity_type);
}

sim::Symbol Causes::Of(const HistoryEvent& event, const EventHistory& history) {
  if (const auto* e = As<WorkflowExecutionSignaled>(event)) return Signal(e->signal_name);
  if (const auto* e = As<WorkflowExecutionUpdateAdmitted>(event)) {
    return Update(e->request.input.name);
  }
  if (As<WorkflowExecutionCancelRequested>(event) != nullptr) {
    return sim::Symbol(kCauseCancelRequested);
  }
  if (As<TimerFired>(event) != nullptr) return sim::Symbol(kCauseTimerFired);
  if (const auto* e = As<ActivityTaskCompleted>(event)) {
    return ActivityCompleted(TypeOf(e->scheduled_event_id, history));
  }
  if (const auto* e = As<ActivityTaskFailed>(event)) {
    return ActivityFailed(TypeOf(e->scheduled_event_id, history));
  }
  if (const auto* e = As<ActivityTaskTimedOut>(event)) {
    return ActivityTimedOut(TypeOf(e->scheduled_event_id, history));
  }
  if (const auto* e = As<ActivityTaskCanceled>(event)) {
    return ActivityCanceled(TypeOf(e->scheduled_event_id, history));
  }
  return OfRelation(event);
}

}  // namespace groundhog::server
