#include "runtime/client/update.h"

#include <tuple>

#include "runtime/client/client.h"

namespace groundhog::client {

protocol::UpdateWorkflowExecutionRequest MakeUpdateRequest(Client& client, std::string_view name,
                                                           UpdateStage stage,
                                                           const UpdateOptions& options,
                                                           history::Payloads arguments) {
  return {.wait_for = stage,
          .request = {.meta = {.update_id = options.id.empty() ? client.NewRequestId() : options.id,
                               .identity = client.identity()},
                      .input = {.header = client.HeaderOf(options.header),
                                .name = std::string(name),
                                .args = std::move(arguments)}}};
}

// The server may have given the update up before it was accepted:
// Call sends it again then, with the same id.
sim::Coro<UntypedUpdateHandle> SendUpdate(Client& client,
                                          protocol::UpdateWorkflowExecutionRequest request) {
  const std::string workflow_id = request.execution.workflow_id;
  const std::string id = request.request.meta.update_id;
  const std::string name = request.request.input.name;
  const UpdateStage wanted = request.wait_for;
  auto message = sim::MakeMessage(std::move(request));
  auto response = co_await client.Call(std::move(message), workflow_id, name, Client::kLongPoll);
  UntypedUpdateHandle handle(client, response.execution, id, std::move(response.outcome));
  if (wanted == UpdateStage::kCompleted) std::ignore = co_await handle.TryResult();
  co_return handle;
}

sim::Coro<UntypedUpdateHandle> SendUpdateWithStart(Client& client,
                                                   protocol::ExecuteMultiOperationRequest request) {
  const std::string workflow_id = request.start.workflow_id;
  const std::string id = request.update.request.meta.update_id;
  const std::string name = request.update.request.input.name;
  const UpdateStage wanted = request.update.wait_for;
  auto message = sim::MakeMessage(std::move(request));
  auto response = co_await client.Call(std::move(message), workflow_id, name, Client::kLongPoll);
  UntypedUpdateHandle handle(client, response.update.execution, id,
                             std::move(response.update.outcome));
  if (wanted == UpdateStage::kCompleted) std::ignore = co_await handle.TryResult();
  co_return handle;
}

sim::Coro<history::UpdateOutcome> UntypedUpdateHandle::TryResult() const {
  if (outcome_.has_value()) co_return *outcome_;
  const history::WorkflowExecution execution = execution_;
  const std::string id = id_;
  Client& client = *client_;
  for (;;) {
    auto poll = sim::MakeMessage(
        protocol::PollWorkflowExecutionUpdateRequest{.execution = execution,
                                                     .update_id = id,
                                                     .wait_for = UpdateStage::kCompleted,
                                                     .identity = client.identity()});
    auto response =
        co_await client.Call(std::move(poll), execution.workflow_id, id, Client::kLongPoll);
    if (response.outcome) co_return *std::move(response.outcome);
  }
}

}  // namespace groundhog::client
