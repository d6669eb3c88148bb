#include "runtime/worker/local_activity_executor.h"

#include <algorithm>

#include "runtime/history/failure_text.h"
#include "runtime/history/retry.h"

namespace groundhog::worker {
namespace {

using history::Duration;
using history::FailurePtr;
using history::TimeoutType;
using history::Timestamp;

FailurePtr TimeoutFailure(TimeoutType type) {
  return history::MakeShared<history::Failure>(history::Failure{
      .message = "Activity timed out", .info = history::TimeoutFailureInfo{.timeout_type = type}});
}

FailurePtr CanceledFailure() {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = "Activity cancelled", .info = history::CanceledFailureInfo{}});
}

// A local activity is over when its code is.
FailurePtr AsyncFailure() {
  return history::MakeShared<history::Failure>(history::Failure{
      .message = "a local activity cannot complete asynchronously",
      .info =
          history::ApplicationFailureInfo{.type = "CompleteAsyncError", .non_retryable = true}});
}

// Of the timeouts only one is worth another attempt (SEMANTICS f.8).
bool MayRetry(const FailurePtr& failure, const history::RetryPolicy& policy) {
  const auto* timeout = history::InfoAs<history::TimeoutFailureInfo>(failure);
  return timeout == nullptr ? history::IsRetryable(failure, policy)
                            : timeout->timeout_type == TimeoutType::kStartToClose;
}

}  // namespace

// One attempt. What is left of one that timed out ends in here, where nobody looks any more.
struct LocalActivityExecutor::Attempt {
  explicit Attempt(sim::Process& process) : done(process) {}
  sim::Bell done;
  Ended ended = {};
  activity::Context* context = nullptr;  // while the code runs
};

// One local activity, over all of its attempts here.
struct LocalActivityInbox::Job {
  Job(LocalActivityInbox& owner, sim::Process& process) : inbox(owner), stop_waiting(process) {}

  LocalActivityInbox& inbox;
  workflow::LocalActivityTask task = {};
  activity::Info info = {};  // of the present attempt
  sim::Label label = {};
  Timestamp original_schedule_time = {};
  std::optional<Timestamp> deadline = {};  // schedule-to-close
  sim::Process::TaskId coroutine = 0;
  std::optional<sim::Process::TaskId> code = {};  // of the attempt that runs
  std::shared_ptr<LocalActivityExecutor::Attempt> attempt = {};
  sim::Bell stop_waiting;  // for the next attempt
  bool cancel_requested = false;
  bool has_slot = false;
  // Its coroutine is aborted; one that was woken in the same step goes
  // on to its next await all the same.
  bool closed = false;
};

// --- the inbox

LocalActivityInbox::LocalActivityInbox(LocalActivityExecutor& executor)
    : executor_(executor), bell_(executor.process_) {}

LocalActivityInbox::~LocalActivityInbox() = default;

LocalActivityInbox::Job* LocalActivityInbox::Find(std::uint32_t seq) {
  const auto found = std::find_if(running_.begin(), running_.end(),
                                  [seq](const auto& job) { return job->task.seq == seq; });
  return found == running_.end() ? nullptr : found->get();
}

void LocalActivityInbox::Put(workflow::LocalActivityResolution resolution) {
  resolutions_.push_back(std::move(resolution));
  bell_.Ring();
}

std::optional<workflow::LocalActivityResolution> LocalActivityInbox::Take() {
  if (resolutions_.empty()) return std::nullopt;
  workflow::LocalActivityResolution first = std::move(resolutions_.front());
  resolutions_.pop_front();
  return first;
}

void LocalActivityInbox::Close() {
  closed_ = true;
  for (const auto& job : running_) {
    job->closed = true;
    executor_.process_.Abort(job->coroutine);
    if (job->code) executor_.process_.Abort(*job->code);
  }
  // Only now: one of these may be the next in line.
  for (const auto& job : running_) {
    if (std::exchange(job->has_slot, false)) executor_.slots_.Release();
  }
  bell_.Ring();
}

// --- the executor

LocalActivityExecutor::LocalActivityExecutor(sim::Process& process, ServiceCalls& calls,
                                             const WorkerOptions& options,
                                             ActivityExecutor& activities, WriteLog log)
    : process_(process),
      calls_(calls),
      options_(options),
      activities_(activities),
      log_(std::move(log)),
      slots_(process.kernel(), options.local_activity_slots) {}

Timestamp LocalActivityExecutor::now() const {
  return history::FromUnixNanos(sim::ToUnixNanos(process_.kernel().now()));
}

void LocalActivityExecutor::Start(LocalActivityInbox& inbox, workflow::LocalActivityTask task,
                                  const protocol::PollWorkflowTaskQueueResponse& workflow_task,
                                  const sim::Label& label) {
  auto job = std::make_shared<Job>(inbox, process_);
  const sim::Symbol type = process_.kernel().symbols().Intern(task.activity_type);
  job->label = sim::Label(sim::Symbol(), label.scope(), type, task.attempt);
  job->original_schedule_time = task.original_schedule_time.value_or(now());
  if (task.schedule_to_close_timeout > Duration{0}) {
    job->deadline = job->original_schedule_time + task.schedule_to_close_timeout;
  }
  const history::WorkflowExecution& execution = workflow_task.token.execution;
  job->info = activity::Info{.workflow_id = execution.workflow_id,
                             .run_id = execution.run_id,
                             .workflow_type = workflow_task.workflow_type,
                             .activity_id = task.activity_id,
                             .activity_type = task.activity_type,
                             .task_queue = options_.task_queue,
                             .header = Header(std::move(task.header)),
                             .attempt = task.attempt,
                             .scheduled_time = now(),
                             .start_to_close_timeout = task.start_to_close_timeout};
  job->task = std::move(task);
  job->coroutine = process_.Spawn(Run(job));
  inbox.running_.push_back(std::move(job));
}

