#include "runtime/worker/activity_executor.h"

#include <coroutine>
#include <exception>
#include <tuple>
#include <utility>

#include "runtime/history/failure_error.h"
#include "runtime/history/failure_text.h"
#include "runtime/protocol/activity_by_id.h"
#include "runtime/worker/sites.h"
#include "sim/lengths.h"

namespace groundhog::worker {
namespace {

history::FailurePtr MakeApplicationFailure(std::string message, std::string_view type,
                                           bool non_retryable = false) {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = std::move(message),
                       .info = history::ApplicationFailureInfo{.type = std::string(type),
                                                               .non_retryable = non_retryable}});
}

history::FailurePtr InjectedFailure(bool non_retryable) {
  return MakeApplicationFailure("injected by Groundhog", kInjectedErrorType, non_retryable);
}

// Takes what only the activity wants to know.
activity::Info InfoOf(protocol::PollActivityTaskQueueResponse& task, const std::string& queue) {
  return activity::Info{.workflow_id = task.token.execution.workflow_id,
                        .run_id = task.token.execution.run_id,
                        .workflow_type = std::move(task.workflow_type),
                        .activity_id = task.token.activity_id,
                        .activity_type = task.token.activity_type,
                        .task_queue = queue,
                        .header = Header(std::move(task.header)),
                        .attempt = task.token.attempt,
                        .heartbeat_details = std::move(task.heartbeat_details),
                        .scheduled_time = task.scheduled_time,
                        .started_time = task.started_time,
                        .start_to_close_timeout = task.start_to_close_timeout,
                        .heartbeat_timeout = task.heartbeat_timeout};
}

// Keeps the activity among those that run, for as long as its frame lives.
class Listed {
 public:
  Listed(std::vector<activity::Context*>& list, activity::Context& context)
      : list_(list), context_(context) {
    list_.push_back(&context_);
  }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { std::erase(list_, &context_); }

 private:
  std::vector<activity::Context*>& list_;
  activity::Context& context_;
};

// What an activity is reported as that stopped because it was asked to, for a reason that is no
// cancellation (SEMANTICS h).
history::FailurePtr StoppedBecause(activity::CancelReason reason) {
  switch (reason) {
    case activity::CancelReason::kPaused:
      return MakeApplicationFailure("Unhandled activity cancel error produced by activity pause",
                                    "ActivityPause");
    case activity::CancelReason::kReset:
      return MakeApplicationFailure("Unhandled activity cancel error produced by activity reset",
                                    "ActivityReset");
    case activity::CancelReason::kWorkerShutdown:
      return MakeApplicationFailure(
          "Worker is shutting down and this activity did not complete in time", "WorkerShutdown");
    case activity::CancelReason::kNone:
    case activity::CancelReason::kCancelRequested:
    case activity::CancelReason::kNotFound:
      break;
  }
  return {};
}

activity::CancelReason ReasonIn(
    const absl::StatusOr<protocol::RecordActivityTaskHeartbeatResponse>& answer) {
  using activity::CancelReason;
  if (!answer.ok()) {
    return answer.status().code() == absl::StatusCode::kNotFound ? CancelReason::kNotFound
                                                                 : CancelReason::kNone;
  }
  if (answer->cancel_requested) return CancelReason::kCancelRequested;
  if (answer->activity_reset) return CancelReason::kReset;
  return answer->activity_paused ? CancelReason::kPaused : CancelReason::kNone;
}

}  // namespace

ActivityExecutor::ActivityExecutor(sim::Process& process, ServiceCalls& calls,
                                   const WorkerOptions& options, WriteLog log)
    : process_(process),
      calls_(calls),
      options_(options),
      identity_(process.name().text()),
      log_(std::move(log)) {}

const activity::Registration* ActivityExecutor::Find(const std::string& name) const {
  const activity::Registration* dynamic = nullptr;
  for (const activity::Registration& registration : options_.activities) {
    if (registration.name == name) return &registration;
    if (registration.name.empty()) dynamic = &registration;
  }
  return dynamic;
}

