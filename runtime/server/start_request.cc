#include "runtime/server/start_request.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/history/converter.h"
#include "runtime/history/cron_schedule.h"
#include "runtime/history/payload_map.h"
#include "runtime/history/retry.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/close.h"
#include "runtime/server/commands.h"
#include "runtime/server/names.h"
#include "runtime/server/start_run.h"
#include "runtime/server/update_options.h"

namespace groundhog::server {
namespace {

using history::WorkflowExecutionStatus;
using history::WorkflowIdConflictPolicy;
using history::WorkflowIdReusePolicy;
using protocol::StartWorkflowExecutionRequest;

absl::Status CheckWorkflowId(const std::string& id) {
  if (id.empty()) return protocol::NotSetOnRequest("WorkflowId");
  if (id.size() <= kLongestName) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("WorkflowId exceeds maximum allowed length ({}/{})", id.size(), kLongestName));
}

absl::Status CheckName(const std::string& name, const char* field) {
  if (name.empty()) return protocol::NotSetOnRequest(field);
  if (name.size() <= kLongestName) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{} length exceeds limit.", field));
}

absl::Status CheckDuration(Duration duration, const char* field) {
  if (duration.count() >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("An invalid {} is set on request. cause: negative duration", field));
}

absl::Status CheckCron(const StartWorkflowExecutionRequest& request, Timestamp now) {
  if (request.cron_schedule.empty()) return absl::OkStatus();
  if (request.workflow_start_delay.count() != 0) {
    return absl::InvalidArgumentError(
        "CronSchedule and WorkflowStartDelay may not be used together.");
  }
  const auto schedule = history::CronSchedule::Parse(request.cron_schedule);
  if (!schedule.ok()) return absl::InvalidArgumentError("invalid CronSchedule.");
  if (schedule->Next(now)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "invalid CronSchedule, no time can be found to satisfy the schedule");
}

absl::Status CheckPolicies(const StartWorkflowExecutionRequest& request) {
  const bool has_conflict_policy =
      request.id_conflict_policy != WorkflowIdConflictPolicy::kUnspecified;
  if (has_conflict_policy &&
      request.id_reuse_policy == WorkflowIdReusePolicy::kTerminateIfRunning) {
    return absl::InvalidArgumentError(
        "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be "
        "used together with a WorkflowIDConflictPolicy");
  }
  if (request.id_conflict_policy == WorkflowIdConflictPolicy::kTerminateExisting &&
      request.id_reuse_policy == WorkflowIdReusePolicy::kRejectDuplicate) {
    return absl::InvalidArgumentError(
        "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used "
        "together with WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING");
  }
  return absl::OkStatus();
}

StartVerdict JudgeRunning(const StartWorkflowExecutionRequest& request, Run& run) {
  const bool terminates =
      request.id_conflict_policy == WorkflowIdConflictPolicy::kTerminateExisting ||
      request.id_reuse_policy == WorkflowIdReusePolicy::kTerminateIfRunning;
  if (terminates) return {.current = run.start, .to_terminate = &run};
  if (request.id_conflict_policy == WorkflowIdConflictPolicy::kUseExisting) {
    return {.kind = StartVerdict::Kind::kUseExisting, .current = run.start};
  }
  return {.kind = StartVerdict::Kind::kRefused,
          .current = run.start,
          .refusal = protocol::WorkflowAlreadyRunning(run.start->workflow_id, run.start->run_id)};
}

StartVerdict JudgeClosed(const StartWorkflowExecutionRequest& request, const RunRecord& record) {
  const RunStart& start = *record.start;
  StartVerdict verdict{.current = record.start};
  if (request.id_reuse_policy == WorkflowIdReusePolicy::kRejectDuplicate) {
    verdict.kind = StartVerdict::Kind::kRefused;
    verdict.refusal = protocol::WorkflowAlreadyFinished(start.workflow_id, start.run_id);
  } else if (request.id_reuse_policy == WorkflowIdReusePolicy::kAllowDuplicateFailedOnly &&
             record.state.info.status == WorkflowExecutionStatus::kCompleted) {
    verdict.kind = StartVerdict::Kind::kRefused;
    verdict.refusal =
        protocol::WorkflowAlreadyFinishedSuccessfully(start.workflow_id, start.run_id);
  }
  return verdict;
}

StartVerdict JudgeId(Engine& engine, const StartWorkflowExecutionRequest& request) {
  const std::optional<RunIndex> index = engine.durable().FindCurrent(request.workflow_id);
  if (!index) return {};
  const RunRecord& current = engine.durable().run(*index);
  if (!request.request_id.empty() && current.start->request_id == request.request_id) {
    return {.kind = StartVerdict::Kind::kRepeated, .current = current.start};
  }
  Run* running = engine.OpenRun(*index);
  return running != nullptr ? JudgeRunning(request, *running) : JudgeClosed(request, current);
}

// When the first task of a cron workflow is due.
Duration FirstTick(const std::string& cron, Timestamp now) {
  const auto schedule = history::CronSchedule::Parse(cron);
  if (!schedule.ok()) return Duration{0};
  return history::CronBackoff(*schedule, now, now).value_or(Duration{0});
}

history::WorkflowExecutionStarted StartedEvent(Timestamp now,
                                               StartWorkflowExecutionRequest& request) {
  const Duration run_timeout =
      RunTimeoutFor(request.workflow_run_timeout, request.workflow_execution_timeout);
  history::WorkflowExecutionStarted event{
      .workflow_type = std::move(request.workflow_type),
      .task_queue = history::TaskQueue{.name = std::move(request.task_queue)},
      .input = std::move(request.input),
      .workflow_execution_timeout = request.workflow_execution_timeout,
      .workflow_run_timeout = run_timeout,
      .workflow_task_timeout = TaskTimeoutFor(request.workflow_task_timeout, run_timeout),
      .identity = std::move(request.identity),
      .cron_schedule = std::move(request.cron_schedule),
      .first_workflow_task_backoff = request.workflow_start_delay,
      .header = std::move(request.header),
      .memo = history::WithoutNulls(std::move(request.memo)),
      .search_attributes = history::WithoutNulls(std::move(request.search_attributes))};
  if (request.retry_policy) {
    event.retry_policy = history::WithDefaults(*std::move(request.retry_policy));
  }
  if (request.workflow_execution_timeout.count() != 0) {
    event.workflow_execution_expiration_time = now + request.workflow_execution_timeout;
  }
  event.eager_execution_accepted = request.request_eager_execution && event.cron_schedule.empty() &&
                                   request.workflow_start_delay.count() == 0;
  if (request.versioning_override) {
    event.versioning = history::MakeShared<history::StartedVersioning>(
        history::StartedVersioning{.versioning_override = *request.versioning_override});
  }
  if (!event.cron_schedule.empty()) {
    event.initiator = history::ContinueAsNewInitiator::kCronSchedule;
    event.first_workflow_task_backoff = FirstTick(event.cron_schedule, now);
  }
  return event;
}

void EndForSuccessor(Transition& t, const std::string& new_run_id) {
  TerminateRun(t, history::WorkflowExecutionTerminated{
                      .reason = "TerminateIfRunning WorkflowIdReusePolicy",
                      .details = history::ToPayloads("terminated by new runID: " + new_run_id),
                      .identity = std::string(kServerIdentity)});
}

}  // namespace

