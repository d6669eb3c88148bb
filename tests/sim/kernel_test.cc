#include "sim/kernel.h"

#include <functional>
#include <string>

#include "tests/catch.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

using Catch::Matchers::ContainsSubstring;
using Kind = SimulationEnd::Kind;

// Calls `*target`, a std::function, each time.
void CallFunction(void* target, std::uint64_t) { (*static_cast<std::function<void()>*>(target))(); }

Alarm Calling(std::function<void()>& function, bool foreground = true) {
  return Alarm{.action = &CallFunction, .target = &function, .foreground = foreground};
}

TEST_CASE("virtual time starts at the epoch and jumps to the next alarm") {
  SmallWorld world;
  std::function<void()> note = [&] { world.Note("called"); };
  world.kernel.SetAlarm(kEpoch + seconds(3'600), Calling(note));
  world.kernel.SetAlarm(kEpoch + milliseconds(5), Calling(note));
  CHECK(world.kernel.now() == kEpoch);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"5 called", "3600000 called"});
  CHECK(world.kernel.steps() == 2);
}

TEST_CASE("an alarm for a time that is past comes at once, and time never goes back") {
  SmallWorld world;
  std::function<void()> note = [&] { world.Note("late"); };
  std::function<void()> first = [&] {
    world.kernel.SetAlarm(kEpoch, Calling(note));
    world.Note("first");
  };
  world.kernel.SetAlarm(kEpoch + milliseconds(5), Calling(first));
  world.kernel.Run();
  CHECK(world.notes == Notes{"5 first", "5 late"});
}

TEST_CASE("what is due at one time happens in the order of setting, messages and alarms alike") {
  SmallWorld world;
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  std::function<void()> before = [&] { world.Note("alarm set before"); };
  std::function<void()> after = [&] { world.Note("alarm set after"); };
  world.kernel.SetAlarm(kEpoch + milliseconds(1), Calling(before));
  caller.Spawn(world.Ask(caller, echo, 7, Label()));
  world.kernel.SetAlarm(kEpoch + milliseconds(1), Calling(after));
  world.kernel.Run();
  CHECK(world.notes == Notes{"1 alarm set before", "1 echo got 7", "1 alarm set after", "2 107"});
}

TEST_CASE(
    "a simulation ends when nothing in the foreground is left, whatever waits in the background") {
  SmallWorld world;
  std::function<void()> note = [&] { world.Note("background"); };
  std::function<void()> last = [&] { world.Note("foreground"); };
  world.kernel.SetAlarm(kEpoch + milliseconds(1), Calling(note, false));
  world.kernel.SetAlarm(kEpoch + milliseconds(2), Calling(last));
  world.kernel.SetAlarm(kEpoch + milliseconds(3), Calling(note, false));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"1 background", "2 foreground"});
}

TEST_CASE("a cancelled alarm holds up no simulation") {
  SmallWorld world;
  std::function<void()> note = [&] { world.Note("called"); };
  const AlarmId id = world.kernel.SetAlarm(kEpoch + milliseconds(1), Calling(note));
  world.kernel.Cancel(id);
  world.kernel.Cancel(id);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes.empty());
  CHECK(world.kernel.steps() == 0);
}

TEST_CASE("a simulation goes on while a script waits for something in the background") {
  SmallWorld world;
  Process& client = world.Idle("client");
  const auto wait = [](SmallWorld& w, Process& self) -> Coro<void> {
    co_await self.Sleep(seconds(2), false);
    w.Note("script ends");
  };
  client.Spawn(wait(world, client), Process::Role::kScript);
  CHECK(world.kernel.scripts() == 1);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"2000 script ends"});
  CHECK(world.kernel.scripts() == 0);
}

TEST_CASE("sleeping in the background holds up no simulation") {
  SmallWorld world;
  Process& client = world.Idle("client");
  const auto wait = [](Process& self) -> Coro<void> {
    for (;;) co_await self.Sleep(seconds(2), false);
  };
  client.Spawn(wait(client));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.elapsed() == Duration{0});
}

TEST_CASE("a script that waits when nothing can happen any more is stuck") {
  SmallWorld world;
  Process& client = world.Idle("client");
  const auto wait = []() -> Coro<void> { co_await std::suspend_always(); };
  client.Spawn(wait(), Process::Role::kScript);
  CHECK(world.kernel.Run().kind == Kind::kStuck);
}

// ---- Bounds: each has a message of its own ----

Coro<void> SleepForEver(Process& process, Duration length) {
  for (;;) co_await process.Sleep(length);
}

std::string BoundReachedWith(const Bounds& bounds, Duration nap) {
  SmallWorld world({}, bounds);
  Process& process = world.Idle("sleeper");
  process.Spawn(SleepForEver(process, nap));
  const SimulationEnd end = world.kernel.Run();
  CHECK(end.kind == Kind::kBoundReached);
  return end.what;
}

