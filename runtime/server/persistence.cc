#include "runtime/server/persistence.h"

#include <utility>

#include "runtime/history/namespaces.h"
#include "runtime/server/sites.h"

namespace groundhog::server {

void Durable::Apply(Write&& write) {
  std::visit([this](auto&& delta) { Make(std::forward<decltype(delta)>(delta)); },
             std::move(write));
}

const RunsOfWorkflow* Durable::FindWorkflow(const std::string& workflow_id) const {
  const auto found = by_workflow_id_.find(workflow_id);
  return found == by_workflow_id_.end() ? nullptr : &found->second;
}

std::optional<RunIndex> Durable::FindCurrent(const std::string& workflow_id) const {
  const RunsOfWorkflow* runs = FindWorkflow(workflow_id);
  if (runs == nullptr || run(runs->back()).deleted) return std::nullopt;
  return runs->back();
}

std::optional<RunIndex> Durable::FindRun(const std::string& workflow_id,
                                         const std::string& run_id) const {
  const RunsOfWorkflow* runs = FindWorkflow(workflow_id);
  if (runs == nullptr) return std::nullopt;
  for (auto index = runs->rbegin(); index != runs->rend(); ++index) {
    if (run(*index).start->run_id == run_id) return *index;
  }
  return std::nullopt;
}

void Durable::Make(NewRun&& write) {
  constexpr std::size_t kUsualLength = 5;  // one task, and something that waits
  by_workflow_id_[write.start->workflow_id].push_back(NextRunIndex());
  RunRecord& run = runs_.Add();
  run.start = std::move(write.start);
  run.history.reserve(kUsualLength);
}

void Durable::Make(AppendEvent&& write) {
  runs_[write.run].history.push_back(std::move(write.event));
}

void Durable::Make(EndBatch&& write) { runs_[write.run].EndBatch(); }

void Durable::Make(BufferEvent&& write) {
  runs_[write.run].state.buffered.push_back(std::move(write.event));
}

void Durable::Make(ClearBuffer&& write) { runs_[write.run].state.buffered.clear(); }

// A transaction's last word on a run.
void Durable::Make(PutExecution&& write) {
  RunRecord& run = runs_[write.run];
  run.EndBatch();
  run.state.info = std::move(write.info);
}

void Durable::Make(PutActivity&& write) {
  const EventId id = write.activity.scheduled_event_id;
  runs_[write.run].state.activities.insert_or_assign(id, std::move(write.activity));
}

void Durable::Make(DeleteActivity&& write) {
  runs_[write.run].state.activities.erase(write.scheduled_event_id);
}

void Durable::Make(PutTimer&& write) {
  const EventId id = write.timer.started_event_id;
  runs_[write.run].state.timers.insert_or_assign(id, std::move(write.timer));
}

void Durable::Make(DeleteTimer&& write) {
  runs_[write.run].state.timers.erase(write.started_event_id);
}

void Durable::Make(AddSignalRequestId&& write) {
  runs_[write.run].state.signal_request_ids.Make().insert(std::move(write.request_id));
}

void Durable::Make(PutUpdate&& write) {
  runs_[write.run].state.updates.insert_or_assign(std::move(write.update_id), write.info);
}

void Durable::Make(DeleteUpdate&& write) { runs_[write.run].state.updates.erase(write.update_id); }

void Durable::Make(PutChild&& write) {
  const EventId id = write.child.initiated_event_id;
  runs_[write.run].state.relations.Make().children.insert_or_assign(id, std::move(write.child));
}

void Durable::Make(DeleteChild&& write) {
  runs_[write.run].state.EraseChild(write.initiated_event_id);
}

void Durable::Make(PutRequest&& write) {
  const EventId id = write.request.initiated_event_id;
  runs_[write.run].state.relations.Make().requests.insert_or_assign(id, std::move(write.request));
}

void Durable::Make(DeleteRequest&& write) {
  runs_[write.run].state.EraseRequest(write.initiated_event_id);
}

void Durable::Make(DropPending&& write) { runs_[write.run].state.DropPending(); }

void Durable::Make(SetDeleteTime&& write) {
  RunRecord& run = runs_[write.run];
  if (write.by_retention && run.delete_time) return;
  run.delete_time = write.time;
  run.by_retention = write.by_retention;
}

void Durable::Make(DeleteRun&& write) { runs_[write.run].deleted = true; }

void Durable::Make(ArchiveRun&& write) { runs_[write.run].archived = write.archives; }

void Durable::Make(NewBatch&& write) {
  batches_.push_back(BatchRecord{
      .request = std::move(write.request), .start_time = write.start_time, .total = write.total});
}

void Durable::Make(PutBatchProgress&& write) {
  batches_[write.batch].progress = std::move(write.progress);
}

void Durable::Make(PutNamespace&& write) {
  const std::string& name = write.told->namespace_info.name;
  for (NamespaceRecord& known : namespaces_) {
    if (known.told->namespace_info.name != name) continue;
    known.told = std::move(write.told);
    return;
  }
  NamespaceRecord& made = namespaces_.emplace_back();
  if (name != history::kDefaultNamespace) {
    made.runs = std::make_shared<sim::Store<Durable>>(Durable(), &kServerStoreSites);
  }
  made.told = std::move(write.told);
}

void Durable::Make(PutSchedule&& write) {
  if (write.number == NextScheduleNumber()) {
    schedule_numbers_.insert_or_assign(write.record->id, write.number);
    schedules_.emplace_back();
  }
  schedules_[write.number] = std::move(write.record);
}

void Durable::Make(PutDeployment&& write) {
  if (write.record) {
    deployments_.insert_or_assign(std::move(write.name), std::move(write.record));
  } else {
    deployments_.erase(write.name);
  }
}

std::optional<ScheduleNumber> Durable::FindSchedule(const std::string& id) const {
  const auto found = schedule_numbers_.find(id);
  if (found == schedule_numbers_.end()) return std::nullopt;
  return found->second;
}

}  // namespace groundhog::server
