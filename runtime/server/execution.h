// The state of one run as the server keeps it beside the history: Temporal's mutable state.
//
// Plain values. One copy stands in the store (what was committed), one in the server's memory (what
// it works with); the deltas of persistence.h carry changes from the second to the first. What is
// large and never changes is shared with the history's events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_set.h>

#include "runtime/history/event.h"
#include "runtime/server/lazy.h"
#include "runtime/server/relations.h"
#include "runtime/server/run_versioning.h"
#include "sim/symbol.h"

namespace groundhog::server {

using history::Duration;
using history::EventHistory;
using history::EventId;
using history::FailurePtr;
using history::HistoryEvent;
using history::Shared;
using history::Timestamp;

// Runs are numbered in the order in which they were accepted. The number never leaves the server.
using RunIndex = std::uint32_t;

// The queue of the worker that has the run in its cache (SEMANTICS d.5).
struct StickyQueue {
  std::string name = {};
  Duration schedule_to_start_timeout{0};
};

enum class TaskPhase : std::uint8_t { kNone, kScheduled, kStarted };

// The one workflow task that a run may have (SEMANTICS d).
struct WorkflowTask {
  TaskPhase phase = TaskPhase::kNone;
  // Whether its events are written as they happen. A transient one (attempt > 1)
  // is written only when it succeeds.
  bool written = true;
  // Exists in memory only, to bring updates to a worker. Whatever is written of the run writes its
  // events first; if nothing is, they never happened.
  bool speculative = false;
  bool on_sticky_queue = false;
  std::int32_t attempt = 1;        // without a task: the attempt that the next one will be
  EventId scheduled_event_id = 0;  // of a transient one: the ids that its events would have
  EventId started_event_id = 0;
  Timestamp scheduled_time = {};
  Timestamp heartbeat_since = {};  // when the first of a chain of forced tasks was scheduled
  Timestamp started_time = {};
  Duration start_to_close_timeout{0};
  Duration schedule_to_start_timeout{0};  // 0: none
  Shared<history::WorkflowTaskScheduled> scheduled = {};
  Shared<history::WorkflowTaskStarted> started = {};
  sim::Symbol cause = {};  // what it is for, in words

  // Whoever would have to wait for it is refused from the third attempt on (SEMANTICS f.2).
  bool keeps_failing() const { return attempt >= 3; }
};

// What the workflow has made of the memo and the search attributes
// that it was started with (SEMANTICS f.9).
struct RunProperties {
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
  // As the search attribute BuildIds has them: which workers' code has completed tasks.
  // No event tells of it.
  std::vector<std::string> build_ids = {};
};

struct ExecutionInfo {
  history::WorkflowExecutionStatus status = history::WorkflowExecutionStatus::kRunning;
  bool cancel_requested = false;
  // A close was refused as UNHANDLED_COMMAND: until a started task ends otherwise, signals are
  // refused (SEMANTICS d.3).
  bool close_attempted = false;
  bool in_start_delay = false;
  // A child whose parent has not recorded its start: no workflow task before that (SEMANTICS f.6).
  bool awaits_parent = false;
  std::int32_t signals = 0;
  std::int32_t state_transitions = 0;  // how often the run was written
  EventId next_event_id = 1;
  EventId previous_started_event_id = 0;  // WorkflowTaskStarted of the last task that was completed
  std::int64_t history_bytes = 0;         // roughly
  Timestamp start_time = {};
  Timestamp first_task_time = {};  // the end of the start delay
  Timestamp close_time = {};
  std::optional<Timestamp> expiration = {};  // of the whole chain of runs
  // Of the run, or of the whole execution if that comes first.
  std::optional<Timestamp> run_deadline = {};
  Shared<StickyQueue> sticky = {};
  Shared<RunProperties> properties = {};  // null: as at the start
  RunVersioningPtr versioning = {};
  WorkflowTask workflow_task = {};

