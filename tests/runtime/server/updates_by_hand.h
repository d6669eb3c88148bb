// What a client and a worker say of updates, for the tests that drive both by hand.
// The run is "w", the update "withdraw".
#pragma once

#include <string>
#include <vector>

#include "runtime/history/event.h"
#include "runtime/protocol/workflow_service.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {

// An update in the background, and what came of it.
struct Sent {
  bool answered = false;
  absl::StatusOr<protocol::UpdateWorkflowExecutionResponse> answer =
      absl::UnknownError("not answered");

  std::string success() const;
  std::string failure() const;
};

protocol::UpdateWorkflowExecutionRequest UpdateRequest(
    const std::string& id, protocol::UpdateStage stage = protocol::UpdateStage::kCompleted);
sim::Coro<void> Send(RawWorld& w, const protocol::UpdateWorkflowExecutionRequest& request,
                     Sent& sent);
sim::Coro<void> Ask(RawWorld& w, std::string id, Sent& sent,
                    protocol::UpdateStage stage = protocol::UpdateStage::kCompleted);
sim::Coro<void> Poll(RawWorld& w, std::string id, protocol::UpdateStage stage, Sent& sent);
void SendUpdate(RawWorld& w, const std::string& id, Sent& sent,
                protocol::UpdateStage stage = protocol::UpdateStage::kCompleted);

// What a worker says to an update.
history::Message Accept(const history::Message& request);
history::Message Reject(const history::Message& request);
history::Message Respond(const history::Message& request, const std::string& json = "70");

// Not a braced list: g++ 12 does not do well by those in coroutines.
history::Messages MessagesOf(history::Message first);
history::Messages MessagesOf(history::Message first, history::Message second);

using Completion = protocol::RespondWorkflowTaskCompletedRequest;
Completion CompletionOf(RawWorld& w, const WorkflowTask& task, history::Messages messages = {});

std::vector<std::string> TypesOf(const history::EventHistory& history);
// From the n-th line, from 1.
std::vector<std::string> From(const std::vector<std::string>& lines, std::size_t first);

// Starts "w" and completes its first task without a command.
sim::Coro<void> StartIdle(RawWorld& w, const StartOptions& options);
sim::Coro<void> StartIdle(RawWorld& w);

}  // namespace groundhog::server::testing
