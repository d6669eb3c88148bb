// Story: the tutorial's small world, for one telling: bank, worker, server, and a client who does
// what the test's plot says.
//
//     Story story;
//     story.Tell([](Story& story, client::Client& client) -> sim::Coro<void> {
//       const Transfer transfer = co_await story.StartTransfer(client);
//       …
//     });
//     CHECK(story.bank().Balance("43-812") == 250);
//
// A plot captures at most references. Tell() itself checks that everything came to an end, and that
// no built-in property was violated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "scenarios/money_transfer/bank.h"
#include "scenarios/money_transfer/scenarios.h"
#include "scenarios/money_transfer/workflows.h"
#include "scenarios/recorded/activity_plan.h"
#include "scenarios/recorded/notice_board.h"
#include "world/scenario.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::money_transfer {

using recorded::ActivityNotice;
using recorded::ActivityPlan;
using recorded::ActivityPlans;
using recorded::AttemptPlan;
using recorded::NoticeBoard;
using recorded::RaiseError;
using recorded::SleepFor;
using recorded::TakeEffect;
using Transfer = client::WorkflowHandle<std::string>;
using ActivitiesOf =
    std::function<activity::Registrations(const Bank::Stub& bank, NoticeBoard& board)>;

// The tutorial's activities, these of them otherwise.
ActivitiesOf Scripted(ActivityPlans plans = {});
// An activity that does this in its first attempts, then (or always, without a count) what is told.
ActivityPlan Always(AttemptPlan plan);
ActivityPlan AtFirst(std::int32_t attempts, const AttemptPlan& plan);

struct Setting {
  workflow::WorkflowRegistration code = workflow::Register<MoneyTransfer>(banking::kMoneyTransfer);
  ActivitiesOf activities = Scripted();
  Accounts accounts = TutorialAccounts();
  std::string task_queue = std::string(banking::kTaskQueue);
  bool worker_runs = true;
};

class Story {
 public:
  using Plot = std::function<sim::Coro<void>(Story& story, client::Client& client)>;

  explicit Story(Setting setting = {}) : setting_(std::move(setting)) {}
  void Tell(Plot plot);

  // ---- While it is told ----
  sim::Coro<Transfer> StartTransfer(client::Client& client);
  sim::Coro<Transfer> StartTransfer(client::Client& client, const PaymentDetails& payment,
                                    std::string id = std::string(kWorkflowId));
  sim::Process& server() { return world_->server(); }
  // With worker_runs = false it is there from the first Deploy on.
  sim::Process& worker() { return *worker_; }
  // Stops the worker where it stands and starts it again with other code.
  void Deploy(Setting setting);
  // Until the activity's attempt has begun, taken effect, or failed.
  sim::Coro<void> Until(client::Client& client, std::string activity, std::int32_t attempt,
                        ActivityNotice::What what);

  // ---- Afterwards ----
  const Ledger& bank() const { return ledger_; }
  const std::vector<properties::RunRecord>& runs() const { return runs_; }
  std::int64_t Invocations(const std::string& activity) const;
  // "WorkflowExecutionStarted", …, of the first run.
  std::vector<std::string> EventTypes() const;
  sim::Duration length() const { return length_; }
  const std::vector<LogLine>& log() const { return log_; }

 private:
  void Build(World& world, Plot plot);
  World::MakeWorker Make();

  Setting setting_;
  World* world_ = nullptr;
  sim::Process* worker_ = nullptr;
  std::optional<Bank::Stub> stub_;
  NoticeBoard board_;
  Ledger ledger_;
  std::vector<properties::RunRecord> runs_;
  std::vector<LogLine> log_;
  sim::Duration length_{0};
};

// A scenario as a function, for one test.
ScenarioEntry Told(std::string name, std::function<void(World&)> build);

}  // namespace groundhog::money_transfer
