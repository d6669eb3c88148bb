#include "reports/history_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "reports/time_text.h"
#include "runtime/history/failure_text.h"

namespace groundhog::reports {
namespace {

using namespace history;  // NOLINT(google-build-using-namespace): every second word below is one of
                          // its types

// Pieces joined by "; ".
class Essence {
 public:
  Essence& Add(std::string piece) {
    if (piece.empty()) return *this;
    if (!text_.empty()) text_ += "; ";
    text_ += piece;
    return *this;
  }
  Essence& AddLength(std::string_view name, history::Duration length) {
    return length == history::Duration{0} ? *this
                                          : Add(fmt::format("{} {}", name, LengthText(length)));
  }
  Essence& AddText(std::string_view name, const std::string& text) {
    return text.empty() ? *this : Add(fmt::format("{} {}", name, text));
  }
  std::string Take() { return Printable(std::exchange(text_, {})); }

 private:
  std::string text_;
};

std::string ValueText(const Payload& payload) {
  if (payload.encoding() == kEncodingNull) return "null";
  if (payload.encoding() == kEncodingJson) return payload.data();
  return fmt::format("{} bytes of {}", payload.data().size(),
                     payload.encoding().empty() ? "unknown encoding" : payload.encoding());
}

std::string ValuesText(const Payloads& payloads) {
  std::string text;
  for (const Payload& payload : payloads) {
    if (!text.empty()) text += ", ";
    text += ValueText(payload);
  }
  return text;
}

std::string QueueText(const TaskQueue& queue) {
  if (queue.kind == TaskQueueKind::kSticky) {
    return queue.normal_name.empty() ? "sticky queue" : "sticky queue of " + queue.normal_name;
  }
  return queue.name.empty() ? std::string() : "queue " + queue.name;
}

std::string RetryPolicyText(const RetryPolicy& policy) {
  if (policy.maximum_attempts == 0) return "attempts unlimited";
  return fmt::format("at most {} attempt{}", policy.maximum_attempts,
                     policy.maximum_attempts == 1 ? "" : "s");
}

std::string ScheduledBy(EventId id) {
  return id == 0 ? std::string() : fmt::format("scheduled by {}", id);
}

std::string FailureLine(const FailurePtr& failure) { return failure ? Describe(failure) : ""; }

template <class E>
std::string NameUnlessUnspecified(E value) {
  return value == E::kUnspecified ? std::string() : std::string(NameOf(value));
}

std::string InitiatedBy(EventId id) {
  return id == 0 ? std::string() : fmt::format("initiated by {}", id);
}

std::string NamesText(const PayloadMap& map) {
  std::string text;
  for (const auto& [name, payload] : map) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} = {}", name, ValueText(payload));
  }
  return text;
}

std::string OutcomeText(const UpdateOutcome& outcome) {
  return outcome.failure ? FailureLine(outcome.failure)
                         : ValuesText(outcome.success.value_or(Payloads{}));
}

