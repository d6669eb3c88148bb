// PollWorkflowTaskQueue: hands out workflow tasks, and queries that ask for a task of their own
// (SEMANTICS d.2, d.5, f.2, g).
//
// That a task is started is written before its worker gets it. If the answer is lost the task stays
// started until it times out.
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/version_routing.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using protocol::PollWorkflowTaskQueueResponse;
using protocol::WorkflowQuery;

// Whether it waits where it belongs now.
bool IsInItsQueue(Engine& engine, const WorkflowTaskRef& ref, const WorkflowQueue& queue) {
  return !queue.has_versions || &NormalQueueOf(engine, ref.run) == &queue;
}

bool IsWanted(Engine& engine, const WorkflowTaskRef& ref) {
  if (ref.query_id != 0) {
    const auto query = engine.queries().find(ref.query_id);
    return query != engine.queries().end() && !query->second.handed_out;
  }
  const Run* run = engine.OpenRun(ref.run);
  if (run == nullptr) return false;
  const WorkflowTask& task = run->state.info.workflow_task;
  return task.phase == TaskPhase::kScheduled && task.scheduled_event_id == ref.scheduled_event_id &&
         task.attempt == ref.attempt;
}

// Whether it was this poll that the task was started for.
bool IsStartedFor(const Run* run, const std::string& request_id) {
  if (run == nullptr) return false;
  const WorkflowTask& task = run->state.info.workflow_task;
  return task.phase == TaskPhase::kStarted && task.started->request_id == request_id;
}

sim::Label LabelOf(const Run& run) {
  const WorkflowTask& task = run.state.info.workflow_task;
  return sim::Label(sim::Symbol(kPollWorkflowTask), run.start->workflow, task.cause, task.attempt);
}

// Events that are written, from `first` on.
EventHistory EventsFrom(const EventHistory& history, EventId first, std::size_t more) {
  EventHistory events;
  events.reserve(history.size() - static_cast<std::size_t>(first - 1) + more);
  events.assign(history.begin() + (first - 1), history.end());
  return events;
}

// A worker sees the events of a transient task, though they may never be written.
void AddTransientEvents(const WorkflowTask& task, EventHistory& history) {
  history.push_back(HistoryEvent{.event_id = task.scheduled_event_id,
                                 .event_time = task.scheduled_time,
                                 .attributes = task.scheduled});
  history.push_back(HistoryEvent{.event_id = task.started_event_id,
                                 .event_time = task.started_time,
                                 .attributes = task.started});
}

std::vector<WorkflowQuery> AttachQueries(Engine& engine, RunIndex run) {
  std::vector<WorkflowQuery> attached;
  for (auto& [id, query] : engine.queries()) {
    if (query.run != run || query.direct) continue;
    attached.push_back(WorkflowQuery{
        .id = id, .query_type = query.type, .arguments = query.arguments, .header = query.header});
  }
  return attached;
}

void HandOutTask(Engine& engine, Run& run, Poll& poll, const WorkflowQueue& queue) {
  const bool sticky = queue.is_sticky;
  const RunIndex index = run.index;
  poll.reply.set_label(LabelOf(run));
  Transition t = engine.Begin(run);
  std::string request_id = poll.request_id;
  if (run.workflow_queue->has_versions) NoteTargetVersion(engine, t);
  StartWorkflowTask(t, TaskStarter{.identity = std::move(poll.identity),
                                   .request_id = std::move(poll.request_id),
                                   .from_sticky_queue = sticky});
  if (queue.has_versions && !run.state.info.workflow_task.speculative) {
    NoteStartOnQueue(engine, t, queue);
  }
  if (run.state.info.workflow_task.speculative) {
    engine.FindQueues(run);
    engine.Answer(poll.reply, MakeWorkflowTask(engine, run, sticky));
    return engine.FollowUp(t);
  }
  const auto task = [&] { return MakeWorkflowTask(engine, run, sticky); };
  const bool written = engine.Commit(t, poll.reply.label());
  if (!engine.alive()) return;
  if (!written) {
    // Asking the store again shows whether it was written;
    // then the task is this poll's all the same.
    Run* reloaded = engine.OpenRun(index);
    if (!IsStartedFor(reloaded, request_id)) {
      return engine.Refuse(poll.reply, protocol::ShardReloading());
    }
    return engine.Answer(poll.reply, MakeWorkflowTask(engine, *reloaded, sticky));
  }
  engine.FindQueues(run);
  if (run.state.info.running()) {
    engine.Answer(poll.reply, task);
  } else {  // the start was one event too many
    engine.Answer(poll.reply, PollWorkflowTaskQueueResponse{});
  }
  engine.FollowUp(t);
}

