#include "runtime/server/transition.h"

#include <algorithm>

#include "runtime/server/facts.h"

namespace groundhog::server {
namespace {

constexpr std::int64_t kEnvelopeBytes = 40;  // of an event, roughly

// The event by which an activity was scheduled or a child was initiated,
// as an event about it names it; 0 of any other.
template <class Attributes>
EventId BegunBy(const Attributes& attributes) {
  if constexpr (requires { attributes.scheduled_event_id; }) return attributes.scheduled_event_id;
  if constexpr (requires { attributes.initiated_event_id; }) return attributes.initiated_event_id;
  return 0;
}

// Whether such an event closes an activity or a child: it names the beginning and the start.
template <class Attributes>
constexpr bool Closes() {
  using A = Attributes;
  if constexpr (requires(A a) { a.started_event_id, a.scheduled_event_id; }) {
    return history::IsBuffered(history::kEventTypeOf<A>);  // those of workflow tasks are not
  }
  return requires(A a) { a.started_event_id, a.initiated_event_id; };
}

// The beginning of what the event closes, or 0.
EventId ClosedBy(const HistoryEvent& event) {
  return Visit(event, []<class Attributes>(const Attributes& attributes) -> EventId {
    if constexpr (Closes<Attributes>()) return BegunBy(attributes);
    return 0;
  });
}

// The beginning of what the event starts, or 0.
EventId StartedBy(const HistoryEvent& event) {
  if (const auto* activity = history::As<history::ActivityTaskStarted>(event)) {
    return activity->scheduled_event_id;
  }
  const auto* child = history::As<history::ChildWorkflowExecutionStarted>(event);
  return child == nullptr ? 0 : child->initiated_event_id;
}

// Ids of buffered events are known only now. REQUIRES: the event closes something.
void Wire(HistoryEvent& event, EventId started_event_id) {
  Visit(event, [&]<class Attributes>(const Attributes& attributes) {
    if constexpr (Closes<Attributes>()) {
      Attributes wired = attributes;
      wired.started_event_id = started_event_id;
      event.attributes = history::MakeShared<Attributes>(std::move(wired));
    }
  });
}

}  // namespace

EventId Transition::Append(HistoryEvent event) {
  event.event_id = info().next_event_id++;
  const ContentDigest digest = DigestOf(event);
  info().history_bytes += digest.bytes + kEnvelopeBytes;
  Say(sim::Fact{
      sim::Label(sim::Symbol(kEventAppended), start().workflow, SymbolOf(history::TypeOf(event)),
                 static_cast<std::int32_t>(event.event_id)),
      static_cast<std::int64_t>(digest.hash)});
  const EventId id = event.event_id;
  Note(AppendEvent{run_->index, std::move(event)});
  return id;
}

void Transition::WriteSpeculativeTask() {
  WorkflowTask& task = info().workflow_task;
  if (!std::exchange(task.speculative, false)) return;
  task.written = true;
  info().in_start_delay = false;  // the task is the first one
  const EventId scheduled = AddAt(task.scheduled_time, task.scheduled);
  GH_CHECK(scheduled == task.scheduled_event_id,
           "a speculative task is written before anything else");
  if (task.phase == TaskPhase::kStarted) AddAt(task.started_time, task.started);
}

void Transition::Flush() {
  if (stored_ != 0) rewrites_buffer_ = true;
  std::vector<HistoryEvent> events = std::exchange(state().buffered, {});
  const auto goes_first = [](const HistoryEvent& event) { return ClosedBy(event) == 0; };
  if (!std::is_partitioned(events.begin(), events.end(), goes_first)) {
    std::stable_partition(events.begin(), events.end(), goes_first);
  }
  absl::InlinedVector<std::pair<EventId, EventId>, 4> started;  // activity or child, its Started
  for (HistoryEvent& event : events) {
    for (const auto& [begun, id] : started) {
      if (begun == ClosedBy(event)) Wire(event, id);
    }
    const EventId begun = StartedBy(event);
    const EventId id = Append(std::move(event));
    if (begun == 0) continue;
    started.emplace_back(begun, id);
    SetChildStart(begun, id);
  }
  events.clear();
  state().buffered = std::move(events);  // keeps the memory
}

std::optional<EventId> Transition::TakeBufferedTimerFired(const std::string& timer_id) {
  std::vector<HistoryEvent>& buffered = state().buffered;
  for (auto at = buffered.begin(); at != buffered.end(); ++at) {
    const auto* fired = history::As<history::TimerFired>(*at);
    if (fired == nullptr || fired->timer_id != timer_id) continue;
    const EventId started = fired->started_event_id;
    buffered.erase(at);
    rewrites_buffer_ = true;
    return started;
  }
  return std::nullopt;
}

bool Transition::HasBufferedActivityEnd(EventId scheduled_event_id) const {
  const std::vector<HistoryEvent>& buffered = run_->state.buffered;
  return std::any_of(buffered.begin(), buffered.end(), [&](const HistoryEvent& event) {
    return ClosedBy(event) == scheduled_event_id;
  });
}

void Transition::Erase(const PendingActivity& activity) {
  const EventId id = activity.scheduled_event_id;
  Note(DeleteActivity{run_->index, id});
  state().activities.erase(id);
}

void Transition::EraseTimer(EventId started_event_id) {
  Note(DeleteTimer{run_->index, started_event_id});
  state().timers.erase(started_event_id);
}

void Transition::NoteSignalRequest(const std::string& request_id) {
  state().signal_request_ids.Make().insert(request_id);
  Note(AddSignalRequestId{run_->index, request_id});
}

void Transition::Save(const std::string& update_id, UpdateInfo info) {
  state().updates.insert_or_assign(update_id, info);
  Note(PutUpdate{run_->index, update_id, info});
}

void Transition::EraseUpdate(const std::string& update_id) {
  state().updates.erase(update_id);
  Note(DeleteUpdate{run_->index, update_id});
}

void Transition::Save(PendingChild child) {
  Note(PutChild{run_->index, child});
  const EventId id = child.initiated_event_id;
  state().relations.Make().children.insert_or_assign(id, std::move(child));
}

void Transition::Save(PendingRequest request) {
  Note(PutRequest{run_->index, request});
  const EventId id = request.initiated_event_id;
  state().relations.Make().requests.insert_or_assign(id, std::move(request));
}

void Transition::EraseChild(EventId initiated_event_id) {
  Note(DeleteChild{run_->index, initiated_event_id});
  state().EraseChild(initiated_event_id);
}

void Transition::EraseRequest(EventId initiated_event_id) {
  Note(DeleteRequest{run_->index, initiated_event_id});
  state().EraseRequest(initiated_event_id);
}

void Transition::SetChildStart(EventId initiated_event_id, EventId started_event_id) {
  const PendingChild* child = state().FindChild(initiated_event_id);
  if (child == nullptr) return;  // an activity, or a child that has ended already
  PendingChild known = *child;
  known.started_event_id = started_event_id;
  Save(std::move(known));
}

void Transition::DropPending() {
  state().DropPending();
  stored_ = 0;
  rewrites_buffer_ = false;
  Note(server::DropPending{run_->index});
}

void Transition::NoteBuffer() {
  const std::vector<HistoryEvent>& buffered = state().buffered;
  if (rewrites_buffer_) {
    Note(ClearBuffer{run_->index});
    stored_ = 0;
  }
  for (std::size_t i = stored_; i < buffered.size(); ++i) {
    Note(BufferEvent{run_->index, buffered[i]});
  }
}

void Transition::Finish() {
  WriteSpeculativeTask();
  defers_ = false;
  if (!must_buffer() && has_buffered()) Flush();
  NoteBuffer();
  ++info().state_transitions;
  Note(PutExecution{run_->index, info()});
}

}  // namespace groundhog::server
