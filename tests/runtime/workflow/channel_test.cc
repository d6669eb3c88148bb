// Channels between fibers of a workflow, signals as values, and WaitGroup.
#include "runtime/workflow/channel.h"

#include <memory>
#include <string>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Channel;
using workflow::Coro;
using workflow::Register;
using workflow::Result;
using workflow::SignalChannel;
using workflow::Sleep;
using workflow::Spawn;
using workflow::Try;

constexpr WorkflowType<std::string()> kPipe{"Pipe"};
constexpr SignalType<int> kAdd{"add"};
constexpr SignalType<int, std::string> kTag{"tag"};

// How a value of the channel reads; "-" once it is closed.
std::string Word(const std::optional<int>& value) {
  return value.has_value() ? fmt::format("{}", *value) : "-";
}

template <std::size_t kCapacity>
struct ProducerAndConsumer {
  Coro<void> Produce() {
    for (int i = 1; i <= 3; ++i) {
      co_await channel_.Send(i);
      said_ += fmt::format("+{}", i);
    }
    channel_.Close();
  }
  Coro<std::string> Run() {
    auto producer = Spawn(Produce());
    while (true) {
      const std::optional<int> value = co_await channel_.Receive();
      said_ += Word(value);
      if (!value.has_value()) break;
    }
    co_await producer;
    co_return said_;
  }
  Channel<int> channel_{kCapacity};
  std::string said_;
};

TEST_CASE("values come out in the order in which they were sent, then the end") {
  SECTION("a sender of an unbuffered channel waits for the receiver") {
    Story story(Register<ProducerAndConsumer<0>>(kPipe));
    story.Task();
    CHECK(story.Result() == "\"+112+2+33-\"");
  }
  SECTION("a buffer lets it run ahead") {
    Story story(Register<ProducerAndConsumer<2>>(kPipe));
    story.Task();
    CHECK(story.Result() == "\"+1+2+3123-\"");
  }
}

struct Lines {
  Coro<void> Take(char name) {
    const std::optional<int> value = co_await channel_.Receive();
    said_ += name + Word(value);
  }
  Coro<void> Give(int value) {
    co_await channel_.Send(value);
    said_ += fmt::format("+{}", value);
  }
  Coro<std::string> Run() {
    auto a = Spawn(Take('a'));
    auto b = Spawn(Take('b'));
    auto c = Spawn(Take('c'));
    co_await Sleep(1s);
    b.Cancel();  // leaves the line
    const Result<void> canceled = co_await Try(b);
    said_ += canceled.canceled() ? "!" : "?";
    auto one = Spawn(Give(1));
    auto two = Spawn(Give(2));
    auto three = Spawn(Give(3));
    auto four = Spawn(Give(4));
    co_await c;
    four.Cancel();
    const Result<void> left = co_await Try(four);
    said_ += left.canceled() ? "!" : "?";
    said_ += Word(channel_.TryReceive());
    said_ += Word(channel_.TryReceive());
    said_ += channel_.TrySend(5) ? "sent" : "full";
    co_return said_;
  }
  Channel<int> channel_;
  std::string said_;
};

TEST_CASE("both sides are served first come, first served; who is cancelled leaves the line") {
  Story story(Register<Lines>(kPipe));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"!+1+2a1c2!3-full\"");
}

struct ClosesOnSender {
  Coro<void> Give() { co_await channel_.Send(1); }
  Coro<std::string> Run() {
    auto sender = Spawn(Give());
    co_await Sleep(1s);
    channel_.Close();
    co_await Sleep(1s);
    co_return "not reached";
  }
  Channel<int> channel_;
};

TEST_CASE("to send to a closed channel is a bug: the task fails") {
  SECTION("when it waits") {
    Story story(Register<ClosesOnSender>(kPipe));
    story.Task();
    story.FireTimer("1");
    const Answer answer = story.Task();
    REQUIRE(answer.size() == 1);
    CHECK_THAT(answer.front(), Catch::Matchers::Contains("sent to a Channel that is closed"));
    story.NoReplay();
  }
  SECTION("when it begins") {
    struct Sends {
      Coro<std::string> Run() {
        Channel<int> channel(1);
        channel.Close();
        co_await channel.Send(1);
        co_return "";
      }
    };
    Story story(Register<Sends>(kPipe));
    const Answer answer = story.Task();
    REQUIRE(answer.size() == 1);
    CHECK_THAT(answer.front(), Catch::Matchers::StartsWith("TaskFailure"));
    story.NoReplay();
  }
}

struct OwnsNothing {
  Coro<std::string> Run() {
    workflow::ReceiveHandle<int> orphan = [] {
      Channel<int> gone;
      return gone.Receive();
    }();
    orphan.Cancel();
    Channel<std::string> texts(1);
    co_await texts.Send("kept");
    const std::optional<std::string> text = co_await texts.Receive();
    co_return *text + (orphan.done() ? " done" : " open");
  }
};

TEST_CASE("a handle may outlive its channel; nobody is served then") {
  Story story(Register<OwnsNothing>(kPipe));
  story.Task();
  CHECK(story.Result() == "\"kept open\"");
}

// --- signals

struct Sums {
  Coro<std::string> Run() {
    co_await Sleep(1s);
    SignalChannel adds(kAdd);
    SignalChannel tags(kTag);
    int sum = 0;
    while (sum < 10) {
      const std::optional<int> n = co_await adds.Receive();
      sum += *n;
    }
    const std::optional<std::tuple<int, std::string>> tag = co_await tags.Receive();
    co_return fmt::format("{} {}{} {}", sum, std::get<0>(*tag), std::get<1>(*tag),
                          Word(adds.TryReceive()));
  }
};

TEST_CASE("signals are received as values, those from before the channel was made first") {
  Story story(Register<Sums>(kPipe));
  story.Signal("add", 3);
  story.Task();
  story.Signal("add", 4);
  story.FireTimer("1");
  CHECK(story.Task().empty());
  story.Signal("tag", 5, "five");
  story.Signal("add", 6);
  story.Signal("add", 8);
  story.Task();
  CHECK(story.Result() == "\"13 5five 8\"");
}

struct Group {
  Coro<void> Work(std::chrono::seconds time) {
    co_await Sleep(time);
    group_.Done();
  }
  Coro<std::string> Run() {
    group_.Add(2);
    auto one = Spawn(Work(1s));
    auto two = Spawn(Work(2s));
    co_await group_.Wait();
    co_return one.done() && two.done() ? "both" : "early";
  }
  workflow::WaitGroup group_;
};

TEST_CASE("a wait group waits for all") {
  Story story(Register<Group>(kPipe));
  story.Task();
  story.FireTimer("1");
  CHECK(story.Task().empty());
  story.FireTimer("2");
  story.Task();
  CHECK(story.Result() == "\"both\"");
}

TEST_CASE("a query cannot take from a channel") {
  struct Asked {
    Asked() {
      workflow::OnQuery(QueryType<int()>{"q"}, [this] { return *channel_.TryReceive(); });
    }
    Coro<std::string> Run() {
      co_await channel_.Send(1);
      co_await Sleep(1s);
      co_return Word(channel_.TryReceive());
    }
    Channel<int> channel_{1};
  };
  Story story(Register<Asked>(kPipe));
  story.Task();
  CHECK_THAT(story.Query("q"), Catch::Matchers::Contains("Channel::TryReceive"));
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"1\"");
}

}  // namespace
}  // namespace groundhog::tests
