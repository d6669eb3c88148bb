// Mutex and Semaphore of workflow code.
#include "runtime/workflow/synchronization.h"

#include <string>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Register;

constexpr WorkflowType<std::string()> kShop{"Shop"};
constexpr SignalType<int> kEnter{"enter"};

// Each customer needs the till for one second.
struct OneTill {
  OneTill() {
    workflow::OnSignal(kEnter, [this](int who) { return Serve(who); });
  }
  Coro<void> Serve(int who) {
    co_await till_.Lock();
    const workflow::MutexGuard guard(till_);
    said_ += fmt::format("+{}", who);
    co_await workflow::Sleep(1s);
    said_ += fmt::format("-{}", who);
  }
  Coro<std::string> Run() {
    co_await workflow::WaitCondition([this] { return said_.size() == 12; });
    co_return said_ + (till_.IsLocked() ? " locked" : " free");
  }
  workflow::Mutex till_;
  std::string said_;
};

TEST_CASE("a mutex lets one fiber in after the other, in the order in which they came") {
  Story story(Register<OneTill>(kShop));
  story.Signal("enter", 1);
  story.Signal("enter", 2);
  CHECK(story.Task() == Answer{"StartTimer(id 1, 1000ms)"});
  story.Signal("enter", 3);
  CHECK(story.Task().empty());
  for (const char* timer : {"1", "2", "3"}) {
    story.FireTimer(timer);
    story.Task();
  }
  CHECK(story.Result() == "\"+1-1+2-2+3-3 free\"");
}

struct Counted {
  Coro<void> Take(std::int64_t permits) {
    co_await slots_.Acquire(permits);
    said_ += fmt::format(" {}", permits);
  }
  Coro<std::string> Run() {
    auto two = workflow::Spawn(Take(2));
    auto three = workflow::Spawn(Take(3));
    auto one = workflow::Spawn(Take(1));
    co_await two;
    said_ += slots_.TryAcquire() ? " tried" : " refused";  // three is first in line
    slots_.Release(2);
    co_await three;
    three.Cancel();
    said_ += " |";
    slots_.Release(3);
    co_await one;
    co_return said_;
  }
  workflow::Semaphore slots_{3};
  std::string said_;
};

TEST_CASE("a semaphore counts permits; a large request is not overtaken") {
  Story story(Register<Counted>(kShop));
  story.Task();
  CHECK(story.Result() == "\" 2 refused 3 | 1\"");
}

struct GivesUp {
  Coro<std::string> Run() {
    co_await mutex_.Lock();
    auto waiting = workflow::Spawn([this]() -> Coro<void> {
      const workflow::Result<void> got = co_await workflow::Try(mutex_.Lock());
      said_ += got.canceled() ? "cancelled" : "locked";
    });
    auto patient = workflow::Spawn([this]() -> Coro<void> {
      co_await mutex_.Lock();
      said_ += " locked";
      mutex_.Unlock();
    });
    co_await workflow::Sleep(1s);
    waiting.Cancel();
    co_await waiting;
    mutex_.Unlock();
    co_await patient;
    co_return said_;
  }
  workflow::Mutex mutex_;
  std::string said_;
};

TEST_CASE("a fiber that is cancelled leaves the line") {
  Story story(Register<GivesUp>(kShop));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"cancelled locked\"");
}

}  // namespace
}  // namespace groundhog::tests
