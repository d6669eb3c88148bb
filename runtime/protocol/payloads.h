// Which payloads of a client's requests and answers a data converter changes (payload_codec.h).
//
// What has no overload has none. Histories that are fetched stay as the server has them.
#pragma once

#include <variant>

#include "runtime/history/payload_codec.h"
#include "runtime/protocol/activity_by_id.h"
#include "runtime/protocol/batch_operation.h"
#include "runtime/protocol/schedule.h"
#include "runtime/protocol/update_with_start.h"
#include "runtime/protocol/update_workflow.h"
#include "runtime/protocol/visibility.h"
#include "runtime/protocol/workflow_service.h"

namespace groundhog::protocol {

template <class Convert>
void ForEachPayload(StartWorkflowExecutionRequest& request, const Convert& convert) {
  convert(request.input);
  convert(request.memo);
}
template <class Convert>
void ForEachPayload(SignalWithStartWorkflowExecutionRequest& request, const Convert& convert) {
  ForEachPayload(request.start, convert);
  convert(request.signal_input);
}
template <class Convert>
void ForEachPayload(SignalWorkflowExecutionRequest& request, const Convert& convert) {
  convert(request.input);
}
template <class Convert>
void ForEachPayload(TerminateWorkflowExecutionRequest& request, const Convert& convert) {
  convert(request.details);
}
template <class Convert>
void ForEachPayload(QueryWorkflowRequest& request, const Convert& convert) {
  convert(request.arguments);
}
template <class Convert>
void ForEachPayload(QueryWorkflowResponse& response, const Convert& convert) {
  convert(response.result);
}
template <class Convert>
void ForEachPayload(UpdateWorkflowExecutionRequest& request, const Convert& convert) {
  convert(request.request);
}
template <class Convert>
void ForEachPayload(UpdateWorkflowExecutionResponse& response, const Convert& convert) {
  convert(response.outcome);
}
template <class Convert>
void ForEachPayload(ExecuteMultiOperationRequest& request, const Convert& convert) {
  ForEachPayload(request.start, convert);
  ForEachPayload(request.update, convert);
}
template <class Convert>
void ForEachPayload(ExecuteMultiOperationResponse& response, const Convert& convert) {
  ForEachPayload(response.update, convert);
}
template <class Convert>
void ForEachPayload(DescribeWorkflowExecutionResponse& response, const Convert& convert) {
  convert(response.info.memo);
  for (PendingActivityInfo& activity : response.pending_activities) {
    convert(activity.heartbeat_details);
    convert(activity.last_failure);
  }
}
template <class Convert>
void ForEachPayload(ListWorkflowExecutionsResponse& response, const Convert& convert) {
  for (WorkflowExecutionInfo& info : response.executions) convert(info.memo);
}

template <class Convert>
void ForEachPayload(StartBatchOperationRequest& request, const Convert& convert) {
  if (auto* signal = std::get_if<BatchOperationSignal>(&request.operation)) convert(signal->input);
}

// Of schedules: what their runs are started with, and their memos.
template <class Convert>
void ForEachPayload(ScheduleAction& action, const Convert& convert) {
  convert(action.input);
  convert(action.memo);
}
template <class Convert>
void ForEachPayload(CreateScheduleRequest& request, const Convert& convert) {
  ForEachPayload(request.schedule.action, convert);
  convert(request.memo);
}
template <class Convert>
void ForEachPayload(UpdateScheduleRequest& request, const Convert& convert) {
  ForEachPayload(request.schedule.action, convert);
}
template <class Convert>
void ForEachPayload(DescribeScheduleResponse& response, const Convert& convert) {
  ForEachPayload(response.schedule.action, convert);
  convert(response.memo);
}
template <class Convert>
void ForEachPayload(ListSchedulesResponse& response, const Convert& convert) {
  for (ScheduleListEntry& entry : response.schedules) convert(entry.memo);
}

// About an activity, by its token or by its name.
template <class Request, class Convert>
requires requires(Request& request) {
  request.result;
  request.identity;
}
void ForEachPayload(Request& request, const Convert& convert) { convert(request.result); }
template <class Request, class Convert>
requires requires(Request& request) {
  request.failure;
  request.last_heartbeat_details;
}
void ForEachPayload(Request& request, const Convert& convert) {
  convert(request.failure);
  convert(request.last_heartbeat_details);
}
template <class Request, class Convert>
requires requires(Request& request) {
  request.details;
  request.identity;
}
void ForEachPayload(Request& request, const Convert& convert) { convert(request.details); }

template <class Message>
void ConvertMessage(const history::DataConverter& converter, history::CodecDirection direction,
                    Message& message) {
  const auto convert = [&](auto& value) { history::Convert(converter, direction, value); };
  if constexpr (requires { ForEachPayload(message, convert); }) ForEachPayload(message, convert);
}
template <class Request>
void ConvertRequest(const history::DataConverter& converter, Request& request) {
  ConvertMessage(converter, history::CodecDirection::kEncode, request);
}
template <class Response>
void ConvertResponse(const history::DataConverter& converter, Response& response) {
  ConvertMessage(converter, history::CodecDirection::kDecode, response);
}

}  // namespace groundhog::protocol
