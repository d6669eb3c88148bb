// StartWorkflowExecution (SEMANTICS f.10, recorded README 4).
#include <algorithm>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/history/converter.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/close.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/workflow_task.h"
#include "sim/kernel.h"

namespace groundhog::server {
namespace {

using history::WorkflowExecutionStatus;
using history::WorkflowIdConflictPolicy;
using history::WorkflowIdReusePolicy;
using protocol::StartWorkflowExecutionRequest;
using protocol::StartWorkflowExecutionResponse;

constexpr Duration kUsualTaskTimeout = std::chrono::seconds(10);
constexpr Duration kLongestTaskTimeout = std::chrono::seconds(120);

// A run id follows from names: from the workflow id and how many runs it had before.
std::string RunIdOf(const std::string& workflow_id, std::size_t earlier_runs) {
  const std::uint64_t high = CombineHash(HashText(workflow_id), earlier_runs);
  const std::uint64_t low = CombineHash(high, HashText("run"));
  return InUuidForm(high, low);
}

absl::Status Check(const StartWorkflowExecutionRequest& request) {
  if (request.workflow_id.empty()) return protocol::NotSetOnRequest("WorkflowId");
  if (request.workflow_type.empty()) return protocol::NotSetOnRequest("WorkflowType");
  if (request.task_queue.empty()) return protocol::NotSetOnRequest("TaskQueue");
  return absl::OkStatus();
}

Duration CappedBy(Duration duration, Duration cap) {
  return cap.count() == 0 ? duration : std::min(duration, cap);
}

Shared<RunStart> MakeStart(Engine& engine, StartWorkflowExecutionRequest& request,
                           const std::string& run_id) {
  Duration run_timeout = request.workflow_run_timeout;
  if (run_timeout.count() == 0) run_timeout = request.workflow_execution_timeout;
  run_timeout = CappedBy(run_timeout, request.workflow_execution_timeout);
  Duration task_timeout = request.workflow_task_timeout;
  if (task_timeout.count() == 0) task_timeout = kUsualTaskTimeout;
  task_timeout = CappedBy(std::min(task_timeout, kLongestTaskTimeout), run_timeout);

  history::WorkflowExecutionStarted event{
      .workflow_type = std::move(request.workflow_type),
      .task_queue = history::TaskQueue{.name = std::move(request.task_queue)},
      .input = std::move(request.input),
      .workflow_execution_timeout = request.workflow_execution_timeout,
      .workflow_run_timeout = run_timeout,
      .workflow_task_timeout = task_timeout,
      .workflow_id = request.workflow_id,
      .original_execution_run_id = run_id,
      .first_execution_run_id = run_id,
      .identity = std::move(request.identity),
      .first_workflow_task_backoff = request.workflow_start_delay};
  if (request.workflow_execution_timeout.count() != 0) {
    event.workflow_execution_expiration_time = engine.now() + request.workflow_execution_timeout;
  }
  return history::MakeShared<RunStart>(
      RunStart{.workflow_id = request.workflow_id,
               .run_id = run_id,
               .request_id = std::move(request.request_id),
               .workflow = engine.causes().Intern(request.workflow_id),
               .event = history::MakeShared<history::WorkflowExecutionStarted>(std::move(event))});
}

// The run timeout counts from the end of the start delay; the execution timeout does not.
void SetRunDeadline(ExecutionInfo& info, const history::WorkflowExecutionStarted& started) {
  if (started.workflow_run_timeout.count() == 0) return;
  info.run_deadline = info.first_task_time + started.workflow_run_timeout;
  const auto& expiration = started.workflow_execution_expiration_time;
  if (expiration && *expiration <= *info.run_deadline) {
    info.run_deadline = expiration;
    info.execution_timeout = true;
  }
}

void Begin(Transition& t, std::size_t earlier_runs) {
  ExecutionInfo& info = t.info();
  const history::WorkflowExecutionStarted& started = *t.start().event;
  t.Say(sim::Fact{sim::Label(sim::Symbol(kRunStarted), t.start().workflow, sim::Symbol(),
                             static_cast<std::int32_t>(earlier_runs + 1)),
                  static_cast<std::int64_t>(HashText(t.start().run_id))});
  info.start_time = t.now();
  info.first_task_time = t.now() + started.first_workflow_task_backoff;
  info.in_start_delay = started.first_workflow_task_backoff.count() > 0;
  SetRunDeadline(info, started);
  t.AddAt(t.now(), t.start().event);
  if (info.run_deadline) t.Arm(DeadlineKind::kWorkflowTimeout, *info.run_deadline);
  if (info.in_start_delay) {
    t.Arm(DeadlineKind::kStartDelay, info.first_task_time);
  } else {
    ScheduleWorkflowTask(t, sim::Symbol(kCauseStarted));
  }
}

void EndForSuccessor(Transition& t, const std::string& new_run_id) {
  TerminateRun(t, history::WorkflowExecutionTerminated{
                      .reason = "TerminateIfRunning WorkflowIdReusePolicy",
                      .details = history::ToPayloads("terminated by new runID: " + new_run_id),
                      .identity = std::string(kServerIdentity)});
}

// What the policies say about a run that is there: start, or an answer instead.
struct Verdict {
  bool starts = true;
  bool uses_existing = false;
  absl::Status refusal = {};
};

Verdict JudgeRunning(const StartWorkflowExecutionRequest& request, const RunStart& start) {
  const bool terminates =
      request.id_conflict_policy == WorkflowIdConflictPolicy::kTerminateExisting ||
      request.id_reuse_policy == WorkflowIdReusePolicy::kTerminateIfRunning;
  if (terminates) return {};
  if (request.id_conflict_policy == WorkflowIdConflictPolicy::kUseExisting) {
    return {.starts = false, .uses_existing = true};
  }
  return {.starts = false,
          .refusal = protocol::WorkflowAlreadyRunning(start.workflow_id, start.run_id)};
}

Verdict JudgeClosed(const StartWorkflowExecutionRequest& request, const RunRecord& record) {
  const RunStart& start = *record.start;
  if (request.id_reuse_policy == WorkflowIdReusePolicy::kRejectDuplicate) {
    return {.starts = false,
            .refusal = protocol::WorkflowAlreadyFinished(start.workflow_id, start.run_id)};
  }
  const WorkflowExecutionStatus status = record.state.info.status;
  if (request.id_reuse_policy == WorkflowIdReusePolicy::kAllowDuplicateFailedOnly &&
      status == WorkflowExecutionStatus::kCompleted) {
    return {
        .starts = false,
        .refusal = protocol::WorkflowAlreadyFinishedSuccessfully(start.workflow_id, start.run_id)};
  }
  return {};
}

}  // namespace

void Handle(Engine& engine, StartWorkflowExecutionRequest& request, sim::Reply reply) {
  if (absl::Status bad = Check(request); !bad.ok()) return engine.Refuse(reply, std::move(bad));

  const RunsOfWorkflow* earlier = engine.durable().FindWorkflow(request.workflow_id);
  const std::size_t earlier_runs = earlier == nullptr ? 0 : earlier->size();
  Run* existing = nullptr;
  if (earlier != nullptr) {
    const RunRecord& current = engine.durable().run(earlier->back());
    const std::string& run_id = current.start->run_id;
    if (!request.request_id.empty() && current.start->request_id == request.request_id) {
      return engine.Answer(reply, StartWorkflowExecutionResponse{.run_id = run_id});
    }
    existing = engine.OpenRun(earlier->back());
    Verdict verdict =
        existing != nullptr ? JudgeRunning(request, *current.start) : JudgeClosed(request, current);
    if (verdict.uses_existing) {
      return engine.Answer(reply,
                           StartWorkflowExecutionResponse{.run_id = run_id, .started = false});
    }
    if (!verdict.starts) return engine.Refuse(reply, std::move(verdict.refusal));
  }

  const std::string run_id = RunIdOf(request.workflow_id, earlier_runs);
  Shared<RunStart> start = MakeStart(engine, request, run_id);
  const RunIndex index = engine.durable().NextRunIndex();
  std::optional<Transition> ending;
  if (existing != nullptr) {
    ending.emplace(engine.Begin(*existing));
    EndForSuccessor(*ending, run_id);
    ending->Finish();
  }
  engine.transaction().writes.push_back(NewRun{start});
  std::unique_ptr<Run> made = engine.MakeRun(index, std::move(start));
  Run& run = *made;
  Transition t = engine.Begin(run);
  Begin(t, earlier_runs);
  if (!engine.Commit(t, reply)) {
    if (existing != nullptr && engine.alive()) engine.Reload(existing->index);
    return;
  }
  engine.Adopt(std::move(made));
  engine.Answer(reply, StartWorkflowExecutionResponse{.run_id = run_id});
  if (ending) engine.FollowUp(*ending);
  engine.FollowUp(t);
}

}  // namespace groundhog::server
