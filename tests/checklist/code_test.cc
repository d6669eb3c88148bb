// The checklist of fault injections (SEMANTICS l), rows about workflow code and its worker.
// README.md has the table.
#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "replay/history_check.h"
#include "replay/replayer.h"
#include "runtime/history/content_digest.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client::testing {
namespace {

using namespace std::chrono_literals;
using history::EventHistory;
using history::EventId;
using workflow::Coro;
using workflow::ExecuteActivity;

constexpr ActivityType<std::string(int)> kStep{"step"};
constexpr ActivityType<std::string(int)> kOther{"other"};
constexpr ActivityType<std::string(int)> kRenamed{"renamed"};
const workflow::ActivityOptions kOptions{.start_to_close_timeout = 10s};
using Drawn = std::vector<std::string>;

MakeWorker WorkerOf(workflow::WorkflowRegistration workflow, std::uint32_t cached = 1000) {
  return [workflow, cached] {
    const auto done = [](int n) { return "done " + std::to_string(n); };
    return worker::WorkerOptions{
        .task_queue = kQueue,
        .workflows = {workflow},
        .activities = {activity::Register(kStep, done), activity::Register(kOther, done)},
        .max_cached_workflows = cached};
  };
}

StartOptions Named(const std::string& id) { return {.id = id, .task_queue = kQueue}; }

// --- l.16

constexpr WorkflowType<Drawn()> kVersatile{"Versatile"};
struct Versatile {
  Coro<Drawn> Run() {
    Drawn drawn;
    for (int round = 1; round <= 3; ++round) {
      drawn.push_back(workflow::Uuid4());
      drawn.push_back(co_await ExecuteActivity(kStep, round, kOptions));
      co_await workflow::Sleep(std::chrono::milliseconds(workflow::Random().Below(5000) + 1));
    }
    co_return drawn;
  }
};

// What the code has made of it: the commands, by their contents, which hold all that was drawn.
std::vector<std::uint64_t> CommandsIn(const EventHistory& events) {
  std::vector<std::uint64_t> commands;
  for (const history::HistoryEvent& event : events) {
    history::Visit(event, [&]<class Attributes>(const Attributes&) {
      if constexpr (requires(Attributes a) { a.workflow_task_completed_event_id; }) {
        commands.push_back(history::DigestOf(event).hash);
      }
    });
  }
  return commands;
}

// Two runs side by side, so that a cache of one loses each of them at the other one's tasks.
std::vector<std::uint64_t> CommandsWithCache(std::uint32_t cached) {
  std::vector<std::uint64_t> commands;
  Play(WorkerOf(workflow::Register<Versatile>(kVersatile), cached),
       [&commands](Client& client) -> sim::Coro<void> {
         const StartOptions one = Named("one");
         const StartOptions two = Named("two");
         const auto first = co_await client.Start(kVersatile, one);
         const auto second = co_await client.Start(kVersatile, two);
         co_await first.Result();
         co_await second.Result();
         for (const auto& handle : {first, second}) {
           const EventHistory events = co_await handle.FetchHistory();
           for (const std::uint64_t command : CommandsIn(events)) commands.push_back(command);
         }
       });
  return commands;
}

TEST_CASE("l.16 the cache loses its runs at every task: the same commands") {
  const std::vector<std::uint64_t> kept = CommandsWithCache(1000);
  CHECK(kept.size() == 14);
  CHECK(CommandsWithCache(1) == kept);
  CHECK(CommandsWithCache(0) == kept);
}

// --- l.17

constexpr WorkflowType<std::string()> kTwoSteps{"TwoSteps"};
struct TwoSteps {
  Coro<std::string> Run() {
    co_await ExecuteActivity(kStep, 1, kOptions);
    co_return co_await ExecuteActivity(kOther, 2, kOptions);
  }
};
struct Renamed {
  Coro<std::string> Run() {
    co_await ExecuteActivity(kStep, 1, kOptions);
    co_return co_await ExecuteActivity(kRenamed, 2, kOptions);
  }
};
struct Swapped {
  Coro<std::string> Run() {
    co_await ExecuteActivity(kOther, 1, kOptions);
    co_return co_await ExecuteActivity(kStep, 2, kOptions);
  }
};
struct Missing {
  Coro<std::string> Run() { co_return co_await ExecuteActivity(kStep, 1, kOptions); }
};

template <class Changed>
replay::ReplayVerdict ReplayWith(const EventHistory& events) {
  const workflow::WorkflowRegistry registry{workflow::Register<Changed>(kTwoSteps)};
  return replay::Replayer(registry).Replay(events, "two steps");
}

void CheckDiffers(const replay::ReplayVerdict& verdict, EventId event_id,
                  const std::string& expected, const std::string& actual) {
  INFO(verdict.text);
  CHECK(verdict.outcome == replay::ReplayOutcome::kNondeterminism);
  CHECK(verdict.event_id == event_id);
  CHECK(verdict.expected == expected);
  CHECK(verdict.actual == actual);
}

TEST_CASE("l.17 code with an activity renamed, swapped or missing: told with the event's id") {
  EventHistory events;
  Play(WorkerOf(workflow::Register<TwoSteps>(kTwoSteps)),
       [&events](Client& client) -> sim::Coro<void> {
         const StartOptions start = Named("w");
         const auto handle = co_await client.Start(kTwoSteps, start);
         co_await handle.Result();
         events = co_await handle.FetchHistory();
       });
  CHECK(ReplayWith<TwoSteps>(events).ok());
  CheckDiffers(ReplayWith<Renamed>(events), 11, "ActivityTaskScheduled(other, id 2)",
               "ScheduleActivityTask(renamed, id 2)");
  CheckDiffers(ReplayWith<Swapped>(events), 5, "ActivityTaskScheduled(step, id 1)",
               "ScheduleActivityTask(other, id 1)");
  CheckDiffers(ReplayWith<Missing>(events), 11, "ActivityTaskScheduled(other, id 2)",
               "CompleteWorkflowExecution");
}

// --- l.20

constexpr WorkflowType<Drawn()> kDice{"Dice"};
struct Dice {
  Coro<Drawn> Run() {
    Drawn drawn;
    for (int round = 1; round <= 3; ++round) {
      drawn.push_back(workflow::Uuid4());
      co_await ExecuteActivity(kStep, round, kOptions);
      co_await workflow::Sleep(1s);
    }
    co_return drawn;
  }
};

struct DiceRun {
  EventHistory events;
  Drawn drawn;
};

// The events at which its workflow tasks ended: before each of them the run can be cut.
std::vector<EventId> Boundaries(const EventHistory& events) {
  std::vector<EventId> ends;
  for (const history::HistoryEvent& event : events) {
    const history::EventType type = history::TypeOf(event);
    if (type == history::EventType::kWorkflowTaskCompleted ||
        type == history::EventType::kWorkflowTaskFailed) {
      ends.push_back(event.event_id);
    }
  }
  return ends;
}

sim::Coro<DiceRun> Finish(WorkflowHandle<Drawn> handle) {
  DiceRun run;
  run.drawn = co_await handle.Result();
  run.events = co_await handle.FetchHistory();
  CHECK(replay::CheckHistory(run.events).empty());
  co_return run;
}

// How many of the rounds had begun at the cut: their draws are the base run's, all others are new.
std::size_t RoundsBefore(const EventHistory& events, EventId cut) {
  std::size_t rounds = 0;
  for (const history::HistoryEvent& event : events) {
    if (event.event_id >= cut) break;
    if (history::As<history::ActivityTaskScheduled>(event) != nullptr) ++rounds;
  }
  return rounds;
}

void CheckSeed(const DiceRun& base, const DiceRun& reset, EventId cut) {
  const std::size_t kept = RoundsBefore(base.events, cut);
  for (std::size_t round = 0; round < base.drawn.size(); ++round) {
    CHECK((reset.drawn[round] == base.drawn[round]) == (round < kept));
  }
  const auto* failed =
      history::As<history::WorkflowTaskFailed>(reset.events[static_cast<std::size_t>(cut - 1)]);
  REQUIRE(failed != nullptr);
  CHECK(failed->new_run_id != failed->base_run_id);
}

sim::Coro<DiceRun> ResetTo(Client& client, std::string run_id, DiceRun base, EventId cut) {
  const ResetOptions options{.reason = "probe", .workflow_task_finish_event_id = cut};
  const std::string new_run_id = co_await client.Handle(kDice, "w", run_id).Reset(options);
  DiceRun reset = co_await Finish(client.Handle(kDice, "w", new_run_id));
  INFO("cut before event " << cut << " of run " << run_id);
  CheckSeed(base, reset, cut);
  co_return reset;
}

TEST_CASE(
    "l.20 a reset to every end of a workflow task, and of the new run: sound, and another seed") {
  std::size_t resets = 0;
  Play(WorkerOf(workflow::Register<Dice>(kDice)), [&resets](Client& client) -> sim::Coro<void> {
    const StartOptions start = Named("w");
    const auto handle = co_await client.Start(kDice, start);
    const std::string base_id = handle.result_run_id();
    const DiceRun base = co_await Finish(handle);
    for (const EventId cut : Boundaries(base.events)) {
      const DiceRun reset = co_await ResetTo(client, base_id, base, cut);
      const auto* failed =
          history::As<history::WorkflowTaskFailed>(reset.events[static_cast<std::size_t>(cut - 1)]);
      const std::string reset_id = failed->new_run_id;
      for (const EventId second : Boundaries(reset.events)) {
        co_await ResetTo(client, reset_id, reset, second);
        ++resets;
      }
      ++resets;
    }
  });
  CHECK(resets == 7 + 7 * 8);
}

}  // namespace
}  // namespace groundhog::client::testing
