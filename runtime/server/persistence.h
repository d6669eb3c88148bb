// Durable: all that a server keeps over its crashes, and Write, the closed set of changes to it.
//
// A sim::Store<Durable> outside of the process holds it. A transition writes deltas only, so its
// cost depends neither on the length of the history nor on how much is pending. Visibility is
// derived: it is the runs themselves (visibility.h).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>
#include <absl/strings/string_view.h>

#include "runtime/protocol/batch_operation.h"
#include "runtime/protocol/namespaces.h"
#include "runtime/server/deployments.h"
#include "runtime/server/event_bits.h"
#include "runtime/server/execution.h"
#include "runtime/server/schedule.h"
#include "runtime/server/stable_vector.h"
#include "sim/store.h"

namespace groundhog::server {

// What of a namespace's closed runs is archived, or of a run.
struct Archives {
  bool history = false;
  bool visibility = false;
  bool any() const { return history || visibility; }
};

struct RunRecord {
  Shared<RunStart> start = {};
  RunState state = {};
  EventHistory history = {};  // event n stands at n-1
  EventBits batch_ends = {};  // the last event of each transaction
  void EndBatch() { batch_ends.Add(static_cast<EventId>(history.size())); }
  // When it is to disappear, if it is; whether only because its namespace keeps closed runs no
  // longer; and that it has: nobody finds it any more. What it was stays as evidence.
  std::optional<Timestamp> delete_time = {};
  bool by_retention = false;
  bool deleted = false;
  Archives archived = {};
};

// Batch operations are numbered in the order in which they were accepted.
using BatchIndex = std::uint32_t;

struct BatchProgress {
  protocol::BatchOperationState state = protocol::BatchOperationState::kRunning;
  std::optional<Timestamp> close_time = {};
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::string cursor = {};  // of a query: the place in the list behind which it goes on
};
struct BatchRecord {
  Shared<protocol::StartBatchOperationRequest> request = {};
  Timestamp start_time = {};
  std::int64_t total = 0;  // as counted at the beginning
  BatchProgress progress = {};
  bool running() const { return progress.state == protocol::BatchOperationState::kRunning; }
};

class Durable;

struct NamespaceRecord {
  Shared<protocol::DescribeNamespaceResponse> told = {};
  std::shared_ptr<sim::Store<Durable>> runs = {};  // null: of "default", whose runs stand beside it
};

// The runs of one workflow id, oldest first; the last one is the current one.
using RunsOfWorkflow = absl::InlinedVector<RunIndex, 2>;

// Makes the run with the index that NextRunIndex() gave.
struct NewRun {
  Shared<RunStart> start;
};
struct AppendEvent {
  RunIndex run;
  HistoryEvent event;
};
// The events so far end a transaction: of the run that they were copied from.
struct EndBatch {
  RunIndex run;
};
struct BufferEvent {
  RunIndex run;
  HistoryEvent event;
};
struct ClearBuffer {
  RunIndex run;
};
struct PutExecution {
  RunIndex run;
  ExecutionInfo info;
};
struct PutActivity {
  RunIndex run;
  PendingActivity activity;
};
struct DeleteActivity {
  RunIndex run;
  EventId scheduled_event_id;
};
struct PutTimer {
  RunIndex run;
  PendingTimer timer;
};
struct DeleteTimer {
  RunIndex run;
  EventId started_event_id;
};
struct AddSignalRequestId {
  RunIndex run;
  std::string request_id;
};
struct PutUpdate {
  RunIndex run;
  std::string update_id;
  UpdateInfo info;
};
struct DeleteUpdate {
  RunIndex run;
  std::string update_id;
};
struct PutChild {
  RunIndex run;
  PendingChild child;
};
struct DeleteChild {
  RunIndex run;
  EventId initiated_event_id;
};
struct PutRequest {
  RunIndex run;
  PendingRequest request;
};
struct DeleteRequest {
  RunIndex run;
  EventId initiated_event_id;
};
// The run is closed: nothing of it is pending any more, except that its children are to be told.
struct DropPending {
  RunIndex run;
};
// What somebody asks for goes before what retention says.
struct SetDeleteTime {
  RunIndex run;
  Timestamp time;
  bool by_retention = false;
};
struct DeleteRun {
  RunIndex run;
};
struct ArchiveRun {
  RunIndex run;
  Archives archives;
};
struct NewBatch {
  Shared<protocol::StartBatchOperationRequest> request = {};
  Timestamp start_time = {};
  std::int64_t total = 0;
};
struct PutBatchProgress {
  BatchIndex batch;
  BatchProgress progress;
};
// Registers the namespace, or changes it.
struct PutNamespace {
  Shared<protocol::DescribeNamespaceResponse> told;
};
// The schedule as it is now; null: it is deleted.
struct PutSchedule {
  ScheduleNumber number;
  Shared<ScheduleRecord> record;
};
// The deployment as it is now; null: it is deleted.
struct PutDeployment {
  std::string name;
  Shared<DeploymentRecord> record;
};

class Durable {
 public:
  using Write = std::variant<NewRun, AppendEvent, EndBatch, BufferEvent, ClearBuffer, PutExecution,
                             PutActivity, DeleteActivity, PutTimer, DeleteTimer, AddSignalRequestId,
                             PutUpdate, DeleteUpdate, PutChild, DeleteChild, PutRequest,
                             DeleteRequest, DropPending, SetDeleteTime, DeleteRun, ArchiveRun,
                             NewBatch, PutBatchProgress, PutNamespace, PutSchedule, PutDeployment>;