void ActivityExecutor::CancelAll() {
  shuts_down_ = true;
  const std::vector<activity::Context*> running = running_;
  for (activity::Context* context : running) {
    context->Cancel(activity::CancelReason::kWorkerShutdown);
  }
}

sim::Coro<void> ActivityExecutor::Run(protocol::PollActivityTaskQueueResponse& task,
                                      sim::Label label) {
  history::FailurePtr undecodable;
  if (options_.data_converter) undecodable = Decode(task);
  // A step of the activity has no kind of its own: (workflow id, activity, attempt).
  const sim::Label step = label.WithKind(sim::Symbol());
  activity::Context* running = nullptr;
  const auto heartbeat = [this, &task, step, &running](const history::Payloads& details) {
    process_.Spawn(SendHeartbeat(task.token, details, step, *running));
  };
  activity::Context context(process_, calls_.network(), step, InfoOf(task, options_.task_queue),
                            heartbeat, log_,
                            [&task] { return protocol::TaskTokenText(task.token); });
  running = &context;
  const Listed listed(running_, context);
  if (shuts_down_) context.Cancel(activity::CancelReason::kWorkerShutdown);

  Ended ended;
  if (undecodable) {
    ended.failure = std::move(undecodable);
  } else {
    ended = co_await RunAttempt(context, std::move(task.input), step);
  }
  if (options_.data_converter) Encode(ended);
  if (!ended.pending) co_await Report(task.token, std::move(ended), context, step);
}

sim::Coro<ActivityExecutor::Ended> ActivityExecutor::RunAttempt(activity::Context& context,
                                                                history::Payloads input,
                                                                sim::Label label) {
  Ended ended;
  if (co_await SurvivesBeforeEffect(label, ended)) {
    ended = co_await RunCode(context, std::move(input));
    co_await SurviveAfterEffect(label, ended);
  }
  co_return ended;
}

sim::Coro<bool> ActivityExecutor::SurvivesBeforeEffect(const sim::Label& label, Ended& ended) {
  switch (process_.kernel().choices().Choose(sites::kBeforeEffect, label)) {
    case sites::kBeforeCrash:
      process_.Crash(sim::kRestartTime);
      co_await std::suspend_always();  // never resumed
      break;
    case sites::kBeforeError:
      ended.failure = InjectedFailure(false);
      co_return false;
    case sites::kBeforeNonRetryable:
      ended.failure = InjectedFailure(true);
      co_return false;
    case sites::kBeforeHang:
      co_await std::suspend_always();  // for as long as the process lives
      break;
    case sites::kBeforePause:
      process_.Pause(sim::kOutlastsAttempt);
      co_await process_.Sleep(sim::Duration{0});
      break;
    default:
      break;
  }
  co_return true;
}

sim::Coro<void> ActivityExecutor::SurviveAfterEffect(const sim::Label& label, Ended& ended) {
  sim::Choices& choices = process_.kernel().choices();
  switch (choices.Choose(sites::kAfterEffect, label)) {
    case sites::kAfterCrash:
      process_.Crash(sim::kRestartTime);
      co_await std::suspend_always();
      break;
    case sites::kAfterPause:
      process_.Pause(sim::kOutlastsAttempt);
      co_await process_.Sleep(sim::Duration{0});
      break;
    default:
      break;
  }
  if (ended.pending) co_return;  // nothing will be reported
  if (choices.Choose(sites::kLie, label) != 0) ended = Ended{.failure = InjectedFailure(true)};
}

