// The kernel by itself: wake-ups beside a bare heap of coroutine handles, messages, choices, and
// setting a simulation up.
//
// The bare loop does the least that any simulator must do: take the earliest entry from a heap,
// resume its coroutine, which draws a delay and puts itself back.
// items_per_second(BM_KernelWakeUps/n) over that of BM_BareWakeUps/n is the share that counts.
#include <algorithm>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/prng.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/recorded_choices.h"

namespace groundhog::sim {
namespace {

constexpr std::int64_t kLongestNap = 1'000'000;
constexpr std::uint64_t kWakeUpsPerRound = 100'000;

// ---- The bare loop: a 4-ary heap by time and sequence, and handles ----

class BareLoop {
 public:
  struct Entry {
    std::int64_t time;
    std::uint64_t sequence;
    std::coroutine_handle<> handle;
  };

  void Push(std::int64_t time, std::coroutine_handle<> handle) {
    const Entry entry{time, ++sequence_, handle};
    std::size_t index = heap_.size();
    heap_.push_back(entry);
    while (index > 0) {
      const std::size_t parent = (index - 1) / 4;
      if (!Before(entry, heap_[parent])) break;
      heap_[index] = heap_[parent];
      index = parent;
    }
    heap_[index] = entry;
  }
  void RunOne() {
    const Entry first = heap_.front();
    const Entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) SiftDown(last);
    now = first.time;
    first.handle.resume();
  }

  std::int64_t now = 0;

 private:
  static bool Before(const Entry& a, const Entry& b) {
    return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
  }
  void SiftDown(const Entry& entry) {
    std::size_t index = 0;
    for (;;) {
      const std::size_t first = index * 4 + 1;
      if (first >= heap_.size()) break;
      std::size_t least = first;
      const std::size_t last = std::min(first + 4, heap_.size());
      for (std::size_t child = first + 1; child < last; ++child) {
        if (Before(heap_[child], heap_[least])) least = child;
      }
      if (!Before(heap_[least], entry)) break;
      heap_[index] = heap_[least];
      index = least;
    }
    heap_[index] = entry;
  }

