// Batch operations: one act upon many executions, carried out by the server one after the other.
//
// Names and defaults are Temporal's (batch_operation_… of its API). The server does 50 of them a
// second at most, or fewer if the request says so, and runs one batch operation of a namespace at a
// time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/history/event.h"
#include "runtime/history/payload.h"
#include "runtime/history/time.h"

namespace groundhog::protocol {

struct BatchOperationTermination {
  // Temporal's server leaves them out of the event, and so does this one.
  history::Payloads details = {};
};
struct BatchOperationCancellation {};
struct BatchOperationSignal {
  std::string signal = {};
  history::Payloads input = {};
};
struct BatchOperationDeletion {};
enum class ResetType : std::uint8_t { kUnspecified, kFirstWorkflowTask, kLastWorkflowTask };
struct BatchOperationReset {
  ResetType reset_type = ResetType::kUnspecified;
  bool exclude_signals = false;
  bool exclude_updates = false;
};
// In the order of BatchOperationType.
using BatchOperation =
    std::variant<std::monostate, BatchOperationTermination, BatchOperationCancellation,
                 BatchOperationSignal, BatchOperationDeletion, BatchOperationReset>;
enum class BatchOperationType : std::uint8_t {
  kUnspecified,
  kTerminate,
  kCancel,
  kSignal,
  kDelete,
  kReset,
};
inline BatchOperationType TypeOf(const BatchOperation& operation) {
  return static_cast<BatchOperationType>(operation.index());
}
enum class BatchOperationState : std::uint8_t { kUnspecified, kRunning, kCompleted, kFailed };

struct StartBatchOperationResponse {};
struct StartBatchOperationRequest {
  using Response = StartBatchOperationResponse;
  static constexpr std::string_view kName = "StartBatchOperation";
  std::string job_id = {};
  std::string reason = {};
  std::string identity = {};
  BatchOperation operation = {};
  // Either of them. A query is about open executions only, unless they are deleted or reset.
  std::string visibility_query = {};
  std::vector<history::WorkflowExecution> executions = {};
  double max_operations_per_second = 0;  // 0, or more than the server's own limit: that
};

struct StopBatchOperationResponse {};
struct StopBatchOperationRequest {
  using Response = StopBatchOperationResponse;
  static constexpr std::string_view kName = "StopBatchOperation";
  std::string job_id = {};
  std::string reason = {};
  std::string identity = {};
};

struct DescribeBatchOperationResponse {
  BatchOperationType operation_type = BatchOperationType::kUnspecified;
  std::string job_id = {};
  BatchOperationState state = BatchOperationState::kUnspecified;  // kFailed: it was stopped
  history::Timestamp start_time = {};
  std::optional<history::Timestamp> close_time = {};
  std::int64_t total_operation_count = 0;  // while it runs as counted at the beginning
  std::int64_t complete_operation_count = 0;
  std::int64_t failure_operation_count = 0;
  std::string identity = {};
  std::string reason = {};
};
struct DescribeBatchOperationRequest {
  using Response = DescribeBatchOperationResponse;
  static constexpr std::string_view kName = "DescribeBatchOperation";
  std::string job_id = {};
};

struct BatchOperationInfo {
  std::string job_id = {};
  BatchOperationType operation_type = BatchOperationType::kUnspecified;
  BatchOperationState state = BatchOperationState::kUnspecified;
  history::Timestamp start_time = {};
  std::optional<history::Timestamp> close_time = {};
};
struct ListBatchOperationsResponse {
  std::vector<BatchOperationInfo> operation_info = {};  // in the order of ListWorkflowExecutions
  std::string next_page_token = {};
};
struct ListBatchOperationsRequest {
  using Response = ListBatchOperationsResponse;
  static constexpr std::string_view kName = "ListBatchOperations";
  std::int32_t page_size = 0;  // 0: the most, 1000
  std::string next_page_token = {};
};

}  // namespace groundhog::protocol