struct EssenceVisitor {
  std::string operator()(const WorkflowExecutionStarted& e) const {
    return Essence()
        .Add(fmt::format("{}({})", e.workflow_type, ValuesText(e.input)))
        .Add(QueueText(e.task_queue))
        .AddLength("execution timeout", e.workflow_execution_timeout)
        .AddLength("run timeout", e.workflow_run_timeout)
        .AddText("cron", e.cron_schedule)
        .AddLength("first workflow task after", e.first_workflow_task_backoff)
        .Take();
  }
  std::string operator()(const WorkflowExecutionCompleted& e) const {
    return Essence().AddText("result", ValuesText(e.result)).Take();
  }
  std::string operator()(const WorkflowExecutionFailed& e) const {
    return Essence().Add(FailureLine(e.failure)).Add(NameUnlessUnspecified(e.retry_state)).Take();
  }
  std::string operator()(const WorkflowExecutionTimedOut& e) const {
    return Essence().Add(NameUnlessUnspecified(e.retry_state)).Take();
  }
  std::string operator()(const WorkflowExecutionTerminated& e) const {
    return Essence().AddText("reason", e.reason).AddText("by", e.identity).Take();
  }
  std::string operator()(const WorkflowExecutionCancelRequested& e) const {
    return Essence().AddText("cause", e.cause).AddText("by", e.identity).Take();
  }
  std::string operator()(const WorkflowExecutionCanceled& e) const {
    return Essence().AddText("details", ValuesText(e.details)).Take();
  }
  std::string operator()(const WorkflowExecutionSignaled& e) const {
    return Essence().Add(fmt::format("{}({})", e.signal_name, ValuesText(e.input))).Take();
  }
  std::string operator()(const WorkflowTaskScheduled& e) const {
    Essence essence;
    if (e.attempt > 1) essence.Add(fmt::format("attempt {}", e.attempt));
    if (e.task_queue.kind == TaskQueueKind::kSticky) essence.Add("sticky queue");
    return essence.Take();
  }
  std::string operator()(const WorkflowTaskStarted& e) const {
    return Essence().Add(ScheduledBy(e.scheduled_event_id)).AddText("on", e.identity).Take();
  }
  std::string operator()(const WorkflowTaskCompleted& e) const {
    return Essence().Add(ScheduledBy(e.scheduled_event_id)).AddText("on", e.identity).Take();
  }
  std::string operator()(const WorkflowTaskTimedOut& e) const {
    return Essence()
        .Add(NameUnlessUnspecified(e.timeout_type))
        .Add(ScheduledBy(e.scheduled_event_id))
        .Take();
  }
  std::string operator()(const WorkflowTaskFailed& e) const {
    return Essence().Add(NameUnlessUnspecified(e.cause)).Add(FailureLine(e.failure)).Take();
  }
  std::string operator()(const ActivityTaskScheduled& e) const {
    return Essence()
        .Add(fmt::format("{}({})", e.activity_type, ValuesText(e.input)))
        .AddText("id", e.activity_id)
        .AddLength("start-to-close", e.start_to_close_timeout)
        .AddLength("schedule-to-close", e.schedule_to_close_timeout)
        .AddLength("schedule-to-start", e.schedule_to_start_timeout)
        .AddLength("heartbeat", e.heartbeat_timeout)
        .Add(RetryPolicyText(e.retry_policy))
        .Take();
  }
  std::string operator()(const ActivityTaskStarted& e) const {
    Essence essence;
    essence.Add(ScheduledBy(e.scheduled_event_id)).Add(fmt::format("attempt {}", e.attempt));
    if (e.last_failure) essence.Add("last failure: " + FailureLine(e.last_failure));
    return essence.Take();
  }
  std::string operator()(const ActivityTaskCompleted& e) const {
    return Essence()
        .Add(ScheduledBy(e.scheduled_event_id))
        .AddText("result", ValuesText(e.result))
        .Take();
  }
  std::string operator()(const ActivityTaskFailed& e) const {
    return Essence()
        .Add(ScheduledBy(e.scheduled_event_id))
        .Add(FailureLine(e.failure))
        .Add(NameUnlessUnspecified(e.retry_state))
        .Take();
  }
  std::string operator()(const ActivityTaskTimedOut& e) const {
    return Essence()
        .Add(ScheduledBy(e.scheduled_event_id))
        .Add(FailureLine(e.failure))
        .Add(NameUnlessUnspecified(e.retry_state))
        .Take();
  }
  std::string operator()(const ActivityTaskCancelRequested& e) const {
    return Essence().Add(ScheduledBy(e.scheduled_event_id)).Take();
  }
  std::string operator()(const ActivityTaskCanceled& e) const {
    return Essence()
        .Add(ScheduledBy(e.scheduled_event_id))
        .AddText("details", ValuesText(e.details))
        .Take();
  }
  std::string operator()(const TimerStarted& e) const {
    return Essence()
        .AddText("id", e.timer_id)
        .AddLength("fires after", e.start_to_fire_timeout)
        .Take();
  }
  std::string operator()(const TimerFired& e) const {
    return Essence()
        .AddText("id", e.timer_id)
        .Add(fmt::format("started by {}", e.started_event_id))
        .Take();
  }
  std::string operator()(const TimerCanceled& e) const {
    return Essence()
        .AddText("id", e.timer_id)
        .Add(fmt::format("started by {}", e.started_event_id))
        .Take();
  }
  std::string operator()(const MarkerRecorded& e) const {
    Essence essence;
    essence.Add(e.marker_name);
    for (const auto& [name, values] : e.details) essence.AddText(name, ValuesText(values));
    return essence.Add(FailureLine(e.failure)).Take();
  }
  std::string operator()(const WorkflowExecutionContinuedAsNew& e) const {
    return Essence()
        .Add(fmt::format("{}({})", e.workflow_type, ValuesText(e.input)))
        .AddText("run", e.new_execution_run_id)
        .Take();
  }
  std::string operator()(const StartChildWorkflowExecutionInitiated& e) const {
    return Essence()
        .Add(fmt::format("{}({})", e.workflow_type, ValuesText(e.input)))
        .AddText("id", e.workflow_id)
        .Add(NameUnlessUnspecified(e.parent_close_policy))
        .Take();
  }
  std::string operator()(const StartChildWorkflowExecutionFailed& e) const {
    return Essence()
        .Add(e.workflow_id)
        .Add(NameUnlessUnspecified(e.cause))
        .Add(InitiatedBy(e.initiated_event_id))
        .Take();
  }
  std::string operator()(const ChildWorkflowExecutionStarted& e) const { return Child(e); }
  std::string operator()(const ChildWorkflowExecutionCompleted& e) const {
    return Child(e, ValuesText(e.result));
  }
  std::string operator()(const ChildWorkflowExecutionFailed& e) const {
    return Child(e, FailureLine(e.failure));
  }
  std::string operator()(const ChildWorkflowExecutionCanceled& e) const {
    return Child(e, ValuesText(e.details));
  }
  std::string operator()(const ChildWorkflowExecutionTimedOut& e) const { return Child(e); }
  std::string operator()(const ChildWorkflowExecutionTerminated& e) const { return Child(e); }
  std::string operator()(const RequestCancelExternalWorkflowExecutionInitiated& e) const {
    return Essence().Add(e.workflow_execution.workflow_id).AddText("reason", e.reason).Take();
  }
  std::string operator()(const RequestCancelExternalWorkflowExecutionFailed& e) const {
    return External(e, std::string(NameOf(e.cause)));
  }
  std::string operator()(const ExternalWorkflowExecutionCancelRequested& e) const {
    return External(e);
  }
  std::string operator()(const SignalExternalWorkflowExecutionInitiated& e) const {
    return Essence()
        .Add(fmt::format("{}({})", e.signal_name, ValuesText(e.input)))
        .AddText("to", e.workflow_execution.workflow_id)
        .Take();
  }
  std::string operator()(const SignalExternalWorkflowExecutionFailed& e) const {
    return External(e, std::string(NameOf(e.cause)));
  }
  std::string operator()(const ExternalWorkflowExecutionSignaled& e) const { return External(e); }
  std::string operator()(const UpsertWorkflowSearchAttributes& e) const {
    return Essence().Add(NamesText(e.search_attributes)).Take();
  }
  std::string operator()(const WorkflowPropertiesModified& e) const {
    return Essence().AddText("memo", NamesText(e.upserted_memo)).Take();
  }
  std::string operator()(const WorkflowPropertiesModifiedExternally& e) const {
    return Essence().AddText("memo", NamesText(e.upserted_memo)).Take();
  }
  std::string operator()(const ActivityPropertiesModifiedExternally& e) const {
    return Essence().Add(ScheduledBy(e.scheduled_event_id)).Take();
  }
  std::string operator()(const WorkflowExecutionUpdateAdmitted& e) const {
    return Update(e.request);
  }
  std::string operator()(const WorkflowExecutionUpdateAccepted& e) const {
    return Update(e.accepted_request.value_or(UpdateRequest{}));
  }
  std::string operator()(const WorkflowExecutionUpdateRejected& e) const {
    return Essence()
        .Add(Update(e.rejected_request.value_or(UpdateRequest{})))
        .Add(FailureLine(e.failure))
        .Take();
  }
  std::string operator()(const WorkflowExecutionUpdateCompleted& e) const {
    return Essence()
        .AddText("id", e.meta.update_id)
        .Add(fmt::format("accepted by {}", e.accepted_event_id))
        .Add(OutcomeText(e.outcome))
        .Take();
  }
  std::string operator()(const NexusOperationScheduled&) const { return ""; }
  std::string operator()(const NexusOperationStarted&) const { return ""; }
  std::string operator()(const NexusOperationCompleted&) const { return ""; }
  std::string operator()(const NexusOperationFailed&) const { return ""; }
  std::string operator()(const NexusOperationCanceled&) const { return ""; }
  std::string operator()(const NexusOperationTimedOut&) const { return ""; }
  std::string operator()(const NexusOperationCancelRequested&) const { return ""; }
  std::string operator()(const NexusOperationCancelRequestCompleted&) const { return ""; }
  std::string operator()(const NexusOperationCancelRequestFailed&) const { return ""; }
  std::string operator()(const WorkflowExecutionOptionsUpdated& e) const {
    if (e.unset_versioning_override) return "no versioning override";
    if (!e.versioning_override) return "";
    const auto& pinned = e.versioning_override->pinned;
    return pinned && pinned->version ? "pinned to " + TextOf(*pinned->version) : "auto-upgrade";
  }
  std::string operator()(const WorkflowExecutionPaused&) const { return ""; }
  std::string operator()(const WorkflowExecutionUnpaused&) const { return ""; }
  std::string operator()(const WorkflowExecutionTimeSkippingTransitioned&) const { return ""; }

