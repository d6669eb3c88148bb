// The errors that Temporal's server answers with, as gRPC code and text. One place for the texts,
// because users match on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/status.h>

namespace groundhog::protocol {

// SEMANTICS d.4, recorded README 2 and 14.
inline absl::Status WorkflowTaskNotFound() {
  return absl::NotFoundError("Workflow task not found.");
}
// Recorded README 13.
inline absl::Status ActivityTaskNotFound() {
  return absl::NotFoundError(
      "invalid activityID or activity already timed out or invoking workflow is completed");
}
inline absl::Status WorkflowAlreadyCompleted() {
  return absl::NotFoundError("workflow execution already completed");
}
inline absl::Status ActivityIdNotFound(const std::string& activity_id) {
  return absl::NotFoundError("cannot find pending activity with ActivityID " + activity_id +
                             ", check workflow execution history for more details");
}
inline absl::Status ActivityNotFound() { return absl::NotFoundError("Activity not found."); }
inline absl::Status BadTaskToken() {
  return absl::InvalidArgumentError("Error deserializing task token.");
}
// SEMANTICS d.3.
inline absl::Status WorkflowClosing() {
  return absl::ResourceExhaustedError(
      "workflow operation can not be applied because workflow is closing");
}

inline absl::Status BehaviorWithoutDeployment() {
  return absl::InvalidArgumentError(
      "versioning behavior cannot be specified without deployment options being set with "
      "versioned mode");
}

// Recorded sig_closed_or_unknown.
inline absl::Status WorkflowNotFound(const std::string& workflow_id) {
  return absl::NotFoundError("workflow not found for ID: " + workflow_id);
}
// The current run does not belong to the chain that was meant.
inline absl::Status WorkflowExecutionNotFound() {
  return absl::NotFoundError("workflow execution not found");
}
// SEMANTICS f.10.
inline absl::Status WorkflowAlreadyRunning(const std::string& workflow_id,
                                           const std::string& run_id) {
  return absl::AlreadyExistsError("Workflow execution is already running. WorkflowId: " +
                                  workflow_id + ", RunId: " + run_id + ".");
}
inline absl::Status WorkflowAlreadyFinished(const std::string& workflow_id,
                                            const std::string& run_id) {
  return absl::AlreadyExistsError(
      "Workflow execution already finished. WorkflowId: " + workflow_id + ", RunId: " + run_id +
      ". Workflow Id reuse policy: reject duplicate workflow Id.");
}
inline absl::Status WorkflowAlreadyFinishedSuccessfully(const std::string& workflow_id,
                                                        const std::string& run_id) {
  return absl::AlreadyExistsError(
      "Workflow execution already finished successfully. WorkflowId: " + workflow_id + ", RunId: " +
      run_id + ". Workflow Id reuse policy: allow duplicate workflow Id if last run failed.");
}
// A commit failed, or nobody knows whether it did: whoever asked asks again.
inline absl::Status ShardReloading() {
  return absl::UnavailableError("shard status unknown: it is being reloaded, try again");
}
// SEMANTICS f.1, i.
inline absl::Status TooManySignals() {
  return absl::InvalidArgumentError("exceeded workflow execution limit for signal events");
}
// SEMANTICS c.4.
inline absl::Status ActivityCancelNotRequested() {
  return absl::InvalidArgumentError(
      "unable to mark activity as canceled without activity being request canceled first");
}
// SEMANTICS d.3.
inline absl::Status WorkflowTaskHeartbeatTimeout() {
  return absl::NotFoundError("workflow task heartbeat timeout");
}
// SEMANTICS f.2.
inline absl::Status QueryOnFailingWorkflowTask() {
  return absl::FailedPreconditionError(
      "Unable to query workflow due to Workflow Task in failed state.");
}
inline absl::Status QueryClosedBeforeFirstTask() {
  return absl::FailedPreconditionError(
      "Workflow execution closed before WorkflowTaskStarted event");
}
inline absl::Status QueryBeforeFirstTask() {
  return absl::FailedPreconditionError("Workflow task is not scheduled yet.");
}
// What a client says when the time that it gave a call is over (recorded wft_queries).
inline absl::Status TimeoutExpired() { return absl::CancelledError("Timeout expired"); }
// Recorded wft_queries.
inline absl::Status QueryTimedOut() {
  return absl::DeadlineExceededError("query timed out before a worker could process it");
}
inline absl::Status TooManyQueries() {
  return absl::ResourceExhaustedError(
      "consistent query buffer is full, this may be caused by too many queries and workflow not "
      "able to process query fast enough");
}
// What the worker says of a query that it could not answer.
inline absl::Status QueryFailed(const std::string& message) {
  return absl::InvalidArgumentError(message);
}
inline absl::Status ConflictPolicyFailNotSupported() {
  return absl::InvalidArgumentError(
      "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for "
      "this operation.");
}
// SEMANTICS f.3, i.
inline absl::Status UpdateAborted() {
  return absl::UnavailableError("workflow update was aborted");
}
inline absl::Status UpdateAbortedByClosing() {
  return absl::NotFoundError("workflow update was aborted by closing workflow");
}
inline absl::Status UpdateOnFailingWorkflowTask() {
  return absl::FailedPreconditionError(
      "Unable to perform workflow execution update due to Workflow Task in failed state.");
}
inline absl::Status UpdateOnFailedWorkflowTask() {
  return absl::FailedPreconditionError(
      "Unable to perform workflow execution update due to unexpected workflow task failure.");
}
inline absl::Status UpdateNotFound(const std::string& update_id) {
  return absl::NotFoundError("update \"" + update_id + "\" not found");
}
inline absl::Status TooManyUpdatesInFlight(std::size_t limit) {
  return absl::ResourceExhaustedError(
      "limit on number of concurrent in-flight updates has been reached (" + std::to_string(limit) +
      ")");
}
inline absl::Status TooLargeUpdatesInFlight(std::int64_t limit) {
  return absl::ResourceExhaustedError(
      "limit on total payload size of in-flight updates has been reached (" +
      std::to_string(limit) + " bytes)");
}
inline absl::Status TooManyUpdates(std::size_t limit) {
  return absl::FailedPreconditionError(
      "The limit on the total number of distinct updates in this workflow has been reached (" +
      std::to_string(limit) +
      "). Make sure any duplicate updates share an Update ID so the server can deduplicate them, "
      "and "
      "consider rejecting updates that you aren't going to process. You can also Continue-as-New "
      "to "
      "avoid this; we recommend you check Continue-as-New Suggested in your Workflow.");
}
// The text of Temporal's API for it (serviceerror.NamespaceNotFound).
inline absl::Status NamespaceNotFound(const std::string& name) {
  return absl::NotFoundError("Namespace " + name + " is not found.");
}
inline absl::Status NamespaceAlreadyExists(const std::string& name) {
  return absl::AlreadyExistsError("Namespace \"" + name + "\" already exists");
}
// SEMANTICS f.12.
inline absl::Status ScheduleAlreadyRegistered(const std::string& schedule_id) {
  return absl::AlreadyExistsError("schedule \"" + schedule_id + "\" is already registered");
}
// Temporal's server has a workflow of its own for each schedule.
inline absl::Status ScheduleUnknown(const std::string& schedule_id) {
  return WorkflowNotFound("temporal-sys-scheduler:" + schedule_id);
}
inline absl::Status ScheduleNotFound() { return absl::NotFoundError("schedule not found"); }
inline absl::Status InvalidScheduleSpec(const absl::Status& why) {
  return absl::InvalidArgumentError("Invalid schedule spec: " +
                                    std::string(why.message().data(), why.message().size()));
}
inline absl::Status ScheduleNotesTooLong() {
  return absl::InvalidArgumentError("Schedule notes exceeds limit.");
}
inline absl::Status SchedulePatchNotSet() {
  return absl::InvalidArgumentError("Patch is not set on request.");
}
inline absl::Status ScheduleConflictTokenMismatch() {
  return absl::FailedPreconditionError("mismatched conflict token");
}
inline absl::Status NotSetOnRequest(const std::string& field) {
  return absl::InvalidArgumentError(field + " is not set on request.");
}

}  // namespace groundhog::protocol
