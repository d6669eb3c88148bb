#include "runtime/worker/workflow_task_handler.h"

#include <coroutine>
#include <tuple>
#include <utility>
#include <variant>

#include "runtime/history/failure_text.h"
#include "runtime/worker/sites.h"
#include "runtime/workflow/workflow_run.h"
#include "sim/lengths.h"

namespace groundhog::worker {

class WorkflowTaskHandler::Log final : public workflow::LogSink {
 public:
  explicit Log(WriteLog write) : write_(std::move(write)) {}
  void Write(workflow::LogLevel, std::string_view line) override { write_(std::string(line)); }

 private:
  WriteLog write_;
};

WorkflowTaskHandler::WorkflowTaskHandler(sim::Process& process, ServiceCalls& calls,
                                         const WorkerOptions& options, std::string sticky_queue,
                                         WriteLog log)
    : process_(process),
      calls_(calls),
      options_(options),
      identity_(process.name().text()),
      sticky_queue_(std::move(sticky_queue)),
      log_(std::make_unique<Log>(std::move(log))),
      cache_(options.max_cached_workflows) {
  for (const workflow::WorkflowRegistration& registration : options.workflows) {
    registry_.Add(registration);
  }
}

WorkflowTaskHandler::~WorkflowTaskHandler() = default;

workflow::WorkflowRun& WorkflowTaskHandler::Rebuild(
    const protocol::PollWorkflowTaskQueueResponse& task) {
  const protocol::WorkflowExecution& execution = task.token.execution;
  workflow::RunContext context{
      .workflow_id = execution.workflow_id, .run_id = execution.run_id, .log = log_.get()};
  return cache_.Insert(execution.run_id,
                       std::make_unique<workflow::WorkflowRun>(registry_, std::move(context)));
}

// The run that these events continue. On a cache miss the whole history is fetched into the task. Null if that failed.
sim::Coro<workflow::WorkflowRun*> WorkflowTaskHandler::FindRun(
    protocol::PollWorkflowTaskQueueResponse& task, sim::Label label) {
  const protocol::WorkflowExecution execution = task.token.execution;
  workflow::WorkflowRun* run = cache_.Find(execution.run_id);
  if (run != nullptr && !run->dead() && run->CanContinueWith(task.history)) co_return run;
  const bool whole = !task.history.empty() && task.history.front().event_id == 1;
  if (!whole) {
    protocol::GetWorkflowExecutionHistoryRequest fetch{.execution = execution};
    auto fetched = co_await calls_.Report(std::move(fetch), label);
    if (!fetched.ok()) co_return nullptr;
    // The task's own events may be newer than what is written: a transient task's are not written at all.
    const history::EventId first_of_task = task.history.empty() ? 0 : task.history.front().event_id;
    history::EventHistory whole_history;
    for (history::HistoryEvent& event : fetched->history) {
      if (first_of_task != 0 && event.event_id >= first_of_task) break;
      whole_history.push_back(std::move(event));
    }
    for (history::HistoryEvent& event : task.history) whole_history.push_back(std::move(event));
    task.history = std::move(whole_history);
  }
  co_return &Rebuild(task);
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
  if (task.query_only) {
    co_await HandleQueryTask(task, label);
    co_return;
  }
  workflow::WorkflowRun* run = co_await FindRun(task, label);
  if (run == nullptr) co_return;  // the task runs into its timeout
  workflow::TaskResult result = run->Activate(task.history);
  if (auto* commands = std::get_if<history::Commands>(&result)) {
    std::vector<protocol::WorkflowQueryResult> answers = AnswerQueries(*run, task.queries);
    co_await ReportCompleted(task, std::move(*commands), std::move(answers), label);
    co_return;
  }
  cache_.Evict(task.token.execution.run_id);
  const auto* nondeterminism = std::get_if<workflow::Nondeterminism>(&result);
  const workflow::TaskFailure failure = nondeterminism != nullptr
                                            ? ToTaskFailure(*nondeterminism)
                                            : std::get<workflow::TaskFailure>(result);
  co_await ReportFailed(task, failure, label);
}

std::vector<protocol::WorkflowQueryResult> WorkflowTaskHandler::AnswerQueries(
    workflow::WorkflowRun& run, const std::vector<protocol::WorkflowQuery>& queries) {
  std::vector<protocol::WorkflowQueryResult> answers;
  for (const protocol::WorkflowQuery& query : queries) {
    const workflow::Result<history::Payloads> answer = run.Query(query.query_type, query.arguments);
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
  workflow::WorkflowRun* run = co_await FindRun(task, label);
  if (run == nullptr) co_return;
  protocol::RespondQueryTaskCompletedRequest report{.execution = task.token.execution};
  workflow::TaskResult result = run->Activate(task.history);
  if (std::holds_alternative<history::Commands>(result)) {
    report.result = AnswerQueries(*run, task.queries).front();
  } else {
    const auto* nondeterminism = std::get_if<workflow::Nondeterminism>(&result);
    report.result.id = task.queries.front().id;
    report.result.error = nondeterminism != nullptr
                              ? nondeterminism->text
                              : history::Describe(std::get<workflow::TaskFailure>(result).failure);
    cache_.Evict(task.token.execution.run_id);
  }
  std::ignore = co_await calls_.Report(std::move(report), label);
}

sim::Coro<void> WorkflowTaskHandler::ReportCompleted(
    const protocol::PollWorkflowTaskQueueResponse& task, history::Commands commands,
    std::vector<protocol::WorkflowQueryResult> answers, sim::Label label) {
  const std::string run_id = task.token.execution.run_id;
  protocol::RespondWorkflowTaskCompletedRequest report{.token = task.token,
                                                       .commands = std::move(commands),
                                                       .identity = identity_,
                                                       .query_results = std::move(answers)};
  if (cache_.capacity() > 0) {
    report.sticky_attributes = protocol::StickyAttributes{
        .worker_task_queue = sticky_queue_,
        .schedule_to_start_timeout = options_.sticky_schedule_to_start_timeout};
  }
  const auto answer = co_await calls_.Report(std::move(report), label);
  // Whether it was taken is not known, or it was refused: the run may be ahead of its history (SEMANTICS h).
  if (!answer.ok()) cache_.Evict(run_id);
}

sim::Coro<void> WorkflowTaskHandler::ReportFailed(
    const protocol::PollWorkflowTaskQueueResponse& task, const workflow::TaskFailure& failure,
    sim::Label label) {
  // Recorded README 6: of a failing task only the first attempt is reported, its timeout paces the others.
  if (task.attempt > 1) co_return;
  protocol::RespondWorkflowTaskFailedRequest report{.token = task.token,
                                                    .cause = failure.cause,
                                                    .failure = failure.failure,
                                                    .identity = identity_};
  std::ignore = co_await calls_.Report(std::move(report), label);
}

}  // namespace groundhog::worker
