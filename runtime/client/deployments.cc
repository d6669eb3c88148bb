#include "runtime/client/deployments.h"

#include <optional>
#include <utility>

#include "runtime/client/client.h"

namespace groundhog::client {

sim::Coro<Deployments::CurrentSet> Deployments::SendCurrent(std::string deployment_name,
                                                            std::string build_id,
                                                            SetVersionOptions options) {
  std::string subject = build_id;
  auto request = sim::MakeMessage(protocol::SetWorkerDeploymentCurrentVersionRequest{
      .deployment_name = deployment_name,
      .build_id = std::move(build_id),
      .conflict_token = std::move(options.conflict_token),
      .identity = client_->identity(),
      .ignore_missing_task_queues = options.ignore_missing_task_queues,
      .allow_no_pollers = options.allow_no_pollers});
  co_return co_await client_->Call(std::move(request), std::move(deployment_name),
                                   std::move(subject));
}

sim::Coro<Deployments::RampSet> Deployments::SendRamping(std::string deployment_name,
                                                         std::string build_id, double percentage,
                                                         SetVersionOptions options) {
  std::string subject = build_id;
  auto request = sim::MakeMessage(protocol::SetWorkerDeploymentRampingVersionRequest{
      .deployment_name = deployment_name,
      .build_id = std::move(build_id),
      .percentage = percentage,
      .conflict_token = std::move(options.conflict_token),
      .identity = client_->identity(),
      .ignore_missing_task_queues = options.ignore_missing_task_queues,
      .allow_no_pollers = options.allow_no_pollers});
  co_return co_await client_->Call(std::move(request), std::move(deployment_name),
                                   std::move(subject));
}

sim::Coro<protocol::DescribeWorkerDeploymentResponse> Deployments::Describe(
    std::string deployment_name) {
  auto request = sim::MakeMessage(
      protocol::DescribeWorkerDeploymentRequest{.deployment_name = deployment_name});
  co_return co_await client_->Call(std::move(request), std::move(deployment_name));
}

sim::Coro<protocol::WorkerDeploymentVersionInfo> Deployments::DescribeVersion(
    std::string deployment_name, std::string build_id) {
  std::string subject = build_id;
  auto request = sim::MakeMessage(protocol::DescribeWorkerDeploymentVersionRequest{
      .deployment_version = {.build_id = std::move(build_id), .deployment_name = deployment_name}});
  auto told =
      co_await client_->Call(std::move(request), std::move(deployment_name), std::move(subject));
  co_return std::move(told.worker_deployment_version_info);
}

sim::Coro<std::vector<protocol::WorkerDeploymentSummary>> Deployments::List() {
  std::vector<protocol::WorkerDeploymentSummary> all;
  std::string token;
  do {
    auto request =
        sim::MakeMessage(protocol::ListWorkerDeploymentsRequest{.next_page_token = token});
    auto page = co_await client_->Call(std::move(request), std::string());
    for (auto& told : page.worker_deployments) all.push_back(std::move(told));
    token = std::move(page.next_page_token);
  } while (!token.empty());
  co_return all;
}

sim::Coro<void> Deployments::DeleteVersion(std::string deployment_name, std::string build_id,
                                           bool skip_drainage) {
  std::string subject = build_id;
  auto request = sim::MakeMessage(protocol::DeleteWorkerDeploymentVersionRequest{
      .deployment_version = {.build_id = std::move(build_id), .deployment_name = deployment_name},
      .skip_drainage = skip_drainage,
      .identity = client_->identity()});
  co_await client_->Call(std::move(request), std::move(deployment_name), std::move(subject));
}

namespace {

sim::Coro<void> SendOverride(Client* client, protocol::WorkflowExecution run,
                             std::optional<history::VersioningOverride> versioning) {
  auto request = sim::MakeMessage(protocol::UpdateWorkflowExecutionOptionsRequest{
      .workflow_execution = run,
      .workflow_execution_options = {.versioning_override = std::move(versioning)},
      .identity = client->identity()});
  co_await client->Call(std::move(request), std::move(run.workflow_id));
}

protocol::WorkflowExecution RunOf(const UntypedHandle& handle) {
  return {.workflow_id = handle.id(), .run_id = handle.run_id()};
}

}  // namespace

sim::Coro<void> UpdateVersioningOverride(const UntypedHandle& handle,
                                         const history::VersioningOverride& versioning) {
  return SendOverride(&handle.client(), RunOf(handle), versioning);
}

sim::Coro<void> RemoveVersioningOverride(const UntypedHandle& handle) {
  return SendOverride(&handle.client(), RunOf(handle), std::nullopt);
}

}  // namespace groundhog::client
