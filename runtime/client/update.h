// Updates as a client sends them (SEMANTICS f.3).
//
//     const int left = co_await account.Update(kWithdraw, 30);             // waits for the result
//     const UpdateOptions options{.id = "u1"};
//     const auto update = co_await account.StartUpdate(kWithdraw, options, 30);   // until it is accepted
//     const int same = co_await update.Result();
//     const auto opened = client.WithStart(kAccount, start);               // starts the workflow if need be
//     const int first = co_await client.UpdateWithStart(opened, kWithdraw, 30);
//
// The id is the idempotency key in a run: an update that is sent again with it is the same one. An
// update that was rejected, or whose handler failed, throws WorkflowUpdateFailedError, as in
// Temporal's Python client; what the server refuses is a ServiceError.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/failure_text.h"
#include "runtime/history/header.h"
#include "runtime/history/names.h"
#include "runtime/history/temporaries.h"
#include "runtime/protocol/update_with_start.h"
#include "sim/coro.h"

namespace groundhog::client {

class Client;
using protocol::UpdateStage;

// The update was rejected, or its handler failed, or the workflow ended before it was completed.
class WorkflowUpdateFailedError : public std::runtime_error {
 public:
  explicit WorkflowUpdateFailedError(history::FailurePtr failure)
      : std::runtime_error("Workflow update failed: " + history::Describe(failure)),
        failure_(std::move(failure)) {}
  const history::FailurePtr& failure() const { return failure_; }

 private:
  history::FailurePtr failure_;
};

struct UpdateOptions {
  std::string id = {};                            // empty: made up
  UpdateStage wait_for = UpdateStage::kAccepted;  // of StartUpdate: kAccepted or kCompleted
  Header header = {};
};

// An update that somebody has sent. Copyable; lives no longer than its client.
class UntypedUpdateHandle {
 public:
  UntypedUpdateHandle(Client& client, history::WorkflowExecution execution, std::string id,
                      std::optional<history::UpdateOutcome> outcome = {})
      : client_(&client),
        execution_(std::move(execution)),
        id_(std::move(id)),
        outcome_(std::move(outcome)) {}

  const std::string& id() const { return id_; }
  const std::string& workflow_id() const { return execution_.workflow_id; }
  const std::string& run_id() const { return execution_.run_id; }

  // Waits until the update is completed: a result or a failure.
  sim::Coro<history::UpdateOutcome> TryResult() const;

 private:
  Client* client_;
  history::WorkflowExecution execution_;
  std::string id_;
  std::optional<history::UpdateOutcome> outcome_;  // if it is known already
};

template <class R>
R ResultOfUpdate(const history::UpdateOutcome& outcome) {
  if (outcome.failure) throw WorkflowUpdateFailedError(outcome.failure);
  if constexpr (!std::is_void_v<R>) return history::ResultFromPayloads<R>(*outcome.success);
}

template <class R>
class UpdateHandle : public UntypedUpdateHandle {
 public:
  using UntypedUpdateHandle::UntypedUpdateHandle;
  explicit UpdateHandle(UntypedUpdateHandle untyped) : UntypedUpdateHandle(std::move(untyped)) {}

  // The result, or throws WorkflowUpdateFailedError.
  sim::Coro<R> Result() const {
    const history::UpdateOutcome outcome = co_await TryResult();
    co_return ResultOfUpdate<R>(outcome);
  }
};

// A workflow that is to be started for an update, unless its conflict policy finds a running one
// that will do. R is its result.
template <class R>
class WithStartOperation {
 public:
  explicit WithStartOperation(protocol::StartWorkflowExecutionRequest request)
      : request_(std::move(request)) {}
  const protocol::StartWorkflowExecutionRequest& request() const { return request_; }

 private:
  protocol::StartWorkflowExecutionRequest request_;
};

// What an update is sent with, under a made up id if the options have none;
// whoever sends it fills in `execution`.
protocol::UpdateWorkflowExecutionRequest MakeUpdateRequest(Client& client, std::string_view name,
                                                           UpdateStage stage,
                                                           const UpdateOptions& options,
                                                           history::Payloads arguments);
template <class R, class... Args, class... Given>
protocol::UpdateWorkflowExecutionRequest MakeUpdateRequest(Client& client,
                                                           const UpdateType<R(Args...)>& type,
                                                           UpdateStage stage,
                                                           const UpdateOptions& options,
                                                           Given&&... args) {
  RefuseUnsafeTemporaries<Given...>();
  static_assert(std::is_invocable_v<void (*)(Args...), Given&&...>,
                "the arguments do not fit the update's UpdateType");
  return MakeUpdateRequest(
      client, type.name, stage, options,
      history::Payloads{history::ToPayload(static_cast<const Args&>(args))...});
}
sim::Coro<UntypedUpdateHandle> SendUpdate(Client& client,
                                          protocol::UpdateWorkflowExecutionRequest request);
sim::Coro<UntypedUpdateHandle> SendUpdateWithStart(Client& client,
                                                   protocol::ExecuteMultiOperationRequest request);

// Typed over the untyped ones, as coroutines whose arguments are values.
template <class R>
sim::Coro<UpdateHandle<R>> TypedUpdateHandle(sim::Coro<UntypedUpdateHandle> sending) {
  UntypedUpdateHandle handle = co_await std::move(sending);
  co_return UpdateHandle<R>(std::move(handle));
}
template <class R>
sim::Coro<R> UpdateResult(sim::Coro<UntypedUpdateHandle> sending) {
  const UntypedUpdateHandle handle = co_await std::move(sending);
  const history::UpdateOutcome outcome = co_await handle.TryResult();
  co_return ResultOfUpdate<R>(outcome);
}

}  // namespace groundhog::client
