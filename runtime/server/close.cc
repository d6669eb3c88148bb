#include "runtime/server/close.h"

#include <string>

#include "base/hash.h"
#include "runtime/server/names.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

constexpr EventId kMostEvents = 51'200;
constexpr std::int64_t kMostBytes = 50LL * 1024 * 1024;

}  // namespace

void FailTaskForClose(Transition& t) {
  const WorkflowTask& task = t.info().workflow_task;
  if (task.speculative && task.phase == TaskPhase::kScheduled) DropSpeculativeTask(t);
  if (t.info().workflow_task.phase != TaskPhase::kStarted) return;
  FailWorkflowTask(t, TaskFailure{.cause = history::WorkflowTaskFailedCause::kForceCloseCommand,
                                  .identity = std::string(kServerIdentity)});
  if (t.has_buffered()) t.Flush();
}

void MarkClosed(Transition& t, history::WorkflowExecutionStatus status) {
  ExecutionInfo& info = t.info();
  info.status = status;
  info.close_time = t.now();
  info.workflow_task = WorkflowTask{};
  info.sticky = {};
  info.in_start_delay = false;
  info.awaits_parent = false;
  t.DropPending();
  t.Say(sim::Fact{sim::Label(sim::Symbol(kRunClosed), t.start().workflow, SymbolOf(status), 0),
                  static_cast<std::int64_t>(HashText(t.start().run_id))});
}

void TerminateRun(Transition& t, history::WorkflowExecutionTerminated event) {
  FailTaskForClose(t);
  CloseRun(t, history::WorkflowExecutionStatus::kTerminated, std::move(event));
}

void EnforceHistoryLimit(Transition& t) {
  const ExecutionInfo& info = t.info();
  if (!info.running()) return;
  const bool too_many = info.next_event_id - 1 > kMostEvents;
  if (!too_many && info.history_bytes <= kMostBytes) return;
  TerminateRun(t, history::WorkflowExecutionTerminated{
                      .reason = too_many ? "Workflow history count exceeds limit."
                                         : "Workflow history size exceeds limit.",
                      .identity = std::string(kServerIdentity)});
}

}  // namespace groundhog::server
