// Client: what a program outside of Temporal does: start, signal, query, update, cancel, terminate,
// describe, list, wait for a result, make schedules.
//
//     sim::Coro<void> Script(client::Client& client) {
//       const StartOptions start{.id = "pay-invoice-701", .task_queue = "TRANSFER_MONEY_TASK_QUEUE"};
//       const auto transfer = co_await client.Start(kMoneyTransfer, start, details);
//       const std::string text = co_await transfer.Result();
//     }
//
// Calls are messages: they are tried again after broken connections and silence, with the same
// request id, for as long as the script lives. What the server refuses is thrown as ServiceError; a
// workflow that did not complete as WorkflowFailedError (TryResult gives it as a value).
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>

#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/client/async_activity.h"
#include "runtime/client/schedule.h"
#include "runtime/client/update.h"
#include "runtime/client/visibility.h"
#include "runtime/history/converter.h"
#include "runtime/history/failure_text.h"
#include "runtime/history/header.h"
#include "runtime/history/memo.h"
#include "runtime/history/names.h"
#include "runtime/history/payload_codec.h"
#include "runtime/history/search_attributes.h"
#include "runtime/history/temporaries.h"
#include "runtime/protocol/errors.h"
#include "runtime/protocol/operate_activity.h"
#include "runtime/protocol/payloads.h"
#include "runtime/protocol/retry.h"
#include "runtime/protocol/workflow_service.h"
#include "sim/coro.h"
#include "sim/network.h"

namespace groundhog::client {

// The server's refusal: NotFound, AlreadyExists, InvalidArgument, …
class ServiceError : public std::runtime_error {
 public:
  explicit ServiceError(absl::Status status)
      : std::runtime_error(status.ToString()), status_(std::move(status)) {}
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
};

// The query's handler threw, or there is none; status().message() says it.
class WorkflowQueryFailedError : public ServiceError {
 public:
  using ServiceError::ServiceError;
};

// QueryOptions::reject_condition forbids to ask a run of this status.
class WorkflowQueryRejectedError : public std::runtime_error {
 public:
  explicit WorkflowQueryRejectedError(history::WorkflowExecutionStatus status)
      : std::runtime_error("Query rejected, status: " + std::to_string(static_cast<int>(status))),
        status_(status) {}
  history::WorkflowExecutionStatus status() const { return status_; }

 private:
  history::WorkflowExecutionStatus status_;
};

// The workflow ended otherwise than with a result.
class WorkflowFailedError : public std::runtime_error {
 public:
  WorkflowFailedError(history::WorkflowExecutionStatus status, history::FailurePtr failure)
      : std::runtime_error(std::string(NameOf(status)) + ": " + history::Describe(failure)),
        status_(status),
        failure_(std::move(failure)) {}
  history::WorkflowExecutionStatus status() const { return status_; }
  // As the history has it; of a terminated run: its reason; null if there is none.
  const history::FailurePtr& failure() const { return failure_; }

 private:
  history::WorkflowExecutionStatus status_;
  history::FailurePtr failure_;
};

// How a run ended.
struct Outcome {
  history::WorkflowExecutionStatus status = history::WorkflowExecutionStatus::kUnspecified;
  history::Payloads result = {};     // of a completed run
  history::FailurePtr failure = {};  // of any other
  bool completed() const { return status == history::WorkflowExecutionStatus::kCompleted; }
};

// A signal that goes with a start: `.start_signal = SignalCall(kAdd, 5)`.
class SignalCall {
 public:
  template <class... Args, class... Given>
  explicit SignalCall(SignalType<Args...> signal, const Given&... args)
      : name_(signal.name), input_{history::ToPayload(static_cast<const Args&>(args))...} {}
  const std::string& name() const { return name_; }
  const history::Payloads& input() const { return input_; }

