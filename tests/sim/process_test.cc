#include "sim/process.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

using Kind = SimulationEnd::Kind;
using State = Process::State;

std::vector<TraceKind> KindsOf(const SmallWorld& world, const Process& process) {
  std::vector<TraceKind> kinds;
  for (const TraceRecord& record : world.kernel.trace().records()) {
    if (record.process == process.name()) kinds.push_back(record.kind);
  }
  return kinds;
}

// Runs a function when it goes.
class AtTheEnd {
 public:
  explicit AtTheEnd(std::function<void()> action) : action_(std::move(action)) {}
  AtTheEnd(AtTheEnd&& other) noexcept : action_(std::exchange(other.action_, nullptr)) {}
  ~AtTheEnd() {
    if (action_) action_();
  }

 private:
  std::function<void()> action_;
};

TEST_CASE("a process is down until it starts, and each start builds it anew") {
  SmallWorld world;
  int built = 0;
  Process& process = world.kernel.AddProcess("p", [&built](Process&) {
    ++built;
    return std::make_unique<ProcessBody>();
  });
  CHECK(process.state() == State::kDown);
  CHECK(process.body() == nullptr);
  process.Start();
  process.Start();
  CHECK(process.state() == State::kRunning);
  CHECK(built == 1);
  CHECK(process.incarnation() == 1);
  process.Crash(seconds(5));
  CHECK(process.state() == State::kDown);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.elapsed() == seconds(5));
  CHECK(built == 2);
  CHECK(process.incarnation() == 2);
  CHECK(KindsOf(world, process) ==
        std::vector{TraceKind::kStarted, TraceKind::kCrashed, TraceKind::kStarted});
}

TEST_CASE("from the next start on, a process runs the code it was given last") {
  SmallWorld world;
  Process& process = world.kernel.AddProcess("p", [&world](Process&) {
    world.Note("old code");
    return std::make_unique<ProcessBody>();
  });
  process.Start();
  process.SetMain([&world](Process&) {
    world.Note("new code");
    return std::make_unique<ProcessBody>();
  });
  process.Crash(seconds(1));
  world.kernel.Run();
  CHECK(world.notes == Notes{"0 old code", "1000 new code"});
}

TEST_CASE("a crash stops coroutines where they stand, and takes their alarms with them") {
  SmallWorld world;
  Process& process = world.Idle("p");
  process.Spawn(Script(world, process, seconds(60)), Process::Role::kScript);
  process.SetAlarm(
      seconds(100), [](void*, std::uint64_t) {}, nullptr, 0);
  Process& other = world.Idle("other");
  const auto crash = [](Process& self, Process& victim) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    victim.Crash(std::nullopt);
  };
  other.Spawn(crash(other, process));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.elapsed() == seconds(1));  // nobody waits for what the dead had set
  CHECK(world.notes.empty());
  CHECK(world.kernel.scripts() == 0);
}

TEST_CASE("a coroutine that crashes its own process runs to its next await and no further") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const auto inner = [](SmallWorld& w, Process& self) -> Coro<int> {
    self.Crash(std::nullopt);
    w.Note("still the same step");
    co_return 1;
  };
  const auto outer = [inner](SmallWorld& w, Process& self) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    co_await inner(w, self);
    w.Note("after death");
  };
  process.Spawn(outer(world, process));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"1000 still the same step"});
}

TEST_CASE("what was ready in the step in which its process died does not run") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const auto bystander = [](SmallWorld& w) -> Coro<void> {
    w.Note("a dead coroutine runs");
    co_return;
  };
  const auto crash = [bystander](SmallWorld& w, Process& self) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    self.Spawn(bystander(w));
    self.Crash(std::nullopt);
  };
  process.Spawn(crash(world, process));
  world.kernel.Run();
  CHECK(world.notes.empty());
}

TEST_CASE("a crash while starting leaves nothing of that life, and the next one is whole") {
  int lives = 0;
  int bodies = 0;
  SmallWorld world;
  struct Body final : ProcessBody {
    explicit Body(int& count) : alive(count) { ++alive; }
    ~Body() override { --alive; }
    int& alive;
  };
  Process& process = world.kernel.AddProcess("p", [&](Process& self) {
    if (++lives == 1) self.Crash(seconds(1));
    return std::make_unique<Body>(bodies);
  });
  process.Start();
  CHECK(process.state() == State::kDown);
  CHECK(process.body() == nullptr);
  world.kernel.Run();
  CHECK(process.state() == State::kRunning);
  CHECK(process.body() != nullptr);
  CHECK(bodies == 1);
}

