// Selector, AsCompleted, WaitAll of different types, WaitAny of channels.
#include "runtime/workflow/selector.h"

#include <string>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityHandle;
using workflow::ActivityOptions;
using workflow::AsCompleted;
using workflow::Channel;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::Register;
using workflow::Result;
using workflow::Selector;
using workflow::SignalChannel;
using workflow::Sleep;
using workflow::Spawn;
using workflow::StartTimer;
using workflow::Try;
using workflow::WaitAll;
using workflow::WaitAny;

constexpr WorkflowType<std::string()> kChooser{"Chooser"};
constexpr ActivityType<int(int)> kQuote{"step"};
constexpr ActivityType<std::string(int)> kLabel{"name"};
constexpr SignalType<int> kAdd{"add"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};

struct Chooses {
  Coro<std::string> Run() {
    SignalChannel adds(kAdd);
    const ActivityHandle<int> step = ExecuteActivity(kQuote, 1, kOptions);
    Selector selector;
    bool done = false;
    selector.Add(step, [&](const ActivityHandle<int>& handle) {
      said_ += handle.done() ? " step" : " early";
      done = true;
    });
    selector.AddReceive(adds.channel(),
                        [&](std::optional<int> n) { said_ += fmt::format(" {}", *n); });
    const std::size_t timer = selector.Add(StartTimer(60s));
    while (!done) {
      const std::size_t served = co_await selector.Select();
      if (served == timer) said_ += " timer";
    }
    const int result = co_await step;
    co_return fmt::format("{} = {}{}", said_, result, selector.HasPending() ? " and more" : "");
  }
  std::string said_;
};

TEST_CASE("a selector serves one ready case after the other, in the order of adding") {
  Story story(Register<Chooses>(kChooser));
  story.Task();
  story.Signal("add", 5);
  CHECK(story.Task().empty());
  story.FireTimer("1");
  story.Signal("add", 6);
  CHECK(story.Task().empty());
  story.Signal("add", 7);
  story.Signal("add", 8);
  story.CompleteActivity("1", 9);
  story.Task();
  // Both signals were there when it looked; the activity ended after them, and is first in line.
  CHECK(story.Result() == "\" 5 6 timer 7 8 step = 9\"");
}

struct WithDefault {
  Coro<std::string> Run() {
    Channel<int> channel(1);
    Selector selector;
    std::string said;
    selector.AddReceive(channel, [&](std::optional<int> n) { said += fmt::format("{}", *n); });
    selector.AddDefault([&] { said += "idle"; });
    const std::size_t first = co_await selector.Select();
    channel.TrySend(4);
    const std::size_t second = co_await selector.Select();
    co_return said + (first == Selector::kDefault && second == 0 ? " ok" : " wrong");
  }
};

TEST_CASE("with a default a selector does not wait") {
  Story story(Register<WithDefault>(kChooser));
  story.Task();
  CHECK(story.Result() == "\"idle4 ok\"");
}

// Two fibers select from one channel: a value goes to one of them, the other waits on.
struct Rivals {
  Coro<void> Take(char name) {
    Selector selector;
    selector.AddReceive(channel_, [&](std::optional<int> n) {
      said_ += name + (n.has_value() ? fmt::format("{}", *n) : "-");
    });
    co_await selector.Select();
    co_await selector.Select();
  }
  Coro<std::string> Run() {
    auto a = Spawn(Take('a'));
    auto b = Spawn(Take('b'));
    co_await Sleep(1s);
    co_await channel_.Send(1);
    co_await channel_.Send(2);
    co_await channel_.Send(3);
    channel_.Close();
    co_await a;
    co_await b;
    co_return said_;
  }
  Channel<int> channel_;
  std::string said_;
};

TEST_CASE("who selects in vain waits on") {
  Story story(Register<Rivals>(kChooser));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"a1a2b3b-\"");
}

