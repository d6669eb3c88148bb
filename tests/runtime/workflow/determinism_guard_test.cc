// runtime/workflow/determinism_guard.h: workflow code that does what cannot be replayed is caught,
// and the call is named.
#include "runtime/workflow/determinism_guard.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <pthread.h>
#include <random>
#include <thread>
#include <unistd.h>

#include <sys/random.h>
#include <sys/time.h>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using workflow::Coro;
using workflow::Register;

void Forbidden(int which) {
  char bytes[8];
  timeval now{};
  switch (which) {
    case 0:
      (void)std::chrono::system_clock::now();  // LINT-ALLOW(clock): planted
      return;
    case 1:
      (void)std::chrono::steady_clock::now();  // LINT-ALLOW(clock): planted
      return;
    case 2:
      (void)std::time(nullptr);  // LINT-ALLOW(clock): planted
      return;
    case 3:
      (void)gettimeofday(&now, nullptr);  // LINT-ALLOW(clock): planted
      return;
    case 4:
      (void)std::rand();  // LINT-ALLOW(randomness): planted
      return;
    case 5:
      (void)random();  // LINT-ALLOW(randomness): planted
      return;
    case 6:
      (void)!getrandom(bytes, sizeof bytes, 0);  // LINT-ALLOW(randomness): planted
      return;
    case 7:
      (void)!getentropy(bytes, sizeof bytes);
      return;
    case 8:
      (void)std::random_device()();  // LINT-ALLOW(randomness): planted
      return;
    case 9:
      (void)std::getenv("HOME");  // LINT-ALLOW(environment): planted
      return;
    default:
      std::thread([] {}).join();
      return;
  }
}

struct Planted {
  const char* call;
};
constexpr Planted kPlanted[] = {{"clock_gettime (std::chrono::...::now): use workflow::Now()"},
                                {"clock_gettime (std::chrono::...::now): use workflow::Now()"},
                                {"time: use workflow::Now()"},
                                {"gettimeofday: use workflow::Now()"},
                                {"rand: use workflow::Random()"},
                                {"random: use workflow::Random()"},
                                {"getrandom: use workflow::Random()"},
                                {"getentropy: use workflow::Random()"},
                                {"std::random_device: use workflow::Random()"},
                                {"getenv: a workflow's settings belong into its input, or an "
                                 "activity reads them"},
                                {"pthread_create (std::thread): use workflow::Spawn()"}};

constexpr WorkflowType<int(int)> kSinner{"Sinner"};
struct Sinner {
  Coro<int> Run(int which) {
    Forbidden(which);
    co_return 1;
  }
};

TEST_CASE("a forbidden call in workflow code fails the task and is named") {
  if (!workflow::DeterminismGuardWorks()) {
    SUCCEED("skipped: the sanitizer's runtime defines the functions that the guard would");
    return;
  }
  const int which = GENERATE(range(0, 11));
  Story story(Register<Sinner>(kSinner), which);
  CHECK(story.Task() == Answer{fmt::format("TaskFailure: ForbiddenCall: workflow code called {}",
                                           kPlanted[which].call)});
  story.NoReplay();
}

TEST_CASE("outside of workflow code the same calls are nobody's business") {
  const workflow::internal::UnguardedScope outside;
  for (int which = 0; which < 11; ++which) Forbidden(which);
  const auto before = std::chrono::steady_clock::now();  // LINT-ALLOW(clock): forwarded
  CHECK(std::chrono::steady_clock::now() >= before);     // LINT-ALLOW(clock): forwarded
  CHECK(std::getenv("PATH") != nullptr);
  CHECK(std::time(nullptr) > 1'600'000'000);  // LINT-ALLOW(clock): forwarded
}

TEST_CASE("what a thread does is not blamed on a workflow on another one") {
  const workflow::internal::GuardedScope guard;
  std::atomic<bool> ok{true};
  {
    const workflow::internal::UnguardedScope host;
    std::thread([&ok] { ok = std::time(nullptr) > 0; }).join();  // LINT-ALLOW(clock): forwarded
  }
  CHECK(ok);
  CHECK(guard.forbidden_call() == nullptr);
}

constexpr QueryType<int()> kTime{"time"};
TEST_CASE("a query handler that looks at the clock fails the query only") {
  if (!workflow::DeterminismGuardWorks()) {
    SUCCEED("skipped: the sanitizer's runtime defines the functions that the guard would");
    return;
  }
  struct Asked {
    Asked() {
      workflow::OnQuery(kTime, [] {
        Forbidden(0);
        return 1;
      });
    }
    Coro<int> Run(int n) { co_return n; }
  };
  Story story(Register<Asked>(kSinner), 1);
  story.Task();
  CHECK(story.Query("time") ==
        "failed: ForbiddenCall: a query handler called clock_gettime (std::chrono::...::now): use "
        "workflow::Now()");
}

TEST_CASE("a log sink may look at the clock") {
  struct Sink final : workflow::LogSink {
    void Write(workflow::LogLevel, std::string_view) override { Forbidden(0); }
  } sink;
  struct Logs {
    Coro<int> Run(int n) {
      workflow::Logger().Info("n is {}", n);
      co_return n;
    }
  };
  const workflow::WorkflowRegistry registry{Register<Logs>(kSinner)};
  Story story(Register<Logs>(kSinner), 1);
  story.Task();
  workflow::WorkflowRun run(registry, {.log = &sink});
  const std::span<const history::HistoryEvent> events(story.history());
  CHECK(InWords(run.Activate(events.first(3))) == Answer{"CompleteWorkflowExecution"});
}

}  // namespace
}  // namespace groundhog::tests
