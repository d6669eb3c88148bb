// Kernel: virtual time, steps, processes. Everything that happens in a simulation happens inside one of its steps.
//
//     Kernel kernel(choices, symbols);
//     Process& worker = kernel.AddProcess("worker", [](Process& process) { return std::make_unique<Worker>(process); });
//     worker.Start();
//     SimulationEnd end = kernel.Run();
//
// Time jumps to whatever comes next; there are no ticks. What is due at one time happens in the order in which it was set.
// A simulation ends when all scripts are done and nothing in the foreground is left: alarms, messages in flight (DESIGN §3.5).
// It is stuck when a script still waits and nothing at all can happen any more. Every loop has a bound; reaching it ends the
// simulation with the bound's name.
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/alarm_queue.h"
#include "sim/choice.h"
#include "sim/coro.h"
#include "sim/process.h"
#include "sim/ring.h"
#include "sim/symbol.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace groundhog::sim {

struct Bounds {
  std::uint64_t steps = 5'000'000;
  std::uint64_t steps_at_one_time = 1'000'000;  // without the clock moving
  std::uint64_t pending = 2'000'000;            // alarms and messages that have not come up
  std::uint64_t trace_records = 20'000'000;
  Duration virtual_time = std::chrono::hours(24 * 365 * 20);
};

struct SimulationEnd {
  enum class Kind : std::uint8_t { kDone, kStuck, kBoundReached };
  Kind kind = Kind::kDone;
  std::string what = {};  // of a bound: which one, its value, and what to do
};

// An exception that escaped from a process's coroutine.
struct Escaped {
  Symbol process;
  std::string what;
};

class Kernel final : public ResumeQueue {
 public:
  Kernel(Choices& choices, SymbolTable& symbols, Bounds bounds = {});
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Time now() const { return now_; }
  Choices& choices() { return *choices_; }
  SymbolTable& symbols() { return *symbols_; }
  Trace& trace() { return trace_; }
  const Trace& trace() const { return trace_; }
  std::uint64_t steps() const { return steps_; }

  Process& AddProcess(std::string_view name, Process::Main main);
  const std::deque<Process>& processes() const { return processes_; }

  // Calls `action(target, argument)` at `time`, as a step of its own.
  AlarmId SetAlarm(Time time, const Alarm& alarm);
  void Cancel(AlarmId id);
  // The same after the nominal latency; cheaper, because such steps come up in the order in which they were set.
  void AfterNominalLatency(AlarmAction action, void* target, std::uint64_t argument);

  // Runs `handle`, and what it makes ready, in the present step.
  void Resume(std::coroutine_handle<> handle) {
    ready_.Push(handle);
    RunReady();
  }
  void ResumeSoon(std::coroutine_handle<> handle) override { ready_.Push(handle); }
  // Runs what is ready, unless that is what the present step is doing already.
  void RunReady();

  // Whoever has to know at once that a process is dead: the network.
  void SetDeathObserver(void* target, void (*observer)(void* target, Process& dead)) {
    death_target_ = target;
    death_observer_ = observer;
  }
  void TellOfDeath(Process& dead) {
    if (death_observer_ != nullptr) death_observer_(death_target_, dead);
  }

  // What keeps a simulation going besides foreground alarms.
  void ForegroundBegins() { ++foreground_; }
  void ForegroundEnds() { --foreground_; }
  void ScriptBegins() { ++scripts_; }
  void ScriptEnds() { --scripts_; }
  std::uint64_t scripts() const { return scripts_; }

  void Report(Escaped escaped) { escaped_.push_back(std::move(escaped)); }
  const std::vector<Escaped>& escaped() const { return escaped_; }

  SimulationEnd Run();
  // Ends all processes for good. Call it before anything goes that their bodies and coroutines use: network, stores.
  void Shutdown();

 private:
  friend class Process;
  struct NominalStep {
    Time time;
    std::uint64_t sequence;
    AlarmAction action;
    void* target;
    std::uint64_t argument;
  };

  // Whether there was a step to take.
  bool Step();
  void RunNominal();
  void RunAlarm();
  void MoveTo(Time time);
  void BuryTheDead();
  bool BoundReached(SimulationEnd& end) const;

  Choices* choices_;
  SymbolTable* symbols_;
  Bounds bounds_;
  Time now_ = kEpoch;
  std::uint64_t steps_ = 0;
  std::uint64_t step_of_last_move_ = 0;
  std::uint64_t sequence_ = 0;
  std::int64_t foreground_ = 0;
  std::uint64_t scripts_ = 0;
  AlarmQueue alarms_;
  Ring<NominalStep> nominal_;
  Ring<std::coroutine_handle<>> ready_;
  bool resuming_ = false;
  void* death_target_ = nullptr;
  void (*death_observer_)(void* target, Process& dead) = nullptr;
  Trace trace_;
  std::vector<Escaped> escaped_;
  std::deque<Process> processes_;        // stable addresses
  std::vector<Process*> with_remains_;   // processes with something to destroy when the step is over
};

}  // namespace groundhog::sim
