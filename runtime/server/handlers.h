// One function for each request that the server takes, and for what it does by itself. Each stands
// in a file of its own, or with its group.
#pragma once

#include "runtime/protocol/activity_by_id.h"
#include "runtime/protocol/batch_operation.h"
#include "runtime/protocol/operate_activity.h"
#include "runtime/protocol/schedule.h"
#include "runtime/protocol/update_with_start.h"
#include "runtime/protocol/visibility.h"
#include "runtime/server/engine.h"
#include "sim/network.h"

namespace groundhog::server {

// Clients.
void Handle(Engine& engine, protocol::StartWorkflowExecutionRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ExecuteMultiOperationRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::SignalWorkflowExecutionRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::SignalWithStartWorkflowExecutionRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RequestCancelWorkflowExecutionRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::TerminateWorkflowExecutionRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ResetWorkflowExecutionRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::DeleteWorkflowExecutionRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::QueryWorkflowRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::UpdateWorkflowExecutionRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::PollWorkflowExecutionUpdateRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::DescribeWorkflowExecutionRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ListWorkflowExecutionsRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::CountWorkflowExecutionsRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ListArchivedWorkflowExecutionsRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::StartBatchOperationRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::StopBatchOperationRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::DescribeBatchOperationRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ListBatchOperationsRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::GetWorkflowExecutionHistoryRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::PauseActivityRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::UnpauseActivityRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ResetActivityRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::UpdateActivityOptionsRequest& request, sim::Reply reply);

// Schedules.
void Handle(Engine& engine, protocol::CreateScheduleRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::DescribeScheduleRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::UpdateScheduleRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::PatchScheduleRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::DeleteScheduleRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ListSchedulesRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::ListScheduleMatchingTimesRequest& request, sim::Reply reply);

// Worker deployments.
void Handle(Engine& engine, protocol::SetWorkerDeploymentCurrentVersionRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::SetWorkerDeploymentRampingVersionRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::DescribeWorkerDeploymentRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::DescribeWorkerDeploymentVersionRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::ListWorkerDeploymentsRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::DeleteWorkerDeploymentVersionRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::UpdateWorkflowExecutionOptionsRequest& request,
            sim::Reply reply);

// Workers.
void Handle(Engine& engine, protocol::PollWorkflowTaskQueueRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::RespondWorkflowTaskCompletedRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RespondWorkflowTaskFailedRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::RespondQueryTaskCompletedRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::PollActivityTaskQueueRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::RespondActivityTaskCompletedRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RespondActivityTaskFailedRequest& request, sim::Reply reply);
void Handle(Engine& engine, protocol::RespondActivityTaskCanceledRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RecordActivityTaskHeartbeatRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RespondActivityTaskCompletedByIdRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RespondActivityTaskFailedByIdRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RespondActivityTaskCanceledByIdRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::RecordActivityTaskHeartbeatByIdRequest& request,
            sim::Reply reply);
void Handle(Engine& engine, protocol::ShutdownWorkerRequest& request, sim::Reply reply);

// Hand out what there is, to whom there is.
void MatchWorkflowTasks(Engine& engine, WorkflowQueue& queue);
void MatchActivityTasks(Engine& engine, ActivityQueue& queue);

// What the worker gets of a task that is started. `sticky`: only the events since the last one.
protocol::PollWorkflowTaskQueueResponse MakeWorkflowTask(Engine& engine, Run& run, bool sticky);
protocol::PollActivityTaskQueueResponse MakeActivityTask(const RunStart& start,
                                                         const PendingActivity& activity);

// A worker's answer to a query.
void AnswerQuery(Engine& engine, protocol::WorkflowQueryResult result);
// Gives a query a task of its own. REQUIRES: the run has no workflow task.
void DispatchQuery(Engine& engine, std::uint64_t query_id);
// Tells its caller that no worker has taken it in time.
void TimeOutQuery(Engine& engine, std::uint64_t query_id);
// Sends the queries of a run on that were waiting for its workflow task,
// unless there is another one.
void ReleaseQueries(Engine& engine, RunIndex index);

// Gives who follows a run's history what has come since.
void TellHistoryWaiters(Engine& engine, Run& run);
void AnswerHistory(Engine& engine, const RunRecord& record, HistoryWaiter& waiter);

// A deadline has come. REQUIRES: it still means something.
void ComeUp(Engine& engine, const Deadline& deadline);

}  // namespace groundhog::server
