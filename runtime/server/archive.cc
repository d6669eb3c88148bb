#include "runtime/server/archive.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "runtime/server/names.h"

namespace groundhog::server {
namespace {

constexpr Duration kArchivalDelay = std::chrono::minutes(5);  // SEMANTICS g

// Where a namespace archives that does not say where.
constexpr std::string_view kUsualHistoryArchive = "archive://history";
constexpr std::string_view kUsualVisibilityArchive = "archive://visibility";

absl::Status Apply(const protocol::Archival& asked, std::string_view usual_place,
                   protocol::Archival& archival) {
  if (!asked.uri.empty() && !archival.uri.empty() && asked.uri != archival.uri) {
    return absl::InvalidArgumentError("Cannot update existing archival URI");
  }
  if (asked.state != protocol::ArchivalState::kUnspecified) archival.state = asked.state;
  if (!asked.uri.empty()) archival.uri = asked.uri;
  if (archival.enabled() && archival.uri.empty()) archival.uri = usual_place;
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyArchival(protocol::NamespaceConfig& config, const protocol::Archival& history,
                           const protocol::Archival& visibility) {
  absl::Status bad = Apply(history, kUsualHistoryArchive, config.history_archival);
  bad.Update(Apply(visibility, kUsualVisibilityArchive, config.visibility_archival));
  return bad;
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
  const std::optional<RunIndex> index = durable.FindRun(execution.workflow_id, execution.run_id);
  if (!index || !durable.run(*index).archived.history) return nullptr;
  return &durable.run(*index);
}

}  // namespace groundhog::server