 private:
  template <class Event>
  static std::string Child(const Event& e, const std::string& outcome = "") {
    return Essence()
        .AddText("id", e.workflow_execution.workflow_id)
        .Add(InitiatedBy(e.initiated_event_id))
        .Add(outcome)
        .Take();
  }
  template <class Event>
  static std::string External(const Event& e, const std::string& outcome = "") {
    return Essence()
        .Add(e.workflow_execution.workflow_id)
        .Add(outcome)
        .Add(InitiatedBy(e.initiated_event_id))
        .Take();
  }
  static std::string Update(const UpdateRequest& request) {
    return Essence()
        .Add(fmt::format("{}({})", request.input.name, ValuesText(request.input.args)))
        .AddText("id", request.meta.update_id)
        .Take();
  }
};

}  // namespace

std::string EssenceOf(const HistoryEvent& event) { return Visit(event, EssenceVisitor{}); }

std::string SubjectOf(const HistoryEvent& event) {
  if (const auto* e = As<WorkflowExecutionStarted>(event)) return Printable(e->workflow_type);
  if (const auto* e = As<WorkflowExecutionSignaled>(event)) return Printable(e->signal_name);
  if (const auto* e = As<ActivityTaskScheduled>(event)) return Printable(e->activity_type);
  if (const auto* e = As<TimerStarted>(event)) return LengthText(e->start_to_fire_timeout);
  if (const auto* e = As<StartChildWorkflowExecutionInitiated>(event)) {
    return Printable(e->workflow_type);
  }
  if (const auto* e = As<SignalExternalWorkflowExecutionInitiated>(event)) {
    return Printable(e->signal_name);
  }
  if (const auto* e = As<MarkerRecorded>(event)) return Printable(e->marker_name);
  return "";
}

