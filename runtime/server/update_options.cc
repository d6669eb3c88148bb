// UpdateWorkflowExecutionOptions: where a run is to be, whatever its code says.
#include "runtime/server/update_options.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/version_routing.h"

namespace groundhog::server {
namespace {

using history::VersioningOverride;

// Pinned, but not said where: there where it is pinned already.
absl::Status Complete(const Run& run, VersioningOverride& said) {
  if (!said.pinned || said.pinned->version) return absl::OkStatus();
  const RunVersioningPtr& versioning = run.state.info.versioning;
  if (!IsPinned(versioning)) {
    return absl::FailedPreconditionError(
        fmt::format("must specify a specific pinned override version because workflow with id {} "
                    "has behavior {} and is not yet pinned to any version",
                    run.start->workflow_id, NameOf(EffectiveBehavior(versioning))));
  }
  said.pinned->version = EffectiveVersion(versioning);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckOverride(const Durable& durable, const VersioningOverride& said,
                           const std::string& task_queue) {
  if (said.auto_upgrade && !said.pinned) return absl::OkStatus();
  if (!said.pinned || said.auto_upgrade)
    return absl::InvalidArgumentError("override behavior is required");
  if (!said.pinned->version)
    return absl::InvalidArgumentError("must provide version if override is pinned.");
  if (said.pinned->behavior == history::PinnedOverrideBehavior::kUnspecified) {
    return absl::InvalidArgumentError(
        "must specify pinned override behavior if override is pinned.");
  }
  const WorkerDeploymentVersion& version = *said.pinned->version;
  if (HasTaskQueue(durable.deployments(), version, {task_queue, TaskQueueType::kWorkflow})) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      fmt::format("Pinned version '{}' is not present in task queue '{}' of type 'Workflow'",
                  TextOf(version), task_queue));
}

void Handle(Engine& engine, protocol::UpdateWorkflowExecutionOptionsRequest& request,
            sim::Reply reply) {
  const absl::StatusOr<Run*> found = engine.FindOpen(request.workflow_execution);
  if (!found.ok()) return engine.Refuse(reply, found.status());
  Run& run = **found;
  auto& said = request.workflow_execution_options.versioning_override;
  absl::Status bad = said ? Complete(run, *said) : absl::OkStatus();
  if (bad.ok() && said) {
    bad = CheckOverride(engine.durable(), *said, run.started().task_queue.name);
  }
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  protocol::UpdateWorkflowExecutionOptionsResponse response{.workflow_execution_options =
                                                                request.workflow_execution_options};
  const RunVersioningPtr& versioning = run.state.info.versioning;
  const auto before =
      versioning ? versioning->info.versioning_override : std::optional<VersioningOverride>();
  if (said == before) return engine.Answer(reply, std::move(response));
  Transition t = engine.Begin(run);
  ApplyOptions(t, {.versioning_override = said,
                   .unset_versioning_override = !said,
                   .identity = std::move(request.identity)});
  if (!engine.Commit(t, reply)) return;
  engine.FindQueues(run);
  engine.Answer(reply, std::move(response));
  engine.FollowUp(t);
}

}  // namespace groundhog::server
