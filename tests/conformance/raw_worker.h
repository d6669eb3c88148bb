// RawWorker: a worker driven by hand, "raw-1": it polls and answers by plain calls, so that a task
// can be held, answered late, twice, or with bad commands.
//
//     RawWorker raw(stage);
//     const auto handle = co_await raw.Start();
//     const auto task = co_await raw.Poll();
//     co_await raw.Complete(task, CommandsOf(StartTimer("t1", 30s)));
//
// No call is tried again: what the server refuses is thrown as client::ServiceError, a poll that
// brings nothing within 15 s too. Bind requests and tasks to a name (g++ 12).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/history/command.h"
#include "runtime/history/enums.h"
#include "runtime/history/temporaries.h"
#include "runtime/protocol/workflow_service.h"
#include "sim/network.h"
#include "tests/conformance/stage.h"
#include "tests/raw/commands.h"

namespace groundhog::conformance {

using server::testing::Activity;
using server::testing::ApplicationFailure;
using server::testing::CancelActivity;
using server::testing::CancelTimer;
using server::testing::CommandsOf;
using server::testing::CompleteWorkflow;
using server::testing::FailWorkflow;
using server::testing::StartTimer;
using server::testing::Step;
using server::testing::Text;

using WorkflowTask = protocol::PollWorkflowTaskQueueResponse;
using ActivityTask = protocol::PollActivityTaskQueueResponse;

inline constexpr WorkflowType<nlohmann::json()> kRaw{"Raw"};

class RawWorker {
 public:
  explicit RawWorker(Stage& stage, const std::string& identity = "raw-1");

  // Starts a workflow of type Raw, with the scenario's name as id, or as the options say.
  sim::Coro<client::WorkflowHandle<nlohmann::json>> Start();
  sim::Coro<client::WorkflowHandle<nlohmann::json>> Start(const client::StartOptions& options);

  sim::Coro<WorkflowTask> Poll(sim::Duration longest = std::chrono::seconds(15));
  sim::Coro<WorkflowTask> PollSticky(sim::Duration longest = std::chrono::seconds(15));
  sim::Coro<WorkflowTask> PollQueue(const history::TaskQueue& queue,
                                    sim::Duration longest = std::chrono::seconds(15));
  sim::Coro<ActivityTask> PollActivity(const std::string& queue = std::string(kQueue),
                                       sim::Duration longest = std::chrono::seconds(15));

  sim::Coro<protocol::RespondWorkflowTaskCompletedResponse> Complete(
      const WorkflowTask& task, history::Commands commands = {});
  // Asks for the next task on the sticky queue "raw-sticky", for at most 1 s.
  sim::Coro<protocol::RespondWorkflowTaskCompletedResponse> CompleteSticky(
      const WorkflowTask& task, history::Commands commands = {});
  // The next task completes the workflow; keeps its result and its history.
  sim::Coro<void> CompleteNext();
  // What Complete would send, to be changed and sent.
  protocol::RespondWorkflowTaskCompletedRequest Completion(const WorkflowTask& task,
                                                           history::Commands commands = {}) const;
  sim::Coro<protocol::RespondWorkflowTaskFailedResponse> Fail(
      const WorkflowTask& task,
      history::WorkflowTaskFailedCause cause =
          history::WorkflowTaskFailedCause::kWorkflowWorkerUnhandledFailure,
      const std::string& message = "raw failure");

  sim::Coro<protocol::RespondActivityTaskCompletedResponse> CompleteActivity(
      const ActivityTask& task, const std::string& text = "done");
  sim::Coro<protocol::RespondActivityTaskCanceledResponse> ReportCanceled(
      const ActivityTask& task, history::Payloads details = {});
  sim::Coro<protocol::RecordActivityTaskHeartbeatResponse> Heartbeat(
      const ActivityTask& task, history::Payloads details = {});

  // Any request.
  template <class Request>
  sim::Coro<typename std::decay_t<Request>::Response> Send(Request&& request,
                                                           const std::string& workflow_id,
                                                           sim::CallOptions options = {}) {
    RefuseUnsafeTemporaries<Request>();
    return Deliver(sim::MakeMessage(std::decay_t<Request>(request)), LabelOf(request, workflow_id),
                   options);
  }
  const std::string& identity() const { return identity_; }
  std::string NewRequestId();

 private:
  template <class Request>
  sim::Label LabelOf(const Request&, const std::string& workflow_id) {
    static constexpr sim::SymbolEntry kKind{Request::kName};
    sim::SymbolTable& symbols = process_.kernel().symbols();
    return sim::Label(sim::Symbol(kKind), symbols.Intern(workflow_id), sim::Symbol(), 0);
  }
  template <class Request>
  sim::Coro<typename Request::Response> Deliver(std::unique_ptr<sim::MessageOf<Request>> request,
                                                sim::Label label, sim::CallOptions options) {
    absl::StatusOr<typename Request::Response> response = co_await stage_.world().network().Call(
        process_, stage_.world().server(), std::move(request), label, options);
    if (!response.ok()) throw client::ServiceError(response.status());
    co_return *std::move(response);
  }

  Stage& stage_;
  std::string identity_;
  sim::Process& process_;
  int requests_ = 0;
};

}  // namespace groundhog::conformance
