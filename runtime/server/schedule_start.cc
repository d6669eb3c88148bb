#include "runtime/server/schedule_start.h"

#include <utility>

#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/history/time_text.h"
#include "runtime/server/cancel.h"
#include "runtime/server/chain.h"
#include "runtime/server/close.h"
#include "runtime/server/schedule_machine.h"
#include "runtime/server/start_request.h"
#include "runtime/server/start_run.h"

namespace groundhog::server {
namespace {

constexpr std::size_t kMostRecent = 10;

std::string RequestIdFor(const ScheduleRecord& record) {
  const auto created = static_cast<std::uint64_t>(history::ToUnixNanos(record.created_at));
  const std::uint64_t schedule = CombineHash(HashText(record.id), created);
  const auto count = static_cast<std::uint64_t>(record.counts.actions);
  return UuidText(schedule, CombineHash(schedule, count));
}

void NoteAction(ScheduleRecord& record, const BufferedStart& start, Transition& t, bool overlaps) {
  const Shared<RunStart>& run = t.run().start;
  ++record.counts.actions;
  if (record.recent.size() == kMostRecent) record.recent.erase(record.recent.begin());
  record.recent.push_back({.scheduled_at = start.actual_time, .started_at = t.now(), .run = run});
  if (!overlaps) record.running.push_back(run);
}

}  // namespace

std::string IdentityOf(const Engine& engine, const ScheduleRecord& record) {
  return "temporal-scheduler-" + engine.namespace_name() + "-" + record.id;
}

protocol::StartWorkflowExecutionRequest RequestFor(const Engine& engine,
                                                   const ScheduleRecord& record,
                                                   Timestamp nominal_time) {
  const protocol::ScheduleAction& action = record.schedule->action;
  const Timestamp second{std::chrono::floor<std::chrono::seconds>(nominal_time.time_since_epoch())};
  protocol::StartWorkflowExecutionRequest request{
      .workflow_id = action.workflow_id,
      .workflow_type = action.workflow_type,
      .task_queue = action.task_queue,
      .input = action.input,
      .workflow_execution_timeout = action.workflow_execution_timeout,
      .workflow_run_timeout = action.workflow_run_timeout,
      .workflow_task_timeout = action.workflow_task_timeout,
      .identity = IdentityOf(engine, record),
      .request_id = RequestIdFor(record),
      .retry_policy = action.retry_policy,
      .memo = action.memo,
      .search_attributes = action.search_attributes,
      .header = action.header,
      .user_metadata = action.user_metadata};
  if (!record.schedule->policy.keep_original_workflow_id) {
    request.workflow_id += "-" + history::FormatTimestamp(second);
  }
  for (const SearchAttributeUpdate& attribute :
       {kScheduledById.ValueSet(record.id), kScheduledStartTime.ValueSet(second)}) {
    history::Put(request.search_attributes, attribute.name(), attribute.payload());
  }
  return request;
}

Transition* StartScheduled(Engine& engine, ScheduleRecord& record, const BufferedStart& start) {
  const bool overlaps = record.OverlapOf(start.overlap) == ScheduleOverlapPolicy::kAllowAll;
  protocol::StartWorkflowExecutionRequest request = RequestFor(engine, record, start.nominal_time);
  // A time that comes by itself has its workflow id once.
  const bool once = !start.manual && !record.schedule->policy.keep_original_workflow_id;
  request.id_reuse_policy = once ? history::WorkflowIdReusePolicy::kRejectDuplicate
                                 : history::WorkflowIdReusePolicy::kAllowDuplicate;
  const StartVerdict verdict = JudgeStart(engine, request);
  if (verdict.kind != StartVerdict::Kind::kStart) return nullptr;
  Inheritance inherited;
  if (!overlaps) inherited = {record.continued_failure, record.last_completion_result};
  Transition& t = StartRequested(engine, verdict, request, nullptr, &inherited);
  ScheduleFirstWorkflowTask(t);
  NoteAction(record, start, t, overlaps);
  return &t;
}

Transition* CancelScheduled(Engine& engine, Run& run, const ScheduleRecord& record) {
  if (run.state.info.cancel_requested) return nullptr;
  Transition& t = engine.AlsoChange(run);
  AddCancelRequest(
      t, {.cause = "cancelled by schedule overlap policy", .identity = IdentityOf(engine, record)});
  return &t;
}

Transition* TerminateScheduled(Engine& engine, Run& run, const ScheduleRecord& record) {
  Transition& t = engine.AlsoChange(run);
  TerminateRun(t, {.reason = "terminated by schedule overlap policy",
                   .identity = IdentityOf(engine, record)});
  return &t;
}

}  // namespace groundhog::server
