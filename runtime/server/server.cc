#include "runtime/server/server.h"

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"

namespace groundhog::server {
namespace {

// Passes the request on if it is a `Request`.
template <class Request>
bool Try(Engine& engine, sim::Incoming& incoming) {
  Request* request = incoming.As<Request>();
  if (request == nullptr) return false;
  Handle(engine, *request, incoming.TakeReply());
  return true;
}

template <class... Requests>
bool TryEach(Engine& engine, sim::Incoming& incoming) {
  return (Try<Requests>(engine, incoming) || ...);
}

// Most frequent first.
bool Dispatch(Engine& engine, sim::Incoming& incoming) {
  using namespace protocol;  // NOLINT(google-build-using-namespace): all of its requests
  return TryEach<PollActivityTaskQueueRequest, PollWorkflowTaskQueueRequest,
                 RespondWorkflowTaskCompletedRequest, RespondActivityTaskCompletedRequest,
                 StartWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest,
                 RespondActivityTaskFailedRequest, RecordActivityTaskHeartbeatRequest,
                 SignalWorkflowExecutionRequest, RespondWorkflowTaskFailedRequest,
                 RespondActivityTaskCanceledRequest, RequestCancelWorkflowExecutionRequest,
                 SignalWithStartWorkflowExecutionRequest, TerminateWorkflowExecutionRequest,
                 ResetWorkflowExecutionRequest, DeleteWorkflowExecutionRequest,
                 QueryWorkflowRequest, UpdateWorkflowExecutionRequest,
                 PollWorkflowExecutionUpdateRequest, ExecuteMultiOperationRequest,
                 RespondQueryTaskCompletedRequest, DescribeWorkflowExecutionRequest,
                 ListWorkflowExecutionsRequest, CountWorkflowExecutionsRequest,
                 ListArchivedWorkflowExecutionsRequest, RespondActivityTaskCompletedByIdRequest,
                 RespondActivityTaskFailedByIdRequest, RespondActivityTaskCanceledByIdRequest,
                 RecordActivityTaskHeartbeatByIdRequest, PauseActivityRequest,
                 UnpauseActivityRequest, ResetActivityRequest, UpdateActivityOptionsRequest,
                 StartBatchOperationRequest, DescribeBatchOperationRequest,
                 ListBatchOperationsRequest, StopBatchOperationRequest, ShutdownWorkerRequest,
                 CreateScheduleRequest, DescribeScheduleRequest, UpdateScheduleRequest,
                 PatchScheduleRequest, DeleteScheduleRequest, ListSchedulesRequest,
                 ListScheduleMatchingTimesRequest, UpdateWorkflowExecutionOptionsRequest,
                 SetWorkerDeploymentCurrentVersionRequest, SetWorkerDeploymentRampingVersionRequest,
                 DescribeWorkerDeploymentRequest, DescribeWorkerDeploymentVersionRequest,
                 ListWorkerDeploymentsRequest, DeleteWorkerDeploymentVersionRequest>(engine,
                                                                                     incoming);
}

// Passes the request on if it is about namespaces themselves.
template <class... Requests>
bool TryEachNamespace(Namespaces& namespaces, sim::Incoming& incoming) {
  const auto attempt = [&]<class Request>(Request* request) {
    if (request != nullptr) namespaces.Handle(*request, incoming.TakeReply());
    return request != nullptr;
  };
  return (attempt(incoming.As<Requests>()) || ...);
}

bool DispatchToNamespaces(Namespaces& namespaces, sim::Incoming& incoming) {
  using namespace protocol;  // NOLINT(google-build-using-namespace): as above
  return TryEachNamespace<RegisterNamespaceRequest, DescribeNamespaceRequest,
                          UpdateNamespaceRequest, ListNamespacesRequest>(namespaces, incoming);
}

}  // namespace

Server::Server(sim::Process& process, sim::Store<Durable>& store, const ServerOptions& options)
    : namespaces_(process, store, options) {}

void Server::Handle(sim::Incoming& request) {
  const std::string_view name = request.part().text();
  Engine* engine = name.empty() ? &namespaces_.usual() : namespaces_.Find(name);
  if (engine != nullptr && Dispatch(*engine, request)) return engine->EndStep();
  if (DispatchToNamespaces(namespaces_, request)) return namespaces_.usual().EndStep();
  if (engine == nullptr) {
    return request.TakeReply().Error(protocol::NamespaceNotFound(std::string(name)));
  }
  request.TakeReply().Error(absl::UnimplementedError("the server does not know this request"));
}

}  // namespace groundhog::server