TEST_CASE("a selector that has nothing left to serve is a bug; a cancel leaves the cases alone") {
  SECTION("nothing left") {
    struct Empty {
      Coro<std::string> Run() {
        Selector selector;
        co_await selector.Select();
        co_return "";
      }
    };
    Story story(Register<Empty>(kChooser));
    const Answer answer = story.Task();
    REQUIRE(answer.size() == 1);
    CHECK_THAT(answer.front(), Catch::Matchers::Contains("none is left"));
    story.NoReplay();
  }
  SECTION("cancel") {
    struct Cancelled {
      Coro<std::string> Run() {
        auto timer = StartTimer(1s);
        Selector selector;
        selector.Add(timer);
        const Result<std::size_t> served = co_await Try(selector.Select());
        const Result<std::size_t> again = co_await Try(selector.Select());
        co_return fmt::format("{} {}", served.canceled(), *again);
      }
    };
    Story story(Register<Cancelled>(kChooser));
    story.Task();
    story.RequestCancel();
    CHECK(story.Task().empty());
    story.FireTimer("1");
    story.Task();
    CHECK(story.Result() == "\"true 0\"");
  }
}

// --- AsCompleted, WaitAll, WaitAny

struct Quotes {
  Coro<std::string> Run() {
    std::vector<ActivityHandle<int>> handles;
    for (int i = 0; i < 4; ++i) handles.push_back(ExecuteActivity(kQuote, i, kOptions));
    co_await handles[2];
    AsCompleted<ActivityHandle<int>> quotes(handles);
    std::string said;
    while (quotes.HasNext()) {
      const ActivityHandle<int> quote = co_await quotes.Next();
      const Result<int> price = co_await Try(quote);
      said += fmt::format(" {}:{}", quote.activity_id(), price.ok() ? *price : -1);
    }
    co_return said;
  }
};

TEST_CASE("handles as they are completed: those that were, then in the order of history") {
  Story story(Register<Quotes>(kChooser));
  story.Task();
  story.CompleteActivity("3", 30);
  story.Task();
  story.CompleteActivity("4", 40);
  story.FailActivity("1", "Boom", "boom");
  CHECK(story.Task().empty());
  story.CompleteActivity("2", 20);
  story.Task();
  CHECK(story.Result() == "\" 3:30 4:40 1:-1 2:20\"");
}

struct Both {
  Coro<std::string> Run() {
    auto step = ExecuteActivity(kQuote, 1, kOptions);
    auto name = ExecuteActivity(kLabel, 1, kOptions);
    auto timer = StartTimer(1s);
    const auto both = co_await Try(WaitAll(step, name, timer));
    if (!both.ok()) co_return std::string(both.message());
    co_return fmt::format("{} {}", std::get<0>(*both), std::get<1>(*both));
  }
};

TEST_CASE("WaitAll of handles of different types") {
  Story story(Register<Both>(kChooser));
  story.Task();
  story.CompleteActivity("2", "two");
  story.FireTimer("1");
  CHECK(story.Task().empty());
  SECTION("gives a tuple") {
    story.CompleteActivity("1", 1);
    story.Task();
    CHECK(story.Result() == "\"1 two\"");
  }
  SECTION("or the first failure by place") {
    story.FailActivity("1", "Boom", "boom");
    story.Task();
    CHECK(story.Result() == "\"boom\"");
  }
}

struct ReceivesInTime {
  Coro<std::string> Run() {
    SignalChannel adds(kAdd);
    auto next = adds.Receive();
    auto deadline = StartTimer(10s);
    const std::size_t first = co_await WaitAny(next, deadline);
    if (first == 1) {
      next.Cancel();
      co_return "too late";
    }
    deadline.Cancel();
    const std::optional<int> n = co_await next;
    co_return fmt::format("got {}", *n);
  }
};

TEST_CASE("WaitAny takes a receive like any other handle") {
  Story story(Register<ReceivesInTime>(kChooser));
  story.Task();
  SECTION("in time") {
    story.Signal("add", 3);
    story.Task();
    CHECK(story.Result() == "\"got 3\"");
  }
  SECTION("late") {
    story.FireTimer("1");
    story.Task();
    CHECK(story.Result() == "\"too late\"");
  }
}

}  // namespace
}  // namespace groundhog::tests
