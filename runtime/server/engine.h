// Engine: what the handlers of a server work with: its runs, its store, its task queues,
// its deadlines.
//
// A handler goes the same way always:
//
//     Transition t = engine.Begin(run);          // 1. change the run in memory
//     …
//     if (!engine.Commit(t, reply)) return;      // 2. write it; if that is not certain, the run is reloaded and the caller told
//     engine.Answer(reply, Response{…});         // 3. answer
//     engine.FollowUp(t);                        // 4. deadlines, tasks, those who wait for the end
//
// Everything here but the store dies with the process (DESIGN §5).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>

#include "runtime/protocol/workflow_service.h"
#include "runtime/server/causes.h"
#include "runtime/server/deadline.h"
#include "runtime/server/matching.h"
#include "runtime/server/options.h"
#include "runtime/server/persistence.h"
#include "runtime/server/queries.h"
#include "runtime/server/run.h"
#include "runtime/server/schedule_clock.h"
#include "runtime/server/transition.h"
#include "sim/process.h"
#include "sim/ring.h"
#include "sim/store.h"

namespace groundhog::server {

struct BatchWork;

// How long the server waits before it does again what it could not write down,
// or what another run did not let it do.
inline constexpr Duration kRetryDelay = std::chrono::milliseconds(100);

class Engine {
 public:
  Engine(sim::Process& process, sim::Store<Durable>& store, std::string name,
         const ServerOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Builds everything from the store: a process has just started.
  void Recover();

  // ---- Runs ----
  const Durable& durable() const { return store_.contents(); }
  // The run that an execution names; without a run id the current one. NotFound if there is none.
  absl::StatusOr<RunIndex> Find(const protocol::WorkflowExecution& execution) const;
  // Null if the run is closed. Good until EndStep.
  Run* OpenRun(RunIndex index) {
    if (index < runs_.size() && runs_[index] != nullptr) return runs_[index].get();
    return Wake(index);
  }
  bool IsOpen(RunIndex index) const {
    return index < durable().NextRunIndex() && durable().run(index).state.info.running();
  }
  // The open run that an execution names, or why there is none.
  absl::StatusOr<Run*> FindOpen(const protocol::WorkflowExecution& execution);

  // ---- Transitions ----
  Timestamp now() const;
  Transition Begin(Run& run) { return Transition(run, now(), transaction_); }
  // Further runs that the transaction under way starts or changes: they are written, given up and
  // followed up together with the transition that Commit and FollowUp are given (which may be one
  // of them). The reference is good until then.
  Transition& AlsoStart(Shared<RunStart> start);
  Transition& AlsoChange(Run& run);
  // Whether it is written for certain. If not, memory is as the store has it again;
  // a crash leaves nothing to do.
  bool Commit(Transition& t, const sim::Label& label);
  // The same for a request; tells the caller to try again.
  bool Commit(Transition& t, sim::Reply& reply);
  // Writes something about a closed run. Whether it is written for certain.
  bool CommitAlone(const sim::Label& label, Durable::Write write);
  // Written together with the transition under way.
  void AlsoPut(PutSchedule put) { transaction_.writes.push_back(std::move(put)); }
  // Makes memory equal to the store again. What was due comes up a little later.
  void Reload(RunIndex index);
  // Drops the changes of a transition that was not committed, and of all others of its transaction.
  void RollBack(Run& run);
  // After the state was copied, or its sticky queue changed.
  void FindQueues(Run& run);
  // Acts on what was committed.
  void FollowUp(Transition& t);

  // ---- Answers ----
  template <class Response>
  void Answer(sim::Reply& reply, Response&& response) {
    answered_.push_back(reply.label());
    reply.Ok(std::forward<Response>(response));
  }
  void Refuse(sim::Reply& reply, absl::Status status) {
    answered_.push_back(reply.label());
    reply.Error(std::move(status));
  }
  // At the end of everything that came from outside: sets the alarm, lets runs rest,
  // and may crash while idle.
  void EndStep();

  // ---- Tasks and deadlines ----
  void DispatchWorkflowTask(Run& run);
  void DispatchActivity(Run& run, const PendingActivity& activity);
  void Push(const Deadline& deadline) { deadlines_.queue.Push(deadline); }
  // The same for what no simulation is to go on for.
  void PushInBackground(const Deadline& deadline);
  void PushScheduleWake(ScheduleNumber number, Timestamp due);
  // When the schedule acts next by itself, as the clock has it.
  void PushScheduleTime(ScheduleNumber number);
  // Sends the run's queries on, as far as its workflow task allows.
  void ReleaseQueries(RunIndex index);

  // ---- The namespace ----
  const std::string& namespace_name() const { return namespace_; }
  // How long a run that is closed from now on is kept; 0: for ever.
  void set_retention(Duration retention) { retention_ = retention; }
  // What of a run that is closed is archived.
  Archives archives() const { return archives_; }
  void set_archives(Archives archives) { archives_ = archives; }
  // A workflow id as names of points and facts hold it: with its namespace,
  // if that is not "default".
  sim::Symbol ScopeOf(const std::string& workflow_id);
  // Null while no batch runs.
  std::unique_ptr<BatchWork>& batch_work() { return batch_work_; }

  bool alive() const { return process_.Lives(incarnation_); }
  sim::Process& process() { return process_; }
  Causes& causes() { return causes_; }
  Matching& matching() { return matching_; }
  ScheduleClock& schedules() { return schedules_; }
  PendingQueries& queries() { return queries_; }
  std::uint64_t NextQueryId() { return (std::uint64_t{incarnation_} << 32) | ++last_query_; }

 private:
  // A run beside the one that a transaction is about.
  struct Companion {
    RunIndex index;
    // Started by it; null once it is there for others, and of a run that was there before.
    std::unique_ptr<Run> made;
    Transition transition;
  };
  using Companions = std::vector<std::unique_ptr<Companion>>;

  std::unique_ptr<Run> MakeRun(RunIndex index, Shared<RunStart> start);
  void Adopt(std::unique_ptr<Run> run);
  // After a commit that is not certain.
  void GiveUp(RunIndex index);
  void ActOn(Transition& t);
  // REQUIRES: it is not in memory.
  Run& Load(RunIndex index);
  // Loads the run if it is open, else null. REQUIRES: as above.
  Run* Wake(RunIndex index);
  // Lets go of runs that do nothing, the longest loaded first, while there are too many in memory.
  void LetRest();
  // As memory has it, or the store, if the run rests. REQUIRES: the index was given to a run.
  const RunState& StateOf(RunIndex index) const;
  // Deadlines, none before `not_before`, and tasks as the state says.
  void Rederive(Run& run, Timestamp not_before);
  void ForgetClosed(RunIndex index);
  // Deadlines, and the alarm for the first of them.
  struct Reminders {
    DeadlineQueue queue = {};
    sim::AlarmId alarm = {};
    Timestamp alarm_due = {};
    bool foreground = true;  // a simulation goes on for them
  };

  bool IsCurrent(const Deadline& deadline) const;
  bool IsCurrentOfSchedule(const Deadline& deadline) const;
  void SetAlarm(Reminders& reminders);
  void OnAlarm(Reminders& reminders);
  void NoteRetention(const Transition& t);

  sim::Process& process_;
  std::uint32_t incarnation_;
  sim::Store<Durable>& store_;
  Causes causes_;
  Matching matching_;
  PendingQueries queries_;
  std::uint32_t last_query_ = 0;
  // By index; null: closed, or it rests: nothing is known of it but what the store holds.
  std::vector<std::unique_ptr<Run>> runs_;
  sim::Ring<RunIndex> loaded_;        // those in memory, and some that were closed
  Transaction transaction_;           // the one under way; keeps its memory
  Companions companions_;             // of the transaction under way
  std::vector<sim::Label> answered_;  // in this step
  Reminders deadlines_;
  std::unique_ptr<Reminders> in_background_;  // null until there are some
  std::string namespace_;
  ServerOptions options_;
  Duration retention_{0};
  Archives archives_ = {};
  std::unique_ptr<BatchWork> batch_work_;
  ScheduleClock schedules_;
  Reminders schedule_times_ = {.foreground = false};
};

}  // namespace groundhog::server
