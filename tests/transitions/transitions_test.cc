// Which rows of the state machines' tables are taken.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/transition_table.h"
#include "explore/campaign.h"
#include "explore/survival.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/random_workflows/scenario.h"
#include "tests/runtime/server/raw_world.h"
#include "tests/runtime/server/updates_by_hand.h"
#include "tests/runtime/workflow/story.h"
#include "tests/transitions/machines.h"

namespace groundhog::transitions {
namespace {

std::vector<Machine> Machines() {
  std::vector<Machine> machines = ServerMachines();
  for (Machine& machine : CodeMachines()) machines.push_back(std::move(machine));
  return machines;
}

constexpr std::size_t kMost = 16;  // machines, states or inputs
using Counts = std::array<std::array<std::atomic<std::uint64_t>, kMost>, kMost>;

// Counts the rows that some machines take while it lives. Campaigns run on several threads.
class RowCounter {
 public:
  explicit RowCounter(std::vector<Machine> machines) : machines_(std::move(machines)) {
    REQUIRE(machines_.size() <= kMost);
    for (const Machine& machine : machines_) {
      REQUIRE(std::max(machine.states.size(), machine.inputs.size()) <= kMost);
    }
    living = this;
    on_row_taken = [](const std::type_info& machine, std::size_t from, std::size_t input) {
      living->Count(machine, from, input);
    };
  }
  RowCounter(const RowCounter&) = delete;
  RowCounter& operator=(const RowCounter&) = delete;
  ~RowCounter() { on_row_taken = nullptr; }

  std::size_t rows() const {
    return RowsWhere([](std::uint64_t) { return true; }).size();
  }
  std::vector<std::string> Untaken() const {
    return RowsWhere([](std::uint64_t times) { return times == 0; });
  }

 private:
  void Count(const std::type_info& type, std::size_t from, std::size_t input) {
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      if (*machines_[i].type == type)
        counts_[i][from][input].fetch_add(1, std::memory_order_relaxed);
    }
  }
  template <class Filter>
  std::vector<std::string> RowsWhere(const Filter& filter) const {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      const Machine& machine = machines_[i];
      for (std::size_t from = 0; from < machine.states.size(); ++from) {
        for (std::size_t input = 0; input < machine.inputs.size(); ++input) {
          if (machine.next[from][input] < 0 || !filter(counts_[i][from][input])) continue;
          rows.push_back(fmt::format("{}: {} + {}", machine.title, machine.states[from],
                                     machine.inputs[input]));
        }
      }
    }
    return rows;
  }

  static inline RowCounter* living = nullptr;
  std::vector<Machine> machines_;
  std::array<Counts, kMost> counts_{};
};

// What `play` leaves untaken of all rows.
template <class Play>
std::vector<std::string> UntakenBy(const Play& play) {
  const RowCounter counter(Machines());
  play();
  return counter.Untaken();
}

