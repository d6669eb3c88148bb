#include "world/world.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "runtime/history/namespaces.h"
#include "runtime/worker/worker.h"

namespace groundhog {
namespace {

// A client process does nothing by itself: its script runs beside it.
class ClientBody final : public sim::ProcessBody {
 public:
  ClientBody(sim::Process& process, sim::Network& network, sim::Process& server)
      : client(process, network, server) {}
  client::Client client;
};

// A worker and a client in one process: what the client starts may begin in the worker.
class WorkerWithClient final : public sim::ProcessBody, private client::EagerWorker {
 public:
  WorkerWithClient(sim::Process& process, sim::Network& network, sim::Process& server,
                   WorkerOptions options, worker::WriteLog log)
      : worker_(process, network, server, std::move(options), std::move(log)),
        client_(process, network, server) {
    client_.set_eager_worker(*this);
  }
  void Stop(sim::Process& process) override { worker_.Stop(process); }
  client::Client& client() { return client_; }

 private:
  bool Reserve(const std::string& task_queue) override {
    return worker_.ReserveWorkflowTask(task_queue);
  }
  void Release() override { worker_.ReleaseWorkflowTask(); }
  void Run(protocol::PollWorkflowTaskQueueResponse task, const sim::Label& label) override {
    worker_.RunReservedTask(std::move(task), label);
  }