  void Apply(Write&& write);

  RunIndex NextRunIndex() const { return static_cast<RunIndex>(runs_.size()); }
  // In the order in which they were accepted.
  const StableVector<RunRecord>& runs() const { return runs_; }
  const RunRecord& run(RunIndex index) const { return runs_[index]; }
  // Null if there never was a run with this workflow id. Deleted ones are among them.
  const RunsOfWorkflow* FindWorkflow(const std::string& workflow_id) const;
  // The run of the workflow that has this run id; it may be deleted.
  std::optional<RunIndex> FindRun(const std::string& workflow_id, const std::string& run_id) const;
  // The run that has the workflow id; nothing if none ever had, or it was deleted.
  std::optional<RunIndex> FindCurrent(const std::string& workflow_id) const;
  const std::vector<BatchRecord>& batches() const { return batches_; }
  // In the order in which they were registered; "default" only once it was changed.
  const std::vector<NamespaceRecord>& namespaces() const { return namespaces_; }
  const Deployments& deployments() const { return deployments_; }

  ScheduleNumber NextScheduleNumber() const {
    return static_cast<ScheduleNumber>(schedules_.size());
  }
  // By id, deleted ones among them: the last one that had the id.
  const absl::btree_map<std::string, ScheduleNumber>& schedule_numbers() const {
    return schedule_numbers_;
  }
  // Null if it was deleted.
  const ScheduleRecord* schedule(ScheduleNumber number) const { return schedules_[number].get(); }
  // Nothing if there never was a schedule with this id. Deleted ones are found.
  std::optional<ScheduleNumber> FindSchedule(const std::string& id) const;

 private:
  void Make(NewRun&& write);
  void Make(AppendEvent&& write);
  void Make(EndBatch&& write);
  void Make(BufferEvent&& write);
  void Make(ClearBuffer&& write);
  void Make(PutExecution&& write);
  void Make(PutActivity&& write);
  void Make(DeleteActivity&& write);
  void Make(PutTimer&& write);
  void Make(DeleteTimer&& write);
  void Make(AddSignalRequestId&& write);
  void Make(PutUpdate&& write);
  void Make(DeleteUpdate&& write);
  void Make(PutChild&& write);
  void Make(DeleteChild&& write);
  void Make(PutRequest&& write);
  void Make(DeleteRequest&& write);
  void Make(DropPending&& write);
  void Make(SetDeleteTime&& write);
  void Make(DeleteRun&& write);
  void Make(ArchiveRun&& write);
  void Make(NewBatch&& write);
  void Make(PutBatchProgress&& write);
  void Make(PutNamespace&& write);
  void Make(PutSchedule&& write);
  void Make(PutDeployment&& write);

  StableVector<RunRecord> runs_;
  // Looked up, never iterated. The ids are those of the first runs' starts.
  absl::flat_hash_map<absl::string_view, RunsOfWorkflow> by_workflow_id_;
  std::vector<BatchRecord> batches_;
  std::vector<NamespaceRecord> namespaces_;
  std::vector<Shared<ScheduleRecord>> schedules_;  // by number
  absl::btree_map<std::string, ScheduleNumber> schedule_numbers_;
  Deployments deployments_;
};

using Write = Durable::Write;

}  // namespace groundhog::server