 private:
  std::string name_;
  history::Payloads input_;
};

// Names and defaults as in Temporal's Python client (SEMANTICS f.2, recorded wft_queries).
struct QueryOptions {
  // Closed runs are asked too, unless this says otherwise.
  history::QueryRejectCondition reject_condition = history::QueryRejectCondition::kNone;
  // 0: for as long as the script lives; else a ServiceError, CANCELLED, says that it is over.
  history::Duration rpc_timeout{0};
  Header header = {};
};

// A new run that begins with a part of another one's history (SEMANTICS f.11).
struct ResetOptions {
  std::string reason = {};
  // The new run has the events before this one: a WorkflowTaskCompleted,
  // or what could have been one.
  history::EventId workflow_task_finish_event_id = 0;
  // What was said since then is said again to the new run, unless it is excluded.
  bool exclude_signals = false;
  bool exclude_updates = false;
  std::string request_id = {};  // empty: made up; Temporal's server does not go by it
};

struct UnpauseActivityOptions {
  bool reset_attempts = false;
  bool reset_heartbeat = false;
};
struct ResetActivityOptions {
  bool reset_heartbeat = false;
  bool keep_paused = false;
  bool restore_original_options = false;  // those with which it was scheduled
};

struct HistoryOptions {
  bool wait_new_event = false;  // go on with what comes, until the run is closed
};

struct StartOptions {
  std::string id = {};
  std::string task_queue = {};
  history::Duration execution_timeout{0};  // of the whole chain of runs; 0: none
  history::Duration run_timeout{0};        // of each run
  history::Duration task_timeout{0};       // 0: 10 s
  history::Duration start_delay{0};
  history::WorkflowIdReusePolicy id_reuse_policy = history::WorkflowIdReusePolicy::kAllowDuplicate;
  // Unspecified means FAIL, or USE_EXISTING with a start_signal.
  history::WorkflowIdConflictPolicy id_conflict_policy =
      history::WorkflowIdConflictPolicy::kUnspecified;
  std::optional<history::RetryPolicy> retry_policy = {};  // none: a failed run is not tried again
  std::string cron_schedule = {};                         // history/cron_schedule.h
  Memo memo = {};
  SearchAttributes search_attributes = {};
  std::string static_summary = {};  // for people: one line
  std::string static_details = {};
  Header header = {};  // of the start_signal too
  // Signal-with-start: for the running workflow, or for the one that is started.
  std::optional<SignalCall> start_signal = {};
  std::string request_id = {};  // empty: derived from the client's name and its calls so far
  // Where the run is to be, whatever its code says: history::PinTo(version),
  // history::AutoUpgradeOverride().
  std::optional<history::VersioningOverride> versioning_override = {};
  // The first task to a worker in the client's process (World::AddWorker with a script),
  // without a poll, if it has room.
  bool request_eager_start = false;
};

class Client;

// A worker in the client's own process: it may get the first task of a
// workflow with the answer to its start.
class EagerWorker {
 public:
  // Whether it has room for another task of that queue.
  virtual bool Reserve(const std::string& task_queue) = 0;
  virtual void Release() = 0;  // the task did not come
  virtual void Run(protocol::PollWorkflowTaskQueueResponse task, const sim::Label& label) = 0;

 protected:
  ~EagerWorker() = default;
};

// What a handle is about.
struct Target {
  std::string workflow_id = {};
  std::string run_id = {};                  // empty: whatever run is the current one
  std::string result_run_id = {};           // the run whose result is waited for; empty: as run_id
  std::string first_execution_run_id = {};  // if set, only this chain is cancelled and terminated
};

// The events of one run, in order.
//
//     const HistoryOptions follow{.wait_new_event = true};
//     auto events = handle.FetchHistoryEvents(follow);
//     while (const auto event = co_await events.Next()) …
class HistoryIterator {
 public:
  HistoryIterator(Client& client, protocol::WorkflowExecution run, const HistoryOptions& options)
      : client_(&client), run_(std::move(run)), options_(options) {}

  // Nothing when there is no further one.
  sim::Coro<std::optional<history::HistoryEvent>> Next();

 private:
  sim::Coro<void> Fetch();

  Client* client_;
  protocol::WorkflowExecution run_;
  HistoryOptions options_;
  history::EventHistory page_;
  std::size_t next_ = 0;       // in the page
  history::EventId seen_ = 0;  // the last event of the pages before
  bool ended_ = false;         // there is no page after this one
};

// A workflow execution as a client sees it. Copyable; lives no longer than its client.
//
// A handle that Start gave is about the chain of runs that it started: the result is that of the
// chain's last run, calls go to its current run, whatever it is by then. A handle made by
// Client::Handle is about the current run, or about the one it was asked for.
class UntypedHandle {
 public:
  UntypedHandle(Client& client, Target target) : client_(&client), target_(std::move(target)) {}

