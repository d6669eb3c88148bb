// The commands by which a workflow reaches others: StartChildWorkflowExecution,
// SignalExternalWorkflowExecution, RequestCancelExternalWorkflowExecution (SEMANTICS e.1, f.1,
// f.6). Each writes its Initiated event and makes something pending
// that the server then carries on by itself (carry_on.h).
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/history/cron_schedule.h"
#include "runtime/history/payload_map.h"
#include "runtime/history/retry.h"
#include "runtime/server/commands.h"
#include "runtime/server/start_run.h"

namespace groundhog::server {
namespace {

using Cause = history::WorkflowTaskFailedCause;

constexpr std::size_t kMostPending = 2000;  // of each kind (SEMANTICS i)

CommandOutcome TooMany(Cause cause, std::string_view what, std::size_t count) {
  if (count < kMostPending) return std::nullopt;
  return Bad(cause, fmt::format("the number of {}, {}, has reached the per-workflow limit of {}",
                                what, count, kMostPending));
}

// ---- Children ----

// InvalidArgument with what is wrong first, in Temporal's words.
absl::Status CheckChild(const history::StartChildWorkflowExecution& c, Timestamp now,
                        const std::string& namespace_name) {
  constexpr std::string_view kOn = "StartChildWorkflowExecutionCommand";
  const auto invalid = [](std::string text) { return absl::InvalidArgumentError(text); };
  if (c.workflow_id.empty()) {
    return invalid(
        fmt::format("Required field WorkflowId is not set on {}. WorkflowType={} Namespace={}", kOn,
                    c.workflow_type, namespace_name));
  }
  if (c.workflow_type.empty()) {
    return invalid(
        fmt::format("Required field WorkflowType is not set on {}. WorkflowId={} Namespace={}", kOn,
                    c.workflow_id, namespace_name));
  }
  if (c.workflow_id.size() > kLongestName) {
    return invalid(fmt::format(
        "WorkflowId on {} exceeds length limit. WorkflowId={} Length={} "
        "Limit={} WorkflowType={} Namespace={}",
        kOn, c.workflow_id, c.workflow_id.size(), kLongestName, c.workflow_type, namespace_name));
  }
  if (c.workflow_type.size() > kLongestName) {
    return invalid(fmt::format(
        "WorkflowType on {} exceeds length limit. WorkflowId={} "
        "WorkflowType={} Length={} Limit={} Namespace={}",
        kOn, c.workflow_id, c.workflow_type, c.workflow_type.size(), kLongestName, namespace_name));
  }
  const std::string where = fmt::format("WorkflowId={} WorkflowType={} Namespace={}", c.workflow_id,
                                        c.workflow_type, namespace_name);
  for (const auto& [timeout, name] :
       {std::pair(c.workflow_execution_timeout, "WorkflowExecutionTimeout"),
        std::pair(c.workflow_run_timeout, "WorkflowRunTimeout"),
        std::pair(c.workflow_task_timeout, "WorkflowTaskTimeout")}) {
    if (timeout.count() < 0) {
      return invalid(fmt::format("Invalid {} on {}: negative duration. {}", name, kOn, where));
    }
  }
  if (c.retry_policy) {
    const absl::Status bad = history::ValidateRetryPolicy(*c.retry_policy);
    if (!bad.ok()) {
      return invalid(fmt::format("invalid WorkflowRetryPolicy on {}: {}. {}", kOn,
                                 std::string(bad.message()), where));
    }
  }
  if (!c.cron_schedule.empty()) {
    const auto schedule = history::CronSchedule::Parse(c.cron_schedule);
    if (!schedule.ok() || !schedule->Next(now)) {
      return invalid(
          fmt::format("invalid CronSchedule on {}: invalid CronSchedule. {}", kOn, where));
    }
  }
  return absl::OkStatus();
}

// With what the command leaves open filled in.
Shared<history::StartChildWorkflowExecutionInitiated> ChildInitiated(
    const RunStart& parent, history::StartChildWorkflowExecution& c, EventId completed_id,
    const std::string& namespace_name) {
  const Duration run_timeout = RunTimeoutFor(c.workflow_run_timeout, c.workflow_execution_timeout);
  std::string queue = c.task_queue.empty() ? parent.event->task_queue.name : c.task_queue;
  history::StartChildWorkflowExecutionInitiated event{
      .namespace_ = namespace_name,
      .workflow_id = std::move(c.workflow_id),
      .workflow_type = std::move(c.workflow_type),
      .task_queue = {.name = std::move(queue)},
      .input = std::move(c.input),
      .workflow_execution_timeout = c.workflow_execution_timeout,
      .workflow_run_timeout = run_timeout,
      .workflow_task_timeout = TaskTimeoutFor(c.workflow_task_timeout, run_timeout),
      .parent_close_policy = c.parent_close_policy,
      .workflow_task_completed_event_id = completed_id,
      .workflow_id_reuse_policy = c.workflow_id_reuse_policy,
      .cron_schedule = std::move(c.cron_schedule),
      .header = std::move(c.header),
      .memo = history::WithoutNulls(std::move(c.memo)),
      .search_attributes = history::WithoutNulls(std::move(c.search_attributes))};
  if (c.retry_policy) event.retry_policy = history::WithDefaults(*std::move(c.retry_policy));
  if (event.parent_close_policy == history::ParentClosePolicy::kUnspecified) {
    event.parent_close_policy = history::ParentClosePolicy::kTerminate;
  }
  if (event.workflow_id_reuse_policy == history::WorkflowIdReusePolicy::kUnspecified) {
    event.workflow_id_reuse_policy = history::WorkflowIdReusePolicy::kAllowDuplicate;
  }
  return history::MakeShared<history::StartChildWorkflowExecutionInitiated>(std::move(event));
}

// ---- Signals and cancel requests ----

CommandOutcome CheckTarget(Cause cause, std::string_view on,
                           const history::WorkflowExecution& target, std::string_view also,
                           const std::string& namespace_name) {
  const std::string& id = target.workflow_id;
  if (id.empty()) {
    return Bad(cause, fmt::format("WorkflowId is not set on {}. Namespace={} RunId={}{}", on,
                                  namespace_name, target.run_id, also));
  }
  if (id.size() > kLongestName) {
    return Bad(cause,
               fmt::format("WorkflowId on {} exceeds length limit. WorkflowId={} Length={} "
                           "Limit={} RunId={} Namespace={}{}",
                           on, id, id.size(), kLongestName, target.run_id, namespace_name, also));
  }
  return std::nullopt;
}

std::size_t CountRequests(Transition& t, bool signals) {
  const Relations* relations = t.state().relations.get();
  if (relations == nullptr) return 0;
  return static_cast<std::size_t>(
      std::count_if(relations->requests.begin(), relations->requests.end(),
                    [&](const auto& entry) { return entry.second.is_signal() == signals; }));
}

// Whether the workflow task that ends in event `completed_id` starts this child.
bool StartsChild(Transition& t, const std::string& workflow_id, EventId completed_id) {
  const Relations* relations = t.state().relations.get();
  if (relations == nullptr) return false;
  return std::any_of(
      relations->children.upper_bound(completed_id), relations->children.end(),
      [&](const auto& entry) { return entry.second.initiated->workflow_id == workflow_id; });
}

template <class Event>
void AddRequest(Transition& t, Event event) {
  auto initiated = history::MakeShared<Event>(std::move(event));
  const EventId id = t.AddAt(t.now(), initiated);
  t.Save(PendingRequest{.initiated_event_id = id,
                        .request_id = RequestIdOf(t.start().run_id, id),
                        .initiated = std::move(initiated)});
  t.Arm(DeadlineKind::kExternalRequest, t.now(), id);
}

}  // namespace

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::StartChildWorkflowExecution& command) {
  const absl::Status bad = CheckChild(command, t.now(), context.engine.namespace_name());
  if (!bad.ok()) {
    return Bad(Cause::kBadStartChildExecutionAttributes,
               std::string_view(bad.message().data(), bad.message().size()));
  }
  const Relations* relations = t.state().relations.get();
  const std::size_t children = relations == nullptr ? 0 : relations->children.size();
  if (auto refused = TooMany(Cause::kPendingChildWorkflowsLimitExceeded,
                             "pending child workflow executions", children)) {
    return refused;
  }
  history::UserMetadataPtr metadata = std::move(command.user_metadata);
  auto initiated =
      ChildInitiated(t.start(), command, context.completed_id, context.engine.namespace_name());
  const EventId id = t.AddAt(t.now(), initiated, std::move(metadata));
  t.Save(PendingChild{.initiated_event_id = id,
                      .request_id = RequestIdOf(t.start().run_id, id),
                      .initiated = std::move(initiated)});
  t.Arm(DeadlineKind::kStartChild, t.now(), id);
  return std::nullopt;
}

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::SignalExternalWorkflowExecution& command) {
  constexpr Cause kBad = Cause::kBadSignalWorkflowExecutionAttributes;
  constexpr std::string_view kOn = "SignalExternalWorkflowExecutionCommand";
  const auto also = fmt::format(" SignalName={}", command.signal_name);
  if (auto bad = CheckTarget(kBad, kOn, command.execution, also, context.engine.namespace_name()))
    return bad;
  if (command.signal_name.empty()) {
    return Bad(kBad, fmt::format("SignalName is not set on {}. WorkflowId={} Namespace={} RunId={}",
                                 kOn, command.execution.workflow_id,
                                 context.engine.namespace_name(), command.execution.run_id));
  }
  if (auto refused = TooMany(Cause::kPendingSignalsLimitExceeded,
                             "pending signals to external workflows", CountRequests(t, true))) {
    return refused;
  }
  AddRequest(t, history::SignalExternalWorkflowExecutionInitiated{
                    .workflow_task_completed_event_id = context.completed_id,
                    .namespace_ = context.engine.namespace_name(),
                    .workflow_execution = std::move(command.execution),
                    .signal_name = std::move(command.signal_name),
                    .input = std::move(command.input),
                    .child_workflow_only = command.child_workflow_only,
                    .header = std::move(command.header)});
  return std::nullopt;
}

