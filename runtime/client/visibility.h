// What a client asks of many executions at once: lists and counts by a list filter.
//
//     auto open = client.ListWorkflows("WorkflowType = 'Transfer' AND ExecutionStatus = 'Running'");
//     while (const auto transfer = co_await open.Next()) …
//     const auto all = co_await client.CountWorkflows("GROUP BY ExecutionStatus");
//     auto gone = client.ListArchivedWorkflows();      // of a namespace that archives (namespaces.h)
//
// The language of filters is Temporal's (runtime/visibility/filter.h). A filter that is none is a
// ServiceError, INVALID_ARGUMENT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/protocol/visibility.h"
#include "sim/coro.h"

namespace groundhog::client {

class Client;

struct ListOptions {
  std::int32_t page_size = 1000;          // one call for so many
  std::optional<std::size_t> limit = {};  // of all together
};

// The open executions first, the newest start first; then the closed ones, the latest close first.
// A page is as it was when it was fetched.
class WorkflowExecutionIterator {
 public:
  WorkflowExecutionIterator(Client& client, std::string query, const ListOptions& options,
                            bool archived = false)
      : client_(&client), options_(options), archived_(archived) {
    request_.query = std::move(query);
  }

  // Nothing when there is no further one.
  sim::Coro<std::optional<protocol::WorkflowExecutionInfo>> Next();
  // All that are left.
  sim::Coro<std::vector<protocol::WorkflowExecutionInfo>> Rest();

 private:
  sim::Coro<void> Fetch();
  template <class Request>
  sim::Coro<protocol::ListWorkflowExecutionsResponse> Ask();

  Client* client_;
  ListOptions options_;
  bool archived_;
  protocol::ListWorkflowExecutionsRequest request_;  // of the next page
  std::vector<protocol::WorkflowExecutionInfo> page_;
  std::size_t next_ = 0;   // in the page
  std::size_t given_ = 0;  // of all pages
  bool ended_ = false;     // there is no page after this one
};

// Of a filter with GROUP BY: the parts too.
struct WorkflowExecutionCount {
  struct Group {
    std::vector<std::string> group_values = {};
    std::int64_t count = 0;
  };
  std::int64_t count = 0;
  std::vector<Group> groups = {};
};

}  // namespace groundhog::client
