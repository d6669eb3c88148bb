#include "runtime/client/client.h"

#include "runtime/history/user_metadata.h"

namespace groundhog::client {
namespace {

using history::WorkflowExecutionStatus;

history::FailurePtr PlainFailure(std::string message, history::FailureInfo info) {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = std::move(message), .info = std::move(info)});
}

// What the closing event means to whoever waited.
std::optional<Outcome> OutcomeOf(const history::HistoryEvent& event) {
  switch (TypeOf(event)) {
    case history::EventType::kWorkflowExecutionCompleted:
      return Outcome{.status = WorkflowExecutionStatus::kCompleted,
                     .result = history::As<history::WorkflowExecutionCompleted>(event)->result};
    case history::EventType::kWorkflowExecutionFailed:
      return Outcome{.status = WorkflowExecutionStatus::kFailed,
                     .failure = history::As<history::WorkflowExecutionFailed>(event)->failure};
    case history::EventType::kWorkflowExecutionTimedOut:
      return Outcome{
          .status = WorkflowExecutionStatus::kTimedOut,
          .failure = PlainFailure(
              "Workflow timed out",
              history::TimeoutFailureInfo{.timeout_type = history::TimeoutType::kStartToClose})};
    case history::EventType::kWorkflowExecutionCanceled:
      return Outcome{.status = WorkflowExecutionStatus::kCanceled,
                     .failure = PlainFailure("Workflow cancelled", history::CanceledFailureInfo{})};
    case history::EventType::kWorkflowExecutionTerminated: {
      const auto* terminated = history::As<history::WorkflowExecutionTerminated>(event);
      return Outcome{.status = WorkflowExecutionStatus::kTerminated,
                     .failure = PlainFailure(
                         terminated->reason,
                         history::TerminatedFailureInfo{.identity = terminated->identity})};
    }
    default:  // NOLINT: every other event leaves the run open
      return std::nullopt;
  }
}

// The run that follows the one which this event closes; empty if none does.
std::string NextRunOf(const history::HistoryEvent& event) {
  using namespace history;  // NOLINT(google-build-using-namespace): its event types
  if (const auto* e = As<WorkflowExecutionCompleted>(event)) return e->new_execution_run_id;
  if (const auto* e = As<WorkflowExecutionFailed>(event)) return e->new_execution_run_id;
  if (const auto* e = As<WorkflowExecutionTimedOut>(event)) return e->new_execution_run_id;
  if (const auto* e = As<WorkflowExecutionContinuedAsNew>(event)) return e->new_execution_run_id;
  return {};
}

}  // namespace

std::string Client::NewRequestId() {
  const std::uint64_t life = CombineHash(process_.name().hash(), process_.incarnation());
  const std::uint64_t call = CombineHash(life, ++requests_);
  return UuidText(call, MixBits(call));
}

history::Timestamp Client::Now() const {
  return history::FromUnixNanos(sim::ToUnixNanos(process_.kernel().now()));
}

protocol::StartWorkflowExecutionRequest Client::MakeStartRequest(std::string type,
                                                                 const StartOptions& options,
                                                                 history::Payloads input) {
  history::Shared<history::VersioningOverride> versioning_override;
  if (options.versioning_override) {
    versioning_override =
        history::MakeShared<history::VersioningOverride>(*options.versioning_override);
  }
  return protocol::StartWorkflowExecutionRequest{
      .workflow_id = options.id,
      .workflow_type = std::move(type),
      .task_queue = options.task_queue,
      .input = std::move(input),
      .workflow_execution_timeout = options.execution_timeout,
      .workflow_run_timeout = options.run_timeout,
      .workflow_task_timeout = options.task_timeout,
      .workflow_start_delay = options.start_delay,
      .identity = identity(),
      .request_id = options.request_id.empty() ? NewRequestId() : options.request_id,
      .id_reuse_policy = options.id_reuse_policy,
      .id_conflict_policy = options.id_conflict_policy,
      .retry_policy = options.retry_policy,
      .cron_schedule = options.cron_schedule,
      .memo = options.memo.fields(),
      .search_attributes = options.search_attributes.fields(),
      .header = HeaderOf(options.header),
      .user_metadata = history::MakeUserMetadata(options.static_summary, options.static_details),
      .versioning_override = std::move(versioning_override)};
}

void Client::PassOn(const protocol::StartWorkflowExecutionResponse& response,
                    const std::string& workflow_id) {
  if (response.eager_workflow_task == nullptr) return eager_worker_->Release();
  static constexpr sim::SymbolEntry kKind{protocol::PollWorkflowTaskQueueRequest::kName};
  static constexpr sim::SymbolEntry kStarted{"started"};
  const sim::Label label(sim::Symbol(kKind), process_.kernel().symbols().Intern(workflow_id),
                         sim::Symbol(kStarted), 1);
  eager_worker_->Run(*response.eager_workflow_task, label);
}