  Client& client() const { return *client_; }
  const std::string& id() const { return target_.workflow_id; }
  const std::string& run_id() const { return target_.run_id; }
  const std::string& result_run_id() const {
    return target_.result_run_id.empty() ? target_.run_id : target_.result_run_id;
  }
  const std::string& first_execution_run_id() const { return target_.first_execution_run_id; }

  // Waits until the run is closed, and the runs that follow it by continue-as-new, retry or cron.
  sim::Coro<Outcome> TryResult() const;
  template <class... Args>
  sim::Coro<void> Signal(SignalType<Args...> signal, Args... args) const {
    return SendSignal(std::string(signal.name), history::ToPayloads(args...));
  }
  // The arguments, or QueryOptions and the arguments.
  template <class R, class... Args>
  sim::Coro<R> Query(QueryType<R(Args...)> query, std::type_identity_t<Args>... args) const {
    return QueryResult<R>(AskQuery(std::string(query.name), history::ToPayloads(args...), {}));
  }
  template <class R, class... Args>
  sim::Coro<R> Query(QueryType<R(Args...)> query, const QueryOptions& options,
                     std::type_identity_t<Args>... args) const {
    return QueryResult<R>(AskQuery(std::string(query.name), history::ToPayloads(args...), options));
  }
  // Waits for the update's result (update.h). The arguments, or UpdateOptions and the arguments.
  template <class R, class... Args, class... Given>
  sim::Coro<R> Update(const UpdateType<R(Args...)>& type, Given&&... given) const {
    if constexpr (sizeof...(Given) == sizeof...(Args)) {
      const UpdateOptions options;
      return UpdateResult<R>(
          SendUpdateOf(type, UpdateStage::kCompleted, options, std::forward<Given>(given)...));
    } else {
      return UpdateResult<R>(
          SendUpdateOf(type, UpdateStage::kCompleted, std::forward<Given>(given)...));
    }
  }
  // Waits until the update is accepted, or as far as the options say.
  template <class R, class... Args, class... Given>
  sim::Coro<UpdateHandle<R>> StartUpdate(const UpdateType<R(Args...)>& type,
                                         const UpdateOptions& options, Given&&... args) const {
    return TypedUpdateHandle<R>(
        SendUpdateOf(type, options.wait_for, options, std::forward<Given>(args)...));
  }
  // Of an update that somebody sent before.
  template <class R, class... Args>
  UpdateHandle<R> GetUpdateHandle(const UpdateType<R(Args...)>&, std::string update_id) const {
    return UpdateHandle<R>(*client_, execution(), std::move(update_id));
  }
  sim::Coro<void> Cancel() const;
  template <class... Details>
  sim::Coro<void> Terminate(std::string reason = {}, const Details&... details) const {
    return SendTerminate(std::move(reason), history::ToPayloads(details...));
  }
  // The id of the new run.
  sim::Coro<std::string> Reset(const ResetOptions& options) const { return SendReset(options); }
  sim::Coro<std::string> Reset(const ResetOptions&& options) const = delete;  // bind it to a name
  // Terminates the run, if it is open. It can be found for another half minute;
  // then its id is as good as new.
  sim::Coro<void> Delete() const;
  // An activity that has not ended, by its id (protocol/operate_activity.h).
  // NotFound if there is none.
  sim::Coro<void> PauseActivity(std::string activity_id, std::string reason = {}) const;
  sim::Coro<void> UnpauseActivity(std::string activity_id,
                                  UnpauseActivityOptions options = {}) const;
  sim::Coro<void> ResetActivity(std::string activity_id, ResetActivityOptions options = {}) const;
  sim::Coro<void> UpdateActivityOptions(std::string activity_id,
                                        const protocol::ActivityOptionsUpdate& update) const {
    return SendUpdateActivityOptions(std::move(activity_id), update);
  }
  sim::Coro<void> UpdateActivityOptions(std::string activity_id,
                                        const protocol::ActivityOptionsUpdate&& update) const =
      delete;  // bind it to a name
  sim::Coro<protocol::DescribeWorkflowExecutionResponse> Describe() const;
  sim::Coro<history::EventHistory> FetchHistory() const;
  // One event after the other, of one run.
  HistoryIterator FetchHistoryEvents(const HistoryOptions& options = {}) const;

