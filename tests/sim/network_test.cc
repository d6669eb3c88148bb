#include "sim/network.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/lengths.h"
#include "tests/catch.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

using Kind = SimulationEnd::Kind;

// A caller, an echo, and one call of each of the given numbers at one time; all are scripts.
struct Calls : SmallWorld {
  Calls(std::initializer_list<std::string_view> decisions, int calls = 1, CallOptions options = {})
      : SmallWorld(decisions), echo(Echo("echo")), caller(Idle("caller")) {
    for (int i = 1; i <= calls; ++i) {
      caller.Spawn(Ask(caller, echo, i, Named("Ping", i), options), Process::Role::kScript);
    }
  }
  Notes Run() {
    end = kernel.Run();
    CHECK(choices.Unused().empty());
    return notes;
  }
  int Count(TraceKind kind) const {
    const auto& records = kernel.trace().records();
    return static_cast<int>(std::count_if(records.begin(), records.end(),
                                          [kind](const TraceRecord& r) { return r.kind == kind; }));
  }
  Process& echo;
  Process& caller;
  SimulationEnd end;
};

TEST_CASE("an uneventful call takes one nominal latency there and one back") {
  Calls world({});
  CHECK(world.Run() == Notes{"1 echo got 1", "2 101"});
  CHECK(world.end.kind == Kind::kDone);
  CHECK(world.elapsed() == 2 * kNominalLatency);
}

TEST_CASE("messages that nothing happens to arrive in the order of sending") {
  Calls world({}, 3);
  CHECK(world.Run() ==
        Notes{"1 echo got 1", "1 echo got 2", "1 echo got 3", "2 101", "2 102", "2 103"});
}

// ---- Each site does what it says ----

TEST_CASE("a lost request never arrives, and the caller waits for its deadline") {
  Calls world({"net/lose{Ping(scope, subject, 1)}"});
  CHECK(world.Run() == Notes{"10000 DEADLINE_EXCEEDED"});
  CHECK(world.Count(TraceKind::kLost) == 1);
}

TEST_CASE("a request whose reply is lost has arrived, and the caller waits for its deadline") {
  Calls world({"net/lose_reply{Ping(scope, subject, 1)}"}, 1, {.deadline = seconds(3)});
  CHECK(world.Run() == Notes{"1 echo got 1", "3000 DEADLINE_EXCEEDED"});
}

TEST_CASE("a repeated request arrives twice, and its caller gets one answer") {
  Calls world({"net/repeat{Ping(scope, subject, 1)}"});
  CHECK(world.Run() == Notes{"1 echo got 1", "2 101", "3 echo got 1"});
  CHECK(world.Count(TraceKind::kRepeated) == 1);
  CHECK(world.Count(TraceKind::kDelayed) == 0);
  CHECK(world.Count(TraceKind::kSent) == 2);  // the request and one reply
}

TEST_CASE("a delayed request arrives late by one of the named lengths") {
  CHECK(Calls({"net/delay{Ping(scope, subject, 1)}=brief"}).Run() ==
        Notes{"501 echo got 1", "502 101"});
  // Its caller gave up before that, and the answer is for nobody.
  CHECK(Calls({"net/delay{Ping(scope, subject, 1)}=outlasts_attempt"}).Run() ==
        Notes{"10000 DEADLINE_EXCEEDED", "12001 echo got 1"});
}

