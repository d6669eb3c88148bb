// Runs that do nothing rest: beyond a number of them the server keeps
// what its store holds, and nobody can tell.
#include <string>

#include "runtime/server/options.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using history::EventType;

constexpr int kRuns = static_cast<int>(ServerOptions().max_loaded_runs) + 200;

std::string IdOf(int number) { return "w-" + std::to_string(number); }

// All asleep for an hour, one after the other.
sim::Coro<void> StartAll(RawWorld& w) {
  for (int i = 0; i < kRuns; ++i) {
    ExpectOk(co_await w.Start(IdOf(i)));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(StartTimer("t", 1h))));
  }
}

sim::Coro<void> CompleteNext(RawWorld& w) {
  const WorkflowTask task = co_await w.Poll();
  ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
}

sim::Coro<void> CompleteAll(RawWorld& w, int count) {
  for (int i = 0; i < count; ++i) co_await CompleteNext(w);
}

TEST_CASE("a run that rests is described, signalled, cancelled and terminated like any other") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartAll(w);
    const auto described = co_await w.Describe(IdOf(0));
    ExpectOk(described);
    CHECK(described->info.status == history::WorkflowExecutionStatus::kRunning);
    ExpectOk(co_await w.Signal(IdOf(1), "x"));
    co_await CompleteNext(w);
    ExpectOk(co_await w.Cancel(IdOf(2)));
    co_await CompleteNext(w);
    ExpectOk(co_await w.Terminate(IdOf(3), "enough"));
    const StartOptions again{.request_id = "another"};
    CHECK((co_await w.Start(IdOf(4), again)).status().code() == absl::StatusCode::kAlreadyExists);
    CHECK((co_await w.Signal(IdOf(1), "x")).status().code() == absl::StatusCode::kNotFound);
  });
  CHECK(world.CountEvents(IdOf(0), EventType::kTimerFired) == 1);
  CHECK(world.CountEvents(IdOf(1), EventType::kWorkflowExecutionSignaled) == 1);
  CHECK(world.CountEvents(IdOf(1), EventType::kWorkflowExecutionCompleted) == 1);
  CHECK(world.CountEvents(IdOf(2), EventType::kWorkflowExecutionCancelRequested) == 1);
  CHECK(world.CountEvents(IdOf(3), EventType::kWorkflowExecutionTerminated) == 1);
}

TEST_CASE("the timers of runs that rest fire, also after a crash") {
  RawWorld world;
  const bool crashes = GENERATE(false, true);
  world.Run([crashes](RawWorld& w) -> sim::Coro<void> {
    co_await StartAll(w);
    if (crashes) w.server().Crash(1s);
    co_await w.Sleep(2h);
    co_await CompleteAll(w, kRuns);
  });
  int fired = 0;
  int completed = 0;
  for (int i = 0; i < kRuns; ++i) {
    if (world.CountEvents(IdOf(i), EventType::kTimerFired) == 1) ++fired;
    if (world.CountEvents(IdOf(i), EventType::kWorkflowExecutionCompleted) == 1) ++completed;
  }
  CHECK(fired == kRuns);
  CHECK(completed == kRuns);
}

}  // namespace
}  // namespace groundhog::server::testing
