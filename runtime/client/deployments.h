// Worker deployments, as a client sets, describes and lists them;
// and where a run is to be, whatever its code says.
//
//     client::Deployments deployments(client);
//     co_await deployments.SetCurrentVersion("transfers", "2.0");          // new runs, and auto-upgraded ones, go there
//     co_await deployments.SetRampingVersion("transfers", "3.0", 10);      // a tenth of the workflow ids
//     const auto told = co_await deployments.Describe("transfers");
//
//     const history::VersioningOverride pinned =
//         history::PinTo({.build_id = "1.0", .deployment_name = "transfers"});
//     co_await client::UpdateVersioningOverride(handle, pinned);           // or AutoUpgradeOverride()
//
// A version is known once a worker of it has polled (WorkerOptions::deployment_options). A call
// about one that is not is a ServiceError, NOT_FOUND. An empty build id stands for the workers that
// do not use worker versioning.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/protocol/deployments.h"
#include "sim/coro.h"

namespace groundhog::client {

class Client;
class UntypedHandle;

struct SetVersionOptions {
  bool ignore_missing_task_queues = false;  // leave those behind that wait on queues it has not
  bool allow_no_pollers = false;            // also a version that nobody has heard of
  std::string conflict_token = {};          // if set: of the change that this one is to follow
};

// Options have to be bound to a name first.
class Deployments {
 public:
  using CurrentSet = protocol::SetWorkerDeploymentCurrentVersionResponse;
  using RampSet = protocol::SetWorkerDeploymentRampingVersionResponse;

  // The client lives longer.
  explicit Deployments(Client& client) : client_(&client) {}

  sim::Coro<CurrentSet> SetCurrentVersion(std::string deployment_name, std::string build_id) {
    return SendCurrent(std::move(deployment_name), std::move(build_id), SetVersionOptions());
  }
  sim::Coro<CurrentSet> SetCurrentVersion(std::string deployment_name, std::string build_id,
                                          const SetVersionOptions& options) {
    return SendCurrent(std::move(deployment_name), std::move(build_id), options);
  }
  sim::Coro<CurrentSet> SetCurrentVersion(std::string deployment_name, std::string build_id,
                                          const SetVersionOptions&& options) = delete;
  // Without a build id and a percentage there is no ramp.
  sim::Coro<RampSet> SetRampingVersion(std::string deployment_name, std::string build_id,
                                       double percentage) {
    return SendRamping(std::move(deployment_name), std::move(build_id), percentage,
                       SetVersionOptions());
  }
  sim::Coro<RampSet> SetRampingVersion(std::string deployment_name, std::string build_id,
                                       double percentage, const SetVersionOptions& options) {
    return SendRamping(std::move(deployment_name), std::move(build_id), percentage, options);
  }
  sim::Coro<RampSet> SetRampingVersion(std::string deployment_name, std::string build_id,
                                       double percentage,
                                       const SetVersionOptions&& options) = delete;
  sim::Coro<protocol::DescribeWorkerDeploymentResponse> Describe(std::string deployment_name);
  sim::Coro<protocol::WorkerDeploymentVersionInfo> DescribeVersion(std::string deployment_name,
                                                                   std::string build_id);
  sim::Coro<std::vector<protocol::WorkerDeploymentSummary>> List();
  sim::Coro<void> DeleteVersion(std::string deployment_name, std::string build_id,
                                bool skip_drainage = false);

 private:
  sim::Coro<CurrentSet> SendCurrent(std::string deployment_name, std::string build_id,
                                    SetVersionOptions options);
  sim::Coro<RampSet> SendRamping(std::string deployment_name, std::string build_id,
                                 double percentage, SetVersionOptions options);

  Client* client_;
};

// UpdateWorkflowExecutionOptions: where the run is to be from now on; and no longer so.
sim::Coro<void> UpdateVersioningOverride(const UntypedHandle& handle,
                                         const history::VersioningOverride& versioning);
sim::Coro<void> UpdateVersioningOverride(const UntypedHandle& handle,
                                         const history::VersioningOverride&& versioning) = delete;
sim::Coro<void> RemoveVersioningOverride(const UntypedHandle& handle);

}  // namespace groundhog::client
