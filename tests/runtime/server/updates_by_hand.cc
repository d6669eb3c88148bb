#include "tests/runtime/server/updates_by_hand.h"

#include <utility>

#include <fmt/format.h>

namespace groundhog::server::testing {

using Lines = std::vector<std::string>;
using history::Message;
using history::Messages;
using protocol::UpdateStage;

std::string Sent::success() const {
  REQUIRE(answer.ok());
  REQUIRE(answer->outcome.has_value());
  REQUIRE(answer->outcome->success.has_value());
  return answer->outcome->success->front().data();
}

std::string Sent::failure() const {
  REQUIRE(answer.ok());
  REQUIRE(answer->outcome.has_value());
  REQUIRE(answer->outcome->failure);
  return answer->outcome->failure->message;
}

protocol::UpdateWorkflowExecutionRequest UpdateRequest(const std::string& id, UpdateStage stage) {
  return {.execution = {.workflow_id = "w"},
          .wait_for = stage,
          .request = {.meta = {.update_id = id, .identity = "client-1"},
                      .input = {.name = "withdraw", .args = Json("30")}}};
}

sim::Coro<void> Send(RawWorld& w, const protocol::UpdateWorkflowExecutionRequest& request,
                     Sent& sent) {
  sent.answer = co_await w.Say(request, "w", "withdraw");
  sent.answered = true;
}
sim::Coro<void> Ask(RawWorld& w, std::string id, Sent& sent, UpdateStage stage) {
  const protocol::UpdateWorkflowExecutionRequest request = UpdateRequest(id, stage);
  co_await Send(w, request, sent);
}
sim::Coro<void> Poll(RawWorld& w, std::string id, UpdateStage stage, Sent& sent) {
  const protocol::PollWorkflowExecutionUpdateRequest request{
      .execution = {.workflow_id = "w"}, .update_id = std::move(id), .wait_for = stage};
  sent.answer = co_await w.Say(request, "w");
  sent.answered = true;
}

void SendUpdate(RawWorld& w, const std::string& id, Sent& sent, UpdateStage stage) {
  w.raw().Spawn(Ask(w, id, sent, stage));
}

Message Accept(const Message& request) {
  return {.id = request.id + "/accept",
          .protocol_instance_id = request.protocol_instance_id,
          .body = history::UpdateAcceptance{
              .accepted_request_message_id = request.id,
              .accepted_request_sequencing_event_id = request.sequencing_event_id,
              .accepted_request = std::get<history::UpdateRequest>(request.body)}};
}
Message Reject(const Message& request) {
  return {.id = request.id + "/reject",
          .protocol_instance_id = request.protocol_instance_id,
          .body = history::UpdateRejection{
              .rejected_request_message_id = request.id,
              .rejected_request_sequencing_event_id = request.sequencing_event_id,
              .rejected_request = std::get<history::UpdateRequest>(request.body),
              .failure = ApplicationFailure("rejection of " + request.protocol_instance_id,
                                            "ValueError")}};
}
Message Respond(const Message& request, const std::string& json) {
  return {.id = request.id + "/complete",
          .protocol_instance_id = request.protocol_instance_id,
          .body = history::UpdateResponse{
              .meta = {.update_id = request.protocol_instance_id, .identity = "client-1"},
              .outcome = {.success = Json(json)}}};
}

Messages MessagesOf(Message first) {
  Messages messages;
  messages.push_back(std::move(first));
  return messages;
}
Messages MessagesOf(Message first, Message second) {
  Messages messages = MessagesOf(std::move(first));
  messages.push_back(std::move(second));
  return messages;
}

Completion CompletionOf(RawWorld& w, const WorkflowTask& task, Messages messages) {
  Completion completion = w.CompleteRequest(task.value(), {});
  for (const Message& message : messages) {
    if (std::holds_alternative<history::UpdateRejection>(message.body)) continue;
    completion.commands.emplace_back(history::ProtocolMessageCommand{message.id});
  }
  completion.messages = std::move(messages);
  return completion;
}

Lines TypesOf(const history::EventHistory& history) {
  Lines types;
  for (const history::HistoryEvent& event : history) {
    types.push_back(fmt::format("{} {}", event.event_id, NameOf(TypeOf(event))));
  }
  return types;
}
Lines From(const Lines& lines, std::size_t first) {
  return Lines(lines.begin() + static_cast<std::ptrdiff_t>(first - 1), lines.end());
}

sim::Coro<void> StartIdle(RawWorld& w, const StartOptions& options) {
  ExpectOk(co_await w.Start("w", options));
  const WorkflowTask first = co_await w.Poll();
  ExpectOk(co_await w.Complete(first));
}
sim::Coro<void> StartIdle(RawWorld& w) {
  const StartOptions options;
  co_await StartIdle(w, options);
}

}  // namespace groundhog::server::testing