TEST_CASE(
    "a delayed reply arrives late by one of the named lengths, and is ignored if its caller gave "
    "up") {
  CHECK(Calls({"net/delay_reply{Ping(scope, subject, 1)}=brief"}).Run() ==
        Notes{"1 echo got 1", "502 101"});
  Calls world({"net/delay_reply{Ping(scope, subject, 1)}=outlasts_attempt"});
  CHECK(world.Run() == Notes{"1 echo got 1", "10000 DEADLINE_EXCEEDED"});
  CHECK(world.end.kind == Kind::kDone);
  CHECK(world.elapsed() == milliseconds(12'002));  // a message in flight is waited for
}

TEST_CASE("a request that is held back lets one other delivery go first") {
  Calls world({"net/hold_back{Ping(scope, subject, 1)}=1_other"}, 3);
  CHECK(world.Run() ==
        Notes{"1 echo got 2", "1 echo got 1", "1 echo got 3", "2 102", "2 101", "2 103"});
  CHECK(world.Count(TraceKind::kHeldBack) == 1);
}

TEST_CASE("a request that is held back lets two other deliveries go first") {
  Calls world({"net/hold_back{Ping(scope, subject, 1)}=2_others"}, 3);
  CHECK(world.Run() ==
        Notes{"1 echo got 2", "1 echo got 3", "1 echo got 1", "2 102", "2 103", "2 101"});
}

TEST_CASE("two requests that are held back come in the order in which they were held") {
  Calls world({"net/hold_back{Ping(scope, subject, 1)}=1_other",
               "net/hold_back{Ping(scope, subject, 2)}=1_other"},
              3);
  CHECK(world.Run() ==
        Notes{"1 echo got 3", "1 echo got 1", "1 echo got 2", "2 103", "2 101", "2 102"});
}

TEST_CASE("a reply that is held back lets another delivery to its caller go first") {
  Calls world({"net/hold_back_reply{Ping(scope, subject, 1)}=1_other"}, 2);
  CHECK(world.Run() == Notes{"1 echo got 1", "1 echo got 2", "2 102", "2 101"});
}

TEST_CASE("a message that is held back for nobody is delivered after the longest hold") {
  Calls world({"net/hold_back{Ping(scope, subject, 1)}=2_others"}, 2);
  CHECK(world.Run() == Notes{"1 echo got 2", "2 102", "201 echo got 1", "202 101"});
}

TEST_CASE("a partition stops messages both ways from that request on, until it ends") {
  Calls world({"net/partition{Ping(scope, subject, 1)}=outlasts_attempt"});
  // The echo asks back during the partition, and once after it.
  Process& back = world.Echo("back");
  const auto ask = [](Calls& w, Process& self, Process& to, Duration when,
                      int number) -> Coro<void> {
    co_await self.Sleep(when);
    co_await w.Ask(self, to, number, w.Named("Late", number), {.deadline = seconds(1)});
  };
  world.caller.Spawn(ask(world, world.caller, world.echo, milliseconds(11'999), 2),
                     Process::Role::kScript);
  world.echo.Spawn(ask(world, world.echo, world.caller, seconds(5), 3), Process::Role::kScript);
  world.caller.Spawn(ask(world, world.caller, back, seconds(5), 4), Process::Role::kScript);
  world.caller.Spawn(ask(world, world.caller, world.echo, milliseconds(12'000), 5),
                     Process::Role::kScript);
  CHECK(world.Run() == Notes{"5001 back got 4", "5002 104", "6000 DEADLINE_EXCEEDED",
                             "10000 DEADLINE_EXCEEDED", "12001 echo got 5", "12002 105",
                             "12999 DEADLINE_EXCEEDED"});
  CHECK(world.Count(TraceKind::kPartition) == 1);
}

TEST_CASE("a partition swallows a reply whose request went through before") {
  Calls world({});
  const auto split = [](Calls& w) -> Coro<void> {
    w.network.Partition(w.caller, w.echo, seconds(90));
    co_return;
  };
  world.caller.Spawn(split(world));
  CHECK(world.Run() == Notes{"1 echo got 1", "10000 DEADLINE_EXCEEDED"});
}

TEST_CASE("behind a partition nobody hears of a death") {
  Calls world({"net/partition{Ping(scope, subject, 1)}=outlasts_retries"});
  const auto crash = [](Process& self, Process& victim) -> Coro<void> {
    co_await self.Sleep(seconds(2));
    victim.Crash(std::nullopt);
  };
  Process& other = world.Idle("other");
  other.Spawn(crash(other, world.echo));
  CHECK(world.Run() == Notes{"10000 DEADLINE_EXCEEDED"});
}

TEST_CASE("every site of the network is listed once and explains itself") {
  std::set<std::string_view> names;
  for (const ChoiceSite* site : NetworkSites()) {
    CHECK(names.insert(site->name).second);
    CHECK(!site->answers.empty());
    CHECK(!site->meaning.empty());
    CHECK(site->choice_class == (site->name.find("hold_back") == std::string_view::npos
                                     ? ChoiceClass::kFault
                                     : ChoiceClass::kOrder));
  }
  CHECK(names.size() == 8);
}

TEST_CASE("a request is asked about at five sites and a reply at three, in one order") {
  SmallWorld world;
  world.choices.KeepPoints();
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, echo, 1, world.Named("Ping")), Process::Role::kScript);
  world.kernel.Run();
  std::vector<std::string_view> asked;
  for (const ChoicePoint& point : world.choices.points()) asked.push_back(point.site->name);
  CHECK(asked == std::vector<std::string_view>{"net/lose", "net/partition", "net/repeat",
                                               "net/delay", "net/hold_back", "net/lose_reply",
                                               "net/delay_reply", "net/hold_back_reply"});
}

TEST_CASE("a message without a name is no choice point, and a named reply to it is one") {
  SmallWorld world;
  world.choices.KeepPoints();
  Process& callee = world.Listening("callee", [&world](Incoming& request) {
    CHECK(!request.label().named());
    Reply reply = request.TakeReply();
    if (request.As<Ping>()->number == 2) reply.set_label(world.Named("Task", 2));
    reply.Ok(Pong{});
  });
  Process& caller = world.Idle("caller");
  Label label;
  const auto poll = [](SmallWorld& w, Process& self, Process& to, int number,
                       Label& task) -> Coro<void> {
    (void)co_await w.Call(self, to, number, Label(), {.long_poll = true, .reply_label = &task});
  };
  caller.Spawn(poll(world, caller, callee, 1, label), Process::Role::kScript);
  world.kernel.Run();
  CHECK(world.choices.asked() == 0);
  CHECK(!label.named());
  caller.Spawn(poll(world, caller, callee, 2, label), Process::Role::kScript);
  world.kernel.Run();
  CHECK(world.choices.asked() == 3);
  CHECK(label.Text() == "Task(scope, subject, 2)");
}

TEST_CASE("a message without a name keeps no simulation going") {
  SmallWorld world;
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, echo, 1, Label(), {.long_poll = true}));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes.empty());
}

// ---- Down, dying, restarted ----

TEST_CASE("a process that is down refuses at once") {
  SmallWorld world;
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  echo.Crash(std::nullopt);
  caller.Spawn(world.Ask(caller, echo, 1, world.Named("Ping")), Process::Role::kScript);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"2 UNAVAILABLE"});
}

