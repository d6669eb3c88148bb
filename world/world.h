// World: what a scenario is built of.
//
//     void Build(World& world) override {
//       const Bank::Stub bank = world.AddService<Bank>("bank", Accounts{{"85-150", 2000}, {"43-812", 0}});
//       world.AddWorker("worker", [bank] {
//         return WorkerOptions{.task_queue = kTaskQueue,
//                              .workflows = {workflow::Register<MoneyTransfer>(kMoneyTransfer)},
//                              .activities = BankingActivities(bank)};
//       });
//       world.AddClient("client", [](client::Client& client) -> sim::Coro<void> {…});
//       world.Compensates(kRefund, kWithdraw);
//       world.AtTheEnd("money is neither lost nor made", [](const Ledgers& seen) { return seen.at("bank").Total() == 2000; });
//     }
//
// The server is there already. Processes start in the order in which they were added, all at the
// beginning. Functions given here are called again and again (at each start of a process): they
// must give equal things each time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "properties/evidence.h"
#include "properties/ledger.h"
#include "runtime/client/client.h"
#include "runtime/history/names.h"
#include "runtime/worker/options.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/store.h"
#include "world/service.h"
#include "world/simulation.h"

namespace groundhog {

using properties::Ledger;
using properties::Ledgers;
using worker::WorkerOptions;

class World {
 public:
  using MakeWorker = std::function<WorkerOptions()>;
  using Script = std::function<sim::Coro<void>(client::Client& client)>;
  using Claim = std::function<bool(const Ledgers& seen)>;

  World(sim::Kernel& kernel, sim::Network& network, sim::Process& server, Workspace& workspace);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // An outside service; its store is made of the arguments and survives the service's crashes.
  template <class S, class... Args>
  typename S::Stub AddService(const std::string& name, Args&&... args) {
    using Store = sim::Store<typename S::Durable>;
    auto store = std::make_shared<Store>(typename S::Durable(std::forward<Args>(args)...));
    sim::Process& process = AddProcess(name, [this, store](sim::Process& self) {
      auto service = std::make_unique<S>(self, *store);
      service->set_after_request([this] { CheckAlways(); });
      return service;
    });
    ledgers_.emplace_back(name, [store] { return store->contents().ToLedger(); });
    return typename S::Stub(process);
  }
  sim::Process& AddWorker(const std::string& name, MakeWorker make);
  // A worker with a client in its process, which runs the script: so a workflow that it starts may
  // be started eagerly. The script begins anew with each life of the process.
  sim::Process& AddWorker(const std::string& name, MakeWorker make, Script script);
  // The same worker with other code from its next start on.
  void Redeploy(sim::Process& worker, MakeWorker make);
  // A script that the simulation waits for.
  sim::Process& AddClient(const std::string& name, Script script);

  // The activity `undo` takes back what `done` did:
  // every effect of a saga that fails is undone, once, in reverse order.
  template <class Undo, class Done>
  void Compensates(const ActivityType<Undo>& undo, const ActivityType<Done>& done) {
    compensations_.push_back({std::string(undo.name), std::string(done.name)});
  }
  // Must hold when everything is over.
  void AtTheEnd(std::string claim, Claim holds);
  // Must hold after every request that a service has served.
  void Always(std::string claim, Claim holds);
  // Is broken at once when called: "this must never be reached".
  void Unreachable(std::string what);
  // Reports, over many simulations, whether it was ever seen.
  void Sometimes(std::string what, bool seen);

  // One of several values to run with: an input that explorers vary. The first one is the
  // uneventful one. std::invalid_argument if there are more than 64:
  // an explorer has a set of the others in one word.
  static constexpr std::size_t kMostAlternatives = 64;
  std::size_t Input(const std::string& name, const std::vector<std::string>& alternatives);

  sim::Process& server() { return server_; }
  sim::Process& AddProcess(const std::string& name, sim::Process::Main main);
  sim::Kernel& kernel() { return kernel_; }
  sim::Network& network() { return network_; }
  void Log(sim::Process& process, std::string text);

  // ---- For Simulation ----
  void StartAll();
  void CheckAlways();
  void JudgeClaims(const Ledgers& ledgers, properties::Violations& found);
  Ledgers CollectLedgers() const;
  // The code of the workers of a task queue and a version: also what was redeployed since, if it
  // had a version of its own.
  struct DeployedCode {
    std::string name_space = {};
    std::string task_queue = {};
    std::optional<history::WorkerDeploymentVersion> version = {};
    workflow::WorkflowRegistry workflows = {};
  };
  std::vector<DeployedCode> CollectCode() const;
  std::vector<std::string> UnfinishedScripts() const;
  const std::vector<properties::Compensation>& compensations() const { return compensations_; }
  const std::vector<LogLine>& log() const { return log_; }
  const std::vector<SometimesMark>& sometimes() const { return sometimes_; }
  // The names given to AtTheEnd and Always, in that order of calls.
  const std::vector<std::string>& claims() const { return claims_; }
  properties::Violations& found() { return found_; }

 private:
  struct NamedClaim {
    std::string name;
    Claim holds;
  };
  struct ClientState {
    std::string name;
    Script script;
    bool done = false;
  };
  struct WorkerCode {
    sim::Process* process;
    MakeWorker make;
    std::shared_ptr<ClientState> client;  // in the worker's process; null: there is none
  };

  std::shared_ptr<ClientState> NewClient(const std::string& name, Script script);
  sim::Process& AddWorker(const std::string& name, MakeWorker make,
                          std::shared_ptr<ClientState> client);
  sim::Process::Main WorkerMain(MakeWorker make, std::shared_ptr<ClientState> client);

  sim::Kernel& kernel_;
  sim::Network& network_;
  sim::Process& server_;
  Workspace& workspace_;
  std::vector<sim::Process*> processes_;
  std::vector<WorkerCode> workers_;
  std::vector<MakeWorker> replaced_;  // of redeployed workers
  std::vector<std::shared_ptr<ClientState>> clients_;
  std::vector<std::pair<std::string, std::function<Ledger()>>> ledgers_;
  std::vector<properties::Compensation> compensations_;
  std::vector<NamedClaim> at_the_end_;
  std::vector<NamedClaim> always_;  // those that still hold
  std::vector<std::string> claims_;
  std::vector<LogLine> log_;
  std::vector<SometimesMark> sometimes_;
  properties::Violations found_;  // while it ran
};

// "bank has 43-812=250 85-150=1750, withdraw -250 (12345-withdrawal), …"
std::string Describe(const Ledgers& ledgers);

}  // namespace groundhog
