// The scenarios of a small binary of somebody's own, for the tests of the command line.
//
// A customer buys a ticket: the workflow pays at a till. The careless till books whatever it is
// asked to; the careful one looks whether it knows the reference.

#include <chrono>
#include <stdexcept>
#include <string>

#include "cli/registration.h"
#include "runtime/activity/registration.h"
#include "runtime/workflow/workflow.h"
#include "world/world.h"

namespace groundhog::tiny {
namespace {

constexpr ActivityType<std::string(std::string)> kPay{"pay"};
constexpr WorkflowType<std::string(std::string)> kBuyTicket{"BuyTicket"};
constexpr std::int64_t kPrice = 10;

struct Receipt {
  std::string number;
};
struct PayRequest {
  using Response = Receipt;
  static constexpr std::string_view kName = "Pay";
  std::string reference;
};

class Till final : public Service {
 public:
  class Durable {
   public:
    struct Write {
      properties::LedgerEntry entry;
    };
    explicit Durable(bool is_careful = false) : careful(is_careful) {
      ledger_.balances["till"] = 0;
    }
    void Apply(Write&& write) {
      ledger_.balances["till"] += write.entry.amount;
      ledger_.entries.push_back(std::move(write.entry));
    }
    const properties::Ledger& ToLedger() const { return ledger_; }
    bool careful;

   private:
    properties::Ledger ledger_;
  };

  class Stub : public ServiceStub {
   public:
    using ServiceStub::ServiceStub;
    sim::Coro<std::string> Pay(activity::Context& context, std::string reference) const {
      auto request = sim::MakeMessage(PayRequest{std::move(reference)});
      const auto answer = co_await Call(context, std::move(request));
      if (!answer.ok())
        throw history::ApplicationError("TillUnavailable", std::string(answer.status().message()));
      co_return answer->number;
    }
  };

  Till(sim::Process& process, sim::Store<Durable>& store) : Service(process), store_(store) {}

  void Serve(sim::Incoming& request) override {
    const std::string workflow_id(request.label().scope().text());
    const sim::Label label = request.label();
    const std::string reference = request.As<PayRequest>()->reference;
    const auto& entries = store_.contents().ToLedger().entries;
    if (entries.empty() || !store_.contents().careful) {
      sim::Transaction<Durable::Write> transaction;
      transaction.writes.push_back(
          {properties::LedgerEntry{.id = static_cast<std::int64_t>(entries.size()) + 1,
                                   .operation = "pay",
                                   .account = "till",
                                   .amount = kPrice,
                                   .reference = reference,
                                   .workflow_id = workflow_id,
                                   .time = process().kernel().now()}});
      store_.Commit(process(), label, transaction);
    }
    request.TakeReply().Ok(Receipt{"R-1"});
  }

 private:
  sim::Store<Durable>& store_;
};

class BuyTicket {
 public:
  workflow::Coro<std::string> Run(std::string reference) {
    const workflow::ActivityOptions options{.start_to_close_timeout = std::chrono::seconds(5)};
    const std::string receipt = co_await workflow::ExecuteActivity(kPay, reference, options);
    workflow::Logger().Info("paid: {}", receipt);
    co_return receipt;
  }
};

class TicketScenario : public Scenario {
 public:
  TicketScenario(bool careful, std::int64_t most) : careful_(careful), most_(most) {}

  void Build(World& world) override {
    const auto till = world.AddService<Till>("till", careful_);
    world.AddWorker("worker", [till] {
      const auto pay = [till](activity::Context& context, std::string reference) {
        return till.Pay(context, std::move(reference));
      };
      return WorkerOptions{.task_queue = "tickets",
                           .workflows = {workflow::Register<BuyTicket>(kBuyTicket)},
                           .activities = {activity::Register(kPay, pay)}};
    });
    world.AddClient("customer", [](client::Client& client) -> sim::Coro<void> {
      const client::StartOptions start{.id = "ticket-1", .task_queue = "tickets"};
      const std::string reference = "T1";
      const auto ticket = co_await client.Start(kBuyTicket, start, reference);
      co_await ticket.TryResult();
    });
    world.AtTheEnd("nobody pays twice",
                   [most = most_](const Ledgers& seen) { return seen.at("till").Total() <= most; });
  }

 private:
  bool careful_;
  std::int64_t most_;
};

class ThrowingScenario : public Scenario {
 public:
  void Build(World&) override { throw std::runtime_error("no such till"); }
};

}  // namespace
}  // namespace groundhog::tiny

namespace groundhog::cli {

Scenarios RegisteredScenarios() {
  using tiny::TicketScenario;
  return {MakeScenario<TicketScenario>("ticket", "a till that books twice", false, tiny::kPrice),
          MakeScenario<TicketScenario>("ticket_careful", "a till that knows its references", true,
                                       tiny::kPrice),
          MakeScenario<TicketScenario>("ticket_free", "nobody may pay at all", true, 0),
          MakeScenario<tiny::ThrowingScenario>("throws", "its Build throws")};
}

workflow::WorkflowRegistry RegisteredWorkflows() {
  return {workflow::Register<tiny::BuyTicket>(tiny::kBuyTicket)};
}

}  // namespace groundhog::cli
