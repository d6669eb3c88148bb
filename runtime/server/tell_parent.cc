// The end of a child is told to its parent: what closed the last run of its chain becomes an event
// there (SEMANTICS b.6, f.6).
#include <utility>

#include "base/check.h"
#include "runtime/server/carry_on.h"
#include "runtime/server/names.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

// What all events that close a child have in common.
template <class Event>
Event About(const PendingChild& child, const RunStart& last, Event event) {
  event.namespace_ = child.initiated->namespace_;
  event.workflow_execution = ExecutionOf(last);
  event.workflow_type = child.initiated->workflow_type;
  event.initiated_event_id = child.initiated_event_id;
  event.started_event_id = child.started_event_id;
  return event;
}

void AddOutcome(Transition& t, const PendingChild& child, const RunStart& last,
                const HistoryEvent& closing) {
  using namespace history;  // NOLINT(google-build-using-namespace): events that come in pairs
  const auto add = [&](auto event) { t.Add(About(child, last, std::move(event))); };
  Visit(closing,
        Overloaded{
            [&](const WorkflowExecutionCompleted& e) {
              add(ChildWorkflowExecutionCompleted{.result = e.result});
            },
            [&](const WorkflowExecutionFailed& e) {
              add(ChildWorkflowExecutionFailed{.failure = e.failure, .retry_state = e.retry_state});
            },
            [&](const WorkflowExecutionCanceled& e) {
              add(ChildWorkflowExecutionCanceled{.details = e.details});
            },
            [&](const WorkflowExecutionTimedOut& e) {
              add(ChildWorkflowExecutionTimedOut{.retry_state = e.retry_state});
            },
            [&](const WorkflowExecutionTerminated&) { add(ChildWorkflowExecutionTerminated{}); },
            [](const auto&) { GH_CHECK(false, "the last run of a chain ends for good"); }});
}

}  // namespace

void TellParent(Engine& engine, Run& parent, const Deadline& deadline) {
  const PendingChild child = *parent.state.FindChild(deadline.id);
  const std::optional<RunIndex> index = FindRunOf(engine, child);
  if (!child.is_started() || !index || engine.IsOpen(*index)) return;
  const RunRecord& last = engine.durable().run(*index);
  const sim::Symbol type = engine.causes().Intern(child.initiated->workflow_type);
  const sim::Label label(sim::Symbol(kChildClosed), parent.start->workflow, type, 0);
  Transition t = engine.Begin(parent);
  AddOutcome(t, child, *last.start, last.history.back());
  t.EraseChild(deadline.id);
  WantWorkflowTask(t, engine.causes().ChildClosed(type, last.state.info.status));
  if (!engine.Commit(t, label)) return;  // reloaded, it comes up again
  engine.FollowUp(t);
}

}  // namespace groundhog::server