  std::vector<Entry> heap_;
  std::uint64_t sequence_ = 0;
};

// The least coroutine type.
class Bare {
 public:
  struct promise_type {
    Bare get_return_object() {
      return Bare(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Bare(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Bare(Bare&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Bare() {
    if (handle_) handle_.destroy();
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

struct BareSleep {
  BareLoop& loop;
  std::int64_t length;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) { loop.Push(loop.now + length, handle); }
  void await_resume() const noexcept {}
};

Bare BareSleeper(BareLoop& loop, std::uint64_t seed) {
  Prng prng(seed);
  for (;;) {
    co_await BareSleep{loop, static_cast<std::int64_t>(prng.Next() % kLongestNap)};
  }
}

void BM_BareWakeUps(benchmark::State& state) {
  BareLoop loop;
  std::vector<Bare> sleepers;
  for (std::int64_t i = 0; i < state.range(0); ++i) sleepers.push_back(BareSleeper(loop, i));
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < kWakeUpsPerRound; ++i) loop.RunOne();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kWakeUpsPerRound));
}
BENCHMARK(BM_BareWakeUps)->ArgName("sleepers")->Arg(1)->Arg(100)->Arg(10'000)->UseRealTime();

// ---- The kernel ----

Coro<void> Sleeper(Process& process, std::uint64_t seed) {
  Prng prng(seed);
  for (;;) {
    co_await process.Sleep(Duration{static_cast<std::int64_t>(prng.Next() % kLongestNap)}, false);
  }
}

Coro<void> Wait(Process& process, Duration length) { co_await process.Sleep(length); }

std::unique_ptr<ProcessBody> NoBody(Process&) { return std::make_unique<ProcessBody>(); }

// The sleepers stay in the background; a script ends each round after so much virtual time.
void BM_KernelWakeUps(benchmark::State& state) {
  SymbolTable symbols;
  RecordedChoices choices;
  Kernel kernel(
      choices, symbols,
      Bounds{.steps = ~std::uint64_t{0}, .virtual_time = std::chrono::hours(24 * 365 * 200)});
  Process& process = kernel.AddProcess("sleepers", NoBody);
  process.Start();
  for (std::int64_t i = 0; i < state.range(0); ++i) process.Spawn(Sleeper(process, i));
  const Duration round{static_cast<std::int64_t>(kWakeUpsPerRound) * kLongestNap / 2 /
                       state.range(0)};
  for (auto _ : state) {
    process.Spawn(Wait(process, round), Process::Role::kScript);
    if (kernel.Run().kind != SimulationEnd::Kind::kDone) state.SkipWithError("did not end");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(kernel.steps()));
}
BENCHMARK(BM_KernelWakeUps)->ArgName("sleepers")->Arg(1)->Arg(100)->Arg(10'000)->UseRealTime();

// ---- Messages ----

struct Pong {
  int number = 0;
};
struct Ping {
  using Response = Pong;
  static constexpr std::string_view kName = "Ping";
  int number = 0;
};

class Echo final : public ProcessBody {
 public:
  void Handle(Incoming& request) override {
    request.TakeReply().Ok(Pong{request.As<Ping>()->number});
  }
};

Coro<void> CallOften(Network& network, Process& from, Process& to, Label label,
                     std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    benchmark::DoNotOptimize(co_await network.Call(from, to, MakeMessage(Ping{1}), label));
  }
}

// Calls there and back in a fresh simulation of 1,000 calls each, all choice points asked.
void BM_Calls(benchmark::State& state) {
  constexpr std::int64_t kCalls = 1'000;
  SymbolTable symbols;
  RecordedChoices choices;
  const Label label(symbols.Intern("Ping"), symbols.Intern("scope"), symbols.Intern("subject"), 1);
  for (auto _ : state) {
    choices.Load({});
    Kernel kernel(choices, symbols);
    Network network(kernel);
    Process& echo = kernel.AddProcess("echo", [](Process&) { return std::make_unique<Echo>(); });
    Process& caller = kernel.AddProcess("caller", NoBody);
    echo.Start();
    caller.Start();
    caller.Spawn(CallOften(network, caller, echo, label, kCalls), Process::Role::kScript);
    if (kernel.Run().kind != SimulationEnd::Kind::kDone) state.SkipWithError("did not end");
  }
  state.SetItemsProcessed(state.iterations() * kCalls);
}
BENCHMARK(BM_Calls);

// ---- Choices ----

constexpr auto kAnswers = std::to_array<std::string_view>({"lost"});
constexpr ChoiceSite kSite{"bench/site", ChoiceClass::kFault, kAnswers, "a benchmark"};

// Askings that nobody varies, through the base class as the simulation asks them.
void BM_Askings(benchmark::State& state) {
  constexpr int kAskings = 1'000;
  SymbolTable symbols;
  RecordedChoices recorded;
  std::vector<Label> labels;
  for (int i = 0; i < 16; ++i) {
    labels.emplace_back(symbols.Intern("Kind"), symbols.Intern("scope"),
                        symbols.Intern("subject-" + std::to_string(i)), 1);
  }
  Choices* choices = &recorded;
  benchmark::DoNotOptimize(choices);
  for (auto _ : state) {
    recorded.Load({});
    for (int i = 0; i < kAskings; ++i) {
      benchmark::DoNotOptimize(choices->Choose(kSite, labels[i & 15]));
    }
  }
  state.SetItemsProcessed(state.iterations() * kAskings);
}
BENCHMARK(BM_Askings);

// ---- A whole simulation that does next to nothing ----

void BM_SetUpAndTearDown(benchmark::State& state) {
  SymbolTable symbols;
  RecordedChoices choices;
  const Label label(symbols.Intern("Ping"), symbols.Intern("scope"), symbols.Intern("subject"), 1);
  for (auto _ : state) {
    choices.Load({});
    Kernel kernel(choices, symbols);
    Network network(kernel);
    Process& echo = kernel.AddProcess("echo", [](Process&) { return std::make_unique<Echo>(); });
    Process& caller = kernel.AddProcess("caller", NoBody);
    echo.Start();
    caller.Start();
    caller.Spawn(CallOften(network, caller, echo, label, 1), Process::Role::kScript);
    benchmark::DoNotOptimize(kernel.Run().kind);
  }
}
BENCHMARK(BM_SetUpAndTearDown);

}  // namespace
}  // namespace groundhog::sim
