#include "runtime/worker/workflow_task_handler.h"

#include <algorithm>
#include <coroutine>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/history/failure_text.h"
#include "runtime/worker/sites.h"
#include "runtime/workflow/workflow_run.h"
#include "sim/lengths.h"

namespace groundhog::worker {
namespace {

bool HasCommands(const workflow::TaskResult& result) {
  return std::holds_alternative<history::Commands>(result);
}

// A task that has failed waits for nothing any more, whatever other fibers have asked for.
bool IsUnderWay(const workflow::WorkflowRun& run, const workflow::TaskResult& result) {
  return HasCommands(result) && run.waits_for_local_activities();
}

}  // namespace

class WorkflowTaskHandler::Log final : public workflow::LogSink {
 public:
  explicit Log(WriteLog write) : write_(std::move(write)) {}
  void Write(workflow::LogLevel, std::string_view line) override { write_(std::string(line)); }

 private:
  WriteLog write_;
};

WorkflowTaskHandler::WorkflowTaskHandler(sim::Process& process, ServiceCalls& calls,
                                         const WorkerOptions& options,
                                         history::VersionPtr deployment_version,
                                         ActivityExecutor& activities, EagerActivities& eager,
                                         std::string sticky_queue, WriteLog log)
    : process_(process),
      calls_(calls),
      options_(options),
      deployment_version_(std::move(deployment_version)),
      eager_(eager),
      identity_(process.name().text()),
      sticky_queue_(std::move(sticky_queue)),
      log_(std::make_unique<Log>(log)),
      local_activities_(process, calls, options, activities, std::move(log)),
      cache_(options.max_cached_workflows) {
  for (const workflow::WorkflowRegistration& registration : options.workflows) {
    registry_.Add(registration);
  }
  registry_.set_data_converter(options.data_converter);
  registry_.set_propagated_headers(options.propagated_headers);
}

WorkflowTaskHandler::~WorkflowTaskHandler() = default;

std::shared_ptr<CachedRun> WorkflowTaskHandler::Rebuild(
    const protocol::PollWorkflowTaskQueueResponse& task) {
  const protocol::WorkflowExecution& execution = task.token.execution;
  workflow::RunContext context{
      .workflow_id = execution.workflow_id, .run_id = execution.run_id, .log = log_.get()};
  auto run = std::make_shared<CachedRun>(registry_, std::move(context));
  cache_.Insert(execution.run_id, run);
  return run;
}

std::shared_ptr<CachedRun> WorkflowTaskHandler::FindRun(
    protocol::PollWorkflowTaskQueueResponse& task) {
  std::shared_ptr<CachedRun> cached = cache_.Find(task.token.execution.run_id);
  if (cached != nullptr && !cached->run.dead() && cached->run.CanContinueWith(task.history)) {
    return cached;
  }
  const bool whole = !task.history.empty() && task.history.front().event_id == 1;
  if (whole && cached != nullptr && cached->run.is_busy()) {
    // Its local activities would start anew: go on with what is new to it.
    history::EventHistory news(
        task.history.begin() +
            std::min<std::ptrdiff_t>(cached->run.last_event_id(), std::ssize(task.history)),
        task.history.end());
    if (cached->run.CanContinueWith(news)) {
      task.history = std::move(news);
      return cached;
    }
  }
  return whole ? Rebuild(task) : nullptr;
}

sim::Coro<std::shared_ptr<CachedRun>> WorkflowTaskHandler::FetchRun(
    protocol::PollWorkflowTaskQueueResponse& task, sim::Label label) {
  const auto fetch = [&task] {
    return protocol::GetWorkflowExecutionHistoryRequest{.execution = task.token.execution};
  };
  auto fetched = co_await calls_.Report(fetch, label);
  if (!fetched.ok()) co_return nullptr;
  // The task's own events may be newer than what is written:
  // a transient task's are not written at all.
  const history::EventId first_of_task = task.history.empty() ? 0 : task.history.front().event_id;
  history::EventHistory whole_history;
  for (history::HistoryEvent& event : fetched->history) {
    if (first_of_task != 0 && event.event_id >= first_of_task) break;
    whole_history.push_back(std::move(event));
  }
  for (history::HistoryEvent& event : task.history) whole_history.push_back(std::move(event));
  task.history = std::move(whole_history);
  co_return Rebuild(task);
}

sim::Coro<void> WorkflowTaskHandler::Handle(protocol::PollWorkflowTaskQueueResponse& task,
                                            sim::Label label) {
  switch (process_.kernel().choices().Choose(sites::kWorkflowTask, label.WithKind(sim::Symbol()))) {
    case sites::kWorkflowTaskCrash:
      process_.Crash(sim::kRestartTime);
      co_await std::suspend_always();  // never resumed
      break;
    case sites::kWorkflowTaskPause:
      process_.Pause(sim::kOutlastsAttempt);
      co_await process_.Sleep(sim::Duration{0});
      break;
    default:
      break;
  }
  if (!stuck_.empty()) co_await WaitForThread(task.token.execution.run_id);
  if (task.query_only) {
    co_await HandleQueryTask(task, label);
    co_return;
  }
  std::shared_ptr<CachedRun> run = FindRun(task);
  if (run == nullptr) run = co_await FetchRun(task, label);
  if (run == nullptr) co_return;  // the task runs into its timeout
  workflow::TaskResult result = run->run.Activate(task.history, std::move(task.messages));
  if (IsUnderWay(run->run, result)) {
    const bool to_be_answered = co_await DoLocalActivities(task, *run, result, label);
    if (!to_be_answered) co_return;
  }
  const workflow::BlockedTime blocked = run->run.TakeBlockedTime();
  if (blocked.busy > sim::Duration{0}) {
    co_await PassBlockedTime(task.token.execution.run_id, blocked);
  }
  if (auto* commands = std::get_if<history::Commands>(&result)) {
    Completion completion{.commands = std::move(*commands),
                          .messages = run->run.TakeMessages(),
                          .answers = AnswerQueries(run->run, task.queries)};
    co_await ReportCompleted(task, completion, label);
    co_return;
  }
  cache_.Evict(task.token.execution.run_id);
  const auto* nondeterminism = std::get_if<workflow::Nondeterminism>(&result);
  const workflow::TaskFailure failure = nondeterminism != nullptr
                                            ? ToTaskFailure(*nondeterminism)
                                            : std::get<workflow::TaskFailure>(result);
  co_await ReportFailed(task, failure, label);
}

sim::Coro<bool> WorkflowTaskHandler::DoLocalActivities(
    const protocol::PollWorkflowTaskQueueResponse& task, CachedRun& run,
    workflow::TaskResult& result, sim::Label label) {
  if (!run.local_activities) {
    run.local_activities = std::make_unique<LocalActivityInbox>(local_activities_);
  }
  LocalActivityInbox& inbox = *run.local_activities;
  // A task is heartbeaten when 0.8 of its time are over (SEMANTICS d.6).
  const sim::Time heartbeat = process_.kernel().now() + run.run.task_timeout() * 8 / 10;
  while (IsUnderWay(run.run, result)) {
    HandOverLocalActivities(task, run, label);
    const sim::Duration left = heartbeat - process_.kernel().now();
    std::optional<workflow::LocalActivityResolution> resolution = inbox.Take();
    if (!resolution && left > sim::Duration{0}) {
      co_await inbox.Wait(left);
      if (inbox.closed()) co_return false;
      continue;
    }
    if (!resolution) {
      result = run.run.Answer();
      auto* const commands = std::get_if<history::Commands>(&result);
      if (commands == nullptr) co_return true;
      Completion completion{.commands = std::move(*commands),
                            .answers = AnswerQueries(run.run, task.queries),
                            .force_new_task = true};
      completion.messages = run.run.TakeMessages();
      co_await ReportCompleted(task, completion, label);
      co_return false;
    }
    result = run.run.ResolveLocalActivity(*std::move(resolution));
  }
  HandOverLocalActivities(task, run, label);
  if (run.run.is_closed() || !HasCommands(result)) inbox.Close();
  co_return true;
}

// A run cannot be given up before its thread is free; the worker looks when the detector's time is
// over once more (as Temporal's Python SDK does: recorded wft_deadlock_detector).
sim::Coro<void> WorkflowTaskHandler::PassBlockedTime(std::string run_id,
                                                     workflow::BlockedTime blocked) {
  co_await process_.Sleep(blocked.busy);
  if (blocked.stuck <= sim::Duration{0}) co_return;
  const sim::Duration interval = workflow::RunContext().deadlock_timeout;
  const auto looks = (blocked.stuck + interval - sim::Duration{1}) / interval;
  stuck_[std::move(run_id)] = process_.kernel().now() + looks * interval;
}

sim::Coro<void> WorkflowTaskHandler::WaitForThread(std::string run_id) {
  const auto stuck = stuck_.find(run_id);
  if (stuck == stuck_.end()) co_return;
  const sim::Duration left = stuck->second - process_.kernel().now();
  if (left > sim::Duration{0}) co_await process_.Sleep(left);
  stuck_.erase(run_id);
}

void WorkflowTaskHandler::HandOverLocalActivities(
    const protocol::PollWorkflowTaskQueueResponse& task, CachedRun& run, const sim::Label& label) {
  for (workflow::LocalActivityTask& activity : run.run.TakeLocalActivities()) {
    local_activities_.Start(*run.local_activities, std::move(activity), task, label);
  }
  for (const std::uint32_t seq : run.run.TakeLocalActivityCancels()) {
    local_activities_.Cancel(*run.local_activities, seq);
  }
}

std::vector<protocol::WorkflowQueryResult> WorkflowTaskHandler::AnswerQueries(
    workflow::WorkflowRun& run, const std::vector<protocol::WorkflowQuery>& queries) {
  std::vector<protocol::WorkflowQueryResult> answers;
  for (const protocol::WorkflowQuery& query : queries) {
    const workflow::Result<history::Payloads> answer =
        run.Query(query.query_type, query.arguments, query.header);
    if (answer.ok()) {
      answers.push_back({.id = query.id, .answer = *answer});
    } else {
      answers.push_back({.id = query.id, .error = std::string(answer.message())});
    }
  }
  return answers;
}

sim::Coro<void> WorkflowTaskHandler::HandleQueryTask(protocol::PollWorkflowTaskQueueResponse& task,
                                                     sim::Label label) {
  std::shared_ptr<CachedRun> run = FindRun(task);
  if (run == nullptr) run = co_await FetchRun(task, label);
  if (run == nullptr) co_return;
  protocol::RespondQueryTaskCompletedRequest answer{.execution = task.token.execution};
  workflow::TaskResult result = run->run.Activate(task.history);
  if (std::holds_alternative<history::Commands>(result)) {
    answer.result = AnswerQueries(run->run, task.queries).front();
  } else {
    const auto* nondeterminism = std::get_if<workflow::Nondeterminism>(&result);
    answer.result.id = task.queries.front().id;
    answer.result.error = nondeterminism != nullptr
                              ? nondeterminism->text
                              : history::Describe(std::get<workflow::TaskFailure>(result).failure);
    cache_.Evict(task.token.execution.run_id);
  }
  const auto report = [&answer] { return answer; };
  std::ignore = co_await calls_.Report(report, label);
}

void WorkflowTaskHandler::NameVersion(protocol::RespondWorkflowTaskCompletedRequest& request,
                                      const std::string& workflow_type) const {
  const workflow::WorkflowRegistration* const registration = registry_.Find(workflow_type);
  request.build_id = deployment_version_->build_id;
  request.deployment_version = deployment_version_;
  request.versioning_behavior = registration->versioning_behavior();
  if (request.versioning_behavior == VersioningBehavior::kUnspecified) {
    request.versioning_behavior = options_.deployment_options->default_versioning_behavior;
  }
}

int WorkflowTaskHandler::ReserveEager(history::Commands& commands) {
  constexpr int kMostOfOneTask = 3;  // SEMANTICS h
  int reserved = 0;
  if (options_.disable_eager_activity_execution || !options_.polls_activity_tasks) return reserved;
  for (history::Command& command : commands) {
    auto* activity = std::get_if<history::ScheduleActivityTask>(&command);
    if (activity == nullptr) continue;
    const bool is_ours =
        activity->task_queue.empty() || activity->task_queue == options_.task_queue;
    if (!is_ours) continue;
    if (reserved == kMostOfOneTask || !eager_.Reserve()) break;
    activity->request_eager_execution = true;
    ++reserved;
  }
  return reserved;
}

void WorkflowTaskHandler::RunEager(std::vector<protocol::PollActivityTaskQueueResponse> tasks,
                                   int reserved, const sim::Label& label) {
  static constexpr sim::SymbolEntry kKind{protocol::PollActivityTaskQueueRequest::kName};
  for (protocol::PollActivityTaskQueueResponse& task : tasks) {
    const sim::Symbol type = process_.kernel().symbols().Intern(task.token.activity_type);
    const sim::Label about(sim::Symbol(kKind), label.scope(), type, task.token.attempt);
    eager_.Run(std::move(task), about);
    --reserved;
  }
  for (; reserved > 0; --reserved) eager_.Release();
}

sim::Coro<void> WorkflowTaskHandler::ReportCompleted(
    const protocol::PollWorkflowTaskQueueResponse& task, Completion& completion, sim::Label label) {
  const protocol::WorkflowTaskToken& token = task.token;
  const std::string& run_id = token.execution.run_id;
  const int reserved = ReserveEager(completion.commands);
  const auto report = [&] {
    protocol::RespondWorkflowTaskCompletedRequest request{
        .token = token,
        .commands = completion.commands,
        .identity = identity_,
        .force_create_new_workflow_task = completion.force_new_task,
        .query_results = completion.answers,
        .messages = completion.messages,
        .build_id = options_.build_id,
        .discard_speculative_workflow_task_with_events = true};
    if (cache_.capacity() > 0) {
      request.sticky_attributes = protocol::StickyAttributes{
          .worker_task_queue = sticky_queue_,
          .schedule_to_start_timeout = options_.sticky_schedule_to_start_timeout};
    }
    if (deployment_version_) NameVersion(request, task.workflow_type);
    return request;
  };
  auto answer = co_await calls_.Report(report, label);
  if (reserved > 0) {
    RunEager(answer.ok() ? std::move(answer->activity_tasks)
                         : std::vector<protocol::PollActivityTaskQueueResponse>(),
             reserved, label);
  }
  if (!answer.ok()) {
    // Whether it was taken is not known, or it was refused:
    // the run may be ahead of its history (SEMANTICS h).
    cache_.Evict(run_id);
  } else if (answer->reset_history_event_id != 0) {
    const std::shared_ptr<CachedRun> cached = cache_.Find(run_id);  // perhaps another one by now
    if (cached != nullptr) cached->run.DropTask(token.started_event_id, token.started_time);
  }
}

sim::Coro<void> WorkflowTaskHandler::ReportFailed(
    const protocol::PollWorkflowTaskQueueResponse& task, const workflow::TaskFailure& failure,
    sim::Label label) {
  // Recorded README 6: of a failing task only the first attempt is reported,
  // its timeout paces the others.
  if (task.attempt > 1) co_return;
  history::FailurePtr encoded = failure.failure;
  try {
    Convert(options_.data_converter, history::CodecDirection::kEncode, encoded);
  } catch (const std::exception& error) {  // nothing is told in the clear
    encoded = history::MakeShared<history::Failure>(history::Failure{
        .message = fmt::format("Failed converting activation exception: {}", error.what())});
  }
  const auto report = [&] {
    return protocol::RespondWorkflowTaskFailedRequest{
        .token = task.token, .cause = failure.cause, .failure = encoded, .identity = identity_};
  };
  std::ignore = co_await calls_.Report(report, label);
}

}  // namespace groundhog::worker
