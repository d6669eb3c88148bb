// The server process is killed and started again on the same store; requests are repeated;
// completions are stale or repeated.
#include "tests/conformance/ports.h"
#include "tests/conformance/raw_worker.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;

// The recorded server was up about so long after it was started.
constexpr sim::Duration kServerStart = 400ms;

sim::Coro<void> Outage(Stage& stage, sim::Duration length) {
  stage.KillServer();
  co_await stage.Sleep(length + kServerStart);
  stage.StartServer();
}

sim::Coro<void> ResultAndHistory(Stage& stage) {
  co_await stage.Result(stage.Handle(stage.name()));
  co_await stage.Save();
}

sim::Coro<void> SfTimerDueWhileDown(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<Sleeper>(kSleeper)}});
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kSleeper, options, 1.5);
  co_await stage.WaitEvent(handle, EventType::kTimerStarted);
  co_await stage.Sleep(400ms);
  co_await Outage(stage, 2s);
  co_await ResultAndHistory(stage);
}

// The server is killed so long after the activity began.
sim::Coro<void> PlayStepAndOutage(Stage& stage, json input, sim::Duration after,
                                  sim::Duration length) {
  stage.StartWorker({.workflows = {workflow::Register<OneActivity>(kOneActivity)},
                     .activities = {stage.Scripted("step")}});
  const client::StartOptions options = stage.Options();
  co_await stage.client().Start(kOneActivity, options, input);
  co_await stage.WaitCall("step");
  co_await stage.Sleep(after);
  co_await Outage(stage, length);
  co_await ResultAndHistory(stage);
}

sim::Coro<void> SfActivitySpansTheOutage(Stage& stage, client::Client&) {
  return PlayStepAndOutage(stage, {{"start_to_close_timeout", 10}}, 500ms, 1s);
}

sim::Coro<void> SfActivityReportedDuringOutage(Stage& stage, client::Client&) {
  return PlayStepAndOutage(stage, {{"start_to_close_timeout", 20}}, 300ms, 2s);
}

sim::Coro<void> SfWorkflowTaskSpansTheOutage(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  const WorkflowTask task = co_await raw.Poll();
  co_await Outage(stage, 500ms);
  co_await stage.Attempt("completion_with_token_from_before",
                         raw.Complete(task, CommandsOf(CompleteWorkflow())));
  co_await ResultAndHistory(stage);
}

sim::Coro<void> SfWorkflowTaskTimesOutDuringOutage(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  client::StartOptions options = stage.Options();
  options.task_timeout = 1s;
  co_await raw.Start(options);
  const WorkflowTask task = co_await raw.Poll();
  co_await Outage(stage, 1500ms);
  co_await stage.Sleep(500ms);
  co_await stage.Attempt("completion_with_token_from_before",
                         raw.Complete(task, CommandsOf(CompleteWorkflow("late"))));
  const WorkflowTask next = co_await raw.Poll(20s);
  stage.Fact("next_task", {{"attempt", next.attempt}, {"started_event_id", next.started_event_id}});
  co_await raw.Complete(next, CommandsOf(CompleteWorkflow("second")));
  co_await ResultAndHistory(stage);
}

sim::Coro<void> SignalAndEnd(Stage& stage, const std::string& id, int number) {
  const client::UntypedHandle handle = stage.Handle(id);
  const json value = number;
  co_await handle.Signal(kAdd, value);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted, 2);
  co_await handle.Signal(kEnd);
}

sim::Coro<void> SfSeveralOpenWorkflows(Stage& stage, client::Client& client) {
  const auto collect = workflow::Register<Collect>(kCollect);
  stage.StartWorker({.workflows = {collect, workflow::Register<Sleeper>(kSleeper)}});
  std::vector<client::UntypedHandle> handles;
  for (const char* id : {"wait-1", "wait-2"}) {
    const client::StartOptions options = stage.Options(id);
    handles.push_back(co_await client.Start(kCollect, options));
  }
  const client::StartOptions sleeper = stage.Options("sleeper");
  handles.push_back(co_await client.Start(kSleeper, sleeper, 2.0));
  client::StartOptions orphan = stage.Options("orphan");
  orphan.task_queue = "later-queue";
  co_await client.Start(kCollect, orphan);
  for (const client::UntypedHandle& handle : handles) {
    co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  }
  co_await stage.Sleep(200ms);
  co_await Outage(stage, 1s);
  const auto running = co_await client.List(history::WorkflowExecutionStatus::kRunning);
  stage.Fact("listed_as_running", running.size());
  co_await SignalAndEnd(stage, "wait-1", 1);
  co_await SignalAndEnd(stage, "wait-2", 2);
  co_await stage.Handle("orphan").Signal(kEnd);  // before the first poll of the recorded worker
  stage.StartWorker({.task_queue = "later-queue", .workflows = {collect}}, "worker-later");
  for (const char* id : {"wait-1", "wait-2", "sleeper", "orphan"}) {
    co_await stage.Result(stage.Handle(id), id);
    co_await stage.Save(id, "", id);
  }
}