TEST_CASE("a process that dies with a request in its hands breaks the connection at once") {
  SmallWorld world;
  std::vector<Reply> parked;
  Process& holder =
      world.Listening("holder", [&](Incoming& request) { parked.push_back(request.TakeReply()); });
  Process& caller = world.Idle("caller");
  for (const bool long_poll : {false, true}) {
    caller.Spawn(world.Ask(caller, holder, 1, Label(), {.long_poll = long_poll}),
                 Process::Role::kScript);
  }
  const auto crash = [](Process& self, Process& victim) -> Coro<void> {
    co_await self.Sleep(seconds(1));
    victim.Crash(std::nullopt);
  };
  caller.Spawn(crash(caller, holder));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"1001 UNAVAILABLE", "1001 UNAVAILABLE"});
  parked.clear();
}

TEST_CASE("a graceful exit breaks connections as a crash does") {
  SmallWorld world;
  std::vector<Reply> parked;
  Process& holder = world.Listening("holder", [&](Incoming& request) {
    parked.push_back(request.TakeReply());
    world.kernel.processes();
  });
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, holder, 1, world.Named("Ping")), Process::Role::kScript);
  const auto stop = [](Process& self, Process& other) -> Coro<void> {
    co_await self.Sleep(milliseconds(5));
    other.Stop();
  };
  caller.Spawn(stop(caller, holder));
  world.kernel.Run();
  CHECK(world.notes == Notes{"6 UNAVAILABLE"});
  parked.clear();
}

