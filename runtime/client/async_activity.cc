#include "runtime/client/async_activity.h"

#include "runtime/client/client.h"

namespace groundhog::client {
namespace {

using protocol::ActivityName;
using protocol::ActivityTaskToken;

const std::string& WorkflowIdOf(const AsyncActivityHandle::Activity& activity) {
  const auto* token = std::get_if<ActivityTaskToken>(&activity);
  return token != nullptr ? token->execution.workflow_id
                          : std::get<ActivityName>(activity).execution.workflow_id;
}

// What the messages about it are called by.
const std::string& SubjectOf(const AsyncActivityHandle::Activity& activity) {
  const auto* token = std::get_if<ActivityTaskToken>(&activity);
  return token != nullptr ? token->activity_type : std::get<ActivityName>(activity).activity_id;
}

}  // namespace

AsyncActivityHandle Client::GetAsyncActivityHandle(const std::string& task_token) {
  std::optional<ActivityTaskToken> token = protocol::ParseTaskToken(task_token);
  if (!token) throw ServiceError(protocol::BadTaskToken());
  return AsyncActivityHandle(*this, *std::move(token));
}

AsyncActivityHandle Client::GetAsyncActivityHandle(std::string workflow_id, std::string run_id,
                                                   std::string activity_id) {
  ActivityName name{
      .execution = {.workflow_id = std::move(workflow_id), .run_id = std::move(run_id)},
      .activity_id = std::move(activity_id)};
  return AsyncActivityHandle(*this, std::move(name));
}

template <class Request>
sim::Coro<typename Request::Response> AsyncActivityHandle::Send(Request request) const {
  request.identity = client_->identity();
  return client_->Call(sim::MakeMessage(std::move(request)), WorkflowIdOf(activity_),
                       SubjectOf(activity_));
}

sim::Coro<void> AsyncActivityHandle::SendHeartbeat(history::Payloads details) const {
  protocol::RecordActivityTaskHeartbeatResponse answer;
  if (const auto* token = std::get_if<ActivityTaskToken>(&activity_)) {
    protocol::RecordActivityTaskHeartbeatRequest request{.token = *token,
                                                         .details = std::move(details)};
    answer = co_await Send(std::move(request));
  } else {
    protocol::RecordActivityTaskHeartbeatByIdRequest request{
        .activity = std::get<ActivityName>(activity_), .details = std::move(details)};
    answer = co_await Send(std::move(request));
  }
  if (answer.cancel_requested) throw AsyncActivityCancelledError();
}

sim::Coro<void> AsyncActivityHandle::SendCompleted(history::Payloads result) const {
  if (const auto* token = std::get_if<ActivityTaskToken>(&activity_)) {
    protocol::RespondActivityTaskCompletedRequest request{.token = *token,
                                                          .result = std::move(result)};
    co_await Send(std::move(request));
  } else {
    protocol::RespondActivityTaskCompletedByIdRequest request{
        .activity = std::get<ActivityName>(activity_), .result = std::move(result)};
    co_await Send(std::move(request));
  }
}

sim::Coro<void> AsyncActivityHandle::SendFailed(history::FailurePtr failure) const {
  if (const auto* token = std::get_if<ActivityTaskToken>(&activity_)) {
    protocol::RespondActivityTaskFailedRequest request{.token = *token,
                                                       .failure = std::move(failure)};
    co_await Send(std::move(request));
  } else {
    protocol::RespondActivityTaskFailedByIdRequest request{
        .activity = std::get<ActivityName>(activity_), .failure = std::move(failure)};
    co_await Send(std::move(request));
  }
}

sim::Coro<void> AsyncActivityHandle::SendCanceled(history::Payloads details) const {
  if (const auto* token = std::get_if<ActivityTaskToken>(&activity_)) {
    protocol::RespondActivityTaskCanceledRequest request{.token = *token,
                                                         .details = std::move(details)};
    co_await Send(std::move(request));
  } else {
    protocol::RespondActivityTaskCanceledByIdRequest request{
        .activity = std::get<ActivityName>(activity_), .details = std::move(details)};
    co_await Send(std::move(request));
  }
}

}  // namespace groundhog::client
