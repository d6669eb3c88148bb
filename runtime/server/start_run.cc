#include "runtime/server/start_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/server/facts.h"
#include "runtime/server/names.h"
#include "runtime/server/version_routing.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

constexpr Duration kUsualTaskTimeout = std::chrono::seconds(10);  // SEMANTICS d.1
constexpr Duration kLongestTaskTimeout = std::chrono::seconds(120);

std::size_t EarlierRuns(const Engine& engine, const std::string& workflow_id) {
  const RunsOfWorkflow* earlier = engine.durable().FindWorkflow(workflow_id);
  return earlier == nullptr ? 0 : earlier->size();
}

void SetRunDeadline(Transition& t, Timestamp since) {
  ExecutionInfo& info = t.info();
  const Duration timeout = t.start().event->workflow_run_timeout;
  if (timeout.count() == 0) return;
  info.run_deadline = since + timeout;
  if (info.expiration && *info.expiration < *info.run_deadline) info.run_deadline = info.expiration;
  t.Arm(DeadlineKind::kWorkflowTimeout, *info.run_deadline);
}

}  // namespace

std::string NextRunId(const Engine& engine, const std::string& workflow_id) {
  const std::uint64_t high = CombineHash(HashText(workflow_id), EarlierRuns(engine, workflow_id));
  const std::uint64_t low = CombineHash(high, HashText("run"));
  return InUuidForm(high, low);
}

Duration RunTimeoutFor(Duration run_timeout, Duration execution_timeout) {
  if (execution_timeout.count() == 0) return run_timeout;
  if (run_timeout.count() == 0) return execution_timeout;
  return std::min(run_timeout, execution_timeout);
}

Duration TaskTimeoutFor(Duration task_timeout, Duration run_timeout) {
  if (task_timeout.count() == 0) task_timeout = kUsualTaskTimeout;
  task_timeout = std::min(task_timeout, kLongestTaskTimeout);
  return run_timeout.count() == 0 ? task_timeout : std::min(task_timeout, run_timeout);
}

Transition& StartRun(Engine& engine, std::string run_id, const std::string& workflow_id,
                     history::WorkflowExecutionStarted&& event, std::string request_id,
                     history::UserMetadataPtr metadata) {
  event.workflow_id = workflow_id;
  event.original_execution_run_id = run_id;
  if (event.first_execution_run_id.empty()) event.first_execution_run_id = run_id;
  Transition& t = AddRun(
      engine,
      RunStart{.workflow_id = workflow_id,
               .run_id = std::move(run_id),
               .request_id = std::move(request_id),
               .workflow = engine.ScopeOf(workflow_id),
               .event = history::MakeShared<history::WorkflowExecutionStarted>(std::move(event))});
  const history::WorkflowExecutionStarted& started = *t.start().event;
  ExecutionInfo& info = t.info();
  info.start_time = t.now();
  info.first_task_time = t.now() + started.first_workflow_task_backoff;
  info.in_start_delay = started.first_workflow_task_backoff.count() > 0;
  info.expiration = started.workflow_execution_expiration_time;
  SetRunDeadline(t, info.first_task_time);
  t.AddAt(t.now(), t.start().event, std::move(metadata));
  if (started.versioning) {
    info.versioning = AfterStart(started);
    SettleVersioning(t, nullptr);
  }
  return t;
}

Transition& AddRun(Engine& engine, RunStart start) {
  const auto number = static_cast<std::int32_t>(EarlierRuns(engine, start.workflow_id) + 1);
  Transition& t = engine.AlsoStart(history::MakeShared<RunStart>(std::move(start)));
  t.Say(sim::Fact{sim::Label(sim::Symbol(kRunStarted), t.start().workflow, sim::Symbol(), number),
                  static_cast<std::int64_t>(HashText(t.start().run_id))});
  return t;
}

void RestartTimeouts(Transition& t) {
  const Duration execution_timeout = t.start().event->workflow_execution_timeout;
  if (execution_timeout.count() != 0) t.info().expiration = t.now() + execution_timeout;
  SetRunDeadline(t, t.now());
}

void ScheduleFirstWorkflowTask(Transition& t) {
  if (t.info().in_start_delay) {
    t.Arm(DeadlineKind::kStartDelay, t.info().first_task_time);
  } else {
    ScheduleWorkflowTask(t, sim::Symbol(kCauseStarted));
  }
}

}  // namespace groundhog::server