sim::Coro<Target> Client::StartUntyped(std::string type, StartOptions options,
                                       history::Payloads input) {
  protocol::StartWorkflowExecutionRequest start =
      MakeStartRequest(std::move(type), options, std::move(input));
  Target target{.workflow_id = options.id};
  if (options.start_signal) {
    const std::string& signal = options.start_signal->name();
    auto request = sim::MakeMessage(protocol::SignalWithStartWorkflowExecutionRequest{
        .start = std::move(start),
        .signal_name = signal,
        .signal_input = options.start_signal->input()});
    auto response = co_await Call(std::move(request), options.id, signal);
    target.result_run_id = std::move(response.run_id);
    target.first_execution_run_id = std::move(response.first_execution_run_id);
    co_return target;
  }
  const bool eager = options.request_eager_start && eager_worker_ != nullptr &&
                     eager_worker_->Reserve(options.task_queue);
  start.request_eager_execution = eager;
  auto request = sim::MakeMessage(std::move(start));
  protocol::StartWorkflowExecutionResponse response;
  try {
    response = co_await Call(std::move(request), options.id);
  } catch (const ServiceError&) {
    if (eager) eager_worker_->Release();
    throw;
  }
  if (eager) PassOn(response, options.id);
  target.result_run_id = std::move(response.run_id);
  target.first_execution_run_id = std::move(response.first_execution_run_id);
  co_return target;
}

sim::Coro<std::vector<protocol::WorkflowExecutionInfo>> Client::List(
    std::optional<WorkflowExecutionStatus> status) {
  std::string query;
  if (status) query = "ExecutionStatus = " + std::to_string(static_cast<int>(*status));
  WorkflowExecutionIterator found = ListWorkflows(std::move(query));
  co_return co_await found.Rest();
}

sim::Coro<Outcome> UntypedHandle::TryResult() const {
  protocol::WorkflowExecution run{.workflow_id = id(), .run_id = result_run_id()};
  for (;;) {
    auto request = sim::MakeMessage(protocol::GetWorkflowExecutionHistoryRequest{
        .execution = run, .wait_for_close_event = true});
    const auto response =
        co_await client_->Call(std::move(request), id(), "close", Client::kLongPoll);
    if (response.history.empty()) continue;  // the long poll ended without news
    if (std::string next = NextRunOf(response.history.back()); !next.empty()) {
      run.run_id = std::move(next);
      continue;
    }
    history::HistoryEvent last = response.history.back();
    Convert(client_->data_converter(), history::CodecDirection::kDecode, last);
    if (auto outcome = OutcomeOf(last)) co_return *std::move(outcome);
  }
}

sim::Coro<void> UntypedHandle::SendSignal(std::string name, history::Payloads input) const {
  auto request = sim::MakeMessage(
      protocol::SignalWorkflowExecutionRequest{.execution = execution(),
                                               .signal_name = name,
                                               .input = std::move(input),
                                               .header = client_->HeaderOf({}),
                                               .identity = client_->identity(),
                                               .request_id = client_->NewRequestId()});
  co_await client_->Call(std::move(request), id(), std::move(name));
}

sim::Coro<history::Payloads> UntypedHandle::AskQuery(std::string name, history::Payloads arguments,
                                                     QueryOptions options) const {
  auto request =
      sim::MakeMessage(protocol::QueryWorkflowRequest{.execution = execution(),
                                                      .query_type = name,
                                                      .arguments = std::move(arguments),
                                                      .header = client_->HeaderOf(options.header),
                                                      .reject_condition = options.reject_condition,
                                                      .timeout = options.rpc_timeout});
  protocol::QueryWorkflowResponse response;
  try {
    const sim::CallOptions call;
    response = co_await client_->Call(std::move(request), id(), std::move(name), call,
                                      options.rpc_timeout);
  } catch (const ServiceError& error) {
    if (error.status().code() != absl::StatusCode::kInvalidArgument) throw;
    throw WorkflowQueryFailedError(error.status());
  }
  if (response.rejected) throw WorkflowQueryRejectedError(*response.rejected);
  co_return std::move(response.result);
}

sim::Coro<std::string> UntypedHandle::SendReset(ResetOptions options) const {
  auto request = sim::MakeMessage(protocol::ResetWorkflowExecutionRequest{
      .execution = execution(),
      .reason = std::move(options.reason),
      .workflow_task_finish_event_id = options.workflow_task_finish_event_id,
      .request_id =
          options.request_id.empty() ? client_->NewRequestId() : std::move(options.request_id),
      .exclude_signals = options.exclude_signals,
      .exclude_updates = options.exclude_updates});
  auto response = co_await client_->Call(std::move(request), id());
  co_return std::move(response.run_id);
}

