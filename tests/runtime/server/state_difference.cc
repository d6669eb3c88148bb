#include "tests/runtime/server/state_difference.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/server/rebuild.h"

namespace groundhog::server::testing {
namespace {

// The event by which a reset made the run; null if none did.
const HistoryEvent* ResetOf(const EventHistory& history) {
  const HistoryEvent* reset = nullptr;
  for (const HistoryEvent& event : history) {
    const auto* failed = history::As<history::WorkflowTaskFailed>(event);
    if (failed != nullptr && !failed->new_run_id.empty()) reset = &event;
  }
  return reset;
}

// What has happened, with the events that wait: the order in which they will be written does not
// matter here.
EventHistory WithBuffered(const RunRecord& run) {
  EventHistory events = run.history;
  for (HistoryEvent event : run.state.buffered) {
    event.event_id = static_cast<EventId>(events.size()) + 1;
    events.push_back(std::move(event));
  }
  return events;
}

// Without those that tell of worker versioning: the server sets them, and no event says so.
std::vector<history::PayloadMap::value_type> SaidByEvents(const history::PayloadMap& attributes) {
  std::vector<history::PayloadMap::value_type> said;
  for (const auto& attribute : attributes) {
    const std::string& name = attribute.first;
    const bool versioning = name.starts_with("TemporalWorkerDeployment") ||
                            name == "TemporalWorkflowVersioningBehavior" ||
                            name == "TemporalUsedWorkerDeploymentVersions";
    if (!versioning) said.push_back(attribute);
  }
  return said;
}

class Comparison {
 public:
  Comparison(const RunRecord& run, RunState rebuilt)
      : run_(run), state_(run.state), rebuilt_(std::move(rebuilt)), reset_(ResetOf(run.history)) {}

  std::string Difference() {
    CompareInfo();
    CompareTask();
    CompareEach("activity", state_.activities, rebuilt_.activities);
    CompareEach("timer", state_.timers, rebuilt_.timers);
    const Relations none;
    const Relations* stored = state_.relations.get();
    const Relations* expected = rebuilt_.relations.get();
    CompareEach("child", (stored == nullptr ? none : *stored).children,
                (expected == nullptr ? none : *expected).children);
    CompareEach("request", (stored == nullptr ? none : *stored).requests,
                (expected == nullptr ? none : *expected).requests);
    CompareEach("update", state_.updates, rebuilt_.updates);
    return difference_;
  }

 private:
  void Expect(bool holds, const std::string& what) {
    if (!holds && difference_.empty()) difference_ = what;
  }
  bool BeforeReset(EventId id) const { return reset_ != nullptr && id < reset_->event_id; }
  // As the store has the id of an event that may wait.
  EventId Written(EventId id) const {
    return id > static_cast<EventId>(run_.history.size()) ? 0 : id;
  }

  void CompareInfo() {
    const ExecutionInfo& info = state_.info;
    const ExecutionInfo& expected = rebuilt_.info;
    Expect(info.cancel_requested == expected.cancel_requested, "cancel_requested");
    Expect(info.in_start_delay == expected.in_start_delay, "in_start_delay");
    Expect(info.signals == expected.signals, "signals");
    Expect(info.next_event_id == static_cast<EventId>(run_.history.size()) + 1, "next_event_id");
    Expect(info.previous_started_event_id == expected.previous_started_event_id,
           "previous_started_event_id");
    Expect(info.start_time == (reset_ == nullptr ? expected.start_time : reset_->event_time),
           "start_time");
    const RunStart& start = *run_.start;
    Expect(MemoOf(start, info) == MemoOf(start, expected), "memo");
    Expect(SaidByEvents(SearchAttributesOf(start, info)) ==
               SaidByEvents(SearchAttributesOf(start, expected)),
           "search attributes");
    Expect(run_.batch_ends.Has(static_cast<EventId>(run_.history.size())), "end of the batch");
  }

