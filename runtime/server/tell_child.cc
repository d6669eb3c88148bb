// The end of a parent is told to each child that has not ended: the child's parent close policy
// says what that means (SEMANTICS f.6).
//
// A child whose start the parent had not recorded yet counts as well, if its run has begun by then.
// Where the policy is ABANDON, such a child is let go. (Temporal's server leaves it without a first
// workflow task for ever.)
#include <string>
#include <utility>

#include "runtime/server/cancel.h"
#include "runtime/server/carry_on.h"
#include "runtime/server/close.h"
#include "runtime/server/names.h"
#include "runtime/server/start_run.h"

namespace groundhog::server {
namespace {

void ApplyPolicy(Transition& t, history::ParentClosePolicy policy, const RunStart& parent) {
  if (policy == history::ParentClosePolicy::kTerminate) {
    return TerminateRun(
        t, {.reason = "by parent close policy", .identity = std::string(kServerIdentity)});
  }
  if (policy == history::ParentClosePolicy::kRequestCancel && !t.info().cancel_requested) {
    AddCancelRequest(t, {.identity = std::string(kServerIdentity),
                         .external_workflow_execution = ExecutionOf(parent)});
  }
}

}  // namespace

void TellChild(Engine& engine, const Deadline& deadline) {
  const RunRecord& parent = engine.durable().run(deadline.run);
  const PendingChild child = *parent.state.FindChild(deadline.id);
  const history::ParentClosePolicy policy = child.initiated->parent_close_policy;
  const std::optional<RunIndex> index = FindRunOf(engine, child);
  Run* run = index ? engine.OpenRun(*index) : nullptr;
  if (run == nullptr) return;  // it never began, or has ended
  const bool abandons = policy == history::ParentClosePolicy::kAbandon;
  if (abandons && !run->state.info.awaits_parent) return;
  const sim::Label label(sim::Symbol(kParentClosePolicy), run->start->workflow, sim::Symbol(), 0);
  Transition t = engine.Begin(*run);
  ApplyPolicy(t, policy, *parent.start);
  if (t.info().running() && std::exchange(t.info().awaits_parent, false)) {
    ScheduleFirstWorkflowTask(t);
  }
  t.NoteTold(deadline.run, deadline.id);
  if (!engine.Commit(t, label)) return TryAgain(engine, deadline);
  engine.FollowUp(t);
}

}  // namespace groundhog::server