TEST_CASE("a reply that was sent before its process died still arrives") {
  SmallWorld world;
  Process& callee = world.Listening("callee", [&](Incoming& request) {
    request.TakeReply().Ok(Pong{7});
    for (const Process& process : world.kernel.processes()) {
      if (process.name().text() == "callee") const_cast<Process&>(process).Crash(std::nullopt);
    }
  });
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, callee, 1, world.Named("Ping")), Process::Role::kScript);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"2 7"});
}

TEST_CASE("a reply from a former life reaches nobody") {
  SmallWorld world;
  std::vector<Reply> parked;
  Process& holder = world.Listening("holder", [&](Incoming& request) {
    parked.push_back(request.TakeReply());
    if (parked.size() == 2) {
      parked[0].Ok(Pong{1});
      parked[1].Ok(Pong{2});
    }
  });
  Process& caller = world.Idle("caller");
  const auto ask_twice = [](SmallWorld& w, Process& self, Process& to) -> Coro<void> {
    co_await w.Ask(self, to, 1, w.Named("Ping"));
    co_await self.Sleep(seconds(2));
    co_await w.Ask(self, to, 2, w.Named("Ping"));
  };
  caller.Spawn(ask_twice(world, caller, holder), Process::Role::kScript);
  const auto crash = [](Process& self, Process& victim) -> Coro<void> {
    co_await self.Sleep(milliseconds(10));
    victim.Crash(kRestartTime);
  };
  caller.Spawn(crash(caller, holder));
  world.kernel.Run();
  CHECK(world.notes == Notes{"11 UNAVAILABLE", "2013 2"});
  parked.clear();
}

TEST_CASE("a reply to a caller that died reaches neither it nor its next life") {
  SmallWorld world;
  std::vector<Reply> parked;
  Process& holder =
      world.Listening("holder", [&](Incoming& request) { parked.push_back(request.TakeReply()); });
  Process& caller = world.kernel.AddProcess("caller", [&](Process& self) {
    self.Spawn(world.Ask(self, holder, static_cast<int>(self.incarnation()), world.Named("Ping"),
                         {.deadline = seconds(5)}),
               Process::Role::kScript);
    return std::make_unique<ProcessBody>();
  });
  caller.Start();
  const auto crash_and_answer = [](Process& self, Process& victim,
                                   std::vector<Reply>& replies) -> Coro<void> {
    co_await self.Sleep(milliseconds(10));
    CHECK(replies[0].awaited());
    victim.Crash(milliseconds(20));
    CHECK(!replies[0].awaited());
    co_await self.Sleep(milliseconds(100));
    replies[0].Ok(Pong{1});
  };
  Process& other = world.Idle("other");
  other.Spawn(crash_and_answer(other, caller, parked));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"5030 DEADLINE_EXCEEDED"});
  parked.clear();
}

TEST_CASE("a reply is awaited until its call is answered, given up or over its deadline") {
  SmallWorld world;
  std::vector<Reply> parked;
  std::vector<bool> awaited;
  Process& holder =
      world.Listening("holder", [&](Incoming& request) { parked.push_back(request.TakeReply()); });
  Process& caller = world.Idle("caller");
  const auto look = [](Process& self, std::vector<Reply>& replies,
                       std::vector<bool>& seen) -> Coro<void> {
    for (int i = 0; i < 2; ++i) {
      co_await self.Sleep(milliseconds(900));
      seen.push_back(replies[0].awaited());
    }
  };
  caller.Spawn(world.Ask(caller, holder, 1, world.Named("Ping"), {.deadline = seconds(1)}),
               Process::Role::kScript);
  holder.Spawn(look(holder, parked, awaited));
  world.kernel.Run();
  CHECK(awaited == std::vector<bool>{true, false});
  CHECK(!Reply().awaited());
  parked.clear();
}

