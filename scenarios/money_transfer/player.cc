#include "scenarios/money_transfer/player.h"

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "scenarios/money_transfer/scenarios.h"
#include "scenarios/money_transfer/scripted_banking.h"
#include "scenarios/money_transfer/workflows.h"
#include "scenarios/recorded/described.h"
#include "scenarios/recorded/notice_board.h"
#include "sim/recorded_choices.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::money_transfer {
namespace {

workflow::WorkflowRegistration Register(Code code) {
  using banking::kMoneyTransfer;
  switch (code) {
    case Code::kTutorial:
      return workflow::Register<MoneyTransfer>(kMoneyTransfer);
    case Code::kStartToClose1s:
      return workflow::Register<MoneyTransferStartToClose1s>(kMoneyTransfer);
    case Code::kUnlimitedAttempts:
      return workflow::Register<MoneyTransferUnlimitedAttempts>(kMoneyTransfer);
    case Code::kNoHandler:
      return workflow::Register<MoneyTransferNoHandler>(kMoneyTransfer);
    case Code::kShieldedRefund:
      return workflow::Register<MoneyTransferShieldedRefund>(kMoneyTransfer);
  }
  return workflow::Register<MoneyTransfer>(kMoneyTransfer);
}

// What the play's error names mean as codes of the service.
bool IsCalled(const absl::Status& status, const std::string& name) {
  if (name == "WorkflowExecutionAlreadyStarted") {
    return status.code() == absl::StatusCode::kAlreadyExists;
  }
  return absl::StatusCodeToString(status.code()) == name;
}

class Stage {
 public:
  Stage(const Play& play, PlayOutcome& outcome)
      : play_(play), outcome_(outcome), activities_(play.activities) {}

  void Build(World& world);
  const recorded::NoticeBoard& board() const { return board_; }
  // What the operator was about when the simulation ended; empty if all was done.
  const std::string& waits_for() const { return waits_for_; }

 private:
  World::MakeWorker Make(const WorkerPlan& worker);
  sim::Coro<void> Operate(client::Client& client);
  sim::Coro<void> Await(client::Client& client, const PlayStep& step);
  sim::Coro<void> AwaitClosed(client::Client& client, const OnClosed& closed);
  sim::Coro<void> SleepUntil(client::Client& client, sim::Time time);
  sim::Coro<void> Act(client::Client& client, const Action& action);
  void StartWorker(const WorkerPlan& plan);

  sim::Coro<void> Do(client::Client& client, DoStart start);
  sim::Coro<void> Do(client::Client& client, DoCancel cancel);
  sim::Coro<void> Do(client::Client& client, DoTerminate terminate);
  sim::Coro<void> Do(client::Client& client, DoDescribe describe);
  sim::Coro<void> Do(client::Client& client, DoListOpen list);
  sim::Coro<void> Do(client::Client& client, DoKillServer);
  sim::Coro<void> Do(client::Client& client, DoStartServer);
  sim::Coro<void> Do(client::Client& client, DoKillWorker kill);
  sim::Coro<void> Do(client::Client& client, DoStartWorker start);
  sim::Coro<void> Do(client::Client& client, DoSetActivities set);

