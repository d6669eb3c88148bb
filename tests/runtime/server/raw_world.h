// RawWorld: a server, and one process that says to it what a test's script says,
// by hand: client and worker in one.
//
//     RawWorld world;
//     world.Run([](RawWorld& w) -> sim::Coro<void> {
//       co_await w.Start("id");
//       const auto task = co_await w.Poll();
//       co_await w.Complete(task, CommandsOf(StartTimer("t1", 30s)));
//     });
//     CHECK(world.Lines("id") == …);
//
// Calls give what the network gives, StatusOr<Response>. What a call takes is a name or no
// aggregate (g++ 12 destroys temporaries of aggregate types twice in an expression that awaits).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/protocol/visibility.h"
#include "runtime/server/server.h"
#include "runtime/server/sites.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/recorded_choices.h"
#include "sim/store.h"
#include "tests/raw/commands.h"

namespace groundhog::server::testing {

using WorkflowTask = absl::StatusOr<protocol::PollWorkflowTaskQueueResponse>;
using ActivityTask = absl::StatusOr<protocol::PollActivityTaskQueueResponse>;

// What is said to who reports of an activity that is not pending any more.
inline constexpr const char* kActivityGone =
    "invalid activityID or activity already timed out or invoking workflow is completed";

// What a call came to.
void ExpectOk(const absl::Status& status);
void ExpectError(const absl::Status& status, absl::StatusCode code, const std::string& message);
template <class Response>
void ExpectOk(const absl::StatusOr<Response>& answer) {
  ExpectOk(answer.status());
}
template <class Response>
void ExpectError(const absl::StatusOr<Response>& answer, absl::StatusCode code,
                 const std::string& message) {
  ExpectError(answer.status(), code, message);
}

struct StartOptions {
  std::string request_id = {};
  std::string queue = kQueue;
  history::Duration task_timeout{0};
  history::Duration run_timeout{0};
  history::Duration execution_timeout{0};
  history::Duration start_delay{0};
  history::WorkflowIdReusePolicy reuse = {};
  history::WorkflowIdConflictPolicy conflict = {};
  std::optional<history::RetryPolicy> retry_policy = {};
  std::string cron = {};
  history::PayloadMap memo = {};
  history::PayloadMap search_attributes = {};
};

class RawWorld {
 public:
  using Script = std::function<sim::Coro<void>(RawWorld&)>;
  template <class Request>
  using Awaited = sim::Network::CallAwaiter<Request>;

  // Who the script says that it is, as a worker.
  std::string identity = "raw-1";

  RawWorld() : RawWorld(nullptr) {}
  // Without choices everything is uneventful.
  explicit RawWorld(sim::Choices* choices);

  // Runs the scripts side by side, all in the process "raw", until the simulation ends. What a
  // script throws fails the test.
  sim::SimulationEnd Run(Script script);
  sim::SimulationEnd Run(std::vector<Script> scripts);
  // The same in two parts, for a test that spawns by itself.
  void Prepare();
  sim::SimulationEnd RunToEnd();

  // From now on the script speaks of this namespace.
  void set_namespace(const std::string& name) {
    namespace_ = name.empty() ? sim::Symbol() : symbols_.Intern(name);
  }

