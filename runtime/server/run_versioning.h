// Worker versioning of one run: which version it is on, whether it is pinned there,
// and how that changes.
//
//     worker completes a task      version and behavior are the worker's
//     task goes to another version a transition begins; the task's completion there ends it
//     override                     goes before what the worker says, until it is removed
//
// While it is in transition a run is on the version that it moves to, is not pinned, and none of
// its activities begins. The state follows from the events, but for the transition, of which no
// event tells. (Temporal's server:
// service/history/workflow/mutable_state_impl.go and util.go; recorded deployments.)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/history/event.h"
#include "runtime/protocol/deployments.h"

namespace groundhog::server {

using history::VersioningBehavior;
using history::VersionPtr;
using history::WorkerDeploymentVersion;

struct RunVersioning {
  protocol::WorkflowExecutionVersioningInfo info = {};
  std::string worker_deployment_name = {};
  std::vector<std::string> used_versions = {};  // whose workers have completed tasks
  // Of the first task only: how the run before wanted this one to begin.
  history::ContinueAsNewVersioningBehavior initial_behavior =
      history::ContinueAsNewVersioningBehavior::kUnspecified;
  // What a pinned run was told of another version for it, and what it, or the run before it, has
  // heard of and did not follow: revisions.
  std::optional<history::DeclinedTargetVersionUpgrade> notified = {};
  std::optional<history::DeclinedTargetVersionUpgrade> declined = {};
  friend bool operator==(const RunVersioning&, const RunVersioning&) = default;
};
// Null: the run has nothing to do with versions.
using RunVersioningPtr = history::Shared<RunVersioning>;

// What counts: transition, override, what the worker said, in this order. Null version:
// unversioned workers.
VersioningBehavior EffectiveBehavior(const RunVersioningPtr& versioning);
std::optional<WorkerDeploymentVersion> EffectiveVersion(const RunVersioningPtr& versioning);
inline bool IsPinned(const RunVersioningPtr& versioning) {
  return versioning && EffectiveBehavior(versioning) == VersioningBehavior::kPinned;
}
inline bool InTransition(const RunVersioningPtr& versioning) {
  return versioning && versioning->info.version_transition.has_value();
}

// As search attributes show it: transitions make no difference.
struct ShownVersioning {
  std::string deployment = {};
  std::string version = {};
  VersioningBehavior behavior = VersioningBehavior::kUnspecified;
};
ShownVersioning ShownOf(const RunVersioningPtr& versioning);

// ---- Changes; each gives the state after it ----
RunVersioningPtr AfterStart(const history::WorkflowExecutionStarted& started);
RunVersioningPtr AfterCompletion(const RunVersioningPtr& before,
                                 const history::WorkflowTaskCompleted& completed);
RunVersioningPtr AfterOptions(const RunVersioningPtr& before,
                              const history::WorkflowExecutionOptionsUpdated& updated);
// REQUIRES: it is not pinned.
RunVersioningPtr InTransitionTo(const RunVersioningPtr& before,
                                std::optional<WorkerDeploymentVersion> version,
                                std::int64_t revision);

}  // namespace groundhog::server
