// Worker deployments, as a client sets, describes and lists them; and where a run is to be, whatever its code says.
//
//     client::Deployments deployments(client);
//     co_await deployments.SetCurrentVersion("transfers", "2.0");          // new runs, and auto-upgraded ones, go there
//     co_await deployments.SetRampingVersion("transfers", "3.0", 10);      // a tenth of the workflow ids
//     const auto told = co_await deployments.Describe("transfers");
//
//     const history::VersioningOverride pinned =
//         history::PinTo({.build_id = "1.0", .deployment_name = "transfers"});
//     co_await client::UpdateVersioningOverride(handle, pinned);           // or AutoUpgradeOverride(), or std::nullopt
//
// A version is known once a worker of it has polled (WorkerOptions::deployment_options). A call about one that is not is a ServiceError,
// NOT_FOUND. An empty build id stands for the workers that do not use worker versioning.
#pragma once

#include <optional>
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

class Deployments {
 public:
  // The client lives longer.
  explicit Deployments(Client& client) : client_(&client) {}

  sim::Coro<protocol::SetWorkerDeploymentCurrentVersionResponse> SetCurrentVersion(
      std::string deployment_name, std::string build_id, SetVersionOptions options = {});
  // Without a build id and a percentage there is no ramp.
  sim::Coro<protocol::SetWorkerDeploymentRampingVersionResponse> SetRampingVersion(
      std::string deployment_name, std::string build_id, double percentage,
      SetVersionOptions options = {});
  sim::Coro<protocol::DescribeWorkerDeploymentResponse> Describe(std::string deployment_name);
  sim::Coro<protocol::WorkerDeploymentVersionInfo> DescribeVersion(std::string deployment_name,
                                                                   std::string build_id);
  sim::Coro<std::vector<protocol::WorkerDeploymentSummary>> List();
  sim::Coro<void> DeleteVersion(std::string deployment_name, std::string build_id,
                                bool skip_drainage = false);

 private:
  Client* client_;
};

// UpdateWorkflowExecutionOptions: nothing takes the override away.
sim::Coro<void> UpdateVersioningOverride(
    const UntypedHandle& handle, const std::optional<history::VersioningOverride>& versioning);

}  // namespace groundhog::client
