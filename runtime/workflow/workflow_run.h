// WorkflowRun: one Workflow Execution in a worker's memory. Turns history into commands.
//
//     WorkflowRun run(registry, {.workflow_id = "pay-invoice-701", .run_id = …});
//     TaskResult result = run.Activate(events);  // up to the task's WorkflowTaskStarted
//
// Activate replays every completed task in the events, matching what the code does against the
// command events, and then runs the last task live: its commands are the answer. Give it the whole
// history, or what follows last_event_id() (a sticky task); CanContinueWith tells which will do. A
// run that answered with a failure is dead: destroy it, and start again from the whole history.
//
// Updates come as messages with the task (SEMANTICS f.3), or as UpdateAdmitted events; at replay
// they are told by their UpdateAccepted events. Each is delivered as if it arrived right after the
// event that it names. What the worker says to them is in TakeMessages(). A task that did nothing
// but reject is dropped by the server: DropTask() forgets its two events.
//
// How events become activations (SEMANTICS e.4): a task is run when its WorkflowTaskStarted is
// followed by WorkflowTaskCompleted or ends the events; the events of failed and timed-out tasks
// join the next one. An empty task is run as well, at its own time, because that is what happened
// when it was live (Temporal's core joins it to the next one, for the sake of local activities;
// verdicts are the same).
//
// Local activities are executed by whoever drives the run. A live task whose code waits for them is
// not done with Activate: as long as waits_for_local_activities(), execute what TakeLocalActivities
// gives (and ask those of TakeLocalActivityCancels to stop), and tell each end with
// ResolveLocalActivity, whose result is that of the task so far. Answer() ends the task before
// that: a heartbeat, which asks for another task at once; local activities go on, and ends that
// come between the tasks are told in the next one.
//
// With a data converter in the registry (payload_codec.h), what comes in is decoded and what goes
// out is encoded here, and nowhere else. Local activities are handed over as the code gave them.
//
// It sees only history: no kernel, no network. Not thread-safe; destroying it destroys suspended
// coroutines, and what their destructors ask for is ignored.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/history/event.h"
#include "runtime/workflow/execution.h"
#include "runtime/workflow/local_activity_task.h"
#include "runtime/workflow/registry.h"
#include "runtime/workflow/result.h"
#include "runtime/workflow/run_context.h"
#include "runtime/workflow/task_result.h"

namespace groundhog::workflow {

class WorkflowRun {
 public:
  // REQUIRES: `registry` outlives the run.
  WorkflowRun(const WorkflowRegistry& registry, RunContext context);
  WorkflowRun(const WorkflowRun&) = delete;
  WorkflowRun& operator=(const WorkflowRun&) = delete;
  ~WorkflowRun();

  // Whether these events follow what the run has seen: they start at next_event_id(), and the task
  // it answered last was completed. If not, it is a cache miss: destroy the run and give a new one
  // the whole history.
  bool CanContinueWith(std::span<const history::HistoryEvent> events) const;

  // REQUIRES: CanContinueWith(events) and !dead(), else std::logic_error. Events that do not end in
  // WorkflowTaskStarted are replayed only, and the answer is empty; so is one that waits for local
  // activities. An update that the run knows is not delivered again.
  TaskResult Activate(std::span<const history::HistoryEvent> events,
                      history::Messages messages = {});
  // The messages that belong to the last answer.
  history::Messages TakeMessages();
  // The server dropped the task that started so: its WorkflowTaskScheduled and WorkflowTaskStarted
  // never happened. The next events may begin with some that the run has seen. Without effect if it
  // is not the task that the run answered last.
  void DropTask(history::EventId started_event_id, history::Timestamp started_time);

  // Of a Workflow Task, as the run was started with.
  history::Duration task_timeout() const;

  // --- local activities, see above
  bool waits_for_local_activities() const;
  // Whether it would lose something if it were destroyed now: a task that is being done, or local
  // activities that are being executed.
  bool is_busy() const;
  std::vector<LocalActivityTask> TakeLocalActivities();
  std::vector<std::uint32_t> TakeLocalActivityCancels();  // by seq
  // One that nobody waits for any more changes nothing. REQUIRES: a task is being done.
  TaskResult ResolveLocalActivity(LocalActivityResolution resolution);
  // The commands so far. REQUIRES: a task is being done.
  TaskResult Answer();

  // For how long the code has kept its thread busy since this was asked last (block_thread.h).
  BlockedTime TakeBlockedTime();

  // Answers from the state that the last activation left. REQUIRES: !dead().
  Result<history::Payloads> Query(std::string_view name, const history::Payloads& input,
                                  const history::PayloadMap& header = {});

  history::EventId last_event_id() const { return last_event_id_; }
  history::EventId next_event_id() const { return last_event_id_ + 1; }
  // Whether the code has ended the run or the history shows its end.
  bool is_closed() const;
  bool dead() const { return dead_; }
  // A command in the queue that no event has taken, in words; empty if there is none. For the
  // replayer: of a closed run it is a difference.
  std::string UnmatchedCommand();

 private:
  using Problem = std::variant<std::monostate, TaskFailure, Nondeterminism>;

  // An update on its way to the code.
  struct Arrival {
    history::EventId after;
    history::Message request;
  };

  TaskResult ActivateDecoded(std::span<const history::HistoryEvent> events,
                             history::Messages messages);
  // Gives an answer without local activities; fails if it cannot be encoded.
  TaskResult Encoded(history::Commands commands);
  TaskResult Process(std::span<const history::HistoryEvent> events);
  void Restart();
  TaskResult EndOfTask();
  Problem Announce(std::span<const history::HistoryEvent> events);
  // Which updates come when: those that the history tells of, and those that the messages bring.
  Problem PlanArrivals(std::span<const history::HistoryEvent> events);
  void Arrive(history::EventId before);
  Problem EventIsMissing();
  Problem Apply(const history::HistoryEvent& event);
  Problem Start(const history::HistoryEvent& event,
                const history::Shared<history::WorkflowExecutionStarted>& started);
  Problem MatchCommand(const history::HistoryEvent& event);
  Problem RouteToActivity(const history::HistoryEvent& event, history::EventId scheduled,
                          internal::ActivityInput input);
  Problem RouteToTimer(const history::HistoryEvent& event);
  Problem RouteToMachine(const history::HistoryEvent& event);
  void OnWorkflowTaskStarted(const history::HistoryEvent& event);
  Problem RunTask(bool replaying);

  const WorkflowRegistry& registry_;
  RunContext context_;
  std::unique_ptr<internal::Execution> execution_;
  internal::ActivationJobs jobs_;
  internal::ActivationInfo info_;
  history::EventId last_event_id_ = 0;
  history::EventId started_task_ = 0;  // the WorkflowTaskStarted that was run last, if live
  bool task_is_open_ = false;
  history::Timestamp started_time_ = {};
  history::Messages messages_;          // that came with the task
  history::Messages encoded_messages_;  // of the last answer, where there is a data converter
  std::vector<Arrival> arrivals_;  // in order; the first `arrived_` of them have been delivered
  std::size_t arrived_ = 0;
  bool always_encode_ = false;
  bool history_closed_ = false;
  bool dead_ = false;
  bool task_dropped_ = false;
};

}  // namespace groundhog::workflow