TEST_CASE("a simulation that takes too many steps is ended by that bound, at its value") {
  CHECK_THAT(BoundReachedWith({.steps = 1'000}, seconds(1)),
             ContainsSubstring("bound 'steps' reached (1000)"));
  SmallWorld world({}, {.steps = 1'000});
  Process& process = world.Idle("sleeper");
  process.Spawn(SleepForEver(process, seconds(1)));
  world.kernel.Run();
  CHECK(world.kernel.steps() == 1'000);
}

TEST_CASE("steps without end at one time are ended by that bound") {
  CHECK_THAT(BoundReachedWith({.steps_at_one_time = 500}, Duration{0}),
             ContainsSubstring("bound 'steps_at_one_time' reached (500)"));
}

TEST_CASE("too much virtual time is ended by that bound, even by one long sleep") {
  CHECK_THAT(BoundReachedWith({.virtual_time = seconds(60)}, milliseconds(10)),
             ContainsSubstring("bound 'virtual_time' reached (60)"));
  for (const Duration nap : {Duration(seconds(61)), Duration::max()}) {
    SmallWorld world({}, {.virtual_time = seconds(60)});
    Process& process = world.Idle("sleeper");
    process.Spawn(Script(world, process, nap), Process::Role::kScript);
    CHECK(world.kernel.Run().kind == Kind::kBoundReached);
    CHECK(world.elapsed() == seconds(60));
  }
}

TEST_CASE("a bound on virtual time beyond the end of all time is none") {
  SmallWorld world({}, {.virtual_time = Duration::max()});
  Process& process = world.Idle("sleeper");
  process.Spawn(Script(world, process, seconds(3'000'000'000)));
  CHECK(world.kernel.Run().kind == Kind::kDone);
}

TEST_CASE("alarms that pile up are ended by that bound") {
  SmallWorld world({}, {.pending = 2'000});
  Process& process = world.Idle("spawner");
  const auto spawn = [](Process& self) -> Coro<void> {
    for (;;) {
      self.Spawn(SleepForEver(self, seconds(3'600)));
      co_await self.Sleep(milliseconds(1));
    }
  };
  process.Spawn(spawn(process));
  const SimulationEnd end = world.kernel.Run();
  CHECK(end.kind == Kind::kBoundReached);
  CHECK_THAT(end.what, ContainsSubstring("bound 'pending' reached (2000)"));
}

TEST_CASE("a trace that is too long is ended by that bound") {
  SmallWorld world({}, {.trace_records = 300});
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  const auto ask = [](SmallWorld& w, Process& from, Process& to) -> Coro<void> {
    for (;;) co_await w.Ask(from, to, 1, Label());
  };
  caller.Spawn(ask(world, caller, echo), Process::Role::kScript);
  const SimulationEnd end = world.kernel.Run();
  CHECK(end.kind == Kind::kBoundReached);
  CHECK_THAT(end.what, ContainsSubstring("bound 'trace_records' reached (300)"));
}

TEST_CASE("coroutines that wake each other up without end in one step are ended by that bound") {
  SmallWorld world({}, {.resumptions_in_one_step = 5'000});
  Process& process = world.Idle("spinner");
  const auto spin = [](Process& self) -> Coro<void> {
    const auto nothing = []() -> Coro<void> { co_return; };
    co_await self.Sleep(milliseconds(1));
    for (;;) co_await nothing();
  };
  process.Spawn(spin(process));
  const SimulationEnd end = world.kernel.Run();
  CHECK(end.kind == Kind::kBoundReached);
  CHECK_THAT(end.what, ContainsSubstring("bound 'resumptions_in_one_step' reached (5000)"));
}

// ---- Ready coroutines ----

TEST_CASE("an exception that escapes from a process is reported with the process's name") {
  SmallWorld world;
  Process& process = world.Idle("careless");
  const auto fail = [](Process& self) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    throw std::runtime_error("nobody catches this");
  };
  const auto fail_oddly = [](Process& self) -> Coro<void> {
    co_await self.Sleep(seconds(2));
    throw 7;
  };
  process.Spawn(fail(process), Process::Role::kScript);
  process.Spawn(fail_oddly(process));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  REQUIRE(world.kernel.escaped().size() == 2);
  CHECK(world.kernel.escaped()[0].process.text() == "careless");
  CHECK(world.kernel.escaped()[0].what == "nobody catches this");
  CHECK_THAT(world.kernel.escaped()[1].what, ContainsSubstring("no std::exception"));
}

// Waits until somebody outside resumes it.
struct Held {
  std::coroutine_handle<>& handle;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiting) { handle = waiting; }
  void await_resume() const {}
};

TEST_CASE("what is resumed between two runs runs, whoever died in the last step") {
  SmallWorld world;
  Process& living = world.Idle("living");
  Process& dying = world.Idle("dying");
  std::coroutine_handle<> handle;
  const auto wait = [](SmallWorld& w, std::coroutine_handle<>& held) -> Coro<void> {
    co_await Held{held};
    w.Note("resumed");
  };
  const auto die = [](Process& self) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    self.Exit();
  };
  living.Spawn(wait(world, handle));
  dying.Spawn(die(dying));
  world.kernel.Run();
  world.kernel.Resume(handle);
  CHECK(world.notes == Notes{"1000 resumed"});
}

TEST_CASE("a kernel may go in the middle of a simulation, with everything that waits in it") {
  int gone = 0;
  struct Counter {
    int* count;
    ~Counter() { ++*count; }
  };
  {
    SmallWorld world({}, {.steps = 64});
    Process& echo = world.Echo("echo");
    Process& caller = world.Idle("caller");
    const auto wait = [](SmallWorld& w, Process& from, Process& to, int& count) -> Coro<void> {
      const Counter counter{&count};
      for (;;) co_await w.Ask(from, to, 1, Label());
    };
    caller.Spawn(wait(world, caller, echo, gone), Process::Role::kScript);
    CHECK(world.kernel.Run().kind == Kind::kBoundReached);
    CHECK(gone == 0);
  }
  CHECK(gone == 1);
}

TEST_CASE("shutting down ends everything once, and nobody sees it") {
  SmallWorld world;
  Process& sleeper = world.Idle("sleeper");
  sleeper.Spawn(Script(world, sleeper, seconds(1)));
  const std::uint64_t digest = world.kernel.trace().digest();
  world.kernel.Shutdown();
  CHECK(sleeper.state() == Process::State::kDown);
  CHECK(sleeper.body() == nullptr);
  CHECK(world.kernel.trace().digest() == digest);
  world.kernel.Shutdown();
}

}  // namespace
}  // namespace groundhog::sim
