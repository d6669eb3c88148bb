#include "tests/conformance/stage.h"

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "scenarios/recorded/described.h"
#include "scenarios/recorded/outcome.h"
#include "scenarios/recorded/scripted_activity.h"
#include "sim/kernel.h"
#include "sim/lengths.h"

namespace groundhog::conformance {

using namespace std::chrono_literals;
using nlohmann::json;
using recorded::ActivityNotice;

namespace {

// A wait that is longer failed the recording.
constexpr sim::Duration kLongestWait = 30s;

double SecondsSince(sim::Time time, sim::Time begin) {
  return std::round(static_cast<double>((time - begin).count()) / 1e7) / 100;
}

}  // namespace

json AnswerAsRecorded(const protocol::RecordActivityTaskHeartbeatResponse& answer) {
  return answer.cancel_requested ? json{{"cancelRequested", true}} : json::object();
}

Stage::Stage(const recorded::RecordedScenario& recorded, Port port)
    : recorded_(recorded),
      port_(std::move(port)),
      plans_(std::make_shared<recorded::ActivityPlans>()) {
  if (!recorded_.plans.empty()) *plans_ = recorded_.plans.front();
}

void Stage::Build(World& world) {
  world_ = &world;
  world.AddClient("client-1", [this](client::Client& client) { return Perform(client); });
}

sim::Coro<void> Stage::Perform(client::Client& client) {
  client_ = &client;
  waits_for_ = "its first step";
  try {
    co_await port_(*this, client);
    waits_for_.clear();
  } catch (const std::exception& error) {
    troubles_.push_back(
        fmt::format("it ended with an error, waiting for {}: {}", waits_for_, error.what()));
    waits_for_.clear();
  }
  End();
}

// Nothing goes on after the port: a cron workflow would for ever.
void Stage::End() {
  world_->server().Crash(std::nullopt);
  for (const auto& [name, worker] : workers_) worker->Crash(std::nullopt);
  for (const auto& [name, raw] : raw_processes_) raw->Crash(std::nullopt);
}

double Stage::Now() const {
  return static_cast<double>((world_->kernel().now() - sim::kEpoch).count()) / 1e9;
}

// ---- Server and workers ----

void Stage::KillServer() { world_->server().Crash(std::nullopt); }
void Stage::StartServer() { world_->server().Start(); }

sim::Process& Stage::StartWorker(WorkerOptions options, const std::string& identity) {
  if (options.task_queue.empty()) options.task_queue = kQueue;
  options.polls_workflow_tasks = !options.workflows.empty();
  options.polls_activity_tasks = !options.activities.empty();
  options.graceful_shutdown_timeout = 0s;
  if (!options.deployment_options) options.build_id = "build-1";
  const auto make = [options] { return options; };
  sim::Process*& worker = workers_[identity];
  if (worker == nullptr) {
    worker = &world_->AddWorker(identity, make);
  } else {
    world_->Redeploy(*worker, make);
  }
  worker->Start();
  return *worker;
}

namespace {

// A call is with the server after one latency, the task with the worker after two.
constexpr sim::Duration kTaskIsOnItsWay = sim::kNominalLatency * 3 / 2;

sim::Coro<void> PauseSoon(sim::Process& client, sim::Process& worker, sim::Duration length) {
  co_await client.Sleep(kTaskIsOnItsWay);
  worker.Pause(length);
}

}  // namespace

void Stage::SlowNextTask(sim::Process& worker, sim::Duration length) {
  Spawn(PauseSoon(process(), worker, length));
}

void Stage::KillWorker(const std::string& identity) { workers_.at(identity)->Crash(std::nullopt); }

sim::Coro<void> Stage::StopWorker(std::string identity) {
  waits_for_ = "the graceful end of " + identity;
  sim::Process& worker = *workers_.at(identity);
  worker.Stop();
  while (worker.state() != sim::Process::State::kDown) co_await Sleep(1ms);
}

sim::Process& Stage::RawProcess(const std::string& identity) {
  sim::Process*& raw = raw_processes_[identity];
  if (raw == nullptr) {
    raw = &world_->AddProcess(identity,
                              [](sim::Process&) { return std::make_unique<sim::ProcessBody>(); });
  }
  raw->Start();
  return *raw;
}

activity::Registration Stage::Scripted(const std::string& activity, bool key_from_argument) {
  recorded::ScriptedActivity scripted{.name = activity, .key_from_argument = key_from_argument};
  return recorded::Scripted(std::move(scripted), plans_, board_);
}

void Stage::NextPlan() { *plans_ = recorded_.plans.at(++plan_); }

void Stage::Post(activity::Context& context, What what, json more) {
  const ActivityNotice notice{
      .activity = context.info().activity_type, .attempt = context.info().attempt, .what = what};
  board_.Post(notice, world_->kernel().now(), std::move(more));
}

// ---- Waiting ----

int Stage::CountCalls(const std::string& activity, What what, int attempt) const {
  int count = 0;
  for (const recorded::NoticeBoard::Posted& posted : board_.posted()) {
    const auto* notice = std::get_if<ActivityNotice>(&posted.notice);
    if (notice == nullptr || notice->activity != activity || notice->what != what) continue;
    if (attempt == 0 || notice->attempt == attempt) ++count;
  }
  return count;
}

sim::Coro<void> Stage::WaitCall(std::string activity, What what, int attempt, int count) {
  waits_for_ = fmt::format("{} {} of {}", count, NameOf(what), activity);
  const sim::Time end = world_->kernel().now() + kLongestWait;
  while (CountCalls(activity, what, attempt) < count) {
    if (world_->kernel().now() > end) throw std::runtime_error("it did not come");
    co_await Sleep(1ms);
  }
}

sim::Coro<history::HistoryEvent> Stage::WaitEvent(client::UntypedHandle handle,
                                                  history::EventType type, int count,
                                                  Accepts accepts) {
  waits_for_ = fmt::format("event {} of {}", history::NameOf(type), handle.id());
  const sim::Time end = world_->kernel().now() + kLongestWait;
  while (world_->kernel().now() <= end) {
    history::EventHistory events;
    try {
      events = co_await handle.FetchHistory();
    } catch (const client::ServiceError& error) {
      if (!absl::IsNotFound(error.status())) throw;  // else it is not there yet: a child
    }
    int left = count;
    for (const history::HistoryEvent& event : events) {
      if (history::TypeOf(event) != type || (accepts && !accepts(event))) continue;
      if (--left == 0) co_return event;
    }
    co_await Sleep(10ms);
  }
  throw std::runtime_error("it did not come");
}

void Stage::Spawn(sim::Coro<void> aside) {
  process().Spawn(std::move(aside), sim::Process::Role::kScript);
}

// ---- Calls ----

client::StartOptions Stage::Options(const std::string& workflow_id) const {
  return {.id = workflow_id.empty() ? name() : workflow_id, .task_queue = std::string(kQueue)};
}

client::UntypedHandle Stage::Handle(const std::string& workflow_id, const std::string& run_id) {
  client::Target target{.workflow_id = workflow_id, .run_id = run_id};
  return client::UntypedHandle(*client_, std::move(target));
}

json Stage::ErrorAsRecorded(const client::ServiceError& error, CallKind kind) const {
  const absl::Status& status = error.status();
  json link = {{"message", std::string(status.message())}};
  if (kind == CallKind::kStart && absl::IsAlreadyExists(status)) {
    link = {{"class", "WorkflowAlreadyStartedError"},
            {"message", "Workflow execution already started"},
            {"workflow_id", name()}};
  } else {
    link["class"] = "RPCError";
    link["status"] = absl::StatusCodeToString(status.code());
  }
  return json::array({link});
}

json Stage::ErrorAsRecorded(const std::string& exception, const std::string& message) {
  return json::array({{{"class", exception}, {"message", message}}});
}

json Stage::ErrorAsRecorded(const client::WorkflowUpdateFailedError& error) {
  json chain = json::array();
  chain.push_back({{"class", "WorkflowUpdateFailedError"}, {"message", "Workflow update failed"}});
  for (const json& link : recorded::ChainOf(error.failure().get())) chain.push_back(link);
  return chain;
}

// ---- What is kept ----

sim::Coro<void> Stage::Result(client::UntypedHandle handle, std::string key) {
  waits_for_ = "the result of " + key;
  const client::Outcome outcome = co_await handle.TryResult();
  outcomes_[key] = recorded::OutcomeAsRecorded(outcome);
}

sim::Coro<void> Stage::Save(std::string workflow_id, std::string run_id, std::string suffix) {
  waits_for_ = "the history of " + workflow_id;
  const client::UntypedHandle handle = Handle(workflow_id.empty() ? name() : workflow_id, run_id);
  history::EventHistory history = co_await handle.FetchHistory();
  const std::string dot = suffix.empty() ? "" : ".";
  saved_.push_back(
      {fmt::format("{}/{}{}{}.json", recorded_.group, name(), dot, suffix), std::move(history)});
}

sim::Coro<void> Stage::Describe(std::string workflow_id, std::string key) {
  waits_for_ = key;
  const client::UntypedHandle handle = Handle(workflow_id);
  const auto described = co_await handle.Describe();
  facts_[key] = recorded::DescribedAsRecorded(described, client_->Now());
}

json Stage::Facts() const {
  json facts = facts_;
  json log = json::array();
  std::optional<sim::Time> begin;
  for (const recorded::NoticeBoard::Posted& posted : board_.posted()) {
    const auto* notice = std::get_if<ActivityNotice>(&posted.notice);
    if (notice == nullptr) continue;
    if (!begin) begin = posted.time;
    json row = posted.more.is_object() ? posted.more : json::object();
    row["t"] = SecondsSince(posted.time, *begin);
    row["activity"] = notice->activity;
    row["attempt"] = notice->attempt;
    row["what"] = NameOf(notice->what);
    log.push_back(std::move(row));
  }
  if (log.empty()) return facts;
  facts["activity_log"] = std::move(log);
  facts["invocations"] = board_.Invocations();
  return facts;
}

std::vector<std::string> Stage::Troubles() const {
  std::vector<std::string> troubles = troubles_;
  if (!waits_for_.empty()) {
    troubles.push_back("it still waited for " + waits_for_ + " at the end");
  }
  return troubles;
}

}  // namespace groundhog::conformance