  worker::Worker worker_;
  client::Client client_;
};

sim::Coro<void> RunScript(const World::Script& script, client::Client& client, bool& done) {
  co_await script(client);
  done = true;
}

}  // namespace

World::World(sim::Kernel& kernel, sim::Network& network, sim::Process& server, Workspace& workspace)
    : kernel_(kernel), network_(network), server_(server), workspace_(workspace) {}

sim::Process& World::AddProcess(const std::string& name, sim::Process::Main main) {
  sim::Process& process = kernel_.AddProcess(name, std::move(main));
  processes_.push_back(&process);
  return process;
}

std::shared_ptr<World::ClientState> World::NewClient(const std::string& name, Script script) {
  return clients_.emplace_back(
      std::make_shared<ClientState>(ClientState{.name = name, .script = std::move(script)}));
}

sim::Process::Main World::WorkerMain(MakeWorker make, std::shared_ptr<ClientState> client) {
  return [this, make = std::move(make),
          client = std::move(client)](sim::Process& self) -> std::unique_ptr<sim::ProcessBody> {
    const auto log = [this, &self](std::string line) { Log(self, std::move(line)); };
    if (client == nullptr) {
      return std::make_unique<worker::Worker>(self, network_, server_, make(), log);
    }
    WorkerOptions options = make();
    const std::string name = options.namespace_;
    auto body =
        std::make_unique<WorkerWithClient>(self, network_, server_, std::move(options), log);
    if (!name.empty()) body->client().set_namespace(name);
    self.Spawn(RunScript(client->script, body->client(), client->done),
               sim::Process::Role::kScript);
    return body;
  };
}

sim::Process& World::AddWorker(const std::string& name, MakeWorker make,
                               std::shared_ptr<ClientState> client) {
  sim::Process& process = AddProcess(name, WorkerMain(make, client));
  workers_.push_back(WorkerCode{&process, std::move(make), std::move(client)});
  return process;
}

sim::Process& World::AddWorker(const std::string& name, MakeWorker make) {
  return AddWorker(name, std::move(make), std::shared_ptr<ClientState>());
}

sim::Process& World::AddWorker(const std::string& name, MakeWorker make, Script script) {
  return AddWorker(name, std::move(make), NewClient(name, std::move(script)));
}

void World::Redeploy(sim::Process& worker, MakeWorker make) {
  for (WorkerCode& code : workers_) {
    if (code.process != &worker) continue;
    worker.SetMain(WorkerMain(make, code.client));
    replaced_.push_back(std::exchange(code.make, std::move(make)));
    return;
  }
}

sim::Process& World::AddClient(const std::string& name, Script script) {
  return AddProcess(name, [this, state = NewClient(name, std::move(script))](sim::Process& self) {
    auto body = std::make_unique<ClientBody>(self, network_, server_);
    self.Spawn(RunScript(state->script, body->client, state->done), sim::Process::Role::kScript);
    return body;
  });
}

void World::AtTheEnd(std::string claim, Claim holds) {
  claims_.push_back(claim);
  at_the_end_.push_back({std::move(claim), std::move(holds)});
}

void World::Always(std::string claim, Claim holds) {
  claims_.push_back(claim);
  always_.push_back({std::move(claim), std::move(holds)});
}

void World::Unreachable(std::string what) {
  found_.push_back({.property = std::move(what),
                    .message = "a place was reached that must never be reached",
                    .time = kernel_.now()});
}

void World::Sometimes(std::string what, bool seen) {
  const auto known = std::find_if(sometimes_.begin(), sometimes_.end(),
                                  [&](const SometimesMark& mark) { return mark.name == what; });
  if (known == sometimes_.end()) {
    sometimes_.push_back(SometimesMark{std::move(what), seen});
  } else {
    known->seen = known->seen || seen;
  }
}

std::size_t World::Input(const std::string& name, const std::vector<std::string>& alternatives) {
  if (alternatives.size() > kMostAlternatives) {
    throw std::invalid_argument("input '" + name + "' has " + std::to_string(alternatives.size()) +
                                " alternatives; 64 are the most: make two inputs of it");
  }
  const sim::ChoiceSite& site = workspace_.InputSite(name, alternatives);
  static constexpr sim::SymbolEntry kInput{"input"};
  return kernel_.choices().ChooseInput(
      site, sim::Label(sim::Symbol(kInput), sim::Symbol(), sim::Symbol(), 0));
}

void World::Log(sim::Process& process, std::string text) {
  log_.push_back(LogLine{kernel_.now(), std::string(process.name().text()), std::move(text)});
}

void World::StartAll() {
  for (sim::Process* process : processes_) process->Start();
}

void World::CheckAlways() {
  if (always_.empty()) return;
  const Ledgers ledgers = CollectLedgers();
  // A broken claim is told once, when it breaks first.
  std::erase_if(always_, [&](const NamedClaim& claim) {
    if (claim.holds(ledgers)) return false;
    found_.push_back({.property = claim.name,
                      .message = "the claim must always hold and is broken",
                      .time = kernel_.now()});
    return true;
  });
}

void World::JudgeClaims(const Ledgers& ledgers, properties::Violations& found) {
  for (const NamedClaim& claim : at_the_end_) {
    if (claim.holds(ledgers)) continue;
    const std::string wrong = "the claim does not hold at the end";
    found.push_back({.property = claim.name,
                     .message = wrong + ": " + Describe(ledgers),
                     .time = kernel_.now(),
                     .wrong = wrong});
  }
}

Ledgers World::CollectLedgers() const {
  Ledgers ledgers;
  for (const auto& [name, read] : ledgers_) ledgers.emplace(name, read());
  return ledgers;
}

std::vector<World::DeployedCode> World::CollectCode() const {
  std::vector<DeployedCode> deployed;
  const auto include = [&deployed](const WorkerOptions& options) {
    const std::string_view name_space =
        options.namespace_.empty() ? history::kDefaultNamespace : options.namespace_;
    const auto version = options.deployment_version();
    auto there = std::find_if(deployed.begin(), deployed.end(), [&](const DeployedCode& known) {
      return known.name_space == name_space && known.task_queue == options.task_queue &&
             known.version == version;
    });
    if (there == deployed.end()) {
      there = deployed.insert(there, {std::string(name_space), options.task_queue, version, {}});
    }
    there->workflows.Include(options.workflows, options.data_converter, options.propagated_headers);
  };
  for (const WorkerCode& code : workers_) include(code.make());
  for (const MakeWorker& make : replaced_) {
    const WorkerOptions options = make();
    if (options.deployment_version()) include(options);
  }
  return deployed;
}

std::vector<std::string> World::UnfinishedScripts() const {
  std::vector<std::string> unfinished;
  for (const auto& client : clients_) {
    if (!client->done) unfinished.push_back(client->name);
  }
  return unfinished;
}

std::string Describe(const Ledgers& ledgers) {
  std::string text;
  for (const auto& [service, ledger] : ledgers) {
    if (!text.empty()) text += "; ";
    text += service + " has";
    for (const auto& [account, balance] : ledger.balances) {
      text += " " + account + "=" + std::to_string(balance);
    }
    for (const properties::LedgerEntry& entry : ledger.entries) {
      text += ", " + entry.operation + " " + std::to_string(entry.amount) + " (" + entry.reference +
              ")";
    }
  }
  return text;
}

}  // namespace groundhog