  // ---- What a script may say; each is awaited ----
  // Any request, for which there is no word below.
  template <class Request>
  Awaited<Request> Send(Request request, const std::string& scope, const std::string& subject = "",
                        std::int32_t number = 0) {
    return SendLabelled(std::move(request), LabelOf(Request::kName, scope, subject, number));
  }
  auto Start(const std::string& workflow_id) {
    return Send(StartRequest(workflow_id, StartOptions{}), workflow_id);
  }
  auto Start(const std::string& workflow_id, const StartOptions& options) {
    return Send(StartRequest(workflow_id, options), workflow_id);
  }
  auto SignalWithStart(const std::string& workflow_id, const std::string& name,
                       const StartOptions& options, history::Payloads input = {}) {
    protocol::SignalWithStartWorkflowExecutionRequest request{
        .start = StartRequest(workflow_id, options),
        .signal_name = name,
        .signal_input = std::move(input)};
    return Send(std::move(request), workflow_id, name);
  }
  auto Signal(const std::string& workflow_id, const std::string& name,
              const std::string& request_id = "", history::Payloads input = {}) {
    protocol::SignalWorkflowExecutionRequest request{.execution = {.workflow_id = workflow_id},
                                                     .signal_name = name,
                                                     .input = std::move(input),
                                                     .identity = "client-1",
                                                     .request_id = request_id};
    return Send(std::move(request), workflow_id, name);
  }
  auto Cancel(const std::string& workflow_id) {
    protocol::RequestCancelWorkflowExecutionRequest request{
        .execution = {.workflow_id = workflow_id}, .identity = "client-1"};
    return Send(std::move(request), workflow_id);
  }
  auto Terminate(const std::string& workflow_id, const std::string& reason) {
    protocol::TerminateWorkflowExecutionRequest request{
        .execution = {.workflow_id = workflow_id}, .reason = reason, .identity = "client-1"};
    return Send(std::move(request), workflow_id);
  }
  auto Reset(const std::string& workflow_id, const std::string& run_id, history::EventId finish,
             const std::string& request_id = "") {
    protocol::ResetWorkflowExecutionRequest request{
        .execution = {.workflow_id = workflow_id, .run_id = run_id},
        .reason = "probe",
        .workflow_task_finish_event_id = finish,
        .request_id = request_id};
    return Send(std::move(request), workflow_id);
  }
  auto Delete(const std::string& workflow_id, const std::string& run_id = "") {
    protocol::DeleteWorkflowExecutionRequest request{
        .execution = {.workflow_id = workflow_id, .run_id = run_id}};
    return Send(std::move(request), workflow_id);
  }
  auto Describe(const std::string& workflow_id) {
    protocol::DescribeWorkflowExecutionRequest request{.execution = {.workflow_id = workflow_id}};
    return Send(std::move(request), workflow_id);
  }
  auto List(const std::string& query) {
    protocol::ListWorkflowExecutionsRequest request{.query = query};
    return Send(std::move(request), "");
  }
  auto ListAll(std::optional<history::WorkflowExecutionStatus> status = {}) {
    return List(status ? "ExecutionStatus = " + std::to_string(static_cast<int>(*status)) : "");
  }
  auto Count(const std::string& query) {
    protocol::CountWorkflowExecutionsRequest request{.query = query};
    return Send(std::move(request), "");
  }
  auto Query(const std::string& workflow_id, const std::string& type) {
    protocol::QueryWorkflowRequest request{.execution = {.workflow_id = workflow_id},
                                           .query_type = type};
    return Send(std::move(request), workflow_id, type);
  }
  auto History(const std::string& workflow_id, bool wait_for_close = false) {
    protocol::GetWorkflowExecutionHistoryRequest request{.execution = {.workflow_id = workflow_id},
                                                         .wait_for_close_event = wait_for_close};
    return SendLong(std::move(request),
                    LabelOf(protocol::GetWorkflowExecutionHistoryRequest::kName, workflow_id));
  }

