#include "runtime/client/visibility.h"

#include <algorithm>

#include "runtime/client/client.h"

namespace groundhog::client {

sim::Coro<std::optional<protocol::WorkflowExecutionInfo>> WorkflowExecutionIterator::Next() {
  if (options_.limit && given_ == *options_.limit) co_return std::nullopt;
  while (next_ == page_.size()) {
    if (ended_) co_return std::nullopt;
    co_await Fetch();
  }
  ++given_;
  co_return std::move(page_[next_++]);
}

sim::Coro<std::vector<protocol::WorkflowExecutionInfo>> WorkflowExecutionIterator::Rest() {
  std::vector<protocol::WorkflowExecutionInfo> rest;
  for (;;) {
    auto execution = co_await Next();
    if (!execution) co_return rest;
    rest.push_back(*std::move(execution));
  }
}

template <class Request>
sim::Coro<protocol::ListWorkflowExecutionsResponse> WorkflowExecutionIterator::Ask() {
  auto request = sim::MakeMessage(Request{.query = request_.query,
                                          .page_size = options_.page_size,
                                          .next_page_token = request_.next_page_token});
  co_return co_await client_->Call(std::move(request), std::string());
}

sim::Coro<void> WorkflowExecutionIterator::Fetch() {
  protocol::ListWorkflowExecutionsResponse response;
  if (archived_) {
    response = co_await Ask<protocol::ListArchivedWorkflowExecutionsRequest>();
  } else {
    response = co_await Ask<protocol::ListWorkflowExecutionsRequest>();
  }
  page_ = std::move(response.executions);
  next_ = 0;
  ended_ = response.next_page_token.empty();
  request_.next_page_token = std::move(response.next_page_token);
}

WorkflowExecutionIterator Client::ListWorkflows(std::string query, const ListOptions& options) {
  return WorkflowExecutionIterator(*this, std::move(query), options);
}

WorkflowExecutionIterator Client::ListArchivedWorkflows(std::string query,
                                                        const ListOptions& options) {
  return WorkflowExecutionIterator(*this, std::move(query), options, true);
}

sim::Coro<WorkflowExecutionCount> Client::CountWorkflows(std::string query) {
  auto request =
      sim::MakeMessage(protocol::CountWorkflowExecutionsRequest{.query = std::move(query)});
  const auto response = co_await Call(std::move(request), std::string());
  WorkflowExecutionCount count{.count = response.count};
  for (const auto& group : response.groups) {
    WorkflowExecutionCount::Group& told = count.groups.emplace_back();
    told.count = group.count;
    for (const history::Payload& value : group.group_values) {
      told.group_values.push_back(history::FromPayload<std::string>(value));
    }
  }
  co_return count;
}

}  // namespace groundhog::client
