#include "runtime/server/transition.h"

#include <algorithm>

#include "base/check.h"
#include "runtime/server/facts.h"

namespace groundhog::server {
namespace {

using history::ActivityTaskStarted;

constexpr std::int64_t kEnvelopeBytes = 40;  // of an event, roughly

// The activity that an event closes, or 0.
EventId ActivityClosedBy(const HistoryEvent& event) {
  if (const auto* e = history::As<history::ActivityTaskCompleted>(event)) {
    return e->scheduled_event_id;
  }
  if (const auto* e = history::As<history::ActivityTaskFailed>(event)) return e->scheduled_event_id;
  if (const auto* e = history::As<history::ActivityTaskTimedOut>(event)) {
    return e->scheduled_event_id;
  }
  if (const auto* e = history::As<history::ActivityTaskCanceled>(event)) {
    return e->scheduled_event_id;
  }
  return 0;
}

template <class Attributes>
bool SetStartedId(HistoryEvent& event, EventId started_event_id) {
  const Attributes* attributes = history::As<Attributes>(event);
  if (attributes == nullptr) return false;
  Attributes wired = *attributes;
  wired.started_event_id = started_event_id;
  event.attributes = history::MakeShared<Attributes>(std::move(wired));
  return true;
}

// Ids of buffered events are known only now.
void Wire(HistoryEvent& event, EventId started_event_id) {
  const bool wired = SetStartedId<history::ActivityTaskCompleted>(event, started_event_id) ||
                     SetStartedId<history::ActivityTaskFailed>(event, started_event_id) ||
                     SetStartedId<history::ActivityTaskTimedOut>(event, started_event_id) ||
                     SetStartedId<history::ActivityTaskCanceled>(event, started_event_id);
  GH_CHECK(wired, "only an event that closes an activity refers to a buffered start");
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

void Transition::Flush() {
  if (stored_ != 0) rewrites_buffer_ = true;
  std::vector<HistoryEvent> events = std::exchange(state().buffered, {});
  absl::InlinedVector<std::pair<EventId, EventId>, 4> started;  // activity, its ActivityTaskStarted
  for (HistoryEvent& event : events) {
    if (ActivityClosedBy(event) != 0) continue;
    const auto* start_event = history::As<ActivityTaskStarted>(event);
    const EventId activity = start_event == nullptr ? 0 : start_event->scheduled_event_id;
    const EventId id = Append(std::move(event));
    if (activity != 0) started.emplace_back(activity, id);
  }
  for (HistoryEvent& event : events) {
    const EventId activity = ActivityClosedBy(event);
    if (activity == 0) continue;  // moved already
    for (const auto& [scheduled, id] : started) {
      if (scheduled == activity) Wire(event, id);
    }
    Append(std::move(event));
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
    return ActivityClosedBy(event) == scheduled_event_id;
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
  state().signal_request_ids.insert(request_id);
  Note(AddSignalRequestId{run_->index, request_id});
}

void Transition::DropPending() {
  state().activities.clear();
  state().timers.clear();
  state().buffered.clear();
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
  defers_ = false;
  if (!must_buffer() && has_buffered()) Flush();
  NoteBuffer();
  Note(PutExecution{run_->index, info()});
}

}  // namespace groundhog::server
