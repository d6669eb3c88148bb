// Workflow tasks of a worker that is driven by hand: refused, failed, forced, stale.
#include "tests/conformance/ports.h"
#include "tests/conformance/raw_worker.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;

using nlohmann::json;

constexpr SignalType<> kA{"a"};
constexpr SignalType<> kX{"x"};

sim::Coro<void> WftUnhandledThenClosing(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await handle.Signal(kA);
  co_await stage.Attempt("completion_with_buffered_signal",
                         raw.Complete(first, CommandsOf(CompleteWorkflow())));
  const WorkflowTask second = co_await raw.Poll();
  const protocol::SignalWorkflowExecutionRequest late{.execution = {.workflow_id = stage.name()},
                                                      .signal_name = "b",
                                                      .identity = "client-1",
                                                      .request_id = "late"};
  co_await stage.Attempt("signal_while_closing", raw.Send(late, stage.name()));
  co_await stage.Attempt("second_completion", raw.Complete(second, CommandsOf(CompleteWorkflow())));
  co_await stage.Result(handle);
  co_await stage.Save();
}

json EventIds(const WorkflowTask& task) {
  json ids = json::array();
  for (const history::HistoryEvent& event : task.history) ids.push_back(event.event_id);
  return ids;
}

json EventTypes(const WorkflowTask& task) {
  json types = json::array();
  for (const history::HistoryEvent& event : task.history) {
    types.push_back(std::to_string(static_cast<int>(history::TypeOf(event))));
  }
  return types;
}

