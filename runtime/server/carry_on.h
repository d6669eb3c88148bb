// What a run has to do with others is carried on by the server itself: a child is started, a signal
// or cancel request delivered, the end of a child told to its parent, and the end of a parent to
// its children (SEMANTICS f.1, f.6; Temporal's transfer tasks).
//
// There is no queue of such tasks. A transition that makes one pending arms a deadline that is due
// at once; after a restart, or when a commit failed, the deadlines are derived again from what is
// pending (ArmRelations, ArmAfterClose). Each task looks at the state first and does what is left
// to be done: several transactions, any of which may be the last before a crash,
// and none of which may take effect twice.
#pragma once

#include <optional>

#include "runtime/server/engine.h"

namespace groundhog::server {

// Deadlines for all that is pending. The run is open.
void ArmRelations(Engine& engine, Transition& t);
// The run is closed: its parent is to be told, and so are its children.
void ArmAfterClose(Engine& engine, RunIndex index);
void ArmTellChildren(Engine& engine, RunIndex index);
// Whether such a deadline still means something.
bool IsCurrentRelation(const Engine& engine, const Deadline& deadline);
// A deadline has come. REQUIRES: it still means something.
void CarryOn(Engine& engine, const Deadline& deadline);
// One function each, in files of their own.
void StartChild(Engine& engine, Run& parent, const Deadline& deadline);
void TellParent(Engine& engine, Run& parent, const Deadline& deadline);
void TellChild(Engine& engine, const Deadline& deadline);
void DeliverRequest(Engine& engine, Run& source, const Deadline& deadline);

// The current run of the child's chain; nothing if the child was never started.
std::optional<RunIndex> FindRunOf(const Engine& engine, const PendingChild& child);
// Names the child as its parent's events do.
history::WorkflowExecution ExecutionOf(const RunStart& start);
// The same task once more, a little later.
void TryAgain(Engine& engine, Deadline deadline);

}  // namespace groundhog::server
