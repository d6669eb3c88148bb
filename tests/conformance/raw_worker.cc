#include "tests/conformance/raw_worker.h"

#include <fmt/format.h>

#include "sim/kernel.h"

namespace groundhog::conformance {

using namespace std::chrono_literals;

namespace {

// A poll is no choice point, and is about nothing yet.
sim::CallOptions PollOptions(sim::Duration longest) { return {.deadline = longest}; }

}  // namespace

RawWorker::RawWorker(Stage& stage, const std::string& identity)
    : stage_(stage), identity_(identity), process_(stage.RawProcess(identity)) {}

std::string RawWorker::NewRequestId() { return fmt::format("{}-{}", identity_, ++requests_); }

sim::Coro<client::WorkflowHandle<nlohmann::json>> RawWorker::Start() {
  return Start(stage_.Options());
}

sim::Coro<client::WorkflowHandle<nlohmann::json>> RawWorker::Start(
    const client::StartOptions& options) {
  client::StartOptions with_timeout = options;
  if (options.task_timeout == history::Duration{0}) with_timeout.task_timeout = 10s;
  return stage_.client().Start(kRaw, with_timeout);
}

sim::Coro<WorkflowTask> RawWorker::Poll(sim::Duration longest) {
  const history::TaskQueue queue{.name = std::string(kQueue)};
  return PollQueue(queue, longest);
}

sim::Coro<WorkflowTask> RawWorker::PollSticky(sim::Duration longest) {
  const history::TaskQueue queue{.name = "raw-sticky",
                                 .kind = history::TaskQueueKind::kSticky,
                                 .normal_name = std::string(kQueue)};
  return PollQueue(queue, longest);
}

sim::Coro<WorkflowTask> RawWorker::PollQueue(const history::TaskQueue& queue,
                                             sim::Duration longest) {
  protocol::PollWorkflowTaskQueueRequest request{
      .task_queue = queue, .identity = identity_, .request_id = NewRequestId()};
  return Deliver(sim::MakeMessage(std::move(request)), sim::Label(), PollOptions(longest));
}

sim::Coro<ActivityTask> RawWorker::PollActivity(const std::string& queue, sim::Duration longest) {
  protocol::PollActivityTaskQueueRequest request{
      .task_queue = queue, .identity = identity_, .request_id = NewRequestId()};
  return Deliver(sim::MakeMessage(std::move(request)), sim::Label(), PollOptions(longest));
}

sim::Coro<void> RawWorker::CompleteNext() {
  const WorkflowTask task = co_await Poll();
  co_await Complete(task, CommandsOf(CompleteWorkflow()));
  co_await stage_.Result(stage_.Handle(stage_.name()));
  co_await stage_.Save();
}

protocol::RespondWorkflowTaskCompletedRequest RawWorker::Completion(
    const WorkflowTask& task, history::Commands commands) const {
  return {.token = task.token, .commands = std::move(commands), .identity = identity_};
}

sim::Coro<protocol::RespondWorkflowTaskCompletedResponse> RawWorker::Complete(
    const WorkflowTask& task, history::Commands commands) {
  const auto request = Completion(task, std::move(commands));
  return Send(request, task.token.execution.workflow_id);
}

sim::Coro<protocol::RespondWorkflowTaskCompletedResponse> RawWorker::CompleteSticky(
    const WorkflowTask& task, history::Commands commands) {
  auto request = Completion(task, std::move(commands));
  request.sticky_attributes = protocol::StickyAttributes{.worker_task_queue = "raw-sticky",
                                                         .schedule_to_start_timeout = 1s};
  return Send(request, task.token.execution.workflow_id);
}

sim::Coro<protocol::RespondWorkflowTaskFailedResponse> RawWorker::Fail(
    const WorkflowTask& task, history::WorkflowTaskFailedCause cause, const std::string& message) {
  const protocol::RespondWorkflowTaskFailedRequest request{
      .token = task.token,
      .cause = cause,
      .failure = ApplicationFailure(message, "RawError"),
      .identity = identity_};
  return Send(request, task.token.execution.workflow_id);
}

sim::Coro<protocol::RespondActivityTaskCompletedResponse> RawWorker::CompleteActivity(
    const ActivityTask& task, const std::string& text) {
  const protocol::RespondActivityTaskCompletedRequest request{
      .token = task.token, .result = Text(text), .identity = identity_};
  return Send(request, task.token.execution.workflow_id);
}

sim::Coro<protocol::RespondActivityTaskCanceledResponse> RawWorker::ReportCanceled(
    const ActivityTask& task, history::Payloads details) {
  const protocol::RespondActivityTaskCanceledRequest request{
      .token = task.token, .details = std::move(details), .identity = identity_};
  return Send(request, task.token.execution.workflow_id);
}

sim::Coro<protocol::RecordActivityTaskHeartbeatResponse> RawWorker::Heartbeat(
    const ActivityTask& task, history::Payloads details) {
  const protocol::RecordActivityTaskHeartbeatRequest request{
      .token = task.token, .details = std::move(details), .identity = identity_};
  return Send(request, task.token.execution.workflow_id);
}

}  // namespace groundhog::conformance