sim::Coro<ActivityExecutor::Ended> ActivityExecutor::RunCode(activity::Context& context,
                                                             history::Payloads input) {
  const std::string& type = context.info().activity_type;
  const activity::Registration* registration = Find(type);
  Ended ended;
  if (registration == nullptr) {
    // SEMANTICS h: what sdk-python says; retryable, so a worker with the right code may take it.
    ended.failure = MakeApplicationFailure(
        "Activity function " + type + " for workflow " + context.info().workflow_id +
            " is not registered on this worker, available activities: " + RegisteredNames(),
        "NotFoundError");
    co_return ended;
  }
  try {
    ended.result = co_await registration->run(context, std::move(input));
  } catch (const activity::CompleteAsyncError&) {
    ended.pending = true;
  } catch (const history::CanceledError& error) {
    ended.failure = StoppedBecause(context.cancel_reason());
    ended.cancelled = context.cancelled() && !ended.failure;
    if (!ended.failure) ended.failure = error.failure();
  } catch (const history::FailureError& error) {
    ended.failure = error.failure();
  } catch (const std::exception& error) {
    ended.failure = MakeApplicationFailure(error.what(), "std::exception");
  }
  co_return ended;
}

history::FailurePtr ActivityExecutor::Decode(protocol::PollActivityTaskQueueResponse& task) const {
  try {
    Convert(options_.data_converter, history::CodecDirection::kDecode, task.input);
    Convert(options_.data_converter, history::CodecDirection::kDecode, task.heartbeat_details);
    return {};
  } catch (const std::exception& error) {
    return history::MakeShared<history::Failure>(
        history::Failure{.message = "Failed decoding arguments",
                         .info = history::ApplicationFailureInfo{.type = ""},
                         .cause = MakeApplicationFailure(error.what(), "std::exception")});
  }
}

void ActivityExecutor::Encode(Ended& ended) const {
  try {
    Convert(options_.data_converter, history::CodecDirection::kEncode, ended.result);
    Convert(options_.data_converter, history::CodecDirection::kEncode, ended.failure);
  } catch (const std::exception& error) {
    ended = Ended{.failure = MakeApplicationFailure(error.what(), "std::exception")};
  }
}

void ActivityExecutor::Encode(history::Payloads& details) const {
  try {
    Convert(options_.data_converter, history::CodecDirection::kEncode, details);
  } catch (const std::exception&) {
    details.clear();  // nothing is told in the clear
  }
}

std::string ActivityExecutor::RegisteredNames() const {
  std::string names;
  for (const activity::Registration& registration : options_.activities) {
    if (!names.empty()) names += ", ";
    names += registration.name;
  }
  return names;
}

sim::Coro<void> ActivityExecutor::SendHeartbeat(protocol::ActivityTaskToken token,
                                                history::Payloads details, sim::Label label,
                                                activity::Context& context) {
  const std::weak_ptr<void> alive = context.alive();
  if (options_.data_converter) Encode(details);
  const auto heartbeat = [&] {
    return protocol::RecordActivityTaskHeartbeatRequest{
        .token = token, .details = details, .identity = identity_};
  };
  const auto answer = co_await calls_.Report(heartbeat, label);
  if (alive.expired()) co_return;
  const activity::CancelReason reason = ReasonIn(answer);
  if (reason != activity::CancelReason::kNone) context.Cancel(reason);
}

sim::Coro<void> ActivityExecutor::Report(const protocol::ActivityTaskToken& token, Ended ended,
                                         activity::Context& context, sim::Label label) {
  if (ended.cancelled) {
    const auto cancelled = [&] {
      return protocol::RespondActivityTaskCanceledRequest{.token = token, .identity = identity_};
    };
    std::ignore = co_await calls_.Report(cancelled, label);
  } else if (ended.failure) {
    std::optional<history::Payloads> unsent = context.TakeUnsentDetails();
    if (options_.data_converter && unsent) Encode(*unsent);
    const auto failed = [&] {
      return protocol::RespondActivityTaskFailedRequest{.token = token,
                                                        .failure = ended.failure,
                                                        .last_heartbeat_details = unsent,
                                                        .identity = identity_};
    };
    std::ignore = co_await calls_.Report(failed, label);
  } else {
    const auto completed = [&] {
      return protocol::RespondActivityTaskCompletedRequest{
          .token = token, .result = ended.result, .identity = identity_};
    };
    std::ignore = co_await calls_.Report(completed, label);
  }
}

}  // namespace groundhog::worker
