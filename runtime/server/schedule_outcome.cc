#include "runtime/server/schedule_outcome.h"

#include <fmt/format.h>

#include "runtime/server/schedule_machine.h"

namespace groundhog::server {
namespace {

using history::WorkflowExecutionStatus;

void Pause(ScheduleRecord& record, std::string note) {
  if (!record.schedule->policy.pause_on_failure || record.state.paused) return;
  record.state.paused = true;
  record.state.note = std::move(note);
  ++record.conflict_token;
}

void NoteClosing(ScheduleRecord& record, const RunRecord& run) {
  const HistoryEvent& closing = run.history.back();
  const std::string& id = run.start->workflow_id;
  if (const auto* completed = history::As<history::WorkflowExecutionCompleted>(closing)) {
    if (completed->result.empty()) return;
    record.last_completion_result = completed->result;
    record.continued_failure = {};
  } else if (const auto* failed = history::As<history::WorkflowExecutionFailed>(closing)) {
    // The result of the run before stays.
    record.continued_failure = failed->failure;
    Pause(record, fmt::format("paused due to workflow failure: {}: {}", id,
                              failed->failure ? failed->failure->message : ""));
  } else if (run.state.info.status == WorkflowExecutionStatus::kTimedOut) {
    Pause(record, fmt::format("paused due to workflow timeout: {}", id));
  }
}

}  // namespace

std::optional<RunIndex> LatestRunOf(const Engine& engine, const RunStart& first) {
  const RunsOfWorkflow* runs = engine.durable().FindWorkflow(first.workflow_id);
  if (runs == nullptr) return std::nullopt;
  for (auto index = runs->rbegin(); index != runs->rend(); ++index) {
    const RunRecord& run = engine.durable().run(*index);
    if (!BelongsTo(*run.start, first.run_id)) continue;
    return run.deleted ? std::nullopt : std::optional(*index);
  }
  return std::nullopt;
}

bool NoteEnds(const Engine& engine, ScheduleRecord& record) {
  return std::erase_if(record.running, [&](const Shared<RunStart>& first) {
           const std::optional<RunIndex> latest = LatestRunOf(engine, *first);
           if (!latest) return true;
           const RunRecord& run = engine.durable().run(*latest);
           const WorkflowExecutionStatus status = run.state.info.status;
           if (status == WorkflowExecutionStatus::kRunning) return false;
           for (RecentAction& action : record.recent) {
             if (action.run.get() == first.get()) action.status = status;
           }
           NoteClosing(record, run);
           return true;
         }) != 0;
}

}  // namespace groundhog::server