  auto Poll(const std::string& queue = kQueue) {
    return SendLong(PollRequest(queue, false), sim::Label());
  }
  auto PollSticky(const std::string& queue = "raw-sticky") {
    return SendLong(PollRequest(queue, true), sim::Label());
  }
  auto Complete(const WorkflowTask& task, history::Commands commands = {}) {
    return SendFor(CompleteRequest(*Checked(task), std::move(commands)), *task);
  }
  // Asks for the next task on the sticky queue "raw-sticky".
  auto CompleteSticky(const WorkflowTask& task, history::Commands commands = {},
                      history::Duration schedule_to_start = std::chrono::seconds(1)) {
    protocol::RespondWorkflowTaskCompletedRequest request =
        CompleteRequest(*Checked(task), std::move(commands));
    request.sticky_attributes = protocol::StickyAttributes{
        .worker_task_queue = "raw-sticky", .schedule_to_start_timeout = schedule_to_start};
    return SendFor(std::move(request), *task);
  }
  auto CompleteForced(const WorkflowTask& task) {
    protocol::RespondWorkflowTaskCompletedRequest request = CompleteRequest(*Checked(task), {});
    request.force_create_new_workflow_task = true;
    return SendFor(std::move(request), *task);
  }
  // Also answers the queries that came with the task, all with this text.
  auto CompleteWithAnswers(const WorkflowTask& task, const std::string& text) {
    protocol::RespondWorkflowTaskCompletedRequest request = CompleteRequest(*Checked(task), {});
    for (const protocol::WorkflowQuery& query : task->queries) {
      request.query_results.push_back({.id = query.id, .answer = Text(text)});
    }
    return SendFor(std::move(request), *task);
  }
  auto Fail(const WorkflowTask& task,
            history::WorkflowTaskFailedCause cause =
                history::WorkflowTaskFailedCause::kWorkflowWorkerUnhandledFailure) {
    return SendFor(FailRequest(*Checked(task), cause), *task);
  }
  auto AnswerQuery(const WorkflowTask& task, const std::string& text) {
    protocol::RespondQueryTaskCompletedRequest request{
        .execution = Checked(task)->token.execution,
        .result = {.id = task->queries.at(0).id, .answer = Text(text)}};
    return SendFor(std::move(request), *task);
  }
  auto RefuseQuery(const WorkflowTask& task, const std::string& error) {
    protocol::RespondQueryTaskCompletedRequest request{
        .execution = Checked(task)->token.execution,
        .result = {.id = task->queries.at(0).id, .error = error}};
    return SendFor(std::move(request), *task);
  }
  auto ShutdownWorker(const std::string& sticky_queue = "raw-sticky") {
    protocol::ShutdownWorkerRequest request{.sticky_task_queue = sticky_queue,
                                            .identity = identity};
    return Send(std::move(request), "");
  }

  auto PollActivity(const std::string& queue = kQueue) {
    protocol::PollActivityTaskQueueRequest request{
        .task_queue = queue, .identity = identity, .request_id = NextRequestId()};
    return SendLong(std::move(request), sim::Label());
  }
  auto CompleteActivity(const ActivityTask& task, const std::string& text = "done") {
    protocol::RespondActivityTaskCompletedRequest request{
        .token = Checked(task)->token, .result = Text(text), .identity = identity};
    return SendFor(std::move(request), *task);
  }
  auto FailActivity(const ActivityTask& task, history::FailurePtr failure) {
    protocol::RespondActivityTaskFailedRequest request{
        .token = Checked(task)->token, .failure = std::move(failure), .identity = identity};
    return SendFor(std::move(request), *task);
  }
  auto ReportCanceled(const ActivityTask& task, history::Payloads details = {}) {
    protocol::RespondActivityTaskCanceledRequest request{
        .token = Checked(task)->token, .details = std::move(details), .identity = identity};
    return SendFor(std::move(request), *task);
  }
  auto Heartbeat(const ActivityTask& task, history::Payloads details = {}) {
    protocol::RecordActivityTaskHeartbeatRequest request{
        .token = Checked(task)->token, .details = std::move(details), .identity = identity};
    return SendFor(std::move(request), *task);
  }

  // A worker in another process, which may die.
  Awaited<protocol::PollWorkflowTaskQueueRequest> PollFrom(sim::Process& process) {
    return PollAs(process, PollRequest(kQueue, false));
  }
  Awaited<protocol::PollWorkflowTaskQueueRequest> PollStickyFrom(sim::Process& process) {
    return PollAs(process, PollRequest("raw-sticky", true));
  }
  sim::Process& AddProcess(const std::string& name);
  // A worker that waits for sticky tasks, and is to die before it gets one.
  sim::Process& AddStickyWorker(const std::string& name);

  auto Sleep(sim::Duration length) { return raw_->Sleep(length); }

  // A request that may be answered late; and an answer to a workflow
  // task that says more than commands.
  template <class Request>
  auto Say(const Request& request, const std::string& workflow_id,
           const std::string& subject = "") {
    return SendLong(Request(request), LabelOf(Request::kName, workflow_id, subject));
  }
  auto Report(const protocol::RespondWorkflowTaskCompletedRequest& request,
              const WorkflowTask& task) {
    return SendFor(protocol::RespondWorkflowTaskCompletedRequest(request), *Checked(task));
  }

