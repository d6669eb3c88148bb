// Kernel: virtual time, steps, processes. Everything that happens in a
// simulation happens inside one of its steps.
//
//     Kernel kernel(choices, symbols);
//     Process& worker = kernel.AddProcess("worker", [](Process& process) { return std::make_unique<Worker>(process); });
//     worker.Start();
//     SimulationEnd end = kernel.Run();
//
// Time jumps to whatever comes next; there are no ticks. What is due at one time happens in the
// order in which it was set. A simulation ends when all scripts are done and nothing in the
// foreground is left: alarms, messages in flight (DESIGN §3.5). It is stuck when a script still
// waits and nothing at all can happen any more. Every loop has a bound; reaching it ends the
// simulation with the bound's name. (Bounds are looked at now and then:
// a few dozen steps more may be taken.)
//
// A step belongs to the process that it was for; a coroutine that becomes ready in it belongs to
// the process whose code made it ready. If that process dies in the same step, none of its
// coroutines is resumed any more.
#pragma once

#include <algorithm>
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
  std::uint64_t resumptions_in_one_step = 10'000'000;
  std::uint64_t pending = 2'000'000;  // alarms and messages that have not come up
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

  // Calls `action(target, argument)` at `time`, as a step of its own; at once if that is past.
  AlarmId SetAlarm(Time time, const Alarm& alarm);
  void Cancel(AlarmId id);
  // The same after the nominal latency; cheaper,
  // because such steps come up in the order in which they were set.
  void AfterNominalLatency(AlarmAction action, void* target, std::uint64_t argument);

  // Runs `handle`, and what it makes ready, in the present step.
  void Resume(std::coroutine_handle<> handle) {
    if (resuming_) return ResumeSoon(handle);  // the outer loop takes it
    if (!ActorLives()) return;
    resuming_ = true;
    handle.resume();
    if (!ready_.empty()) RunReady();
    resuming_ = false;
  }
  void ResumeSoon(std::coroutine_handle<> handle) override {
    if (ActorLives()) ready_.Push(Ready{handle, acting_});
  }
  // What the present step does from here on is done by that process.
  void ActAs(Process& process) { acting_ = &process; }

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
  // Ends all processes for good, unseen by anybody. Call it before anything goes that their bodies
  // and coroutines use: stores. (The network calls it when it goes,
  // and so does the kernel.) Not from within a step.
  void Shutdown();

 private:
  friend class Process;
  static constexpr std::uint64_t kUsual = std::uint64_t{1}
                                          << 38;  // sequence numbers below are early ones
  struct NominalStep {
    Time time;
    std::uint64_t sequence;
    AlarmAction action;
    void* target;
    std::uint64_t argument;
  };

  // A coroutine that is to be resumed in this step, and whose it is.
  struct Ready {
    std::coroutine_handle<> handle;
    Process* process = nullptr;  // null: the world's
  };

  SimulationEnd RunToTheEnd();
  // Whether there was a step to take.
  bool Step();
  void RunNominal();
  void RunAlarm(Time time);
  void MoveTo(Time time);
  // Starts a coroutine that `process` owns.
  void Launch(Coro<void>& coroutine, Process& process);
  void RunReady();
  bool ActorLives() const;
  // Of a process that died: nothing that it had set or made ready happens.
  void Forget(const Process& process);
  // Gives the steps that waited for a paused process their turn: in their order,
  // before all else that is due now.
  void PutBack(const std::vector<AlarmId>& waited);
  void BuryTheDead();
  void CheckSoon() { next_check_ = 0; }
  bool BoundReached(SimulationEnd& end) const;

  Choices* choices_;
  SymbolTable* symbols_;
  Bounds bounds_;
  Time end_of_time_;
  Time now_ = kEpoch;
  std::uint64_t steps_ = 0;
  std::uint64_t step_of_last_move_ = 0;
  std::uint64_t next_check_ = 0;      // the step after which the bounds are looked at
  std::uint64_t sequence_ = kUsual;   // of what was set last
  std::uint64_t early_sequence_ = 0;  // the same, of what goes before everything else at its time
  std::int64_t foreground_ = 0;
  std::uint64_t scripts_ = 0;
  AlarmQueue alarms_;
  Ring<NominalStep> nominal_;
  Ring<Ready> ready_;
  bool resuming_ = false;
  bool too_many_resumptions_ = false;
  bool shut_down_ = false;
  Process* acting_ = nullptr;  // null: the world
  void* death_target_ = nullptr;
  void (*death_observer_)(void* target, Process& dead) = nullptr;
  Trace trace_;
  std::vector<Escaped> escaped_;
  std::deque<Process> processes_;       // stable addresses
  std::vector<Process*> with_remains_;  // processes with something to destroy when the step is over
};

[[gnu::always_inline]] inline AlarmId Kernel::SetAlarm(Time time, const Alarm& alarm) {
  if (alarm.foreground) ++foreground_;
  return alarms_.Set(std::clamp(time, now_, end_of_time_), ++sequence_, alarm);
}

inline bool Kernel::ActorLives() const {
  return acting_ == nullptr || acting_->state() != Process::State::kDown;
}

}  // namespace groundhog::sim
