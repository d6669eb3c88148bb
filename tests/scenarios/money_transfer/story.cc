#include "tests/scenarios/money_transfer/story.h"

#include <map>
#include <utility>

#include "runtime/history/event.h"
#include "scenarios/money_transfer/scripted_banking.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"

namespace groundhog::money_transfer {
namespace {

class ToldScenario final : public Scenario {
 public:
  explicit ToldScenario(std::function<void(World&)> build) : build_(std::move(build)) {}
  void Build(World& world) override { build_(world); }

 private:
  std::function<void(World&)> build_;
};

std::string AsText(const properties::Violations& violations) {
  std::string text;
  for (const properties::Violation& violation : violations) {
    text += violation.property + ": " + violation.message + "\n";
  }
  return text;
}

}  // namespace

ScenarioEntry Told(std::string name, std::function<void(World&)> build) {
  return ScenarioEntry{.name = std::move(name),
                       .description = "told by a test",
                       .make = [build = std::move(build)]() -> std::unique_ptr<Scenario> {
                         return std::make_unique<ToldScenario>(build);
                       }};
}

ActivitiesOf Scripted(ActivityPlans plans) {
  return [plans = std::move(plans)](const Bank::Stub& bank, NoticeBoard& board) {
    return ScriptedActivities(bank, plans, board);
  };
}

ActivityPlan Always(AttemptPlan plan) {
  ActivityPlan always;
  always.SetOthers(std::move(plan));
  return always;
}

ActivityPlan AtFirst(std::int32_t attempts, const AttemptPlan& plan) {
  ActivityPlan at_first;
  for (std::int32_t attempt = 1; attempt <= attempts; ++attempt) at_first.Set(attempt, plan);
  return at_first;
}

void Story::Tell(Plot plot) {
  const ScenarioEntry entry =
      Told("story", [this, plot = std::move(plot)](World& world) { Build(world, plot); });
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace);
  const Verdict verdict = simulation.Run();
  length_ = verdict.virtual_time;
  ledger_ = simulation.evidence().ledgers.at("bank");
  runs_ = simulation.evidence().runs;
  log_ = simulation.log();
  INFO(verdict.end.what);
  CHECK(verdict.end.kind == sim::SimulationEnd::Kind::kDone);
  CHECK(AsText(verdict.violations) == "");
}

void Story::Build(World& world, Plot plot) {
  world_ = &world;
  stub_ = world.AddService<Bank>("bank", setting_.accounts);
  if (setting_.worker_runs) worker_ = &world.AddWorker("worker", Make());
  world.AddClient("client", [this, plot = std::move(plot)](client::Client& client) {
    return plot(*this, client);
  });
}

World::MakeWorker Story::Make() {
  return [this, setting = setting_] {
    return WorkerOptions{.task_queue = setting.task_queue,
                         .workflows = {setting.code},
                         .activities = setting.activities(*stub_, board_)};
  };
}

void Story::Deploy(Setting setting) {
  setting_ = std::move(setting);
  if (worker_ == nullptr) {
    worker_ = &world_->AddWorker("worker", Make());
  } else {
    worker_->Crash(std::nullopt);
    world_->Redeploy(*worker_, Make());
  }
  worker_->Start();
}

sim::Coro<Transfer> Story::StartTransfer(client::Client& client) {
  const PaymentDetails payment = TutorialPayment();
  Transfer transfer = co_await StartTransfer(client, payment);
  co_return transfer;
}

sim::Coro<Transfer> Story::StartTransfer(client::Client& client, const PaymentDetails& payment,
                                         std::string id) {
  client::StartOptions start = TutorialStart();
  start.id = id;
  Transfer transfer = co_await client.Start(banking::kMoneyTransfer, start, payment);
  co_return transfer;
}

sim::Coro<void> Story::Until(client::Client& client, std::string activity, std::int32_t attempt,
                             ActivityNotice::What what) {
  ActivityNotice notice{.activity = std::move(activity), .attempt = attempt, .what = what};
  co_await board_.Wait(client.process(), recorded::Notice(notice));
}

std::int64_t Story::Invocations(const std::string& activity) const {
  const std::map<std::string, std::int64_t> invocations = board_.Invocations();
  const auto found = invocations.find(activity);
  return found == invocations.end() ? 0 : found->second;
}

std::vector<std::string> Story::EventTypes() const {
  std::vector<std::string> types;
  if (runs_.empty()) return types;
  for (const history::HistoryEvent& event : runs_.front().history) {
    types.emplace_back(history::NameOf(history::TypeOf(event)));
  }
  return types;
}

}  // namespace groundhog::money_transfer
