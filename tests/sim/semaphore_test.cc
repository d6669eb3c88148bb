#include "sim/semaphore.h"

#include <string>

#include "tests/catch.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

Coro<void> Use(SmallWorld& world, Process& self, Semaphore& places, int who, Duration length) {
  co_await places.Acquire();
  world.Note(std::to_string(who) + " in");
  co_await self.Sleep(length);
  world.Note(std::to_string(who) + " out");
  places.Release();
}

TEST_CASE("no more coroutines go on than there are places, first come first served") {
  SmallWorld world;
  Process& process = world.Idle("p");
  Semaphore places(world.kernel, 2);
  for (int i = 1; i <= 4; ++i) process.Spawn(Use(world, process, places, i, seconds(i)));
  world.kernel.Run();
  CHECK(world.notes == Notes{"0 1 in", "0 2 in", "1000 1 out", "1000 3 in", "2000 2 out",
                             "2000 4 in", "4000 3 out", "6000 4 out"});
}

TEST_CASE("a coroutine that is destroyed in the line leaves it") {
  SmallWorld world;
  Process& process = world.Idle("p");
  Semaphore places(world.kernel, 1);
  process.Spawn(Use(world, process, places, 1, seconds(1)));
  const Process::TaskId second = process.Spawn(Use(world, process, places, 2, seconds(1)));
  process.Spawn(Use(world, process, places, 3, seconds(1)));
  const auto abort = [](Process& self, Process::TaskId task) -> Coro<void> {
    co_await self.Sleep(milliseconds(500));
    self.Abort(task);
  };
  process.Spawn(abort(process, second));
  world.kernel.Run();
  CHECK(world.notes == Notes{"0 1 in", "1000 1 out", "1000 3 in", "2000 3 out"});
}

TEST_CASE("a place that is free again goes to the next who asks") {
  SmallWorld world;
  Process& process = world.Idle("p");
  Semaphore places(world.kernel, 1);
  for (int i = 1; i <= 2; ++i) {
    process.Spawn(Use(world, process, places, i, seconds(1)));
    world.kernel.Run();
  }
  CHECK(world.notes == Notes{"0 1 in", "1000 1 out", "1000 2 in", "2000 2 out"});
}

TEST_CASE("a crash of the process in line and in place leaves nothing behind") {
  SmallWorld world;
  Process& process = world.Idle("p");
  Semaphore places(world.kernel, 1);
  for (int i = 1; i <= 3; ++i) process.Spawn(Use(world, process, places, i, seconds(1)));
  process.Crash(std::nullopt);
  CHECK(world.kernel.Run().kind == SimulationEnd::Kind::kDone);
  CHECK(world.notes == Notes{"0 1 in"});
  world.kernel.Shutdown();  // what is left of the process knows the places
}

}  // namespace
}  // namespace groundhog::sim
