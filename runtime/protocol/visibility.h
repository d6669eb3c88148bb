// ListWorkflowExecutions and CountWorkflowExecutions: executions found by a list filter
// (runtime/visibility/filter.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/protocol/workflow_service.h"

namespace groundhog::protocol {

// The open ones, the newest start first; then the closed ones, the latest close first; of equal
// ones in the order of their run ids.
struct ListWorkflowExecutionsResponse {
  std::vector<WorkflowExecutionInfo> executions = {};
  std::string next_page_token = {};  // empty: there is no further page
};
struct ListWorkflowExecutionsRequest {
  using Response = ListWorkflowExecutionsResponse;
  static constexpr std::string_view kName = "ListWorkflowExecutions";
  std::string query = {};            // empty: all
  std::int32_t page_size = 0;        // 0: the most, 1000
  std::string next_page_token = {};  // of the page before; only the same server's are understood
};

// Those whose visibility is archived, deleted ones among them.
struct ListArchivedWorkflowExecutionsRequest {
  using Response = ListWorkflowExecutionsResponse;
  static constexpr std::string_view kName = "ListArchivedWorkflowExecutions";
  std::string query = {};
  std::int32_t page_size = 0;
  std::string next_page_token = {};
};

struct CountWorkflowExecutionsResponse {
  struct Group {
    history::Payloads group_values = {};  // one: a keyword
    std::int64_t count = 0;
  };
  std::int64_t count = 0;
  std::vector<Group> groups = {};  // in the order of their values; of a query with GROUP BY
};
struct CountWorkflowExecutionsRequest {
  using Response = CountWorkflowExecutionsResponse;
  static constexpr std::string_view kName = "CountWorkflowExecutions";
  std::string query = {};
};

}  // namespace groundhog::protocol
