// The archive: what stays of closed runs when their namespace no longer keeps them (SEMANTICS g).
//
// A namespace says whether histories are archived, and whether visibility is. A closed run goes
// into the archive five minutes after it has ended, or after half of its retention, if that is
// shorter. From then on its history is found by workflow id and run id, and it stands in the list
// of archived executions, though retention or somebody deletes it. What is deleted before that is
// gone. A simulation does not go on for the sake of the archive.
//
// The archive is the server's store: evidence outlives deletion there,
// and an archived run only is marked as such.
#pragma once

#include "runtime/protocol/namespaces.h"
#include "runtime/server/engine.h"

namespace groundhog::server {

// Brings a namespace's archives into the states that are asked for. InvalidArgument: one is in
// another place already.
absl::Status ApplyArchival(protocol::NamespaceConfig& config, const protocol::Archival& history,
                           const protocol::Archival& visibility);

// Reminds of the time, if the namespace archives, and the run is closed and not yet archived.
void ArmArchival(Engine& engine, RunIndex index);
// The time has come. REQUIRES: the run is closed.
void CarryOutArchival(Engine& engine, const Deadline& deadline);

// Null, unless the execution names a run by its id whose history is in the archive.
const RunRecord* FindArchived(const Durable& durable, const protocol::WorkflowExecution& execution);

}  // namespace groundhog::server