void LocalActivityExecutor::Cancel(LocalActivityInbox& inbox, std::uint32_t seq) {
  Job* job = inbox.Find(seq);
  if (job == nullptr) return;
  job->cancel_requested = true;
  if (job->attempt && job->attempt->context != nullptr) job->attempt->context->Cancel();
  job->stop_waiting.Ring();
}

sim::Coro<void> LocalActivityExecutor::Run(std::shared_ptr<Job> held) {
  Job& job = *held;
  for (;;) {
    co_await slots_.Acquire();
    if (job.closed) {
      slots_.Release();
      co_return;
    }
    job.has_slot = true;
    Ended ended = co_await RunAttempt(job);
    if (job.closed) co_return;
    slots_.Release();
    job.has_slot = false;
    const std::optional<sim::Duration> wait = Decide(job, std::move(ended));
    if (!wait) break;
    co_await job.stop_waiting.Wait(*wait);
    if (job.closed) co_return;
    if (job.cancel_requested) {
      Report(job, Ended{.failure = CanceledFailure()}, std::nullopt);
      break;
    }
    ++job.info.attempt;
    job.label = sim::Label(sim::Symbol(), job.label.scope(), job.label.subject(), job.info.attempt);
  }
  std::erase_if(job.inbox.running_, [&job](const auto& running) { return running.get() == &job; });
}

sim::Coro<LocalActivityExecutor::Ended> LocalActivityExecutor::RunAttempt(Job& job) {
  const workflow::LocalActivityTask& task = job.task;
  if (job.cancel_requested) co_return Ended{.failure = CanceledFailure(), .cancelled = true};
  if (task.schedule_to_start_timeout > Duration{0} &&
      now() - job.info.scheduled_time > task.schedule_to_start_timeout) {
    co_return Ended{.failure = TimeoutFailure(TimeoutType::kScheduleToStart)};
  }
  std::optional<Duration> limit;
  TimeoutType type = TimeoutType::kStartToClose;
  if (task.start_to_close_timeout > Duration{0}) limit = task.start_to_close_timeout;
  if (job.deadline && (!limit || *job.deadline - now() < *limit)) {
    limit = *job.deadline - now();
    type = TimeoutType::kScheduleToClose;
  }
  if (limit && *limit <= Duration{0}) co_return Ended{.failure = TimeoutFailure(type)};
  job.info.started_time = now();
  const auto attempt = std::make_shared<Attempt>(process_);
  job.attempt = attempt;
  job.code = process_.Spawn(RunCode(job, attempt));
  const bool ended = co_await attempt->done.Wait(limit);
  if (!ended) process_.Abort(*job.code);
  job.code.reset();
  job.attempt.reset();
  if (!ended) co_return Ended{.failure = TimeoutFailure(type)};
  co_return std::move(attempt->ended);
}

sim::Coro<void> LocalActivityExecutor::RunCode(const Job& job, std::shared_ptr<Attempt> attempt) {
  const auto no_heartbeat = [](const history::Payloads&) {};
  activity::Context context(process_, calls_.network(), job.label, job.info, no_heartbeat, log_);
  attempt->context = &context;
  history::Payloads input = job.task.input;
  const sim::Label label = job.label;
  attempt->ended = co_await activities_.RunAttempt(context, std::move(input), label);
  if (attempt->ended.pending) attempt->ended = Ended{.failure = AsyncFailure()};
  attempt->context = nullptr;
  attempt->done.Ring();
}

std::optional<sim::Duration> LocalActivityExecutor::Decide(Job& job, Ended ended) {
  const history::RetryPolicy policy = history::WithDefaults(job.task.retry_policy);
  const FailurePtr failure = ended.failure;
  std::optional<sim::Duration> backoff;
  if (failure && !ended.cancelled && !job.cancel_requested && MayRetry(failure, policy)) {
    const history::RetryDecision next =
        history::NextRetry(policy, {.attempt = job.info.attempt,
                                    .now = now(),
                                    .expiration = job.deadline,
                                    .next_retry_delay = history::NextRetryDelayOf(failure)});
    if (next.retries() && next.interval <= job.task.local_retry_threshold) return next.interval;
    if (next.retries()) backoff = next.interval;
  }
  Report(job, std::move(ended), backoff);
  return std::nullopt;
}

void LocalActivityExecutor::Report(Job& job, Ended ended, std::optional<sim::Duration> backoff) {
  job.inbox.Put({.seq = job.task.seq,
                 .attempt = job.info.attempt,
                 .result = std::move(ended.result),
                 .failure = std::move(ended.failure),
                 .backoff = backoff,
                 .complete_time = now(),
                 .original_schedule_time = job.original_schedule_time});
}

}  // namespace groundhog::worker