// A worker that has the run in its cache needs no history to answer; any other gets all of it.
void HandOutQuery(Engine& engine, std::uint64_t query_id, Poll& poll, bool sticky) {
  PendingQuery& query = engine.queries().find(query_id)->second;
  query.handed_out = true;
  const RunRecord& record = engine.durable().run(query.run);
  const RunStart& start = *record.start;
  const EventId started = record.state.info.previous_started_event_id;
  PollWorkflowTaskQueueResponse response{
      .has_task = true,
      .token = {.execution = {.workflow_id = start.workflow_id, .run_id = start.run_id}},
      .workflow_type = start.event->workflow_type,
      .previous_started_event_id = started,
      .started_event_id = started,
      .queries = {WorkflowQuery{.id = query_id,
                                .query_type = query.type,
                                .arguments = query.arguments,
                                .header = query.header}},
      .query_only = true};
  if (!sticky) response.history = record.history;
  poll.reply.set_label(
      sim::Label(sim::Symbol(kPollWorkflowTask), start.workflow, sim::Symbol(kCauseQuery), 0));
  engine.Answer(poll.reply, std::move(response));
}

}  // namespace

PollWorkflowTaskQueueResponse MakeWorkflowTask(Engine& engine, Run& run, bool sticky) {
  const ExecutionInfo& info = run.state.info;
  const WorkflowTask& task = info.workflow_task;
  PollWorkflowTaskQueueResponse response{
      .has_task = true,
      .token = {.execution = {.workflow_id = run.start->workflow_id, .run_id = run.start->run_id},
                .scheduled_event_id = task.scheduled_event_id,
                .started_event_id = task.started_event_id,
                .started_time = task.started_time,
                .attempt = task.attempt},
      .workflow_type = run.started().workflow_type,
      .previous_started_event_id = info.previous_started_event_id,
      .started_event_id = task.started_event_id,
      .attempt = task.attempt};
  const EventId first = sticky ? info.previous_started_event_id + 1 : 1;
  response.history = EventsFrom(engine.durable().run(run.index).history, first, 2);
  if (!task.written) AddTransientEvents(task, response.history);
  if (!engine.queries().empty()) response.queries = AttachQueries(engine, run.index);
  if (HasUpdates(run)) response.messages = RegistryOf(run).Send(task.started_event_id);
  return response;
}

void MatchWorkflowTasks(Engine& engine, WorkflowQueue& queue) {
  const auto is_wanted = [&](const WorkflowTaskRef& ref) {
    return IsWanted(engine, ref) && IsInItsQueue(engine, ref, queue);
  };
  while (engine.alive()) {
    auto match = queue.tasks.TakeMatch(is_wanted);
    if (!match) return;
    queue.last_poll = engine.now();
    if (match->task.query_id != 0) {
      HandOutQuery(engine, match->task.query_id, match->poll, queue.is_sticky);
    } else {
      HandOutTask(engine, *engine.OpenRun(match->task.run), match->poll, queue);
    }
  }
}

void Handle(Engine& engine, protocol::PollWorkflowTaskQueueRequest& request, sim::Reply reply) {
  const bool sticky = request.task_queue.kind == history::TaskQueueKind::kSticky;
  const std::string& name = request.task_queue.name;
  WorkflowQueue* queue =
      sticky ? &engine.matching().StickyQueueOf(name) : &engine.matching().WorkflowQueueOf(name);
  if (request.deployment_version && !sticky) {
    const WorkerDeploymentVersion& version = *request.deployment_version;
    if (!AdmitPoller(engine, version, {name, TaskQueueType::kWorkflow}, reply)) return;
    queue = &engine.matching().OfVersion(*queue, version);
  }
  queue->NotePoll(reply.caller(), engine.now());
  queue->tasks.AddPoll(Poll{.reply = std::move(reply),
                            .identity = std::move(request.identity),
                            .request_id = std::move(request.request_id)});
  MatchWorkflowTasks(engine, *queue);
}

void Handle(Engine& engine, protocol::ShutdownWorkerRequest& request, sim::Reply reply) {
  WorkflowQueue& queue = engine.matching().StickyQueueOf(request.sticky_task_queue);
  queue.worker_known = false;
  engine.Answer(reply, protocol::ShutdownWorkerResponse{});
  // What waited there goes to the normal queues, without an event (recorded README 7).
  for (const WorkflowTaskRef& ref : queue.tasks.TakeTasks()) {
    if (!engine.alive() || !IsWanted(engine, ref)) continue;
    if (ref.query_id != 0) {
      DispatchQuery(engine, ref.query_id);
    } else {
      engine.DispatchWorkflowTask(*engine.OpenRun(ref.run));
    }
  }
}

}  // namespace groundhog::server
