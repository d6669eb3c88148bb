// Which rows of the server's transition tables are taken. The server of this executable is compiled
// once more so that it tells (tests.cmake); no other one is slower for it.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <typeinfo>
#include <vector>

#include <fmt/format.h>

#include "explore/campaign.h"
#include "explore/survival.h"
#include "runtime/server/activity.h"
#include "runtime/server/update_registry.h"
#include "runtime/server/workflow_task.h"
#include "tests/catch.h"
#include "tests/random_workflows/scenario.h"
#include "tests/runtime/server/raw_world.h"
#include "tests/runtime/server/updates_by_hand.h"

namespace groundhog::server {
namespace {

constexpr std::size_t kMost = 8;  // states or inputs of a machine
using Counts = std::array<std::array<std::atomic<std::uint64_t>, kMost>, kMost>;
struct Counters {
  Counts task;
  Counts activity;
  Counts update;
};
Counters& Taken() {
  static Counters counters{};
  return counters;
}

}  // namespace

// Campaigns run on several threads.
void NoteTaken(const std::type_info& machine, std::size_t from, std::size_t input);
void NoteTaken(const std::type_info& machine, std::size_t from, std::size_t input) {
  Counters& taken = Taken();
  Counts& counts = machine == typeid(TaskPhase)       ? taken.task
                   : machine == typeid(ActivityState) ? taken.activity
                                                      : taken.update;
  counts[from][input].fetch_add(1, std::memory_order_relaxed);
}

namespace {

void Forget(Counts& counts) {
  for (auto& row : counts) {
    for (auto& count : row) count = 0;
  }
}

// The rows of one machine that nothing has taken since they were forgotten. Asking the table counts
// as well, so it is asked first.
template <class State, class Input, std::size_t states, std::size_t inputs, class Next>
class Rows {
 public:
  Rows(Counts& counts, std::string name, const std::array<const char*, states>& state_names,
       const std::array<const char*, inputs>& input_names, const Next& next)
      : counts_(counts) {
    for (std::size_t from = 0; from < states; ++from) {
      for (std::size_t input = 0; input < inputs; ++input) {
        if (!next(static_cast<State>(from), static_cast<Input>(input))) continue;
        rows_.push_back(
            {from, input, fmt::format("{}: {} + {}", name, state_names[from], input_names[input])});
      }
    }
    Forget(counts);
  }
  std::vector<std::string> Untaken() const {
    std::vector<std::string> untaken;
    for (const auto& [from, input, text] : rows_) {
      if (counts_[from][input] == 0) untaken.push_back(text);
    }
    return untaken;
  }
  std::size_t size() const { return rows_.size(); }

 private:
  struct Place {
    std::size_t from;
    std::size_t input;
    std::string text;
  };
  Counts& counts_;
  std::vector<Place> rows_;
};

template <class State, class Input, std::size_t states, std::size_t inputs, class Next>
auto RowsOf(Counts& counts, std::string name, const std::array<const char*, states>& state_names,
            const std::array<const char*, inputs>& input_names, const Next& next) {
  return Rows<State, Input, states, inputs, Next>(counts, std::move(name), state_names, input_names,
                                                  next);
}

// What `play` leaves untaken of all rows.
template <class Play>
std::vector<std::string> UntakenBy(const Play& play) {
  const auto task = RowsOf<TaskPhase, TaskInput>(
      Taken().task, "workflow task", std::array{"none", "scheduled", "started"},
      std::array{"schedule", "start", "complete", "fail", "time out", "drop"},
      [](auto from, auto input) { return NextPhase(from, input); });
  const auto activity = RowsOf<ActivityState, ActivityInput>(
      Taken().activity, "activity", std::array{"scheduled", "started", "closed"},
      std::array{"start", "retry", "close"},
      [](auto from, auto input) { return NextState(from, input); });
  const auto update = RowsOf<UpdatePhase, UpdateStep>(
      Taken().update, "update", std::array{"admitted", "sent", "accepted", "completed"},
      std::array{"send", "accept", "reject", "complete"},
      [](auto from, auto input) { return NextPhase(from, input); });
  CHECK(task.size() == 8);
  CHECK(activity.size() == 4);
  CHECK(update.size() == 7);
  play();
  std::vector<std::string> untaken = task.Untaken();
  for (std::string& row : activity.Untaken()) untaken.push_back(std::move(row));
  for (std::string& row : update.Untaken()) untaken.push_back(std::move(row));
  return untaken;
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
  testing::RawWorld world;
  testing::Sent update;
  world.Run([&update](testing::RawWorld& w) -> sim::Coro<void> {
    co_await testing::StartIdle(w);
    testing::SendUpdate(w, "u1", update);
    co_await w.Sleep(std::chrono::milliseconds(10));
    testing::ExpectOk(co_await w.Terminate("w", "stop"));
    co_await w.Sleep(std::chrono::milliseconds(10));
  });
  CHECK(update.answered);
}

TEST_CASE(
    "random workflows under random faults take every row of the server's tables, and one more test "
    "the rarest",
    "[campaign]") {
  const std::string rarest = "workflow task: scheduled + drop";
  std::vector<std::string> untaken = UntakenBy(SearchRandomWorkflows);
  std::erase(untaken, rarest);
  CHECK(untaken == std::vector<std::string>());
  untaken = UntakenBy(TerminateBeforeTheUpdateIsSent);
  CHECK(std::find(untaken.begin(), untaken.end(), rarest) == untaken.end());
}

TEST_CASE("a row that nothing takes is told") {
  const auto untaken = UntakenBy([] {
    testing::RawWorld world;
    world.Run([](testing::RawWorld& w) -> sim::Coro<void> {
      testing::ExpectOk(co_await w.Start("w"));
      const testing::WorkflowTask task = co_await w.Poll();
      history::Commands commands = testing::CommandsOf(testing::CompleteWorkflow());
      testing::ExpectOk(co_await w.Complete(task, std::move(commands)));
    });
  });
  CHECK(untaken.size() == 19 - 3);
  CHECK(std::find(untaken.begin(), untaken.end(), "workflow task: started + complete") ==
        untaken.end());
  CHECK(std::find(untaken.begin(), untaken.end(), "activity: scheduled + start") != untaken.end());
}

}  // namespace
}  // namespace groundhog::server
