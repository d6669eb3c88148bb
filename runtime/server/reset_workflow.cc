// ResetWorkflowExecution (SEMANTICS f.11, recorded README 12 and 15).
//
// One transaction ends the current run and starts the new one: with the events of the base run up
// to the reset point, a failed workflow task, and what was said to the base run, and to those that
// continued it, since then. Work that was pending at the reset point is pending again.
//
// So are children: the new run is their parent, and is told what became of them since. (One whose
// end was told to nobody, because the base run had closed, is told to the new run. Temporal's
// server lets that one wait for ever.) Children that the ended run had started since the reset
// point are let go: no parent close policy applies (SEMANTICS f.6). A signal or a cancel request
// that was on its way at the reset point is sent once more.
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/protocol/errors.h"
#include "runtime/server/activity.h"
#include "runtime/server/carry_on.h"
#include "runtime/server/close.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/server/rebuild.h"
#include "runtime/server/start_run.h"
#include "runtime/server/updates.h"
#include "runtime/server/version_routing.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {
namespace {

using protocol::ResetWorkflowExecutionRequest;

constexpr std::string_view kResetterIdentity = "history-resetter";

// Whether the history can be cut there: it has the event, and a transaction ended before it.
absl::Status CheckCut(const RunRecord& base, EventId finish) {
  if (finish <= 1 || finish > static_cast<EventId>(base.history.size())) {
    return absl::InvalidArgumentError(
        "Workflow task finish ID must be > 1 && <= workflow last event ID.");
  }
  if (base.batch_ends.Has(finish - 1)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("StateRebuilder unable to Rebuild mutable state to event ID: {}, version: 0, "
                  "this event must be at the boundary",
                  finish - 1));
}

// What the new run begins with.
std::span<const HistoryEvent> KeptEvents(const RunRecord& base, EventId finish) {
  return std::span(base.history).first(static_cast<std::size_t>(finish - 1));
}

absl::Status NoTaskThere(EventId finish) {
  return absl::InvalidArgumentError(
      fmt::format("Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, "
                  "WorkflowTaskStarted + 1]: {}",
                  finish));
}

// What a closed run was continued as by its workflow; empty if it was not.
std::string ContinuationOf(const EventHistory& events) {
  const auto* end = history::As<history::WorkflowExecutionContinuedAsNew>(events.back());
  return end == nullptr ? std::string() : end->new_execution_run_id;
}

// Whether the event tells its run what became of a child.
template <class Event>
constexpr bool kTellsOfChild = requires(const Event& e) {
  e.initiated_event_id;
  e.workflow_type;
};
bool TellsOfChild(const HistoryEvent& event) {
  return history::Visit(event, []<class Event>(const Event&) { return kTellsOfChild<Event>; });
}

// Whether the new run is to hear it: what a client said,
// and what became of the base run's own children.
bool IsSaidAgain(const HistoryEvent& event, const ResetWorkflowExecutionRequest& request,
                 bool of_base) {
  switch (history::TypeOf(event)) {
    case history::EventType::kWorkflowExecutionSignaled:
      return !request.exclude_signals;
    case history::EventType::kWorkflowExecutionUpdateAdmitted:
    case history::EventType::kWorkflowExecutionUpdateAccepted:
      return !request.exclude_updates;
    case history::EventType::kWorkflowExecutionOptionsUpdated:
      return true;
    default:  // NOLINT: nobody said any other event
      return of_base && TellsOfChild(event);
  }
}

// What the base run was told since the reset point, and the runs that continued it. `unwritten`
// waits in the buffer of the current run. A signal's request id is not
// known to the new run, as in Temporal.
std::vector<HistoryEvent> SaidSince(const Engine& engine, const RunRecord& base,
                                    const ResetWorkflowExecutionRequest& request,
                                    const RunRecord& current,
                                    const std::vector<HistoryEvent>& unwritten) {
  std::vector<HistoryEvent> said;
  const RunRecord* run = &base;
  const auto add = [&](std::span<const HistoryEvent> events) {
    for (const HistoryEvent& event : events) {
      if (IsSaidAgain(event, request, run == &base)) said.push_back(event);
    }
  };
  add(std::span(run->history)
          .subspan(static_cast<std::size_t>(request.workflow_task_finish_event_id - 1)));
  for (;;) {
    const std::string next = ContinuationOf(run->history);
    const auto index = next.empty()
                           ? absl::StatusOr<RunIndex>(absl::NotFoundError(""))
                           : engine.Find({.workflow_id = base.start->workflow_id, .run_id = next});
    if (!index.ok()) break;
    run = &engine.durable().run(*index);
    add(run->history);
  }
  if (run == &current) add(unwritten);
  return said;
}

// Signals and cancel requests are sent anew: whoever got them from the
// base run does not know them again.
void RestoreRelations(Transition& t) {
  if (t.state().relations.get() == nullptr) return;
  Relations pending = *t.state().relations.get();
  for (auto& [id, child] : pending.children) t.Save(std::move(child));
  for (auto& [id, request] : pending.requests) {
    request.request_id = RequestIdOf(t.start().run_id, id);
    t.Save(std::move(request));
  }
}

// The run as it was at the reset point: its timeouts count anew, its timers do not,
// its activities may begin at once.
void Restore(Transition& t, const RunRecord& base, EventId finish, RunState state) {
  for (const HistoryEvent& event : KeptEvents(base, finish)) {
    t.Copy(event);
    if (base.batch_ends.Has(event.event_id)) t.EndCopiedBatch();
  }
  state.info.history_bytes = t.info().history_bytes;
  state.info.start_time = t.now();
  t.state() = std::move(state);
  RestartTimeouts(t);
  for (auto& [id, activity] : t.state().activities) RescheduleActivity(t, activity);
  for (const auto& [id, timer] : t.state().timers) {
    t.Save(timer);
    t.Arm(DeadlineKind::kTimer, timer.fire_time, id);
  }
  for (const auto& [id, info] : UpdateInfos(t.state().updates)) t.Save(id, info);
  RestoreRelations(t);
  if (t.info().versioning) SettleVersioning(t, nullptr);
}

// What became of a child that was pending at the reset point.
// Of one that was started later nothing is known here.
template <class Event>
void TellOfChild(Transition& t, Event event) {
  const PendingChild* pending = t.state().FindChild(event.initiated_event_id);
  if (pending == nullptr) return;
  PendingChild child = *pending;
  if constexpr (std::is_same_v<Event, history::ChildWorkflowExecutionStarted>) {
    child.phase = ChildPhase::kStarted;
    child.first_run_id = event.workflow_execution.run_id;
    child.started_event_id = t.Add(std::move(event));
    t.Save(std::move(child));
  } else {
    if constexpr (requires { event.started_event_id; }) {
      event.started_event_id = child.started_event_id;
    }
    t.Add(std::move(event));
    t.EraseChild(child.initiated_event_id);
  }
}

void SayAgain(Transition& t, const HistoryEvent& event) {
  if (const auto* signal = history::As<history::WorkflowExecutionSignaled>(event)) {
    ++t.info().signals;
    t.Add(*signal);
    return;
  }
  if (const auto* options = history::As<history::WorkflowExecutionOptionsUpdated>(event)) {
    return ApplyOptions(t, *options);
  }
  if (!TellsOfChild(event)) return ReapplyUpdate(t, event);
  history::Visit(event, [&t]<class Event>(const Event& told) {
    if constexpr (kTellsOfChild<Event>) TellOfChild(t, told);
  });
}

// Its children are not told.
void EndForReset(Transition& t, const std::string& reason) {
  TerminateRun(t, {.reason = reason, .identity = std::string(kResetterIdentity)});
  while (t.state().relations.get() != nullptr) {
    t.EraseChild(t.state().relations.get()->children.begin()->first);
  }
}

void FailTaskForReset(Transition& t, const std::string& base_run_id, const std::string& reason) {
  if (t.info().workflow_task.phase == TaskPhase::kScheduled) {
    StartWorkflowTask(t, TaskStarter{.identity = std::string(kServerIdentity)});
  }
  FailWorkflowTask(t,
                   TaskFailure{.cause = history::WorkflowTaskFailedCause::kResetWorkflow,
                               .failure = history::MakeShared<history::Failure>(history::Failure{
                                   .message = reason, .info = history::ResetWorkflowFailureInfo{}}),
                               .identity = std::string(kServerIdentity),
                               .base_run_id = base_run_id,
                               .new_run_id = t.start().run_id});
  t.info().workflow_task.attempt = 1;
}

// Ends the current run, if it is open, and starts the new one: what it begins with, why it has to
// go on, and what it is told again.
Transition& StartReset(Engine& engine, const RunRecord& base, RunIndex current, RunState state,
                       const ResetWorkflowExecutionRequest& request) {
  const std::string& workflow_id = base.start->workflow_id;
  Run* running = engine.OpenRun(current);
  const std::vector<HistoryEvent> none;
  const std::vector<HistoryEvent> said =
      SaidSince(engine, base, request, engine.durable().run(current),
                running == nullptr ? none : running->state.buffered);
  if (running != nullptr) {
    EndForReset(engine.AlsoChange(*running), request.reason);
  }
  // The new run has the request id of the base run's start: the request for the reset is not known
  // when it comes again (recorded README 15).
  Transition& t = AddRun(engine, RunStart{.workflow_id = workflow_id,
                                          .run_id = NextRunId(engine, workflow_id),
                                          .request_id = base.start->request_id,
                                          .workflow = base.start->workflow,
                                          .event = base.start->event});
  Restore(t, base, request.workflow_task_finish_event_id, std::move(state));
  FailTaskForReset(t, base.start->run_id, request.reason);
  for (const HistoryEvent& event : said) SayAgain(t, event);
  ScheduleWorkflowTask(t, sim::Symbol(kCauseReset));
  ArmRelations(engine, t);
  return t;
}

}  // namespace