 protected:
  sim::Coro<void> SendSignal(std::string name, history::Payloads input) const;
  sim::Coro<history::Payloads> AskQuery(std::string name, history::Payloads arguments,
                                        QueryOptions options) const;
  template <class R>
  static sim::Coro<R> QueryResult(sim::Coro<history::Payloads> asked) {
    const history::Payloads answer = co_await asked;
    co_return history::ResultFromPayloads<R>(answer);
  }
  sim::Coro<void> SendTerminate(std::string reason, history::Payloads details) const;
  sim::Coro<std::string> SendReset(ResetOptions options) const;
  sim::Coro<void> SendUpdateActivityOptions(std::string activity_id,
                                            protocol::ActivityOptionsUpdate update) const;
  protocol::ActivitySelection ActivityOf(std::string activity_id) const {
    return {.execution = execution(), .activity_id = std::move(activity_id)};
  }
  protocol::WorkflowExecution execution() const {
    return {.workflow_id = target_.workflow_id, .run_id = target_.run_id};
  }
  template <class R, class... Args, class... Given>
  sim::Coro<UntypedUpdateHandle> SendUpdateOf(const UpdateType<R(Args...)>& type, UpdateStage stage,
                                              const UpdateOptions& options, Given&&... args) const {
    auto request = MakeUpdateRequest(*client_, type, stage, options, std::forward<Given>(args)...);
    request.execution = execution();
    request.first_execution_run_id = first_execution_run_id();
    return SendUpdate(*client_, std::move(request));
  }

  Client* client_;
  Target target_;
};

template <class R>
class WorkflowHandle : public UntypedHandle {
 public:
  using UntypedHandle::UntypedHandle;

  // The result, or throws WorkflowFailedError.
  sim::Coro<R> Result() const {
    const Outcome outcome = co_await TryResult();
    if (!outcome.completed()) throw WorkflowFailedError(outcome.status, outcome.failure);
    if constexpr (!std::is_void_v<R>) co_return history::ResultFromPayloads<R>(outcome.result);
  }
};

class Client {
 public:
  Client(sim::Process& process, sim::Network& network, sim::Process& server)
      : process_(process), network_(network), server_(server) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // From now on all calls are about this namespace (namespaces.h).
  // Without it they are about "default".
  void set_namespace(std::string_view name) {
    namespace_ = process_.kernel().symbols().Intern(name);
  }

