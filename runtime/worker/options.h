// WorkerOptions: what a worker serves, and with how much of everything. Defaults as in Temporal's
// Python SDK (SEMANTICS h), but for the pollers: in a simulation one poller of each kind takes
// tasks as fast as five do, since it polls again at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/activity/registration.h"
#include "runtime/history/payload_codec.h"
#include "runtime/history/time.h"
#include "runtime/history/versioning.h"
#include "runtime/workflow/registry.h"

namespace groundhog::worker {

// Takes a line that author code logged.
using WriteLog = std::function<void(std::string line)>;

using history::VersioningBehavior;
using history::WorkerDeploymentVersion;

// Worker versioning: which build of which deployment this worker's
// code is (history/versioning.h has the words).
struct WorkerDeploymentOptions {
  WorkerDeploymentVersion version = {};
  bool use_worker_versioning = false;
  // Of workflows whose registration says nothing. Unspecified:
  // each has to say something, else the worker does not start.
  VersioningBehavior default_versioning_behavior = VersioningBehavior::kUnspecified;
};

struct WorkerOptions {
  std::string namespace_ = {};  // empty: "default"
  std::string task_queue = {};
  std::vector<workflow::WorkflowRegistration> workflows = {};
  activity::Registrations activities = {};
  history::DataConverter data_converter = {};        // the same as its clients'
  std::vector<std::string> propagated_headers = {};  // names: runtime/workflow/propagation.h
  std::string build_id = {};  // of the code; empty: the search attribute BuildIds is left alone
  std::optional<WorkerDeploymentOptions> deployment_options = {};  // instead of build_id
  // Nothing without worker versioning.
  std::optional<WorkerDeploymentVersion> deployment_version() const {
    if (!deployment_options || !deployment_options->use_worker_versioning) return std::nullopt;
    return deployment_options->version;
  }
  bool polls_workflow_tasks = true;
  bool polls_activity_tasks = true;
  std::uint32_t workflow_task_pollers = 1;  // each for the normal and for the sticky queue
  std::uint32_t activity_task_pollers = 1;
  std::uint32_t workflow_task_slots = 100;
  std::uint32_t activity_slots = 100;
  std::uint32_t local_activity_slots = 100;
  // Whether activities wait for a poll, though this worker, which has just scheduled them, has room
  // for them. Temporal's SDKs do not let them; here a poll costs no more, and whose activity is
  // lost with a worker is easier to see.
  bool disable_eager_activity_execution = true;
  // 0: no sticky queue, every task replays from the start.
  std::uint32_t max_cached_workflows = 1000;
  // How long a worker that was told to stop lets activities run on before it asks them to stop;
  // none: until they end. (0 in Temporal's Python SDK.) One that stops is reported as failed, type
  // WorkerShutdown, and tried again elsewhere.
  std::optional<history::Duration> graceful_shutdown_timeout = {};
  // How many activities a second this worker begins, and how many its task queue gives to all
  // workers together: the server goes by what the last poll said. 0: any number. Between two begins
  // lies an interval, so nothing depends on how time is cut into seconds.
  double max_activities_per_second = 0;
  double max_task_queue_activities_per_second = 0;
  history::Duration sticky_schedule_to_start_timeout = std::chrono::seconds(10);
};

}  // namespace groundhog::worker