void Handle(Engine& engine, ResetWorkflowExecutionRequest& request, sim::Reply reply) {
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) return engine.Refuse(reply, index.status());
  const RunRecord& base = engine.durable().run(*index);
  const EventId finish = request.workflow_task_finish_event_id;
  if (absl::Status bad = CheckCut(base, finish); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  const std::optional<RunIndex> current = engine.durable().FindCurrent(base.start->workflow_id);
  if (!current) return engine.Refuse(reply, protocol::WorkflowNotFound(base.start->workflow_id));
  const RunStart& current_start = *engine.durable().run(*current).start;
  if (!request.request_id.empty() && current_start.request_id == request.request_id) {
    return engine.Answer(reply,
                         protocol::ResetWorkflowExecutionResponse{.run_id = current_start.run_id});
  }
  RunState state = Rebuild(KeptEvents(base, finish), engine.causes());
  if (state.info.workflow_task.phase == TaskPhase::kNone) {
    return engine.Refuse(reply, NoTaskThere(finish));
  }
  Transition& t = StartReset(engine, base, *current, std::move(state), request);
  protocol::ResetWorkflowExecutionResponse response{.run_id = t.start().run_id};
  if (!engine.Commit(t, reply)) return;
  engine.Answer(reply, std::move(response));
  engine.FollowUp(t);
}

}  // namespace groundhog::server