TEST_CASE("a call that is destroyed while it waits is given up") {
  SmallWorld world;
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  const auto give_up = [](Process& self, Process::TaskId task) -> Coro<void> {
    co_await self.Sleep(kNominalLatency / 2);
    self.Abort(task);
  };
  caller.Spawn(give_up(caller, caller.Spawn(world.Ask(caller, echo, 1, world.Named("Ping")))));
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes == Notes{"1 echo got 1"});
  CHECK(world.elapsed() == milliseconds(1));
}

TEST_CASE("a dropped reply leaves its caller to the deadline, a long poll too") {
  for (const bool long_poll : {false, true}) {
    SmallWorld world;
    Process& careless = world.Listening("careless", [](Incoming&) {});
    Process& caller = world.Idle("caller");
    caller.Spawn(
        world.Ask(caller, careless, 1, Label(), {.deadline = seconds(4), .long_poll = long_poll}),
        Process::Role::kScript);
    CHECK(world.kernel.Run().kind == Kind::kDone);
    CHECK(world.notes == Notes{"4000 DEADLINE_EXCEEDED"});
  }
}

TEST_CASE("an error is a reply as well") {
  SmallWorld world;
  Process& callee = world.Listening("callee", [](Incoming& request) {
    request.TakeReply().Error(absl::NotFoundError("no such thing"));
  });
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, callee, 1, world.Named("Ping")), Process::Role::kScript);
  world.kernel.Run();
  CHECK(world.notes == Notes{"2 NOT_FOUND"});
}

TEST_CASE("a reply of another type than the request names is an internal error for its caller") {
  SmallWorld world;
  Process& callee = world.Listening("callee", [](Incoming& request) {
    CHECK(request.As<Pong>() == nullptr);
    request.TakeReply().Ok(Ping{});
  });
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, callee, 1, world.Named("Ping")), Process::Role::kScript);
  world.kernel.Run();
  CHECK(world.notes == Notes{"2 INTERNAL"});
}

// ---- Long polls ----

TEST_CASE("a long poll's deadline is not watched while all is well") {
  SmallWorld world;
  std::vector<Reply> parked;
  Process& holder =
      world.Listening("holder", [&](Incoming& request) { parked.push_back(request.TakeReply()); });
  Process& caller = world.Idle("caller");
  caller.Spawn(world.Ask(caller, holder, 1, Label(), {.deadline = seconds(1), .long_poll = true}),
               Process::Role::kScript);
  // The poll would wait for ever: nothing is set that could wake it.
  CHECK(world.kernel.Run().kind == Kind::kStuck);
  CHECK(world.notes.empty());
  parked.clear();
}

TEST_CASE(
    "a long poll's deadline holds once its reply was lost, late, or kept from a paused process") {
  for (const std::string_view trouble :
       {"net/lose_reply{Task(scope, subject)}",
        "net/delay_reply{Task(scope, subject)}=outlasts_attempt"}) {
    SmallWorld world({trouble});
    Process& callee = world.Listening("callee", [&world](Incoming& request) {
      Reply reply = request.TakeReply();
      reply.set_label(world.Named("Task"));
      reply.Ok(Pong{1});
    });
    Process& caller = world.Idle("caller");
    caller.Spawn(world.Ask(caller, callee, 1, Label(), {.deadline = seconds(7), .long_poll = true}),
                 Process::Role::kScript);
    CHECK(world.kernel.Run().kind == Kind::kDone);
    CHECK(world.notes == Notes{"7000 DEADLINE_EXCEEDED"});
  }
  SmallWorld world;
  Process& echo = world.Echo("echo");
  Process& caller = world.Idle("caller");
  echo.Pause(seconds(30));
  caller.Spawn(world.Ask(caller, echo, 1, Label(), {.deadline = seconds(7), .long_poll = true}),
               Process::Role::kScript);
  CHECK(world.kernel.Run().kind == Kind::kDone);
  CHECK(world.notes.front() == "7000 DEADLINE_EXCEEDED");
}

