#include "tests/runtime/server/raw_world.h"

#include <algorithm>
#include <memory>

#include "tests/catch.h"
#include "tests/runtime/server/history_lines.h"
#include "tests/runtime/server/state_difference.h"

namespace groundhog::server::testing {

void ExpectOk(const absl::Status& status) {
  INFO(status.ToString());
  CHECK(status.ok());
}

void ExpectError(const absl::Status& status, absl::StatusCode code, const std::string& message) {
  INFO(status.ToString());
  CHECK(status.code() == code);
  CHECK(std::string(status.message()) == message);
}

namespace {

sim::Coro<void> PollUntilDead(RawWorld& world, sim::Process& self) {
  (void)co_await world.PollStickyFrom(self);
  FAIL_CHECK("it was to die before it got anything");
}

}  // namespace

RawWorld::RawWorld(sim::Choices* choices)
    : store_({}, &kServerStoreSites),
      kernel_(choices == nullptr ? uneventful_ : *choices, symbols_),
      network_(kernel_) {
  server_ = &kernel_.AddProcess("server", [this](sim::Process& process) {
    return std::make_unique<Server>(process, store_);
  });
  raw_ = &kernel_.AddProcess("raw",
                             [](sim::Process&) { return std::make_unique<sim::ProcessBody>(); });
}

sim::SimulationEnd RawWorld::Run(Script script) {
  return Run(std::vector<Script>{std::move(script)});
}

sim::SimulationEnd RawWorld::Run(std::vector<Script> scripts) {
  Prepare();
  for (Script& script : scripts) raw_->Spawn(script(*this), sim::Process::Role::kScript);
  return RunToEnd();
}

void RawWorld::Prepare() {
  server_->Start();
  raw_->Start();
}

sim::SimulationEnd RawWorld::RunToEnd() {
  sim::SimulationEnd end = kernel_.Run();
  INFO(end.what);
  CheckStates();
  for (const sim::Escaped& escaped : kernel_.escaped()) {
    FAIL_CHECK("a script ended with an exception: " << escaped.what);
  }
  CHECK(end.kind == sim::SimulationEnd::Kind::kDone);
  return end;
}

void RawWorld::CheckStates() {
  constexpr std::size_t kLong = 200;
  checked_.resize(durable().runs().size(), 0);
  for (std::size_t i = 0; i < checked_.size(); ++i) {
    const RunRecord& run = durable().runs()[i];
    const std::int32_t written = std::exchange(checked_[i], run.state.info.state_transitions);
    if (differs_ || written == checked_[i] || run.history.size() > kLong) continue;
    const std::string difference = DifferenceFromHistory(run, symbols_);
    differs_ = !difference.empty();
    if (differs_)
      FAIL_CHECK(run.start->workflow_id << ": store and history differ: " << difference);
  }
}

std::vector<std::string> RawWorld::Lines(const std::string& workflow_id, std::size_t run) const {
  return LinesOf(HistoryOf(workflow_id, run));
}

const history::EventHistory& RawWorld::HistoryOf(const std::string& workflow_id,
                                                 std::size_t run) const {
  const RunsOfWorkflow* runs = durable().FindWorkflow(workflow_id);
  REQUIRE(runs != nullptr);
  REQUIRE(run <= runs->size());
  return durable().run(run == 0 ? runs->back() : (*runs)[run - 1]).history;
}

history::EventId RawWorld::CountEvents(const std::string& workflow_id,
                                       history::EventType type) const {
  const history::EventHistory& history = HistoryOf(workflow_id);
  return std::count_if(history.begin(), history.end(), [type](const history::HistoryEvent& event) {
    return history::TypeOf(event) == type;
  });
}

double RawWorld::SecondsOf(history::Timestamp time) const {
  return static_cast<double>(history::ToUnixNanos(time) - sim::ToUnixNanos(sim::kEpoch)) / 1e9;
}

double RawWorld::Now() const {
  return static_cast<double>((kernel_.now() - sim::kEpoch).count()) / 1e9;
}

std::string RawWorld::NewsOf(const history::EventHistory& history) {
  for (auto event = history.rbegin(); event != history.rend(); ++event) {
    std::string name(history::NameOf(history::TypeOf(*event)));
    if (name.rfind("WorkflowTask", 0) != 0) return name;
  }
  return "";
}

sim::Label RawWorld::LabelOf(std::string_view kind, const std::string& scope,
                             const std::string& subject, std::int32_t number) {
  return sim::Label(symbols_.Intern(kind), symbols_.Intern(scope), symbols_.Intern(subject),
                    number);
}

protocol::StartWorkflowExecutionRequest RawWorld::StartRequest(const std::string& workflow_id,
                                                               const StartOptions& options) {
  return {.workflow_id = workflow_id,
          .workflow_type = "Raw",
          .task_queue = options.queue,
          .workflow_execution_timeout = options.execution_timeout,
          .workflow_run_timeout = options.run_timeout,
          .workflow_task_timeout = options.task_timeout,
          .workflow_start_delay = options.start_delay,
          .identity = "client-1",
          .request_id = options.request_id.empty() ? "start-" + workflow_id : options.request_id,
          .id_reuse_policy = options.reuse,
          .id_conflict_policy = options.conflict,
          .retry_policy = options.retry_policy,
          .cron_schedule = options.cron,
          .memo = options.memo,
          .search_attributes = options.search_attributes};
}

sim::Process& RawWorld::AddProcess(const std::string& name) {
  sim::Process& process =
      kernel_.AddProcess(name, [](sim::Process&) { return std::make_unique<sim::ProcessBody>(); });
  process.Start();
  return process;
}

sim::Process& RawWorld::AddStickyWorker(const std::string& name) {
  sim::Process& process = AddProcess(name);
  process.Spawn(PollUntilDead(*this, process));
  return process;
}

protocol::PollWorkflowTaskQueueRequest RawWorld::PollRequest(const std::string& queue,
                                                             bool sticky) {
  return {.task_queue = {.name = queue,
                         .kind = sticky ? history::TaskQueueKind::kSticky
                                        : history::TaskQueueKind::kNormal},
          .identity = identity,
          .request_id = NextRequestId()};
}

protocol::RespondWorkflowTaskCompletedRequest RawWorld::CompleteRequest(
    const protocol::PollWorkflowTaskQueueResponse& task, history::Commands commands) const {
  return {.token = task.token, .commands = std::move(commands), .identity = identity};
}

protocol::RespondWorkflowTaskFailedRequest RawWorld::FailRequest(
    const protocol::PollWorkflowTaskQueueResponse& task,
    history::WorkflowTaskFailedCause cause) const {
  return {.token = task.token,
          .cause = cause,
          .failure = ApplicationFailure("raw failure", "RawError"),
          .identity = identity};
}

sim::Coro<void> LoseWorker(RawWorld& w, sim::Duration lived) {
  ExpectOk(co_await w.Start("w"));
  const WorkflowTask first = co_await w.Poll();
  ExpectOk(co_await w.CompleteSticky(first));
  sim::Process& worker = w.AddStickyWorker("worker-1");
  co_await w.Sleep(lived);
  worker.Crash(std::nullopt);
}

}  // namespace groundhog::server::testing
