// LocalActivityExecutor: executes the local activities of a worker's runs, and tries failed ones
// again, without the server (SEMANTICS d.6, f.8). LocalActivityInbox: those of one run, and what
// came of them until the run takes it.
//
// A back-off of at most the local retry threshold is waited for here; a longer one is handed to the
// run, which waits by a timer. Of the timeouts only start-to-close is tried again.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/protocol/workflow_service.h"
#include "runtime/worker/activity_executor.h"
#include "runtime/workflow/local_activity_task.h"
#include "sim/bell.h"
#include "sim/semaphore.h"

namespace groundhog::worker {

class LocalActivityExecutor;

class LocalActivityInbox {
 public:
  explicit LocalActivityInbox(LocalActivityExecutor& executor);
  LocalActivityInbox(const LocalActivityInbox&) = delete;
  LocalActivityInbox& operator=(const LocalActivityInbox&) = delete;
  ~LocalActivityInbox();

  // Waits until there is something to take, the inbox is closed, or the time is over.
  sim::Bell::Awaiter Wait(sim::Duration limit) { return bell_.Wait(limit); }
  std::optional<workflow::LocalActivityResolution> Take();
  // The run is gone: stops everything that runs for it, and wakes who waits here. To be called
  // before the inbox is destroyed, unless the process is dead.
  void Close();
  bool closed() const { return closed_; }

 private:
  friend class LocalActivityExecutor;
  struct Job;

  Job* Find(std::uint32_t seq);
  void Put(workflow::LocalActivityResolution resolution);

  LocalActivityExecutor& executor_;
  sim::Bell bell_;
  std::deque<workflow::LocalActivityResolution> resolutions_;
  // Also held by their coroutines: a dying process destroys those in any order.
  std::vector<std::shared_ptr<Job>> running_;
  bool closed_ = false;
};

class LocalActivityExecutor {
 public:
  LocalActivityExecutor(sim::Process& process, ServiceCalls& calls, const WorkerOptions& options,
                        ActivityExecutor& activities, WriteLog log);

  // REQUIRES: the inbox is open. `label` is that of the workflow task.
  void Start(LocalActivityInbox& inbox, workflow::LocalActivityTask task,
             const protocol::PollWorkflowTaskQueueResponse& workflow_task, const sim::Label& label);
  // Asks the code to stop, as a heartbeat's answer asks other activities.
  void Cancel(LocalActivityInbox& inbox, std::uint32_t seq);

 private:
  friend class LocalActivityInbox;
  using Ended = ActivityExecutor::Ended;
  using Job = LocalActivityInbox::Job;
  struct Attempt;

  sim::Coro<void> Run(std::shared_ptr<Job> held);
  sim::Coro<Ended> RunAttempt(Job& job);
  sim::Coro<void> RunCode(const Job& job, std::shared_ptr<Attempt> attempt);
  // Reports how it ended, or gives the time to wait for the next attempt.
  std::optional<sim::Duration> Decide(Job& job, Ended ended);
  void Report(Job& job, Ended ended, std::optional<sim::Duration> backoff);
  history::Timestamp now() const;

  sim::Process& process_;
  ServiceCalls& calls_;
  const WorkerOptions& options_;
  ActivityExecutor& activities_;
  WriteLog log_;
  sim::Semaphore slots_;
};

}  // namespace groundhog::worker
