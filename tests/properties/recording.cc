#include "tests/properties/recording.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "base/hash.h"
#include "runtime/history/content_digest.h"

namespace groundhog::properties::testing {

using namespace std::chrono_literals;

FailurePtr ApplicationFailure(std::string type, bool non_retryable,
                              std::optional<history::Duration> next_retry_delay) {
  return history::MakeShared<history::Failure>(history::Failure{
      .message = "planted",
      .info = history::ApplicationFailureInfo{.type = std::move(type),
                                              .non_retryable = non_retryable,
                                              .next_retry_delay = next_retry_delay}});
}

Recording::Recording() { Add(sim::TraceKind::kStarted, "server", "", {}, 1); }

void Recording::Add(sim::TraceKind kind, std::string_view process, std::string_view peer,
                    const sim::Label& label, std::int64_t value) {
  records.push_back({now_, kind, symbols_.Intern(process), symbols_.Intern(peer), label, value});
}

void Recording::CrashServer(sim::Duration length) {
  Add(sim::TraceKind::kCrashed, "server", "", {}, length.count());
  Wait(length);
  Add(sim::TraceKind::kStarted, "server", "", {}, 2);
}

sim::Label Recording::LabelOf(std::string_view kind, std::string_view subject,
                              std::int32_t number) {
  return {symbols_.Intern(kind), symbols_.Intern(run().workflow_id), symbols_.Intern(subject),
          number};
}

void Recording::Commit(std::string_view kind) {
  Add(sim::TraceKind::kCommitted, "server", "", LabelOf(kind, "", 0));
}

void Recording::Say(std::string_view kind, std::string_view subject, std::int32_t number,
                    std::int64_t value) {
  Add(sim::TraceKind::kFact, "server", "", LabelOf(kind, subject, number), value);
}

sim::TraceRecord& Recording::Fact(std::string_view kind, std::int32_t number) {
  for (sim::TraceRecord& record : records) {
    if (record.label.kind().text() == kind && record.label.number() == number) return record;
  }
  throw std::logic_error("the recording has no such fact");
}

void Recording::Drop(std::string_view kind, std::int32_t number) {
  records.erase(records.begin() + (&Fact(kind, number) - records.data()));
}

// ---- Runs ----

void Recording::StartRun(const std::string& workflow_id, const std::string& type,
                         history::Payloads input) {
  current_ = evidence.runs.size();
  activities_.clear();
  evidence.runs.push_back({.workflow_id = workflow_id,
                           .run_id = "run-" + std::to_string(current_),
                           .workflow_type = type,
                           .status = history::WorkflowExecutionStatus::kRunning});
  Commit("StartWorkflowExecution");
  Append(history::WorkflowExecutionStarted{.workflow_type = type,
                                           .input = std::move(input),
                                           .workflow_id = workflow_id,
                                           .original_execution_run_id = run().run_id});
}

void Recording::Keep(history::HistoryEvent event) {
  Say("EventAppended", NameOf(TypeOf(event)), static_cast<std::int32_t>(event.event_id),
      static_cast<std::int64_t>(DigestOf(event).hash));
  run().history.push_back(std::move(event));
}

void Recording::CompleteTask() {
  Commit("WorkflowTask");
  const EventId scheduled = Append(history::WorkflowTaskScheduled{});
  const EventId started = Append(history::WorkflowTaskStarted{.scheduled_event_id = scheduled});
  completed_task_ = Append(
      history::WorkflowTaskCompleted{.scheduled_event_id = scheduled, .started_event_id = started});
}

void Recording::CompleteRun(history::Payloads result) {
  Append(history::WorkflowExecutionCompleted{.result = std::move(result),
                                             .workflow_task_completed_event_id = completed_task_});
  CloseAs(history::WorkflowExecutionStatus::kCompleted);
}

void Recording::FailRun(FailurePtr failure) {
  Append(history::WorkflowExecutionFailed{.failure = std::move(failure),
                                          .retry_state = RetryState::kRetryPolicyNotSet,
                                          .workflow_task_completed_event_id = completed_task_});
  CloseAs(history::WorkflowExecutionStatus::kFailed);
}

void Recording::CloseAs(history::WorkflowExecutionStatus status) {
  run().status = status;
  Say("RunClosed", NameOf(status), 0, static_cast<std::int64_t>(HashText(run().run_id)));
}

// ---- Activities ----

EventId Recording::Schedule(const std::string& type, history::Payloads input) {
  history::ActivityTaskScheduled options;
  options.activity_type = type;
  options.input = std::move(input);
  options.start_to_close_timeout = 5s;
  options.retry_policy = {.initial_interval = 1s,
                          .backoff_coefficient = 2,
                          .maximum_interval = 2s,
                          .maximum_attempts = 3,
                          .non_retryable_error_types = {"Fatal"}};
  return Schedule(std::move(options));
}

EventId Recording::Schedule(history::ActivityTaskScheduled options) {
  options.activity_id = std::to_string(activities_.size() + 1);
  options.workflow_task_completed_event_id = completed_task_;
  const std::string type = options.activity_type;
  const EventId id = Append(std::move(options));
  activities_[id].type = type;
  SayScheduled(id, 0ns);
  return id;
}

void Recording::SayScheduled(EventId id, sim::Duration wait) {
  const Activity& activity = activities_[id];
  Say("ActivityAttemptScheduled", activity.type, activity.attempt, id);
  Say("ActivityAttemptDue", activity.type, activity.attempt, sim::ToUnixNanos(now_ + wait));
}

void Recording::Start(EventId id) {
  Commit("PollActivityTaskQueue");
  Activity& activity = activities_[id];
  activity.started = true;
  activity.start_time = now_;
  Say("ActivityAttemptStarted", activity.type, activity.attempt, id);
}

void Recording::Heartbeat(EventId id) {
  Commit("RecordActivityTaskHeartbeat");
  Say("ActivityHeartbeat", activities_[id].type, activities_[id].attempt, id);
}

EventId Recording::WriteStart(EventId id) {
  const Activity& activity = activities_[id];
  if (!activity.started) return 0;
  return AppendAt(activity.start_time,
                  history::ActivityTaskStarted{.scheduled_event_id = id,
                                               .attempt = activity.attempt,
                                               .last_failure = activity.last_failure});
}

void Recording::SayFailure(EventId id, const FailurePtr& failure) {
  const Activity& activity = activities_[id];
  Commit("RespondActivityTaskFailed");
  Say("ActivityAttemptFailed", activity.type, activity.attempt, id);
  const auto& info = *history::InfoAs<history::ApplicationFailureInfo>(failure);
  Say("ActivityFailureWas", info.non_retryable ? "non-retryable" : "retryable", activity.attempt,
      static_cast<std::int64_t>(HashText(info.type)));
  if (info.next_retry_delay) {
    Say("ActivityRetryDelayWas", activity.type, activity.attempt, info.next_retry_delay->count());
  }
}

void Recording::SayTimeout(EventId id, TimeoutType type, sim::Time deadline) {
  const Activity& activity = activities_[id];
  Commit("ActivityTimeout");
  if (activity.started) Say("ActivityAttemptTimedOut", activity.type, activity.attempt, id);
  Say("ActivityTimeoutWas", NameOf(type), activity.attempt, sim::ToUnixNanos(deadline));
}

void Recording::Retry(EventId id, const FailurePtr& failure, sim::Duration wait) {
  Activity& activity = activities_[id];
  ++activity.attempt;
  activity.started = false;
  activity.last_failure = failure;
  SayScheduled(id, wait);
}

void Recording::SayClosed(EventId id) {
  Say("ActivityClosed", activities_[id].type, activities_[id].attempt, id);
}

void Recording::FailAndRetry(EventId id, const FailurePtr& failure, sim::Duration wait) {
  SayFailure(id, failure);
  Retry(id, failure, wait);
}

void Recording::FailAndClose(EventId id, const FailurePtr& failure, RetryState state) {
  SayFailure(id, failure);
  const EventId started = WriteStart(id);
  Append(history::ActivityTaskFailed{.failure = failure,
                                     .scheduled_event_id = id,
                                     .started_event_id = started,
                                     .retry_state = state});
  SayClosed(id);
}

namespace {

FailurePtr TimeoutFailure(TimeoutType type) {
  return history::MakeShared<history::Failure>(history::Failure{
      .message = "timeout", .info = history::TimeoutFailureInfo{.timeout_type = type}});
}

}  // namespace

void Recording::TimeOutAndRetry(EventId id, TimeoutType type, sim::Time deadline,
                                sim::Duration wait) {
  SayTimeout(id, type, deadline);
  Retry(id, TimeoutFailure(type), wait);
}

void Recording::TimeOutAndClose(EventId id, TimeoutType type, sim::Time deadline,
                                RetryState state) {
  SayTimeout(id, type, deadline);
  const EventId started = WriteStart(id);
  Append(history::ActivityTaskTimedOut{.failure = TimeoutFailure(type),
                                       .scheduled_event_id = id,
                                       .started_event_id = started,
                                       .retry_state = state});
  SayClosed(id);
}

void Recording::Complete(EventId id, history::Payloads result) {
  Commit("RespondActivityTaskCompleted");
  const EventId started = WriteStart(id);
  Append(history::ActivityTaskCompleted{
      .result = std::move(result), .scheduled_event_id = id, .started_event_id = started});
  SayClosed(id);
}

void Recording::RequestCancel(EventId id) {
  Append(history::ActivityTaskCancelRequested{.scheduled_event_id = id,
                                              .workflow_task_completed_event_id = completed_task_});
}

// ---- Ledger, end ----

void Recording::Book(const std::string& operation, const std::string& account,
                     std::int64_t amount) {
  Ledger& ledger = evidence.ledgers["bank"];
  ledger.balances[account] += amount;
  ledger.entries.push_back({.id = static_cast<std::int64_t>(ledger.entries.size()) + 1,
                            .operation = operation,
                            .account = account,
                            .amount = amount,
                            .workflow_id = run().workflow_id,
                            .time = now_});
}

const Evidence& Recording::Finish() {
  trace_ = sim::Trace();
  for (const sim::TraceRecord& record : records) trace_.Add(record);
  evidence.trace = &trace_;
  return evidence;
}

Violations Judge(Checker check, const Evidence& evidence) {
  Violations found;
  check(evidence, found);
  return found;
}

std::string Only(const Violations& found, std::string_view text) {
  if (found.size() == 1 && found.front().message.find(text) != std::string::npos) return "found";
  std::string all = std::to_string(found.size()) + " violations:";
  for (const Violation& violation : found) all += "\n  " + violation.message;
  return all;
}

}  // namespace groundhog::properties::testing