sim::Coro<void> WftStaleCompletion(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  client::StartOptions options = stage.Options();
  options.task_timeout = 1s;
  const auto handle = co_await raw.Start(options);
  const WorkflowTask first = co_await raw.Poll();
  co_await stage.Sleep(1400ms);
  co_await stage.Attempt("completion_after_timeout",
                         raw.Complete(first, CommandsOf(CompleteWorkflow("late"))));
  co_await stage.Describe(stage.name(), "describe_after_timeout");
  const WorkflowTask second = co_await raw.Poll();
  stage.Fact("attempt_2_task", {{"attempt", second.attempt},
                                {"startedEventId", second.started_event_id},
                                {"history_event_types", EventTypes(second)},
                                {"ids", EventIds(second)}});
  co_await stage.Attempt("completion_with_attempt_1_token_again",
                         raw.Complete(first, CommandsOf(CompleteWorkflow("late"))));
  co_await raw.Complete(second, CommandsOf(CompleteWorkflow("second")));
  co_await stage.Attempt("completion_after_close",
                         raw.Complete(second, CommandsOf(CompleteWorkflow("again"))));
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftBadActivityAttributes(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await stage.Attempt("bad_completion",
                         raw.Complete(first, CommandsOf(StartTimer("t1", 30s), Step("a1", 0s))));
  const WorkflowTask second = co_await raw.Poll();
  stage.Fact("next_task_attempt", second.attempt);
  co_await raw.Complete(second, CommandsOf(CompleteWorkflow()));
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftCommandAfterClose(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  client::StartOptions options = stage.Options();
  options.task_timeout = 2s;
  const auto handle = co_await raw.Start(options);
  const WorkflowTask task = co_await raw.Poll();
  co_await stage.Attempt("bad_sequence",
                         raw.Complete(task, CommandsOf(CompleteWorkflow(), StartTimer("t1", 30s))));
  co_await stage.Sleep(200ms);
  co_await stage.Describe(stage.name(), "describe_after");
  co_await stage.Attempt("same_token_again", raw.Complete(task, CommandsOf(CompleteWorkflow())));
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> WftDuplicateActivityId(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  const WorkflowTask task = co_await raw.Poll();
  co_await stage.Attempt("duplicate",
                         raw.Complete(task, CommandsOf(Step("a1", 10s), Step("a1", 10s))));
  co_await raw.CompleteNext();
}

sim::Coro<void> WftTimerIdReusedAfterCancel(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(StartTimer("t1", 30s)));
  co_await handle.Signal(kX);
  const WorkflowTask second = co_await raw.Poll();
  co_await stage.Attempt(
      "reuse", raw.Complete(second, CommandsOf(CancelTimer("t1"), StartTimer("t1", 300ms))));
  co_await raw.CompleteNext();
}

sim::Coro<void> WftFailsSixTimes(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const double begin = stage.Now();
  json polled = json::array();
  for (int i = 0; i < 6; ++i) {
    const WorkflowTask task = co_await raw.Poll(30s);
    polled.push_back({{"attempt", task.attempt},
                      {"at", stage.Now() - begin},
                      {"started_event_id", task.started_event_id},
                      {"event_ids", EventIds(task)}});
    if (i < 5) {
      co_await raw.Fail(task);
    } else {
      co_await raw.Complete(task, CommandsOf(CompleteWorkflow()));
    }
  }
  stage.Fact("polled", std::move(polled));
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> FailNext(RawWorker& raw) {
  const WorkflowTask task = co_await raw.Poll();
  co_await raw.Fail(task);
}

// The next task is a normal one again; it completes the workflow.
sim::Coro<void> TellAndCompleteNext(Stage& stage, RawWorker& raw) {
  const WorkflowTask task = co_await raw.Poll();
  stage.Fact("task", {{"attempt", task.attempt}, {"started_event_id", task.started_event_id}});
  co_await raw.Complete(task, CommandsOf(CompleteWorkflow()));
  co_await stage.Result(stage.Handle(stage.name()));
  co_await stage.Save();
}

sim::Coro<void> WftTransientTurnsNormalBySignal(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  co_await FailNext(raw);
  co_await FailNext(raw);
  co_await handle.Signal(kX);
  co_await TellAndCompleteNext(stage, raw);
}

sim::Coro<void> WftSignalDuringTransient(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  co_await FailNext(raw);
  const WorkflowTask second = co_await raw.Poll();
  co_await handle.Signal(kX);
  co_await raw.Complete(second, CommandsOf(StartTimer("t1", 30s)));
  co_await raw.CompleteNext();
}

sim::Coro<void> WftFailedWithBufferedSignal(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await handle.Signal(kX);
  co_await raw.Fail(first);
  co_await TellAndCompleteNext(stage, raw);
}

sim::Coro<void> ForceNext(RawWorker& raw) {
  const WorkflowTask task = co_await raw.Poll();
  auto completion = raw.Completion(task);
  completion.force_create_new_workflow_task = true;
  co_await raw.Send(completion, task.token.execution.workflow_id);
}

sim::Coro<void> WftHeartbeatEmpty(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  co_await ForceNext(raw);
  co_await ForceNext(raw);
  co_await raw.CompleteNext();
}

sim::Coro<void> WftInlineNewTask(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  auto completion = raw.Completion(first);
  completion.sticky_attributes = protocol::StickyAttributes{.worker_task_queue = "raw-sticky",
                                                            .schedule_to_start_timeout = 1s};
  completion.force_create_new_workflow_task = true;
  completion.return_new_workflow_task = true;
  const auto answer = co_await raw.Send(completion, stage.name());
  const bool has = answer.workflow_task != nullptr;
  const WorkflowTask next = has ? *answer.workflow_task : WorkflowTask();
  stage.Fact("returned_task", {{"has", has},
                               {"attempt", next.attempt},
                               {"started_event_id", next.started_event_id},
                               {"event_ids", EventIds(next)}});
  co_await raw.Complete(next, CommandsOf(CompleteWorkflow()));
  co_await stage.Result(handle);
  co_await stage.Save();
}

}  // namespace

Ports RawWorkflowTaskPorts() {
  return {
      {"wft_unhandled_then_closing", WftUnhandledThenClosing},
      {"wft_stale_completion", WftStaleCompletion},
      {"wft_bad_activity_attributes", WftBadActivityAttributes},
      {"wft_command_after_close", WftCommandAfterClose},
      {"wft_duplicate_activity_id", WftDuplicateActivityId},
      {"wft_timer_id_reused_after_cancel", WftTimerIdReusedAfterCancel},
      {"wft_fails_six_times", WftFailsSixTimes},
      {"wft_transient_turns_normal_by_signal", WftTransientTurnsNormalBySignal},
      {"wft_signal_during_transient", WftSignalDuringTransient},
      {"wft_failed_with_buffered_signal", WftFailedWithBufferedSignal},
      {"wft_heartbeat_empty", WftHeartbeatEmpty},
      {"wft_inline_new_task", WftInlineNewTask},
  };
}

}  // namespace groundhog::conformance
