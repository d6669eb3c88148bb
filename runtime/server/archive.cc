#include "runtime/server/archive.h"

#include <algorithm>

#include "runtime/server/names.h"

namespace groundhog::server {
namespace {

constexpr Duration kArchivalDelay = std::chrono::minutes(5);  // SEMANTICS g

}  // namespace

absl::Status ApplyArchival(protocol::Archival& archival, const protocol::Archival& asked,
                           std::string_view usual_place) {
  using State = protocol::ArchivalState;
  if (!asked.uri.empty() && !archival.uri.empty() && asked.uri != archival.uri) {
    return absl::InvalidArgumentError("Cannot update existing archival URI");
  }
  if (asked.state != State::kUnspecified) archival.state = asked.state;
  if (!asked.uri.empty()) archival.uri = asked.uri;
  if (archival.enabled() && archival.uri.empty()) archival.uri = usual_place;
  return absl::OkStatus();
}

void ArmArchival(Engine& engine, RunIndex index) {
  if (!engine.archives().any()) return;
  const RunRecord& record = engine.durable().run(index);
  if (record.deleted || record.archived.any()) return;
  Duration delay = kArchivalDelay;
  if (record.by_retention) {
    delay = std::min(delay, (*record.delete_time - record.state.info.close_time) / 2);
  }
  engine.PushInBackground({.due = record.state.info.close_time + delay,
                           .run = index,
                           .kind = DeadlineKind::kArchiveRun});
}

void CarryOutArchival(Engine& engine, const Deadline& deadline) {
  if (!engine.archives().any()) return;  // not any more
  const RunRecord& record = engine.durable().run(deadline.run);
  const sim::Label label(sim::Symbol(kArchiveRun), record.start->workflow, sim::Symbol(), 0);
  if (engine.CommitAlone(label, ArchiveRun{deadline.run, engine.archives()}) || !engine.alive()) {
    return;
  }
  Deadline again = deadline;
  again.due = engine.now() + kRetryDelay;
  engine.PushInBackground(again);
}

const RunRecord* FindArchived(const Durable& durable,
                              const protocol::WorkflowExecution& execution) {
  const RunsOfWorkflow* runs = durable.FindWorkflow(execution.workflow_id);
  if (runs == nullptr || execution.run_id.empty()) return nullptr;
  for (const RunIndex index : *runs) {
    const RunRecord& record = durable.run(index);
    if (record.start->run_id == execution.run_id && record.archived.history) return &record;
  }
  return nullptr;
}

}  // namespace groundhog::server
