// Transition: one change of one run: works on the state in memory and notes the deltas that the
// store has to take with it.
//
//     Transition t(run, now, transaction);
//     t.Add(WorkflowExecutionSignaled{…});
//     t.Finish();                      // then the transaction is committed, then the tasks and deadlines are acted upon
//
// History is built here (SEMANTICS a.4): while a workflow task is started, and while the commands
// of a completed one are applied, events that no command or task made wait in the buffer; Flush
// gives them ids, those that close an activity or a child last.
#pragma once

#include <optional>
#include <utility>

#include <absl/container/inlined_vector.h>

#include "runtime/server/deadline.h"
#include "runtime/server/persistence.h"
#include "runtime/server/run.h"
#include "sim/store.h"

namespace groundhog::server {

using Transaction = sim::Transaction<Write>;

class Transition {
 public:
  Transition(Run& run, Timestamp now, Transaction& transaction)
      : run_(&run), now_(now), transaction_(&transaction), stored_(run.state.buffered.size()) {}

  Run& run() { return *run_; }
  const Run& run() const { return *run_; }
  RunState& state() { return run_->state; }
  ExecutionInfo& info() { return run_->state.info; }
  const RunStart& start() const { return *run_->start; }
  Timestamp now() const { return now_; }

  // ---- History ----
  // The event's id, or 0 if it waits in the buffer.
  template <class Attributes>
  EventId Add(Attributes attributes) {
    return AddAt(now_, history::MakeShared<Attributes>(std::move(attributes)));
  }
  template <class Attributes>
  EventId AddAt(Timestamp time, Shared<Attributes> attributes,
                Shared<history::UserMetadata> user_metadata = {}) {
    if (run_->state.info.workflow_task.speculative) WriteSpeculativeTask();
    HistoryEvent event{.event_time = time,
                       .attributes = std::move(attributes),
                       .user_metadata = std::move(user_metadata)};
    if constexpr (history::IsBuffered(history::kEventTypeOf<Attributes>)) {
      if (must_buffer()) {
        Buffer(std::move(event));
        return 0;
      }
    }
    return Append(std::move(event));
  }
  // An event of another run's history, as it is.
  void Copy(const HistoryEvent& event) { Append(event); }
  // What was copied so far ended a transaction there: a later reset can cut here again.
  void EndCopiedBatch() { Note(EndBatch{run_->index}); }
  bool must_buffer() const {
    return defers_ || run_->state.info.workflow_task.phase == TaskPhase::kStarted;
  }
  bool has_buffered() const { return !run_->state.buffered.empty(); }
  // A speculative workflow task becomes a normal one: its events are written.
  // Done before anything else is.
  void WriteSpeculativeTask();
  // From here on events wait in the buffer as if a workflow task were started.
  void DeferEvents() { defers_ = true; }
  void Flush();
  // Takes the TimerFired of this timer out of the buffer;
  // the event id of its TimerStarted, or nothing.
  std::optional<EventId> TakeBufferedTimerFired(const std::string& timer_id);
  // Whether the end of this activity waits in the buffer.
  bool HasBufferedActivityEnd(EventId scheduled_event_id) const;

  // ---- What is pending ----
  void Save(const PendingActivity& activity) { Note(PutActivity{run_->index, activity}); }
  void Erase(const PendingActivity& activity);
  void Save(const PendingTimer& timer) { Note(PutTimer{run_->index, timer}); }
  void EraseTimer(EventId started_event_id);
  void NoteSignalRequest(const std::string& request_id);
  void Save(const std::string& update_id, UpdateInfo info);
  void EraseUpdate(const std::string& update_id);
  // Makes it pending, or changes it.
  void Save(PendingChild child);
  void Save(PendingRequest request);
  void EraseChild(EventId initiated_event_id);
  void EraseRequest(EventId initiated_event_id);
  // This run was told that its parent, which is closed, has ended.
  void NoteTold(RunIndex parent, EventId initiated_event_id) {
    Note(DeleteChild{parent, initiated_event_id});
  }
  // The run, which this transition closes, is to disappear.
  void NoteDeletion(Timestamp time) { Note(SetDeleteTime{run_->index, time}); }
  // The run is closed: nothing is pending any more but children that are to be told,
  // and what is buffered is lost.
  void DropPending();

  // ---- For the trace ----
  void Say(sim::Fact fact) { transaction_->facts.push_back(fact); }

  // ---- What follows once it is committed ----
  void Arm(DeadlineKind kind, Timestamp due, EventId id = 0, std::int32_t number = 0) {
    deadlines_.push_back(Deadline{due, run_->index, kind, number, id});
  }
  void DispatchWorkflowTask() { dispatches_workflow_task_ = true; }
  void DispatchActivity(EventId scheduled_event_id) { activities_.push_back(scheduled_event_id); }
  const auto& deadlines() const { return deadlines_; }
  bool dispatches_workflow_task() const { return dispatches_workflow_task_; }
  const auto& activities_to_dispatch() const { return activities_; }

  // Notes what is still to be noted. Nothing may be changed afterwards.
  void Finish();

 private:
  EventId Append(HistoryEvent event);
  void Buffer(HistoryEvent event) { run_->state.buffered.push_back(std::move(event)); }
  void Note(Write write) { transaction_->writes.push_back(std::move(write)); }
  void NoteBuffer();
  // The start of a child has got its id, if it is a child.
  void SetChildStart(EventId initiated_event_id, EventId started_event_id);

  Run* run_;
  Timestamp now_;
  Transaction* transaction_;
  std::size_t stored_;            // how many buffered events the store has
  bool rewrites_buffer_ = false;  // it has others than it should
  bool defers_ = false;
  bool dispatches_workflow_task_ = false;
  absl::InlinedVector<Deadline, 4> deadlines_;
  absl::InlinedVector<EventId, 4> activities_;
};

}  // namespace groundhog::server