// ---- Pause and crash, crossed ----

TEST_CASE(
    "a request to a paused process arrives when it goes on, and is refused if it dies instead") {
  for (const bool dies : {false, true}) {
    Calls world({}, 1, {.deadline = seconds(60)});
    world.echo.Pause(seconds(30));
    const auto crash = [](Process& self, Process& victim) -> Coro<void> {
      co_await self.Sleep(seconds(10));
      victim.Crash(std::nullopt);
    };
    Process& other = world.Idle("other");
    if (dies) other.Spawn(crash(other, world.echo));
    const Notes notes = world.Run();
    if (dies) CHECK(notes == Notes{"10001 UNAVAILABLE"});
    if (!dies) CHECK(notes == Notes{"30000 echo got 1", "30001 101"});
    CHECK(world.end.kind == Kind::kDone);
  }
}

TEST_CASE(
    "a paused caller reads its reply when it goes on, though its deadline has passed meanwhile") {
  // The reply came before the deadline did, and both wait in that order.
  Calls world({}, 1, {.deadline = seconds(5)});
  const auto pause = [](Process& self) -> Coro<void> {
    self.Pause(seconds(30));
    co_return;
  };
  world.caller.Spawn(pause(world.caller));
  CHECK(world.Run() == Notes{"1 echo got 1", "30000 101"});
  CHECK(world.end.kind == Kind::kDone);
  CHECK(world.elapsed() == seconds(30));
}

// Whatever happens, a simulation of calls ends,
// and does not end while a named message is on its way.
TEST_CASE("no pair of faults makes calls hang, or ends the simulation with a message in flight") {
  const std::vector<std::string_view> faults = {"lose",
                                                "lose_reply",
                                                "repeat",
                                                "delay=brief",
                                                "delay=outlasts_attempt",
                                                "delay_reply=brief",
                                                "delay_reply=outlasts_attempt",
                                                "partition=brief",
                                                "partition=outlasts_retries",
                                                "hold_back=1_other",
                                                "hold_back=2_others",
                                                "hold_back_reply=2_others"};
  const auto text = [](std::string_view fault, int number) {
    const std::size_t equals = std::min(fault.find('='), fault.size());
    return "net/" + std::string(fault.substr(0, equals)) + "{Ping(scope, subject, " +
           std::to_string(number) + ")}" + std::string(fault.substr(equals));
  };
  for (const std::string_view first : faults) {
    for (const std::string_view second : faults) {
      for (int trouble = 0; trouble < 6; ++trouble) {
        const std::string one = text(first, 1);
        const std::string two = text(second, trouble % 2 + 1);
        SmallWorld world({one, two});
        Process& echo = world.Echo("echo");
        Process& caller = world.Idle("caller");
        for (int i = 1; i <= 2; ++i) {
          caller.Spawn(world.Ask(caller, echo, i, world.Named("Ping", i)), Process::Role::kScript);
        }
        const auto disturb = [](Process& self, Process& to, int how) -> Coro<void> {
          co_await self.Sleep(Duration(kNominalLatency / 2));
          if (how / 2 == 1) to.Pause(kOutlastsAttempt);
          if (how / 2 == 2) to.Crash(kRestartTime);
        };
        Process& other = world.Idle("other");
        other.Spawn(disturb(other, echo, trouble));
        INFO(one << " and " << two << ", trouble " << trouble);
        CHECK(world.kernel.Run().kind == Kind::kDone);
        // Each call ended once; what else was noted are arrivals.
        CHECK(std::count_if(world.notes.begin(), world.notes.end(), [](const std::string& note) {
                return note.find("got") == std::string::npos;
              }) == 2);
        CHECK(world.elapsed() <= kOutlastsRetries);
        // Nothing is left over: another run does nothing.
        const std::uint64_t steps = world.kernel.steps();
        CHECK(world.kernel.Run().kind == Kind::kDone);
        CHECK(world.kernel.steps() == steps);
      }
    }
  }
}

}  // namespace
}  // namespace groundhog::sim
