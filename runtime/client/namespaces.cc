#include "runtime/client/namespaces.h"

#include <utility>

#include "runtime/client/client.h"

namespace groundhog::client {

sim::Coro<void> Namespaces::SendRegister(std::string name, NamespaceOptions options) {
  auto request = sim::MakeMessage(protocol::RegisterNamespaceRequest{
      .namespace_ = name,
      .description = std::move(options.description),
      .owner_email = std::move(options.owner_email),
      .workflow_execution_retention_period = options.retention.value_or(history::Duration{0}),
      .history_archival = std::move(options.history_archival),
      .visibility_archival = std::move(options.visibility_archival)});
  co_await client_->Call(std::move(request), std::string(), std::move(name));
}

sim::Coro<protocol::DescribeNamespaceResponse> Namespaces::Describe(std::string name) {
  auto request = sim::MakeMessage(protocol::DescribeNamespaceRequest{.namespace_ = name});
  co_return co_await client_->Call(std::move(request), std::string(), std::move(name));
}

sim::Coro<protocol::DescribeNamespaceResponse> Namespaces::SendUpdate(std::string name,
                                                                      NamespaceOptions options) {
  auto request = sim::MakeMessage(protocol::UpdateNamespaceRequest{
      .namespace_ = name,
      .description = std::move(options.description),
      .owner_email = std::move(options.owner_email),
      .workflow_execution_retention_ttl = options.retention,
      .history_archival = std::move(options.history_archival),
      .visibility_archival = std::move(options.visibility_archival)});
  co_return co_await client_->Call(std::move(request), std::string(), std::move(name));
}

sim::Coro<std::vector<protocol::DescribeNamespaceResponse>> Namespaces::List() {
  std::vector<protocol::DescribeNamespaceResponse> all;
  std::string token;
  do {
    auto request = sim::MakeMessage(protocol::ListNamespacesRequest{.next_page_token = token});
    auto page = co_await client_->Call(std::move(request), std::string());
    for (auto& told : page.namespaces) all.push_back(std::move(told));
    token = std::move(page.next_page_token);
  } while (!token.empty());
  co_return all;
}

}  // namespace groundhog::client