  template <class R, class... Args, class... Given>
  sim::Coro<WorkflowHandle<R>> Start(const WorkflowType<R(Args...)>& type,
                                     const StartOptions& options, const Given&... args) {
    static_assert(std::is_invocable_v<void (*)(Args...), const Given&...>,
                  "the arguments do not fit the workflow's WorkflowType");
    return StartTyped<R>(std::string(type.name), options,
                         history::Payloads{history::ToPayload(static_cast<const Args&>(args))...});
  }
  // For UpdateWithStart. Nothing is sent yet.
  template <class R, class... Args, class... Given>
  WithStartOperation<R> WithStart(const WorkflowType<R(Args...)>& type, const StartOptions& options,
                                  const Given&... args) {
    static_assert(std::is_invocable_v<void (*)(Args...), const Given&...>,
                  "the arguments do not fit the workflow's WorkflowType");
    return WithStartOperation<R>(
        MakeStartRequest(std::string(type.name), options,
                         history::Payloads{history::ToPayload(static_cast<const Args&>(args))...}));
  }
  // Starts the workflow if need be, updates it,
  // and waits for the update's result (update.h): one call.
  template <class W, class R, class... Args, class... Given>
  sim::Coro<R> UpdateWithStart(const WithStartOperation<W>& start,
                               const UpdateType<R(Args...)>& type, Given&&... given) {
    if constexpr (sizeof...(Given) == sizeof...(Args)) {
      const UpdateOptions options;
      return UpdateResult<R>(SendWithStart(start, type, UpdateStage::kCompleted, options,
                                           std::forward<Given>(given)...));
    } else {
      return UpdateResult<R>(
          SendWithStart(start, type, UpdateStage::kCompleted, std::forward<Given>(given)...));
    }
  }
  template <class W, class R, class... Args, class... Given>
  sim::Coro<UpdateHandle<R>> StartUpdateWithStart(const WithStartOperation<W>& start,
                                                  const UpdateType<R(Args...)>& type,
                                                  const UpdateOptions& options, Given&&... args) {
    return TypedUpdateHandle<R>(
        SendWithStart(start, type, options.wait_for, options, std::forward<Given>(args)...));
  }
  // Of a workflow that somebody started before: its current run, or the one that is named.
  template <class R, class... Args>
  WorkflowHandle<R> Handle(const WorkflowType<R(Args...)>&, std::string workflow_id,
                           std::string run_id = {}) {
    return WorkflowHandle<R>(
        *this, Target{.workflow_id = std::move(workflow_id), .run_id = std::move(run_id)});
  }
  // Of an activity that is open (async_activity.h): by its task token, or by its name. Without a
  // run id it is the current run's. Throws ServiceError if it is no token.
  AsyncActivityHandle GetAsyncActivityHandle(const std::string& task_token);
  AsyncActivityHandle GetAsyncActivityHandle(std::string workflow_id, std::string run_id,
                                             std::string activity_id);
  // Executions found by a list filter (visibility.h), all of them if it is empty;
  // and how many there are.
  WorkflowExecutionIterator ListWorkflows(std::string query = {}, const ListOptions& options = {});
  sim::Coro<WorkflowExecutionCount> CountWorkflows(std::string query = {});
  // Those that are archived; INVALID_ARGUMENT if the namespace archives none.
  WorkflowExecutionIterator ListArchivedWorkflows(std::string query = {},
                                                  const ListOptions& options = {});
  // The same in short: all, or those of one status.
  sim::Coro<std::vector<protocol::WorkflowExecutionInfo>> List(
      std::optional<history::WorkflowExecutionStatus> status = std::nullopt);

  // ALREADY_EXISTS if there is one with this id (schedule.h).
  sim::Coro<ScheduleHandle> CreateSchedule(std::string id, const Schedule& schedule) {
    return SendCreateSchedule(std::move(id), schedule, {});
  }
  template <class Given, class Options>
  sim::Coro<ScheduleHandle> CreateSchedule(std::string id, Given&& schedule, Options&& options) {
    RefuseUnsafeTemporaries<Given, Options>();
    return SendCreateSchedule(std::move(id), std::forward<Given>(schedule),
                              std::forward<Options>(options));
  }
  // Bind it to a name.
  sim::Coro<ScheduleHandle> CreateSchedule(std::string id, const Schedule&& schedule) = delete;
  ScheduleHandle GetScheduleHandle(std::string id) { return ScheduleHandle(*this, std::move(id)); }
  sim::Coro<std::vector<protocol::ScheduleListEntry>> ListSchedules();

  // The worker lives at least as long.
  void set_eager_worker(EagerWorker& worker) { eager_worker_ = &worker; }

  // The same as its workers'. What it throws, the call throws.
  void set_data_converter(history::DataConverter converter) {
    data_converter_ = std::move(converter);
  }
  const history::DataConverter& data_converter() const { return data_converter_; }

  // From now on it goes with all starts, signals, queries and updates. A call's own options have
  // the last word: nullptr takes a field away.
  void set_header(Header header) { header_ = std::move(header); }
  // What goes with a call whose options say this.
  history::PayloadMap HeaderOf(const Header& given) const {
    if (header_.empty()) return given.fields();
    history::PayloadMap header = header_.fields();
    history::Merge(header, given.fields());
    return header;
  }

  sim::Process& process() { return process_; }
  sim::Process::SleepAwaiter Sleep(sim::Duration length) { return process_.Sleep(length); }
  history::Timestamp Now() const;