TEST_CASE(
    "a process that is started again in the step of its death starts when its former life is "
    "gone") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const auto hold = [](Process& self, AtTheEnd) -> Coro<void> { co_await self.Sleep(seconds(60)); };
  process.Spawn(hold(process, AtTheEnd([&] {
                       world.Note(process.state() == State::kDown ? "goes while down"
                                                                  : "goes in a foreign life");
                       process.Spawn(Script(world, process, seconds(1)));
                     })));
  process.Crash(std::nullopt);
  process.Start();
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(process.incarnation() == 2);
  CHECK(world.notes == Notes{"0 goes while down"});
}

TEST_CASE("nothing that destructors do after a death reaches the world") {
  SmallWorld world;
  Process& echo = world.Echo("echo");
  Process& process = world.Idle("p");
  const auto hold = [](Process& self, AtTheEnd) -> Coro<void> { co_await self.Sleep(seconds(60)); };
  int destructors = 0;
  process.Spawn(hold(process, AtTheEnd([&] {
                       ++destructors;
                       process.Spawn(world.Ask(process, echo, 1, world.Named("Ping")),
                                     Process::Role::kScript);
                       process.Spawn(Script(world, process, seconds(1)));
                       process.SetAlarm(
                           seconds(1),
                           [](void* target, std::uint64_t) {
                             static_cast<SmallWorld*>(target)->Note("alarm of the dead");
                           },
                           &world, 0);
                       process.Pause(seconds(1));
                       process.Stop();
                       process.Exit();
                     })));
  process.Crash(seconds(30));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(destructors == 1);
  CHECK(world.notes.empty());
  CHECK(world.kernel.scripts() == 0);
  CHECK(KindsOf(world, process) ==
        std::vector{TraceKind::kStarted, TraceKind::kCrashed, TraceKind::kStarted});
}

TEST_CASE("a destructor in a living process may spawn, also one that ends at once") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const auto brief = [](Process& self, AtTheEnd) -> Coro<void> { co_await self.Sleep(seconds(1)); };
  const auto note = [](SmallWorld& w) -> Coro<void> {
    w.Note("spawned by a destructor");
    co_return;
  };
  process.Spawn(brief(process, AtTheEnd([&] {
                        process.Spawn(note(world));
                        process.Spawn(Script(world, process, seconds(1)));
                      })));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"1000 spawned by a destructor", "2000 p woke up"});
}

TEST_CASE("a process that has exited is down for good, and its scripts are over") {
  SmallWorld world;
  Process& process = world.Idle("p");
  process.Spawn(Script(world, process, seconds(60)), Process::Role::kScript);
  process.Stop();  // the default body exits at once
  CHECK(process.state() == State::kDown);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.elapsed() == Duration{0});
  CHECK(KindsOf(world, process) == std::vector{TraceKind::kStarted, TraceKind::kStopped});
}

// Finishes something before it exits.
class Graceful final : public ProcessBody {
 public:
  explicit Graceful(SmallWorld& world) : world_(world) {}
  void Stop(Process& process) override {
    const auto finish = [](SmallWorld& world, Process& self) -> Coro<void> {
      co_await self.Sleep(seconds(2));
      world.Note("finished");
      self.Exit();
      world.Note("exits");
    };
    process.Spawn(finish(world_, process));
  }

 private:
  SmallWorld& world_;
};

TEST_CASE("a graceful stop lets the body finish first") {
  SmallWorld world;
  Process& process =
      world.kernel.AddProcess("p", [&](Process&) { return std::make_unique<Graceful>(world); });
  process.Start();
  process.Stop();
  CHECK(process.state() == State::kRunning);
  world.kernel.Run();
  CHECK(process.state() == State::kDown);
  CHECK(world.notes == Notes{"2000 finished", "2000 exits"});
}

TEST_CASE("a paused process hears of a stop when it goes on") {
  SmallWorld world;
  Process& process =
      world.kernel.AddProcess("p", [&](Process&) { return std::make_unique<Graceful>(world); });
  process.Start();
  process.Pause(seconds(10));
  process.Stop();
  world.kernel.Run();
  CHECK(world.notes == Notes{"12000 finished", "12000 exits"});
}

TEST_CASE(
    "a paused process does nothing, and then what came meanwhile, in order, before anything else") {
  SmallWorld world;
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  const auto sleep = [](SmallWorld& w, Process& self, int s) -> Coro<void> {
    co_await self.Sleep(seconds(s));
    w.Note("slept " + std::to_string(s));
  };
  const auto sleep_at = [&](int s) { echo.Spawn(sleep(world, echo, s)); };
  sleep_at(10);  // due exactly when it goes on
  sleep_at(2);
  const auto ask = [](SmallWorld& w, Process& self, Process& to) -> Coro<void> {
    co_await self.Sleep(milliseconds(1'500));
    co_await w.Ask(self, to, 1, w.Named("Ping"), {.deadline = seconds(60)});
  };
  caller.Spawn(ask(world, caller, echo), Process::Role::kScript);
  sleep_at(1);
  echo.Pause(seconds(10));
  CHECK(echo.state() == State::kPaused);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes ==
        Notes{"10000 slept 1", "10000 echo got 1", "10000 slept 2", "10000 slept 10", "10001 101"});
}

TEST_CASE("an alarm that came up during a pause can still be cancelled") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const Process::TaskId victim = process.Spawn(Script(world, process, seconds(2)));
  const auto abort = [](Process& self, Process::TaskId task) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    self.Abort(task);
  };
  process.Spawn(abort(process, victim));
  process.Pause(seconds(10));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes.empty());
}