  void CompareTask() {
    const server::WorkflowTask& task = state_.info.workflow_task;
    const server::WorkflowTask& expected = rebuilt_.info.workflow_task;
    const bool told = task.phase != TaskPhase::kNone && task.written;
    Expect(expected.phase == (told ? task.phase : TaskPhase::kNone), "the workflow task's phase");
    if (!told) return;
    Expect(
        task.attempt == expected.attempt &&
            task.scheduled_event_id == expected.scheduled_event_id &&
            task.started_event_id == expected.started_event_id &&
            task.scheduled_time == expected.scheduled_time &&
            (task.phase == TaskPhase::kScheduled || task.started_time == expected.started_time) &&
            task.start_to_close_timeout == expected.start_to_close_timeout,
        "the workflow task");
  }

  template <class Pending>
  void CompareEach(const char* kind, const Pending& stored, const Pending& expected) {
    for (const auto& [id, pending] : stored) {
      const auto found = expected.find(id);
      if (found == expected.end()) {
        Expect(false, fmt::format("{} {} is stored as pending", kind, id));
      } else {
        Expect(Same(pending, found->second), fmt::format("{} {}", kind, id));
      }
    }
    for (const auto& [id, pending] : expected) {
      Expect(stored.contains(id), fmt::format("{} {} is not stored as pending", kind, id));
    }
  }

  bool Same(const PendingActivity& stored, const PendingActivity& expected) const {
    const EventId id = stored.scheduled_event_id;
    const Timestamp first = BeforeReset(id) ? reset_->event_time : expected.first_scheduled_time;
    return id == expected.scheduled_event_id && stored.first_scheduled_time == first &&
           stored.scheduled_time >= first && stored.cancel_requested == expected.cancel_requested &&
           stored.cancel_requested_event_id == expected.cancel_requested_event_id &&
           stored.id_hash == expected.id_hash && stored.scheduled == expected.scheduled &&
           stored.type == expected.type;
  }
  bool Same(const PendingTimer& stored, const PendingTimer& expected) const {
    return stored.started_event_id == expected.started_event_id &&
           stored.id_hash == expected.id_hash && stored.fire_time == expected.fire_time &&
           stored.started == expected.started;
  }
  bool Same(const PendingChild& stored, const PendingChild& expected) const {
    return stored.phase == expected.phase &&
           stored.initiated_event_id == expected.initiated_event_id &&
           stored.started_event_id == Written(expected.started_event_id) &&
           stored.request_id == expected.request_id &&
           stored.first_run_id == expected.first_run_id && stored.initiated == expected.initiated;
  }
  bool Same(const PendingRequest& stored, const PendingRequest& expected) const {
    const EventId id = stored.initiated_event_id;
    return id == expected.initiated_event_id && stored.initiated == expected.initiated &&
           stored.request_id ==
               (BeforeReset(id) ? RequestIdOf(run_.start->run_id, id) : expected.request_id);
  }
  bool Same(const UpdateInfo& stored, const UpdateInfo& expected) const {
    return stored.progress == expected.progress && stored.event_id == Written(expected.event_id);
  }

  const RunRecord& run_;
  const RunState& state_;
  RunState rebuilt_;
  const HistoryEvent* reset_;
  std::string difference_;
};

}  // namespace

std::string DifferenceFromHistory(const RunRecord& run, sim::SymbolTable& symbols) {
  const RunState& state = run.state;
  if (!state.info.running()) {
    const Relations* relations = state.relations.get();
    const bool none = state.activities.empty() && state.timers.empty() && state.buffered.empty() &&
                      state.info.workflow_task.phase == TaskPhase::kNone &&
                      (relations == nullptr || relations->requests.empty());
    return none ? "" : "something is pending though the run is closed";
  }
  Causes causes(symbols);
  RunState rebuilt =
      state.buffered.empty() ? Rebuild(run.history, causes) : Rebuild(WithBuffered(run), causes);
  return Comparison(run, std::move(rebuilt)).Difference();
}

}  // namespace groundhog::server::testing