sim::Coro<protocol::StartWorkflowExecutionResponse> StartByRequest(Stage& stage, RawWorker& raw,
                                                                   const char* request_id) {
  const protocol::StartWorkflowExecutionRequest request{.workflow_id = stage.name(),
                                                        .workflow_type = "Raw",
                                                        .task_queue = std::string(kQueue),
                                                        .identity = "client-1",
                                                        .request_id = request_id};
  return raw.Send(request, stage.name());
}

sim::Coro<void> SfStartRepeatedWithSameRequestId(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto first = co_await StartByRequest(stage, raw, "start-1");
  co_await Outage(stage, 300ms);
  const auto again = co_await StartByRequest(stage, raw, "start-1");
  stage.Fact("same_run_id", first.run_id == again.run_id);
  stage.Fact("started_flags", {first.started, again.started});
  co_await stage.Attempt("other_request_id", StartByRequest(stage, raw, "start-2"));
  const WorkflowTask task = co_await raw.Poll();
  co_await raw.Complete(task, CommandsOf(CompleteWorkflow()));
  co_await stage.Result(stage.Handle(stage.name()));
  const auto after_close = co_await StartByRequest(stage, raw, "start-1");
  stage.Fact("after_close_same_run_id", after_close.run_id == first.run_id);
  co_await stage.Save(stage.name(), first.run_id);
}

sim::Coro<protocol::SignalWorkflowExecutionResponse> SignalByRequest(Stage& stage, RawWorker& raw,
                                                                     const char* request_id) {
  const protocol::SignalWorkflowExecutionRequest request{.execution = {.workflow_id = stage.name()},
                                                         .signal_name = "s",
                                                         .input = Text("a"),
                                                         .identity = "client-1",
                                                         .request_id = request_id};
  return raw.Send(request, stage.name());
}

sim::Coro<void> SfSignalRepeatedWithSameRequestId(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  co_await SignalByRequest(stage, raw, "sig-1");
  co_await stage.Attempt("repeat_before_the_kill", SignalByRequest(stage, raw, "sig-1"));
  co_await Outage(stage, 300ms);
  co_await stage.Attempt("repeat_after_the_restart", SignalByRequest(stage, raw, "sig-1"));
  co_await stage.Attempt("other_request_id", SignalByRequest(stage, raw, "sig-2"));
  co_await raw.CompleteNext();
}

sim::Coro<void> SfActivityCompletedTwice(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(Step("a1", 10s)));
  const ActivityTask activity = co_await raw.PollActivity();
  co_await stage.Attempt("first", raw.CompleteActivity(activity, "first"));
  co_await Outage(stage, 300ms);
  co_await stage.Attempt("second", raw.CompleteActivity(activity, "second"));
  co_await raw.CompleteNext();
}

sim::Coro<void> SfWorkflowTaskCompletedTwice(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  const WorkflowTask task = co_await raw.Poll();
  co_await stage.Attempt("first", raw.Complete(task, CommandsOf(StartTimer("t1", 30s))));
  co_await stage.Attempt("second", raw.Complete(task, CommandsOf(StartTimer("t1", 30s))));
  co_await Outage(stage, 300ms);
  co_await stage.Attempt("third_after_restart",
                         raw.Complete(task, CommandsOf(StartTimer("t1", 30s))));
  const SignalType<> x{"x"};
  co_await stage.Handle(stage.name()).Signal(x);
  co_await raw.CompleteNext();
}

sim::Coro<void> SfKillRightAfterAcks(Stage& stage, client::Client& client) {
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kCollect, options);
  for (const int number : {1, 2}) {
    const json value = number;
    co_await handle.Signal(kAdd, value);
  }
  co_await handle.Cancel();
  co_await Outage(stage, 0s);
  json types = json::array();
  const history::EventHistory events = co_await handle.FetchHistory();
  for (const history::HistoryEvent& event : events) {
    const std::string_view name = history::ProtoNameOf(history::TypeOf(event));
    types.push_back(name.substr(std::string_view("EVENT_TYPE_").size()));
  }
  stage.Fact("event_types_after_restart", types);
  stage.StartWorker({.workflows = {workflow::Register<Collect>(kCollect)}});
  co_await ResultAndHistory(stage);
}

sim::Coro<void> SendUpdate(Stage& stage) {
  const client::UpdateOptions options{.id = "u1"};
  co_await stage.Attempt("u1", stage.Handle(stage.name()).Update(kWithdraw, options, 30));
}