  // For requests that the server keeps until there is something to tell.
  static constexpr sim::CallOptions kLongPoll{.deadline = std::chrono::seconds(70),
                                              .long_poll = true};

  // Sends the request until the server answers; throws ServiceError for its refusals, and when
  // `rpc_timeout`, if it is not 0, is over.
  template <class Request>
  sim::Coro<typename Request::Response> Call(std::unique_ptr<sim::MessageOf<Request>> request,
                                             std::string workflow_id, std::string subject = {},
                                             sim::CallOptions options = {},
                                             history::Duration rpc_timeout = {});
  std::string NewRequestId();
  std::string identity() const { return std::string(process_.name().text()); }

 private:
  protocol::StartWorkflowExecutionRequest MakeStartRequest(std::string type,
                                                           const StartOptions& options,
                                                           history::Payloads input);
  template <class W, class R, class... Args, class... Given>
  sim::Coro<UntypedUpdateHandle> SendWithStart(const WithStartOperation<W>& start,
                                               const UpdateType<R(Args...)>& type,
                                               UpdateStage stage, const UpdateOptions& options,
                                               Given&&... args) {
    protocol::ExecuteMultiOperationRequest request{
        .start = start.request(),
        .update = MakeUpdateRequest(*this, type, stage, options, std::forward<Given>(args)...)};
    return SendUpdateWithStart(*this, std::move(request));
  }
  // To the worker, or its room is given back.
  void PassOn(const protocol::StartWorkflowExecutionResponse& response,
              const std::string& workflow_id);
  sim::Coro<ScheduleHandle> SendCreateSchedule(std::string id, Schedule schedule,
                                               CreateScheduleOptions options);
  sim::Coro<Target> StartUntyped(std::string type, StartOptions options, history::Payloads input);
  template <class R>
  sim::Coro<WorkflowHandle<R>> StartTyped(std::string type, StartOptions options,
                                          history::Payloads input) {
    Target target = co_await StartUntyped(std::move(type), std::move(options), std::move(input));
    co_return WorkflowHandle<R>(*this, std::move(target));
  }

  sim::Process& process_;
  sim::Network& network_;
  sim::Process& server_;
  sim::Symbol namespace_;
  EagerWorker* eager_worker_ = nullptr;  // null: there is none in this process
  std::uint64_t requests_ = 0;
  history::DataConverter data_converter_;
  Header header_;
};

template <class Request>
sim::Coro<typename Request::Response> Client::Call(std::unique_ptr<sim::MessageOf<Request>> request,
                                                   std::string workflow_id, std::string subject,
                                                   sim::CallOptions options,
                                                   history::Duration rpc_timeout) {
  static constexpr sim::SymbolEntry kKind{Request::kName};
  sim::SymbolTable& symbols = process_.kernel().symbols();
  const sim::Label label(sim::Symbol(kKind), symbols.Intern(workflow_id), symbols.Intern(subject),
                         0);
  options.part = namespace_;
  const bool limited = rpc_timeout.count() != 0;
  const sim::Time end = process_.kernel().now() + rpc_timeout;
  protocol::CallBackoff backoff;
  if (data_converter_) protocol::ConvertRequest(data_converter_, request->value);
  for (;;) {
    if (limited) options.deadline = end - process_.kernel().now();
    auto copy = std::make_unique<sim::MessageOf<Request>>(*request);
    absl::StatusOr<typename Request::Response> response =
        co_await network_.Call(process_, server_, std::move(copy), label, options);
    if (response.ok()) {
      if (data_converter_) protocol::ConvertResponse(data_converter_, *response);
      co_return *std::move(response);
    }
    const sim::Duration left = end - process_.kernel().now();
    if (limited && left.count() <= 0) throw ServiceError(protocol::TimeoutExpired());
    // The server's own patience counts as well, where the caller's is limited.
    const bool gives_up =
        limited && response.status().code() == absl::StatusCode::kDeadlineExceeded;
    if (gives_up || !protocol::IsRetryable(response.status())) {
      throw ServiceError(response.status());
    }
    const sim::Duration next = backoff.Next();
    const sim::Duration wait = limited ? std::min(next, left) : next;
    co_await process_.Sleep(wait);
  }
}

}  // namespace groundhog::client
