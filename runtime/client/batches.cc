#include "runtime/client/batches.h"

#include <utility>

#include "runtime/client/client.h"

namespace groundhog::client {

sim::Coro<std::string> Batches::Start(BatchOptions options, protocol::BatchOperation operation) {
  std::string job_id = options.job_id.empty() ? client_->NewRequestId() : std::move(options.job_id);
  auto request = sim::MakeMessage(protocol::StartBatchOperationRequest{
      .job_id = job_id,
      .reason = std::move(options.reason),
      .identity = client_->identity(),
      .operation = std::move(operation),
      .visibility_query = std::move(options.query),
      .executions = std::move(options.executions),
      .max_operations_per_second = options.max_operations_per_second});
  co_await client_->Call(std::move(request), std::string(), job_id);
  co_return job_id;
}

sim::Coro<protocol::DescribeBatchOperationResponse> Batches::Describe(std::string job_id) {
  auto request = sim::MakeMessage(protocol::DescribeBatchOperationRequest{.job_id = job_id});
  co_return co_await client_->Call(std::move(request), std::string(), std::move(job_id));
}

sim::Coro<std::vector<protocol::BatchOperationInfo>> Batches::List() {
  std::vector<protocol::BatchOperationInfo> all;
  std::string token;
  do {
    auto request = sim::MakeMessage(protocol::ListBatchOperationsRequest{.next_page_token = token});
    auto page = co_await client_->Call(std::move(request), std::string());
    for (protocol::BatchOperationInfo& info : page.operation_info) all.push_back(std::move(info));
    token = std::move(page.next_page_token);
  } while (!token.empty());
  co_return all;
}

sim::Coro<void> Batches::Stop(std::string job_id, std::string reason) {
  auto request = sim::MakeMessage(protocol::StopBatchOperationRequest{
      .job_id = job_id, .reason = std::move(reason), .identity = client_->identity()});
  co_await client_->Call(std::move(request), std::string(), std::move(job_id));
}

}  // namespace groundhog::client
