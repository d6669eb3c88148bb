// Process: a simulated operating system process: the server, a worker, a client, a bank.
//
// It runs a body, which its main function builds anew at each start: all of its memory. A crash
// destroys body and coroutines where they stand; nothing that their destructors do reaches the
// world, because the process is already dead to the kernel. What must survive stands in a Store
// outside of it. A paused process does nothing; what came meanwhile comes when it resumes, in the
// order in which it came and before anything else. Crash and pause take hold at an await: plain
// code runs on to it. After a crash nothing it does is heard and no coroutine of the process is
// resumed; after a pause, what is ready in the same step still runs.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/alarm_queue.h"
#include "sim/coro.h"
#include "sim/symbol.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace groundhog::sim {

class Incoming;
class Kernel;
class Process;

// What runs in a process between a start and a crash.
class ProcessBody {
 public:
  virtual ~ProcessBody() = default;
  // A request for this process. The default refuses it as Unimplemented.
  virtual void Handle(Incoming& request);
  // A wish to stop: finish what is under way, then call Process::Exit(). The default exits at once.
  virtual void Stop(Process& process);
};

class Process {
 public:
  enum class State : std::uint8_t { kDown, kRunning, kPaused };
  using Main = std::function<std::unique_ptr<ProcessBody>(Process&)>;

  Process(Kernel& kernel, Symbol name, Main main);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  Kernel& kernel() { return *kernel_; }
  Symbol name() const { return name_; }
  State state() const { return state_; }
  std::uint32_t incarnation() const { return incarnation_; }
  // Whether this is still the life that `incarnation` counted.
  bool Lives(std::uint32_t incarnation) const {
    return incarnation == incarnation_ && state_ != State::kDown;
  }
  // When it died that was counted so; nothing if it lives. REQUIRES: it has begun.
  std::optional<Time> DeathOf(std::uint32_t incarnation) const {
    if (incarnation > deaths_.size()) return std::nullopt;
    return deaths_[incarnation - 1];
  }
  ProcessBody* body() { return body_.get(); }

  // Starts it with what its main function builds, if it is down. A process that died in the present
  // step starts in the next one, when the destructors of its former life have run.
  void Start();
  // Replaces what runs from the next start on: other code, as after a deployment.
  void SetMain(Main main) { main_ = std::move(main); }
  // Dead at once; starts again after `restart_after`, if given.
  void Crash(std::optional<Duration> restart_after);
  // Asks the body to stop; a paused process hears of it when it goes on.
  void Stop();
  // The body has stopped.
  void Exit();
  // Does nothing for so long, then goes on as if nothing had been. Nothing happens to one that is
  // paused already, or down.
  void Pause(Duration length);

  enum class Role : std::uint8_t { kTask, kScript };
  using TaskId = std::uint64_t;
  // Runs a coroutine, which the process owns. A simulation waits for scripts to end.
  TaskId Spawn(Coro<void> coroutine, Role role = Role::kTask);
  // Destroys the coroutine where it stands, at the end of this step
  // (what is ready in it runs on to its next await).
  void Abort(TaskId task);

  // An alarm that dies with this life of the process.
  AlarmId SetAlarm(Duration in, AlarmAction action, void* target, std::uint64_t argument,
                   bool foreground = true);
  void Cancel(AlarmId id);
  // Keeps a step for later if the process is paused; if it dies, a step of the world's happens at
  // once. Whether it was kept.
  bool Defer(const Alarm& step);

  class SleepAwaiter;
  // co_await process.Sleep(1s). A simulation goes on for it, unless it is in the background.
  SleepAwaiter Sleep(Duration length, bool foreground = true);

  void Trace(TraceKind kind, Symbol peer, const class Label& label, std::int64_t value = 0);

 private:
  friend class Kernel;
  struct Task {
    Coro<void> coroutine;
    std::uint32_t generation = 0;  // of the slot; a task's id holds it
    Role role = Role::kTask;
    enum class State : std::uint8_t { kFree, kRuns, kEnded } state = State::kFree;
  };

  Coro<void> Guard(TaskId id, Coro<void> coroutine);
  std::uint32_t NewTaskSlot();
  // The task, if it still runs.
  Task* Find(TaskId id);
  void End(TaskId id);
  void StartIn(Duration length);
  void Die(TraceKind how, std::int64_t value);
  void LeaveRemains();
  void Resume();
  void DestroyRemains();
  void MarkRemains();

  Kernel* kernel_;
  Symbol name_;
  Main main_;
  State state_ = State::kDown;
  std::uint32_t incarnation_ = 0;
  std::vector<Time> deaths_;  // of each life that is over
  std::unique_ptr<ProcessBody> body_;
  std::vector<Task> tasks_;
  std::vector<std::uint32_t> free_tasks_;
  std::vector<std::uint32_t> ended_tasks_;  // to be destroyed when the step is over
  std::vector<AlarmId> deferred_;           // what came while it was paused
  AlarmId resume_alarm_;
  AlarmId restart_alarm_;
  bool has_remains_ = false;
  std::vector<std::unique_ptr<ProcessBody>> dead_bodies_;
  std::vector<Coro<void>> dead_coroutines_;
};

class Process::SleepAwaiter {
 public:
  SleepAwaiter(Process& process, Duration length, bool foreground)
      : process_(process), length_(length), foreground_(foreground) {}
  SleepAwaiter(const SleepAwaiter&) = delete;
  SleepAwaiter& operator=(const SleepAwaiter&) = delete;
  ~SleepAwaiter() {
    if (alarm_.generation != 0) process_.Cancel(alarm_);
  }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle);
  void await_resume() noexcept { alarm_ = AlarmId{}; }

 private:
  Process& process_;
  Duration length_;
  bool foreground_;
  AlarmId alarm_;
};

inline Process::SleepAwaiter Process::Sleep(Duration length, bool foreground) {
  return SleepAwaiter(*this, length, foreground);
}

}  // namespace groundhog::sim