  bool running() const { return status == history::WorkflowExecutionStatus::kRunning; }
};

enum class ActivityPhase : std::uint8_t { kScheduled, kStarted };

// Who has paused an activity, when and why.
struct PauseInfo {
  Timestamp time = {};
  std::string identity = {};
  std::string reason = {};
};

// An activity that has not ended yet, in its present attempt (SEMANTICS b.4, c.2).
struct PendingActivity {
  ActivityPhase phase = ActivityPhase::kScheduled;
  bool cancel_requested = false;
  bool reset = false;  // while an attempt runs: the next one will be the first
  std::int32_t attempt = 1;
  EventId scheduled_event_id = 0;
  EventId cancel_requested_event_id = 0;
  std::int64_t start_version = 0;  // counts starts: a token of an earlier one is stale
  std::uint64_t id_hash = 0;       // of activity_id: most ids need no look at the text
  Timestamp first_scheduled_time = {};
  Timestamp scheduled_time = {};  // of this attempt: when it may start
  Timestamp started_time = {};
  Timestamp last_heartbeat_time = {};
  std::optional<Timestamp> last_attempt_complete_time = {};
  Shared<history::ActivityTaskScheduled> scheduled = {};
  Shared<history::ActivityTaskStarted> started = {};  // of the last attempt that was started
  FailurePtr last_failure = {};
  Shared<PauseInfo> pause = {};  // null: it is not paused
  history::Payloads heartbeat_details = {};
  sim::Symbol type = {};

  bool is_started() const { return phase == ActivityPhase::kStarted; }
  std::optional<Timestamp> expiration() const {
    if (scheduled->schedule_to_close_timeout.count() == 0) return std::nullopt;
    return first_scheduled_time + scheduled->schedule_to_close_timeout;
  }
};

struct PendingTimer {
  EventId started_event_id = 0;
  std::uint64_t id_hash = 0;
  Timestamp fire_time = {};
  Shared<history::TimerStarted> started = {};
};

// Of an update, what has to be known of it after a crash (SEMANTICS f.3);
// its content is in the history.
enum class UpdateProgress : std::uint8_t { kAdmitted, kAccepted, kCompleted };
struct UpdateInfo {
  UpdateProgress progress = UpdateProgress::kAdmitted;
  EventId event_id = 0;  // that says so; 0: it is buffered
};

// In the order in which they were scheduled; by the id of the event that says so.
using PendingActivities = absl::btree_map<EventId, PendingActivity>;
using PendingTimers = absl::btree_map<EventId, PendingTimer>;
// Looked up, never iterated.
using RequestIds = absl::flat_hash_set<std::string>;
// By update id. They stay when the run is closed, so that who asks again gets the same answer.
using UpdateInfos = absl::btree_map<std::string, UpdateInfo>;

struct RunState {
  ExecutionInfo info = {};
  PendingActivities activities = {};
  PendingTimers timers = {};
  // Events that wait for the end of the started workflow task; without ids.
  std::vector<HistoryEvent> buffered = {};
  Lazy<RequestIds> signal_request_ids = {};
  Lazy<Relations> relations = {};
  UpdateInfos updates = {};

  // Null if it is not pending.
  const PendingChild* FindChild(EventId initiated_event_id) const;
  const PendingRequest* FindRequest(EventId initiated_event_id) const;
  void EraseChild(EventId initiated_event_id);
  void EraseRequest(EventId initiated_event_id);
  // The run is closed. Its children stay, to be told.
  void DropPending();
};

// What a run was started with; never changes.
struct RunStart {
  std::string workflow_id = {};
  std::string run_id = {};
  std::string request_id = {};
  sim::Symbol workflow = {};  // workflow_id as names of points and facts hold it
  Shared<history::WorkflowExecutionStarted> event = {};
};

inline const history::PayloadMap& MemoOf(const RunStart& start, const ExecutionInfo& info) {
  return info.properties ? info.properties->memo : start.event->memo;
}
inline const history::PayloadMap& SearchAttributesOf(const RunStart& start,
                                                     const ExecutionInfo& info) {
  return info.properties ? info.properties->search_attributes : start.event->search_attributes;
}

// Whether the run is of the chain that began with this run; of any, if the id is empty.
inline bool BelongsTo(const RunStart& start, const std::string& first_execution_run_id) {
  return first_execution_run_id.empty() ||
         start.event->first_execution_run_id == first_execution_run_id;
}

}  // namespace groundhog::server