absl::Status CheckStart(const StartWorkflowExecutionRequest& request, Timestamp now) {
  absl::Status status = CheckWorkflowId(request.workflow_id);
  if (request.retry_policy) status.Update(history::ValidateRetryPolicy(*request.retry_policy));
  status.Update(CheckDuration(request.workflow_start_delay, "WorkflowStartDelaySeconds"));
  status.Update(CheckCron(request, now));
  status.Update(CheckName(request.workflow_type, "WorkflowType"));
  status.Update(CheckName(request.task_queue, "TaskQueue"));
  status.Update(
      CheckDuration(request.workflow_execution_timeout, "WorkflowExecutionTimeoutSeconds"));
  status.Update(CheckDuration(request.workflow_run_timeout, "WorkflowRunTimeoutSeconds"));
  status.Update(CheckDuration(request.workflow_task_timeout, "WorkflowTaskTimeoutSeconds"));
  status.Update(CheckPolicies(request));
  return status;
}

StartVerdict JudgeStart(Engine& engine, const StartWorkflowExecutionRequest& request) {
  StartVerdict verdict = JudgeId(engine, request);
  if (verdict.kind != StartVerdict::Kind::kStart || !request.versioning_override) return verdict;
  verdict.refusal =
      CheckOverride(engine.durable(), *request.versioning_override, request.task_queue);
  if (!verdict.refusal.ok()) verdict.kind = StartVerdict::Kind::kRefused;
  return verdict;
}

Transition& StartRequested(Engine& engine, const StartVerdict& verdict,
                           StartWorkflowExecutionRequest& request, const ParentLink* link,
                           const Inheritance* inherited) {
  std::string run_id = NextRunId(engine, request.workflow_id);
  if (verdict.to_terminate != nullptr) {
    EndForSuccessor(engine.AlsoChange(*verdict.to_terminate), run_id);
  }
  history::WorkflowExecutionStarted event = StartedEvent(engine.now(), request);
  if (link != nullptr) {
    event.parent_workflow_namespace = engine.namespace_name();
    event.parent_workflow_execution = link->parent;
    event.parent_initiated_event_id = link->initiated_event_id;
    event.root_workflow_execution = link->root;
    event.versioning = link->versioning;
  }
  if (inherited != nullptr) {
    event.continued_failure = inherited->failure;
    event.last_completion_result = inherited->last_completion_result;
  }
  return StartRun(engine, std::move(run_id), request.workflow_id, std::move(event),
                  std::move(request.request_id), std::move(request.user_metadata));
}

}  // namespace groundhog::server