TEST_CASE("a process that is paused again at once keeps the rest for later") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const auto nap = [](SmallWorld& w, Process& self) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    w.Note("naps again");
    self.Pause(seconds(10));
  };
  process.Spawn(nap(world, process));
  process.Spawn(Script(world, process, seconds(2)));
  process.Pause(seconds(10));
  process.Pause(seconds(100));  // it is paused already
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"10000 naps again", "20000 p woke up"});
}

TEST_CASE("a crash while paused drops what waited, and nobody waits for it") {
  SmallWorld world;
  Process& process = world.Idle("p");
  process.Spawn(Script(world, process, seconds(1)));
  process.Spawn(Script(world, process, seconds(50)), Process::Role::kScript);
  process.Pause(seconds(90));
  Process& other = world.Idle("other");
  const auto crash = [](Process& self, Process& victim) -> Coro<void> {
    co_await self.Sleep(seconds(10));
    victim.Crash(seconds(1));
  };
  other.Spawn(crash(other, process));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.elapsed() == seconds(11));
  CHECK(world.notes.empty());
  CHECK(process.state() == State::kRunning);
}

TEST_CASE("an aborted task is destroyed where it stands and is no script any more") {
  SmallWorld world;
  Process& process = world.Idle("p");
  bool gone = false;
  const auto hold = [](Process& self, AtTheEnd) -> Coro<void> { co_await self.Sleep(seconds(60)); };
  const Process::TaskId task =
      process.Spawn(hold(process, AtTheEnd([&gone] { gone = true; })), Process::Role::kScript);
  const auto abort = [](Process& self, Process::TaskId victim, bool& victim_gone) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    self.Abort(victim);
    self.Abort(victim);
    CHECK(!victim_gone);  // it may be what runs just now
    co_await self.Sleep(Duration{0});
    CHECK(victim_gone);
    self.Abort(victim);
  };
  process.Spawn(abort(process, task, gone));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(gone);
  CHECK(world.kernel.scripts() == 0);
  CHECK(world.elapsed() == seconds(1));
}

TEST_CASE("a task may abort itself, and ends once") {
  SmallWorld world;
  Process& process = world.Idle("p");
  Process::TaskId own = 0;
  const auto abort = [](SmallWorld& w, Process& self, Process::TaskId& id,
                        bool wait) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    self.Abort(id);
    w.Note("runs on to its next await");
    if (wait) co_await self.Sleep(seconds(1));
    if (wait) w.Note("never");
  };
  for (const bool wait : {false, true}) {
    own = process.Spawn(abort(world, process, own, wait), Process::Role::kScript);
    CHECK(world.kernel.Run().kind == Kind::kDone);
    CHECK(world.kernel.scripts() == 0);
  }
  CHECK(world.notes == Notes{"1000 runs on to its next await", "2000 runs on to its next await"});
}

TEST_CASE("the id of a task that is over does not name the one that came after it") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const Process::TaskId first = process.Spawn(Script(world, process, seconds(1)));
  world.kernel.Run();
  const Process::TaskId second = process.Spawn(Script(world, process, seconds(1)));
  CHECK(first != second);
  process.Abort(first);
  world.kernel.Run();
  CHECK(world.notes == Notes{"1000 p woke up", "2000 p woke up"});
}

TEST_CASE("ten thousand tasks that end one by one cost no more than their number") {
  SmallWorld world;
  Process& process = world.Idle("p");
  const auto sleep = [](Process& self, int i) -> Coro<void> {
    co_await self.Sleep(milliseconds(i));
  };
  for (int i = 0; i < 10'000; ++i) process.Spawn(sleep(process, i), Process::Role::kScript);
  CHECK(world.kernel.scripts() == 10'000);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.kernel.steps() == 10'000);
}

TEST_CASE("a request to a process without a handler is refused as unimplemented") {
  SmallWorld world;
  Process& idle = world.Idle("idle");
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, idle, 1, world.Named("Ping")), Process::Role::kScript);
  world.kernel.Run();
  CHECK(world.notes == Notes{"2 UNIMPLEMENTED"});
}

}  // namespace
}  // namespace groundhog::sim