CommandOutcome Apply(Transition& t, CommandContext& context,
                     history::RequestCancelExternalWorkflowExecution& command) {
  constexpr Cause kBad = Cause::kBadRequestCancelExternalWorkflowExecutionAttributes;
  constexpr std::string_view kOn = "RequestCancelExternalWorkflowExecutionCommand";
  if (auto bad = CheckTarget(kBad, kOn, command.execution, "", context.engine.namespace_name()))
    return bad;
  if (StartsChild(t, command.execution.workflow_id, context.completed_id)) {
    return Bad(kBad, fmt::format("Start and RequestCancel for child workflow is not allowed in "
                                 "same workflow task. WorkflowId={} RunId={} Namespace={}",
                                 command.execution.workflow_id, command.execution.run_id,
                                 context.engine.namespace_name()));
  }
  if (auto refused =
          TooMany(Cause::kPendingRequestCancelLimitExceeded,
                  "pending requests to cancel external workflows", CountRequests(t, false))) {
    return refused;
  }
  AddRequest(t, history::RequestCancelExternalWorkflowExecutionInitiated{
                    .workflow_task_completed_event_id = context.completed_id,
                    .namespace_ = context.engine.namespace_name(),
                    .workflow_execution = std::move(command.execution),
                    .child_workflow_only = command.child_workflow_only,
                    .reason = std::move(command.reason)});
  return std::nullopt;
}

}  // namespace groundhog::server