  const Play& play_;
  PlayOutcome& outcome_;
  World* world_ = nullptr;
  std::optional<Bank::Stub> bank_;
  ActivityPlans activities_;  // of workers that start from now on
  std::map<std::string, sim::Process*> workers_;
  std::vector<client::WorkflowHandle<std::string>> accepted_;
  sim::Time previous_ = sim::kEpoch;  // when the previous step was done
  std::string waits_for_;
  recorded::NoticeBoard board_;
};

void Stage::Build(World& world) {
  world_ = &world;
  bank_ = world.AddService<Bank>("bank", TutorialAccounts(), play_.bank_is_idempotent);
  for (const WorkerPlan& worker : play_.workers) {
    workers_[worker.name] = &world.AddWorker(worker.name, Make(worker));
  }
  world.AddClient("client-1", [this](client::Client& client) { return Operate(client); });
}

World::MakeWorker Stage::Make(const WorkerPlan& worker) {
  return [this, worker, plans = activities_] {
    return WorkerOptions{.task_queue = std::string(banking::kTaskQueue),
                         .workflows = {Register(play_.code)},
                         .activities = ScriptedActivities(*bank_, plans, board_),
                         .polls_workflow_tasks = worker.polls_workflow_tasks,
                         .polls_activity_tasks = worker.polls_activity_tasks};
  };
}

sim::Coro<void> Stage::Operate(client::Client& client) {
  for (std::size_t i = 0; i < play_.steps.size(); ++i) {
    const PlayStep& step = play_.steps[i];
    waits_for_ = fmt::format("the trigger of steps[{}]", i);
    co_await Await(client, step);
    waits_for_ = fmt::format("the end of steps[{}]", i);
    try {
      co_await Act(client, step.action);
    } catch (const client::ServiceError& error) {
      outcome_.troubles.push_back(fmt::format("steps[{}] was refused: {}", i, error.what()));
    }
    previous_ = client.process().kernel().now();
  }
  for (const auto& handle : accepted_) {
    waits_for_ = "the result of " + handle.id();
    client::Outcome ended = co_await handle.TryResult();
    outcome_.outcomes.emplace_back(handle.id(), std::move(ended));
  }
  waits_for_.clear();
}

sim::Coro<void> Stage::SleepUntil(client::Client& client, sim::Time time) {
  const sim::Time now = client.process().kernel().now();
  if (time > now) co_await client.Sleep(time - now);
}

sim::Coro<void> Stage::AwaitClosed(client::Client& client, const OnClosed& closed) {
  for (auto handle = accepted_.rbegin(); handle != accepted_.rend(); ++handle) {
    if (handle->id() != closed.workflow_id) continue;
    co_await handle->TryResult();
    co_return;
  }
  // Started by nobody: the current run of whoever has that id.
  co_await client.Handle(banking::kMoneyTransfer, closed.workflow_id).TryResult();
}

sim::Coro<void> Stage::Await(client::Client& client, const PlayStep& step) {
  sim::Time from = sim::kEpoch;
  if (std::holds_alternative<OnPrevious>(step.on)) {
    from = previous_;
  } else if (const auto* of = std::get_if<OnNotice>(&step.on)) {
    from = co_await board_.Wait(client.process(), of->notice);
  } else if (const auto* closed = std::get_if<OnClosed>(&step.on)) {
    co_await AwaitClosed(client, *closed);
    from = client.process().kernel().now();
  }
  co_await SleepUntil(client, from + step.after);
}

sim::Coro<void> Stage::Act(client::Client& client, const Action& action) {
  sim::Coro<void> acting = std::visit([&](const auto& what) { return Do(client, what); }, action);
  co_await acting;
}

sim::Coro<void> Stage::Do(client::Client& client, DoStart start) {
  const client::StartOptions options{.id = start.id,
                                     .task_queue = std::string(banking::kTaskQueue)};
  std::optional<absl::Status> refusal;
  try {
    accepted_.push_back(co_await client.Start(banking::kMoneyTransfer, options, start.input));
  } catch (const client::ServiceError& error) {
    if (start.expect_error.empty()) throw;
    refusal = error.status();
  }
  if (start.expect_error.empty()) co_return;
  if (!refusal) {
    outcome_.troubles.push_back(
        fmt::format("the start of {} was accepted, expected {}", start.id, start.expect_error));
  } else if (!IsCalled(*refusal, start.expect_error)) {
    outcome_.troubles.push_back(fmt::format("the start of {} was refused with {}, expected {}",
                                            start.id, refusal->ToString(), start.expect_error));
  }
}

sim::Coro<void> Stage::Do(client::Client& client, DoCancel cancel) {
  co_await client.Handle(banking::kMoneyTransfer, cancel.id).Cancel();
}

sim::Coro<void> Stage::Do(client::Client& client, DoTerminate terminate) {
  co_await client.Handle(banking::kMoneyTransfer, terminate.id).Terminate(terminate.reason);
}

sim::Coro<void> Stage::Do(client::Client& client, DoDescribe describe) {
  const auto described = co_await client.Handle(banking::kMoneyTransfer, describe.id).Describe();
  outcome_.facts.push_back({describe.fact, recorded::DescribedAsRecorded(described, client.Now())});
}

sim::Coro<void> Stage::Do(client::Client& client, DoListOpen list) {
  const auto open = co_await client.List(history::WorkflowExecutionStatus::kRunning);
  outcome_.facts.push_back({list.fact, open.size()});
}

sim::Coro<void> Stage::Do(client::Client&, DoKillServer) {
  world_->server().Crash(std::nullopt);
  co_return;
}

sim::Coro<void> Stage::Do(client::Client&, DoStartServer) {
  world_->server().Start();
  co_return;
}

sim::Coro<void> Stage::Do(client::Client& client, DoKillWorker kill) {
  const auto worker = workers_.find(kill.worker);
  if (worker == workers_.end()) co_return;
  worker->second->Crash(std::nullopt);
  board_.Post(WorkerDiedNotice{kill.worker}, client.process().kernel().now());
}

sim::Coro<void> Stage::Do(client::Client&, DoStartWorker start) {
  StartWorker(start.worker);
  co_return;
}

sim::Coro<void> Stage::Do(client::Client&, DoSetActivities set) {
  activities_ = set.plans;
  co_return;
}

void Stage::StartWorker(const WorkerPlan& plan) {
  sim::Process*& worker = workers_[plan.name];
  if (worker == nullptr) {
    worker = &world_->AddWorker(plan.name, Make(plan));
  } else {
    world_->Redeploy(*worker, Make(plan));
  }
  worker->Start();
}

class PlayedScenario final : public Scenario {
 public:
  explicit PlayedScenario(Stage& stage) : stage_(stage) {}
  void Build(World& world) override { stage_.Build(world); }

 private:
  Stage& stage_;
};

}  // namespace

PlayOutcome PlayInSimulator(const Play& play) {
  PlayOutcome outcome;
  Stage stage(play, outcome);
  const ScenarioEntry entry{.name = play.name,
                            .make = [&stage] { return std::make_unique<PlayedScenario>(stage); }};
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace, {.check_properties = false});
  const Verdict verdict = simulation.Run();
  if (verdict.end.kind == sim::SimulationEnd::Kind::kBoundReached) {
    outcome.troubles.push_back(verdict.end.what);
  }
  if (!stage.waits_for().empty()) {
    outcome.troubles.push_back("it still waited for " + stage.waits_for() + " at the end");
  }
  outcome.runs = simulation.evidence().runs;
  outcome.bank = simulation.evidence().ledgers.at("bank");
  outcome.invocations = stage.board().Invocations();
  return outcome;
}

}  // namespace groundhog::money_transfer