sim::Coro<void> SfUpdateWaitingDuringOutage(Stage& stage, client::Client& client) {
  const client::StartOptions options = stage.Options();
  co_await client.Start(kAccount, options);
  stage.Spawn(SendUpdate(stage));
  co_await stage.Sleep(500ms);
  co_await Outage(stage, 500ms);
  co_await stage.Sleep(1s);
  stage.StartWorker({.workflows = {workflow::Register<Account>(kAccount)},
                     .activities = {stage.Scripted("step")}});
  const double last = stage.Now() + 15;
  while (!stage.HasFact("u1") && stage.Now() < last) co_await stage.Sleep(10ms);
  stage.Fact("update_answered", stage.HasFact("u1"));
  co_await stage.Handle(stage.name()).Signal(kEnd);
  co_await ResultAndHistory(stage);
}

sim::Coro<void> SfActivityRetryTimerSurvives(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  co_await raw.Start();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(Step("a1", 1s)));
  (void)co_await raw.PollActivity();
  const double polled = stage.Now();
  co_await stage.Sleep(1300ms);
  co_await Outage(stage, 700ms);  // the recorded server needed longer that time
  co_await stage.Describe(stage.name(), "describe_after_restart");
  const ActivityTask again = co_await raw.PollActivity();
  stage.Fact("attempt_2", {{"attempt", again.token.attempt},
                           {"seconds_after_first_poll", stage.Now() - polled}});
  co_await raw.CompleteActivity(again);
  co_await raw.CompleteNext();
}

sim::Coro<void> SfWorkerAndServerKilled(Stage& stage, client::Client& client) {
  const WorkerOptions worker{.workflows = {workflow::Register<Collect>(kCollect)}};
  stage.StartWorker(worker);
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kCollect, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(200ms);
  stage.KillWorker();
  co_await Outage(stage, 500ms);
  stage.StartWorker(worker, "worker-2");
  co_await stage.Sleep(300ms);
  co_await handle.Signal(kEnd);
  co_await ResultAndHistory(stage);
}

sim::Coro<protocol::ResetWorkflowExecutionResponse> ResetByRequest(Stage& stage, RawWorker& raw,
                                                                   const std::string& run_id) {
  const protocol::ResetWorkflowExecutionRequest request{
      .execution = {.workflow_id = stage.name(), .run_id = run_id},
      .reason = "probe",
      .workflow_task_finish_event_id = 4,
      .request_id = "reset-1"};
  return raw.Send(request, stage.name());
}

sim::Coro<void> SfResetRepeatedWithSameRequestId(Stage& stage, client::Client&) {
  RawWorker raw(stage);
  const auto handle = co_await raw.Start();
  const std::string& run = handle.result_run_id();
  const WorkflowTask first = co_await raw.Poll();
  co_await raw.Complete(first, CommandsOf(StartTimer("t1", 30s)));
  const auto reset = co_await ResetByRequest(stage, raw, run);
  const auto second = co_await ResetByRequest(stage, raw, run);
  co_await Outage(stage, 300ms);
  const auto third = co_await ResetByRequest(stage, raw, run);
  stage.Fact("second_same_as_first", second.run_id == reset.run_id);
  stage.Fact("after_restart_same_as_second", third.run_id == second.run_id);
  const WorkflowTask last = co_await raw.Poll();
  co_await raw.Complete(last, CommandsOf(CompleteWorkflow()));
  co_await stage.Result(stage.Handle(stage.name(), third.run_id));
  co_await stage.Save(stage.name(), run, "run1");
  co_await stage.Save(stage.name(), reset.run_id, "run2");
  co_await stage.Save(stage.name(), second.run_id, "run3");
  co_await stage.Save(stage.name(), third.run_id, "run4");
}

}  // namespace

Ports ServerFaultPorts() {
  return {
      {"sf_timer_due_while_down", SfTimerDueWhileDown},
      {"sf_activity_spans_the_outage", SfActivitySpansTheOutage},
      {"sf_activity_reported_during_outage", SfActivityReportedDuringOutage},
      {"sf_workflow_task_spans_the_outage", SfWorkflowTaskSpansTheOutage},
      {"sf_workflow_task_times_out_during_outage", SfWorkflowTaskTimesOutDuringOutage},
      {"sf_several_open_workflows", SfSeveralOpenWorkflows},
      {"sf_start_repeated_with_same_request_id", SfStartRepeatedWithSameRequestId},
      {"sf_signal_repeated_with_same_request_id", SfSignalRepeatedWithSameRequestId},
      {"sf_activity_completed_twice", SfActivityCompletedTwice},
      {"sf_workflow_task_completed_twice", SfWorkflowTaskCompletedTwice},
      {"sf_kill_right_after_acks", SfKillRightAfterAcks},
      {"sf_update_waiting_during_outage", SfUpdateWaitingDuringOutage},
      {"sf_activity_retry_timer_survives", SfActivityRetryTimerSurvives},
      {"sf_worker_and_server_killed", SfWorkerAndServerKilled},
      {"sf_reset_repeated_with_same_request_id", SfResetRepeatedWithSameRequestId},
  };
}

}  // namespace groundhog::conformance
