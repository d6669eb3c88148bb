// Batches: one act upon many executions, which the server carries out after the client has gone
// (Temporal's batch operations).
//
//     client::Batches batches(client);
//     client::BatchOptions stop{.reason = "rollback", .query = "WorkflowType = 'Transfer'"};
//     const std::string job = co_await batches.Terminate(stop);
//     const auto told = co_await batches.Describe(job);      // told.complete_operation_count …
//
// A query is about open executions only, unless they are deleted or reset. One batch of a namespace
// runs at a time: the next one is refused with RESOURCE_EXHAUSTED, which a client takes as a reason
// to ask again until it may. What is stopped is left as far as it came.
#pragma once

#include <string>
#include <vector>

#include "runtime/history/converter.h"
#include "runtime/history/names.h"
#include "runtime/protocol/batch_operation.h"
#include "sim/coro.h"

namespace groundhog::client {

class Client;

struct BatchOptions {
  std::string reason = {};  // has to be given
  // Either of them.
  std::string query = {};
  std::vector<history::WorkflowExecution> executions = {};
  double max_operations_per_second = 0;  // 0: the server's limit, 50
  std::string job_id = {};               // empty: made up
};

class Batches {
 public:
  // The client lives longer.
  explicit Batches(Client& client) : client_(&client) {}

  // Each gives the job's id. What the server refuses is a ServiceError. Options have to be bound to
  // a name first.
  sim::Coro<std::string> Terminate(const BatchOptions& options) {
    return Start(options, protocol::BatchOperationTermination{});
  }
  sim::Coro<std::string> Terminate(const BatchOptions&& options) = delete;
  sim::Coro<std::string> Cancel(const BatchOptions& options) {
    return Start(options, protocol::BatchOperationCancellation{});
  }
  sim::Coro<std::string> Cancel(const BatchOptions&& options) = delete;
  sim::Coro<std::string> Delete(const BatchOptions& options) {
    return Start(options, protocol::BatchOperationDeletion{});
  }
  sim::Coro<std::string> Delete(const BatchOptions&& options) = delete;
  template <class... Args>
  sim::Coro<std::string> Signal(const BatchOptions& options, SignalType<Args...> signal,
                                const Args&... args) {
    return Start(options, protocol::BatchOperationSignal{.signal = std::string(signal.name),
                                                         .input = history::ToPayloads(args...)});
  }
  // To the first or the last completed workflow task of each.
  sim::Coro<std::string> Reset(const BatchOptions& options, protocol::ResetType type) {
    return Start(options, protocol::BatchOperationReset{.reset_type = type});
  }

  sim::Coro<protocol::DescribeBatchOperationResponse> Describe(std::string job_id);
  sim::Coro<std::vector<protocol::BatchOperationInfo>> List();
  sim::Coro<void> Stop(std::string job_id, std::string reason);

 private:
  sim::Coro<std::string> Start(BatchOptions options, protocol::BatchOperation operation);

  Client* client_;
};

}  // namespace groundhog::client
