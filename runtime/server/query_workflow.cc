// QueryWorkflow and RespondQueryTaskCompleted (SEMANTICS f.2).
//
// A query must see everything that happened before it. If the run has no workflow task, any worker
// can answer at once: the query gets a task of its own, first for the worker that has the run in
// its cache. Otherwise it waits for the workflow task and is answered with it.
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/version_routing.h"

namespace groundhog::server {
namespace {

// Of somebody who asks before the first task.
constexpr Duration kPatience = std::chrono::seconds(10);
constexpr std::size_t kMostWaiting = 1;

bool HasCompletedTask(const RunRecord& record) {
  return record.state.info.previous_started_event_id != 0;
}

std::size_t CountWaiting(const PendingQueries& queries, RunIndex run) {
  std::size_t count = 0;
  for (const auto& [id, query] : queries) {
    if (query.run == run && !query.direct && query.reply.awaited()) ++count;
  }
  return count;
}

// A caller is told a little before its time is over, so that it hears the answer.
Timestamp AnswerTime(Timestamp now, Duration timeout) { return now + timeout * 9 / 10; }

bool IsRejected(history::QueryRejectCondition condition, const ExecutionInfo& info) {
  if (info.running()) return false;
  switch (condition) {
    case history::QueryRejectCondition::kNotOpen:
      return true;
    case history::QueryRejectCondition::kNotCompletedCleanly:
      return info.status != history::WorkflowExecutionStatus::kCompleted;
    case history::QueryRejectCondition::kUnspecified:
    case history::QueryRejectCondition::kNone:
      break;
  }
  return false;
}

absl::Status CheckOpen(Engine& engine, const ExecutionInfo& info) {
  if (info.in_start_delay && info.first_task_time > engine.now() + kPatience) {
    return protocol::QueryBeforeFirstTask();
  }
  if (info.workflow_task.keeps_failing()) {
    return protocol::QueryOnFailingWorkflowTask();
  }
  return absl::OkStatus();
}

// In memory there may be a workflow task that the store does not know of (for an update).
bool MayGoDirectly(Engine& engine, RunIndex index) {
  const Run* run = engine.OpenRun(index);
  return run == nullptr || (HasCompletedTask(engine.durable().run(index)) &&
                            run->state.info.workflow_task.phase == TaskPhase::kNone);
}

}  // namespace

void Handle(Engine& engine, protocol::QueryWorkflowRequest& request, sim::Reply reply) {
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  const RunRecord& record = engine.durable().run(*index);
  if (IsRejected(request.reject_condition, record.state.info)) {
    return engine.Answer(reply,
                         protocol::QueryWorkflowResponse{.rejected = record.state.info.status});
  }
  if (record.state.info.running()) {
    if (absl::Status refusal = CheckOpen(engine, record.state.info); !refusal.ok()) {
      return engine.Refuse(reply, std::move(refusal));
    }
  } else if (!HasCompletedTask(record)) {
    return engine.Refuse(reply, protocol::QueryClosedBeforeFirstTask());
  }
  const bool direct = MayGoDirectly(engine, *index);
  if (!direct && CountWaiting(engine.queries(), *index) >= kMostWaiting) {
    return engine.Refuse(reply, protocol::TooManyQueries());
  }
  // Those who do not wait any more are forgotten here:
  // whatever still refers to them is dropped in its turn.
  absl::erase_if(engine.queries(), [](const auto& entry) { return !entry.second.reply.awaited(); });
  const std::uint64_t id = engine.NextQueryId();
  if (request.timeout.count() != 0) {
    engine.Push(Deadline{.due = AnswerTime(engine.now(), request.timeout),
                         .run = *index,
                         .kind = DeadlineKind::kQueryTimeout,
                         .id = static_cast<EventId>(id)});
  }
  engine.queries().insert_or_assign(id, PendingQuery{.run = *index,
                                                     .type = std::move(request.query_type),
                                                     .arguments = std::move(request.arguments),
                                                     .header = std::move(request.header),
                                                     .reply = std::move(reply)});
  if (direct) DispatchQuery(engine, id);
}

void Handle(Engine& engine, protocol::RespondQueryTaskCompletedRequest& request, sim::Reply reply) {
  AnswerQuery(engine, std::move(request.result));
  engine.Answer(reply, protocol::RespondQueryTaskCompletedResponse{});
}

void AnswerQuery(Engine& engine, protocol::WorkflowQueryResult result) {
  const auto query = engine.queries().find(result.id);
  if (query == engine.queries().end()) return;  // asked of an earlier life, or answered already
  sim::Reply& reply = query->second.reply;
  if (result.answer) {
    engine.Answer(reply, protocol::QueryWorkflowResponse{.result = std::move(*result.answer)});
  } else {
    engine.Refuse(reply, protocol::QueryFailed(result.error));
  }
  engine.queries().erase(query);
}

void TimeOutQuery(Engine& engine, std::uint64_t query_id) {
  const auto query = engine.queries().find(query_id);
  engine.Refuse(query->second.reply, protocol::QueryTimedOut());
  engine.queries().erase(query);
}

void DispatchQuery(Engine& engine, std::uint64_t query_id) {
  PendingQuery& query = engine.queries().find(query_id)->second;
  query.direct = true;
  const WorkflowTaskRef ref{.run = query.run, .query_id = query_id};
  const Run* run = engine.OpenRun(query.run);
  if (run != nullptr && run->sticky_queue != nullptr &&
      run->sticky_queue->HasWorker(engine.now()) &&
      !(run->workflow_queue->has_versions && !FitsStickyQueue(engine, *run))) {
    const Duration patience = run->state.info.sticky->schedule_to_start_timeout;
    engine.Push(Deadline{.due = engine.now() + patience,
                         .run = query.run,
                         .kind = DeadlineKind::kQueryOnStickyQueue,
                         .id = static_cast<EventId>(query_id)});
    run->sticky_queue->tasks.AddTask(ref);
    return MatchWorkflowTasks(engine, *run->sticky_queue);
  }
  WorkflowQueue& queue = NormalQueueOf(engine, query.run);
  queue.tasks.AddTask(ref);
  MatchWorkflowTasks(engine, queue);
}

void ReleaseQueries(Engine& engine, RunIndex index) {
  if (!MayGoDirectly(engine, index)) return;
  const RunRecord& record = engine.durable().run(index);
  std::vector<std::uint64_t> released;
  for (auto& [id, query] : engine.queries()) {
    if (query.run == index && !query.direct) released.push_back(id);
  }
  for (const std::uint64_t id : released) {
    if (HasCompletedTask(record)) {
      DispatchQuery(engine, id);
    } else {
      engine.Refuse(engine.queries().find(id)->second.reply,
                    protocol::QueryClosedBeforeFirstTask());
      engine.queries().erase(id);
    }
  }
}

}  // namespace groundhog::server