std::string HistoryText(const EventHistory& history, Timestamp start, const TextStyle& style) {
  constexpr std::size_t kTypeWidth = 32;  // WorkflowExecutionCancelRequested
  std::size_t id_width = 2;
  std::size_t time_width = 8;
  for (const HistoryEvent& event : history) {
    id_width = std::max(id_width, std::to_string(event.event_id).size());
    time_width = std::max(time_width, TimeText(event.event_time - start).size());
  }
  const std::size_t before = 2 + id_width + 2 + time_width + 2 + kTypeWidth + 2;
  const std::size_t room = style.width > before + 20 ? style.width - before : 20;
  std::string text;
  for (const HistoryEvent& event : history) {
    const EventType type = TypeOf(event);
    const std::vector<std::string> lines = Wrap(EssenceOf(event), room);
    const bool has_essence = !lines.front().empty();
    const std::string name = PadTo(NameOf(type), has_essence ? kTypeWidth : 0);
    text += fmt::format("  {:>{}}  {:>{}}  {}{}{}\n", event.event_id, id_width,
                        TimeText(event.event_time - start), time_width,
                        Paint(style, IsClosing(type) ? Ink::kBold : Ink::kPlain, name),
                        has_essence ? "  " : "", Paint(style, Ink::kDim, lines.front()));
    for (std::size_t i = 1; i < lines.size(); ++i) {
      text += std::string(before, ' ') + Paint(style, Ink::kDim, lines[i]) + "\n";
    }
  }
  return text;
}

}  // namespace groundhog::reports
