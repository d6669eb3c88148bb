// Workflow code that is not deterministic must be caught and named. Each case plants one kind.
#include <chrono>
#include <deque>
#include <string>

#include <absl/container/flat_hash_set.h>

#include "runtime/workflow/determinism_guard.h"
#include "runtime/workflow/workflow.h"
#include "scenarios/money_transfer/bank.h"
#include "scenarios/money_transfer/scenarios.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog {
namespace {

using banking::PaymentDetails;
using Catch::Matchers::ContainsSubstring;
using namespace std::chrono_literals;

// Withdraws, or sleeps first, as a coin that is not deterministic falls.
workflow::Coro<std::string> WithdrawOrSleepFirst(PaymentDetails details, bool sleep_first) {
  const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
  if (sleep_first) co_await workflow::Sleep(1s);
  const std::string id = co_await workflow::ExecuteActivity(banking::kWithdraw, details, options);
  co_return id;
}

int runs_so_far = 0;  // the planted static

struct UsesStatic {
  workflow::Coro<std::string> Run(PaymentDetails details) {
    return WithdrawOrSleepFirst(details, ++runs_so_far % 2 == 0);
  }
};

// Two objects that live at once have different addresses;
// every second object of this class takes the other way.
struct UsesAddress {
  workflow::Coro<std::string> Run(PaymentDetails details) {
    static const void* first = this;
    return WithdrawOrSleepFirst(details, this != first);
  }
};

struct UsesClock {
  workflow::Coro<std::string> Run(PaymentDetails details) {
    // LINT-ALLOW(clock): the planted bug
    const auto now = std::chrono::system_clock::now();  // LINT-ALLOW(clock): the planted bug
    return WithdrawOrSleepFirst(details, now.time_since_epoch().count() < 0);
  }
};

// The order of Abseil's hash tables differs from one table to the next, by design.
struct UsesHashOrder {
  workflow::Coro<std::string> Run(PaymentDetails details) {
    for (int step = 0; step < 3; ++step) {
      // Each table lives on, so that each has an address, and an order, of its own.
      static std::deque<absl::flat_hash_set<int>> tables;
      absl::flat_hash_set<int>& set = tables.emplace_back();
      for (int i = 0; i < 64; ++i) set.insert(i);
      const int first = *set.begin();  // LINT-ALLOW(hash_order): the planted bug
      const workflow::ActivityOptions options{.start_to_close_timeout = 5s,
                                              .activity_id = std::to_string(step * 100 + first)};
      co_await workflow::ExecuteActivity(banking::kWithdraw, details, options);
    }
    co_return "done";
  }
};

template <class W>
class Planted : public Scenario {
 public:
  void Build(World& world) override {
    const auto bank =
        world.AddService<money_transfer::Bank>("bank", money_transfer::TutorialAccounts());
    world.AddWorker("worker", [bank] {
      return WorkerOptions{.task_queue = std::string(banking::kTaskQueue),
                           .workflows = {workflow::Register<W>(banking::kMoneyTransfer)},
                           .activities = BankingActivities(bank)};
    });
    world.AddClient("client", [](client::Client& client) -> sim::Coro<void> {
      const client::StartOptions start = money_transfer::TutorialStart();
      const PaymentDetails payment = money_transfer::TutorialPayment();
      const auto transfer = co_await client.Start(banking::kMoneyTransfer, start, payment);
      // A workflow whose task fails for ever is waited for only so long.
      co_await client.Sleep(60s);
      co_await transfer.Terminate("seen enough");
    });
  }
};

template <class W>
Verdict RunPlanted(std::vector<sim::Decision> decisions = {}) {
  const ScenarioEntry entry = MakeScenario<Planted<W>>("planted", "");
  Workspace workspace;
  sim::RecordedChoices choices(std::move(decisions));
  Simulation simulation(entry, choices, workspace);
  return simulation.Run();
}

std::string ReplayViolation(const Verdict& verdict) {
  for (const properties::Violation& violation : verdict.violations) {
    if (violation.property == "replay") return violation.message;
  }
  return "";
}

TEST_CASE("a static that outlives a run is caught by replaying its history") {
  runs_so_far = 0;
  const std::string message = ReplayViolation(RunPlanted<UsesStatic>());
  CHECK_THAT(message, ContainsSubstring("TimerStarted") || ContainsSubstring("StartTimer"));
  CHECK_THAT(message, ContainsSubstring("static"));
}

TEST_CASE("the address of an object is caught by replaying the history") {
  const std::string message = ReplayViolation(RunPlanted<UsesAddress>());
  CHECK_THAT(message, ContainsSubstring("address"));
}

TEST_CASE("the order of a hash table is caught by replaying the history") {
  const std::string message = ReplayViolation(RunPlanted<UsesHashOrder>());
  CHECK_THAT(message, ContainsSubstring("hash"));
}

TEST_CASE("reading the clock is caught, and the call is named") {
  if (!workflow::DeterminismGuardWorks()) {
    SUCCEED("skipped: the sanitizer's runtime defines the functions that the guard would");
    return;
  }
  const ScenarioEntry entry = MakeScenario<Planted<UsesClock>>("planted", "");
  Workspace workspace;
  sim::RecordedChoices choices;
  Simulation simulation(entry, choices, workspace);
  const Verdict verdict = simulation.Run();
  std::string failure;
  for (const history::HistoryEvent& event : simulation.evidence().runs.front().history) {
    const auto* failed = history::As<history::WorkflowTaskFailed>(event);
    if (failed != nullptr) failure = failed->failure->message;
  }
  CHECK_THAT(failure, ContainsSubstring("clock_gettime") && ContainsSubstring("workflow::Now()"));
}

}  // namespace
}  // namespace groundhog