void SearchRandomWorkflows() {
  const explore::CampaignOptions options{
      .faults = faults::Faults().WithInputs().WithOrder(), .seed = 4, .max_runs = 12'000};
  const auto result =
      explore::Explore("random_workflows", random_workflows::RandomWorkflows(), options);
  REQUIRE(result.ok());
  INFO(explore::SurvivalText(*result));
  CHECK(result->holds());
}

// An update's task waits for a worker when the run is terminated: so rare that it is seldom drawn.
void TerminateBeforeTheUpdateIsSent() {
  server::testing::RawWorld world;
  server::testing::Sent update;
  world.Run([&update](server::testing::RawWorld& w) -> sim::Coro<void> {
    co_await server::testing::StartIdle(w);
    server::testing::SendUpdate(w, "u1", update);
    co_await w.Sleep(std::chrono::milliseconds(10));
    server::testing::ExpectOk(co_await w.Terminate("w", "stop"));
    co_await w.Sleep(std::chrono::milliseconds(10));
  });
  CHECK(update.answered);
}

// Cancelled by a signal, which may come in the very task that brings the end.
constexpr WorkflowType<void(int)> kRecallable{"Recallable"};
constexpr ActivityType<int()> kWork{"work"};
constexpr SignalType<> kRecall{"recall"};
// What it begins: an activity of each cancellation type, or one of these.
constexpr int kSignalsAnother = 3;
constexpr int kStartsTimer = 4;
struct Recallable {
  Recallable() {
    workflow::OnSignal(kRecall, [this] { cancel(); });
  }
  workflow::Coro<void> Run(int what) {
    if (what == kSignalsAnother) {
      auto signal = workflow::ExternalWorkflow("other").Signal(kRecall);
      cancel = [signal]() mutable { signal.Cancel(); };
      (void)co_await workflow::Try(signal);
      co_return;
    }
    if (what == kStartsTimer) {
      auto timer = workflow::StartTimer(std::chrono::seconds(3));
      cancel = [timer]() mutable { timer.Cancel(); };
      (void)co_await workflow::Try(timer);
      co_return;
    }
    const workflow::ActivityOptions options{
        .start_to_close_timeout = std::chrono::seconds(3),
        .cancellation_type = static_cast<workflow::ActivityCancellationType>(what)};
    auto activity = workflow::ExecuteActivity(kWork, options);
    cancel = [activity]() mutable { activity.Cancel(); };
    (void)co_await workflow::Try(activity);
  }
  std::function<void()> cancel;
};

template <class Play>
void RecallIn(int what, const Play& play) {
  tests::Story story(workflow::Register<Recallable>(kRecallable), what);
  story.Task();
  story.Signal("recall");
  play(story);
  story.Task();
}

// Random workflows cancel in the same fiber, and the server writes that an activity was started
// with its end: so these are directed. Older histories tell of the start by itself.
void CancelLate() {
  using workflow::ActivityCancellationType;
  for (const auto type : {ActivityCancellationType::kTryCancel, ActivityCancellationType::kAbandon,
                          ActivityCancellationType::kWaitCancellationCompleted}) {
    const int what = static_cast<int>(type);
    RecallIn(what, [](tests::Story& story) { story.CompleteActivity("1", 1); });
    RecallIn(what, [](tests::Story& story) { story.FailActivity("1", "Broke", "no"); });
    RecallIn(what, [](tests::Story& story) { story.TimeOutActivity("1"); });
    RecallIn(what, [type](tests::Story& story) {
      story.StartActivity("1");
      if (type != ActivityCancellationType::kWaitCancellationCompleted) return;
      story.Signal("recall");
      story.Task();
      story.Signal("recall");
      story.Task();
      story.CancelActivity("1");
    });
  }
  RecallIn(kSignalsAnother, [](tests::Story& story) {
    story.Add(
        history::ExternalWorkflowExecutionSignaled{.initiated_event_id = story.Initiated("other"),
                                                   .workflow_execution = {.workflow_id = "other"}});
  });
  RecallIn(kSignalsAnother, [](tests::Story& story) {
    story.Add(history::SignalExternalWorkflowExecutionFailed{
        .workflow_execution = {.workflow_id = "other"},
        .initiated_event_id = story.Initiated("other")});
  });
  RecallIn(kStartsTimer, [](tests::Story& story) { story.FireTimer("1"); });
}

TEST_CASE("random workflows under random faults, and some directed ones, take every row",
          "[campaign]") {
  const auto untaken = UntakenBy([] {
    SearchRandomWorkflows();
    TerminateBeforeTheUpdateIsSent();
    CancelLate();
  });
  CHECK(untaken == std::vector<std::string>());
}

TEST_CASE("a row that nothing takes is told") {
  const auto untaken = UntakenBy([] {
    server::testing::RawWorld world;
    world.Run([](server::testing::RawWorld& w) -> sim::Coro<void> {
      server::testing::ExpectOk(co_await w.Start("w"));
      const server::testing::WorkflowTask task = co_await w.Poll();
      history::Commands commands = server::testing::CommandsOf(server::testing::CompleteWorkflow());
      server::testing::ExpectOk(co_await w.Complete(task, std::move(commands)));
    });
  });
  CHECK(untaken.size() == RowCounter(Machines()).rows() - 3);
  CHECK(std::find(untaken.begin(), untaken.end(), "Workflow task: Started + complete") ==
        untaken.end());
  CHECK(std::find(untaken.begin(), untaken.end(), "Activity: Scheduled + start") != untaken.end());
}

}  // namespace
}  // namespace groundhog::transitions