  // ---- What a test looks at ----
  // The history of the current run, or of its n-th run (from 1), as history_lines.h writes it.
  std::vector<std::string> Lines(const std::string& workflow_id, std::size_t run = 0) const;
  const history::EventHistory& HistoryOf(const std::string& workflow_id, std::size_t run = 0) const;
  history::EventId CountEvents(const std::string& workflow_id, history::EventType type) const;
  // Seconds since the beginning.
  double SecondsOf(history::Timestamp time) const;
  double Now() const;

  protocol::RespondWorkflowTaskCompletedRequest CompleteRequest(
      const protocol::PollWorkflowTaskQueueResponse& task, history::Commands commands) const;

  sim::Kernel& kernel() { return kernel_; }
  sim::Process& server() { return *server_; }
  sim::Process& raw() { return *raw_; }
  const Durable& durable() const { return store_.contents(); }
  sim::SymbolTable& symbols() { return symbols_; }
  std::string NextRequestId() { return "poll-" + std::to_string(++polls_); }

 private:
  template <class Request>
  Awaited<Request> SendLabelled(Request request, const sim::Label& label,
                                sim::CallOptions options = {}) {
    CheckStates();
    options.part = namespace_;
    return network_.Call(*raw_, *server_, sim::MakeMessage(std::move(request)), label, options);
  }
  template <class Request>
  Awaited<Request> SendFor(Request request, const protocol::PollWorkflowTaskQueueResponse& task) {
    return Send(std::move(request), task.token.execution.workflow_id, NewsOf(task.history),
                task.attempt);
  }
  template <class Request>
  Awaited<Request> SendFor(Request request, const protocol::PollActivityTaskQueueResponse& task) {
    return Send(std::move(request), task.token.execution.workflow_id, task.token.activity_type,
                task.token.attempt);
  }
  template <class Request>
  Awaited<Request> SendLong(Request request, const sim::Label& label) {
    return SendLabelled(std::move(request), label,
                        {.deadline = std::chrono::seconds(70), .long_poll = true});
  }
  Awaited<protocol::PollWorkflowTaskQueueRequest> PollAs(
      sim::Process& process, protocol::PollWorkflowTaskQueueRequest request) {
    return network_.Call(process, *server_, sim::MakeMessage(std::move(request)), sim::Label(),
                         {.deadline = std::chrono::seconds(70), .long_poll = true});
  }
  // Whatever was asked before, the store says what the histories say (state_difference.h).
  // Histories that are long are left out, for the time that it takes.
  void CheckStates();
  // Throws if the poll brought none, which ends the script.
  template <class Task>
  static const Task* Checked(const absl::StatusOr<Task>& task) {
    return &task.value();
  }
  // The last event that is not about workflow tasks: what a task is for.
  static std::string NewsOf(const history::EventHistory& history);
  sim::Label LabelOf(std::string_view kind, const std::string& scope,
                     const std::string& subject = "", std::int32_t number = 0);

  static protocol::StartWorkflowExecutionRequest StartRequest(const std::string& workflow_id,
                                                              const StartOptions& options);
  protocol::PollWorkflowTaskQueueRequest PollRequest(const std::string& queue, bool sticky);
  protocol::RespondWorkflowTaskFailedRequest FailRequest(
      const protocol::PollWorkflowTaskQueueResponse& task,
      history::WorkflowTaskFailedCause cause) const;

  sim::SymbolTable symbols_;
  sim::RecordedChoices uneventful_;
  sim::Store<Durable> store_;
  sim::Kernel kernel_;
  sim::Network network_;
  sim::Process* server_ = nullptr;
  sim::Process* raw_ = nullptr;
  sim::Symbol namespace_;
  std::vector<std::int32_t> checked_;  // how often each run had been written when it was looked at
  bool differs_ = false;               // from its history, which was told
  int polls_ = 0;
};

// A worker takes the first task of a new run "w", keeps the run in its cache for so long, and dies.
sim::Coro<void> LoseWorker(RawWorld& w, sim::Duration lived);

}  // namespace groundhog::server::testing
