#include "runtime/server/server.h"

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
                 ListWorkflowExecutionsRequest, RespondActivityTaskCompletedByIdRequest,
                 RespondActivityTaskFailedByIdRequest, RespondActivityTaskCanceledByIdRequest,
                 RecordActivityTaskHeartbeatByIdRequest, PauseActivityRequest,
                 UnpauseActivityRequest, ResetActivityRequest, UpdateActivityOptionsRequest,
                 ShutdownWorkerRequest, CreateScheduleRequest, DescribeScheduleRequest,
                 UpdateScheduleRequest, PatchScheduleRequest, DeleteScheduleRequest,
                 ListSchedulesRequest, ListScheduleMatchingTimesRequest>(engine, incoming);
}

}  // namespace

Server::Server(sim::Process& process, sim::Store<Durable>& store) : engine_(process, store) {
  engine_.Recover();
}

void Server::Handle(sim::Incoming& request) {
  if (!Dispatch(engine_, request)) {
    request.TakeReply().Error(absl::UnimplementedError("the server does not know this request"));
    return;
  }
  engine_.EndStep();
}

}  // namespace groundhog::server