sim::Coro<void> UntypedHandle::PauseActivity(std::string activity_id, std::string reason) const {
  auto request =
      sim::MakeMessage(protocol::PauseActivityRequest{.activities = ActivityOf(activity_id),
                                                      .identity = client_->identity(),
                                                      .reason = std::move(reason)});
  co_await client_->Call(std::move(request), id(), std::move(activity_id));
}

sim::Coro<void> UntypedHandle::UnpauseActivity(std::string activity_id,
                                               UnpauseActivityOptions options) const {
  auto request = sim::MakeMessage(
      protocol::UnpauseActivityRequest{.activities = ActivityOf(activity_id),
                                       .identity = client_->identity(),
                                       .reset_attempts = options.reset_attempts,
                                       .reset_heartbeat = options.reset_heartbeat});
  co_await client_->Call(std::move(request), id(), std::move(activity_id));
}

sim::Coro<void> UntypedHandle::ResetActivity(std::string activity_id,
                                             ResetActivityOptions options) const {
  auto request = sim::MakeMessage(
      protocol::ResetActivityRequest{.activities = ActivityOf(activity_id),
                                     .identity = client_->identity(),
                                     .reset_heartbeat = options.reset_heartbeat,
                                     .keep_paused = options.keep_paused,
                                     .restore_original_options = options.restore_original_options});
  co_await client_->Call(std::move(request), id(), std::move(activity_id));
}

sim::Coro<void> UntypedHandle::SendUpdateActivityOptions(
    std::string activity_id, protocol::ActivityOptionsUpdate update) const {
  auto request =
      sim::MakeMessage(protocol::UpdateActivityOptionsRequest{.activities = ActivityOf(activity_id),
                                                              .identity = client_->identity(),
                                                              .options = std::move(update)});
  co_await client_->Call(std::move(request), id(), std::move(activity_id));
}

sim::Coro<void> UntypedHandle::Delete() const {
  auto request =
      sim::MakeMessage(protocol::DeleteWorkflowExecutionRequest{.execution = execution()});
  co_await client_->Call(std::move(request), id());
}

sim::Coro<void> UntypedHandle::Cancel() const {
  auto request = sim::MakeMessage(protocol::RequestCancelWorkflowExecutionRequest{
      .execution = execution(),
      .first_execution_run_id = first_execution_run_id(),
      .identity = client_->identity(),
      .request_id = client_->NewRequestId()});
  co_await client_->Call(std::move(request), id());
}

sim::Coro<void> UntypedHandle::SendTerminate(std::string reason, history::Payloads details) const {
  auto request = sim::MakeMessage(protocol::TerminateWorkflowExecutionRequest{
      .execution = execution(),
      .first_execution_run_id = first_execution_run_id(),
      .reason = std::move(reason),
      .details = std::move(details),
      .identity = client_->identity()});
  co_await client_->Call(std::move(request), id());
}

sim::Coro<protocol::DescribeWorkflowExecutionResponse> UntypedHandle::Describe() const {
  auto request =
      sim::MakeMessage(protocol::DescribeWorkflowExecutionRequest{.execution = execution()});
  co_return co_await client_->Call(std::move(request), id());
}

sim::Coro<history::EventHistory> UntypedHandle::FetchHistory() const {
  auto request =
      sim::MakeMessage(protocol::GetWorkflowExecutionHistoryRequest{.execution = execution()});
  auto response = co_await client_->Call(std::move(request), id());
  co_return std::move(response.history);
}

HistoryIterator UntypedHandle::FetchHistoryEvents(const HistoryOptions& options) const {
  return HistoryIterator(*client_, execution(), options);
}

sim::Coro<std::optional<history::HistoryEvent>> HistoryIterator::Next() {
  while (next_ == page_.size()) {
    if (ended_) co_return std::nullopt;
    co_await Fetch();
  }
  co_return page_[next_++];
}

sim::Coro<void> HistoryIterator::Fetch() {
  auto request = sim::MakeMessage(protocol::GetWorkflowExecutionHistoryRequest{
      .execution = run_, .first_event_id = seen_ + 1, .wait_new_event = options_.wait_new_event});
  auto response =
      co_await client_->Call(std::move(request), run_.workflow_id, "events", Client::kLongPoll);
  run_.run_id = std::move(response.run_id);
  page_ = std::move(response.history);
  next_ = 0;
  if (!page_.empty()) seen_ = page_.back().event_id;
  ended_ = !options_.wait_new_event || (!page_.empty() && history::IsClosing(TypeOf(page_.back())));
}

}  // namespace groundhog::client
