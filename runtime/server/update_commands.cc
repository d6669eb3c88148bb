// What a worker says to updates, applied with the other commands of
// its answer (SEMANTICS d.4, f.3).
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "runtime/server/commands.h"
#include "runtime/server/update_registry.h"

namespace groundhog::server {
namespace {

using history::Message;
using history::UpdateAcceptance;
using history::UpdateRejection;
using history::UpdateResponse;
constexpr auto kBad = history::WorkflowTaskFailedCause::kBadUpdateWorkflowExecutionMessage;

history::UpdateOutcome NotProcessed() {
  return {.failure = history::MakeShared<history::Failure>(history::Failure{
              .message = "Workflow Update is rejected because it wasn't processed by worker. "
                         "Probably, Workflow Update is not supported by the worker.",
              .source = "Server",
              .info = history::ApplicationFailureInfo{.type = "UnprocessedUpdate",
                                                      .non_retryable = true}})};
}

CommandOutcome IllegalStep(const Message& message, UpdatePhase phase) {
  return Bad(kBad, fmt::format("invalid state transition attempted for Update {}: received "
                               "*update.{} message while in state {}",
                               message.protocol_instance_id, NameOfBody(message), NameOf(phase)));
}

CommandOutcome NotSet(const Message& message, std::string_view field) {
  return Bad(kBad, fmt::format("invalid *update.{}: {} is not set", NameOfBody(message), field));
}

// A rejected update is forgotten, even one that an UpdateAdmitted event brought.
void Reject(Transition& t, PendingUpdate& update, history::UpdateOutcome outcome) {
  update.outcome = std::move(outcome);
  if (t.state().updates.contains(update.id)) t.EraseUpdate(update.id);
}

CommandOutcome Accept(Transition& t, PendingUpdate& update, const Message& message,
                      const UpdateAcceptance& acceptance) {
  const UpdatePhase before = update.phase;
  if (!update.Take(UpdateStep::kAccept)) return IllegalStep(message, before);
  if (acceptance.accepted_request_sequencing_event_id == 0) {
    return NotSet(message, "accepted_request_sequencing_event_id");
  }
  if (acceptance.accepted_request_message_id.empty()) {
    return NotSet(message, "accepted_request_message_id");
  }
  history::WorkflowExecutionUpdateAccepted event{
      .protocol_instance_id = update.id,
      .accepted_request_message_id = update.id + "/request",
      .accepted_request_sequencing_event_id = acceptance.accepted_request_sequencing_event_id};
  if (update.request) event.accepted_request = *update.request;
  update.request = {};
  update.accepted_event_id = t.Add(std::move(event));
  t.Save(update.id, {.progress = UpdateProgress::kAccepted, .event_id = update.accepted_event_id});
  return std::nullopt;
}

CommandOutcome Complete(Transition& t, PendingUpdate& update, const Message& message,
                        UpdateResponse& response) {
  const UpdatePhase before = update.phase;
  if (!update.Take(UpdateStep::kComplete)) return IllegalStep(message, before);
  if (response.meta.update_id.empty()) return NotSet(message, "meta.update_id");
  if (response.meta.update_id != update.id) {
    return Bad(kBad, fmt::format("invalid *update.Response: meta.update_id != {}", update.id));
  }
  if (!response.outcome.success && !response.outcome.failure) return NotSet(message, "outcome");
  update.outcome = response.outcome;
  const EventId id =
      t.Add(history::WorkflowExecutionUpdateCompleted{.meta = std::move(response.meta),
                                                      .accepted_event_id = update.accepted_event_id,
                                                      .outcome = std::move(response.outcome)});
  t.Save(update.id, {.progress = UpdateProgress::kCompleted, .event_id = id});
  return std::nullopt;
}

const history::UpdateRequest* RequestIn(const Message& message) {
  const std::optional<history::UpdateRequest>* request = nullptr;
  if (const auto* acceptance = std::get_if<UpdateAcceptance>(&message.body)) {
    request = &acceptance->accepted_request;
  } else if (const auto* rejection = std::get_if<UpdateRejection>(&message.body)) {
    request = &rejection->rejected_request;
  }
  return request == nullptr || !request->has_value() ? nullptr : &**request;
}

// Nothing if nobody knows of it and the message doesn't say enough to take it in again.
CommandOutcome FindOrResurrect(Transition& t, const Message& message, PendingUpdate*& update) {
  const std::string& id = message.protocol_instance_id;
  UpdateRegistry& updates = RegistryOf(t.run());
  update = updates.Find(id);
  if (update != nullptr) return std::nullopt;
  if (t.state().updates.contains(id)) return IllegalStep(message, UpdatePhase::kCompleted);
  if (const absl::Status refusal = CheckTotalUpdates(t.run()); !refusal.ok()) {
    return Bad(kBad, std::string_view(refusal.message().data(), refusal.message().size()));
  }
  const history::UpdateRequest* request = RequestIn(message);
  if (request == nullptr || request->meta.update_id != id) {
    return Bad(kBad, fmt::format("update {} wasn't found on the server. This is most likely a "
                                 "transient error which will be resolved automatically by retries",
                                 id));
  }
  update = &updates.Admit(history::MakeShared<history::UpdateRequest>(*request));
  return std::nullopt;
}

CommandOutcome ApplyMessage(Transition& t, Message message) {
  auto* rejection = std::get_if<UpdateRejection>(&message.body);
  // The run has closed itself: the update is given up with it.
  if (!t.info().running() && rejection == nullptr) return std::nullopt;
  PendingUpdate* update = nullptr;
  if (CommandOutcome bad = FindOrResurrect(t, message, update)) return bad;
  if (rejection != nullptr) {
    const UpdatePhase before = update->phase;
    if (!update->Take(UpdateStep::kReject)) return IllegalStep(message, before);
    Reject(t, *update, {.failure = std::move(rejection->failure)});
    return std::nullopt;
  }
  if (const auto* acceptance = std::get_if<UpdateAcceptance>(&message.body)) {
    return Accept(t, *update, message, *acceptance);
  }
  if (auto* response = std::get_if<UpdateResponse>(&message.body)) {
    return Complete(t, *update, message, *response);
  }
  return Bad(kBad, "Message type *update.Request not supported");
}

}  // namespace

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::ProtocolMessageCommand& command) {
  if (command.message_id.empty()) {
    return Bad(kBad, "MessageID is not set on ProtocolMessageCommand.");
  }
  const auto found =
      std::find_if(context.messages.begin(), context.messages.end(),
                   [&](const Message& message) { return message.id == command.message_id; });
  if (found == context.messages.end()) {
    return Bad(kBad, fmt::format("ProtocolMessageCommand referenced absent message ID {}",
                                 command.message_id));
  }
  Message message = std::move(*found);
  context.messages.erase(found);
  return ApplyMessage(t, std::move(message));
}

CommandOutcome ApplyMessages(Transition& t, CommandContext& context) {
  for (Message& message : std::exchange(context.messages, {})) {
    if (CommandOutcome bad = ApplyMessage(t, std::move(message))) return bad;
  }
  return std::nullopt;
}

void RejectUnprocessedUpdates(Transition& t) {
  for (PendingUpdate& update : RegistryOf(t.run()).updates()) {
    if (update.phase != UpdatePhase::kSent) continue;
    const bool legal = update.Take(UpdateStep::kReject);
    GH_CHECK(legal, "an update that was sent can be rejected");
    Reject(t, update, NotProcessed());
  }
}

}  // namespace groundhog::server
