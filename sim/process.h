// Process: a simulated operating system process: the server, a worker, a client, a bank.
//
// It runs a body, which its main function builds anew at each start: all of its memory. A crash destroys body and coroutines
// where they stand; nothing that their destructors do reaches the world, because the process is already dead to the kernel. What
// must survive stands in a Store outside of it. A paused process does nothing; what came meanwhile comes when it resumes.
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
  ProcessBody* body() { return body_.get(); }

  void Start();
  // Replaces what runs from the next start on: other code, as after a deployment.
  void SetMain(Main main) { main_ = std::move(main); }
  // Dead at once; starts again after `restart_after`, if given.
  void Crash(std::optional<Duration> restart_after);
  // Asks the body to stop.
  void Stop();
  // The body has stopped.
  void Exit();
  // Does nothing for so long, then goes on as if nothing had been.
  void Pause(Duration length);

  enum class Role : std::uint8_t { kTask, kScript };
  using TaskId = std::uint64_t;
  // Runs a coroutine, which the process owns. A simulation waits for scripts to end.
  TaskId Spawn(Coro<void> coroutine, Role role = Role::kTask);
  // Destroys the coroutine where it stands.
  void Abort(TaskId task);

  // An alarm that dies with this life of the process.
  AlarmId SetAlarm(Duration in, AlarmAction action, void* target, std::uint64_t argument,
                   bool foreground = true);
  void Cancel(AlarmId id);
  // Keeps a step for later if the process is paused. Whether it was kept.
  bool Defer(const Alarm& step);

  class SleepAwaiter;
  // co_await process.Sleep(1s)
  SleepAwaiter Sleep(Duration length);

  void Trace(TraceKind kind, Symbol peer, const class Label& label, std::int64_t value = 0);

 private:
  friend class Kernel;
  struct Task {
    TaskId id;
    Coro<void> coroutine;
    Role role;
    bool ended = false;
  };

  Coro<void> Guard(TaskId id, Coro<void> coroutine);
  Task* Find(TaskId id);
  void End(Task& task);
  void Die(TraceKind how, std::int64_t value);
  void Resume();
  void DestroyRemains();
  void MarkRemains();

  Kernel* kernel_;
  Symbol name_;
  Main main_;
  State state_ = State::kDown;
  std::uint32_t incarnation_ = 0;
  std::uint32_t running_incarnation_ = 0;  // 0 unless running: one comparison tells whether a step may run
  std::unique_ptr<ProcessBody> body_;
  std::vector<Task> tasks_;
  TaskId last_task_ = 0;
  std::vector<Alarm> deferred_;
  AlarmId resume_alarm_;
  AlarmId restart_alarm_;
  bool has_remains_ = false;
  std::vector<std::unique_ptr<ProcessBody>> dead_bodies_;
  std::vector<Coro<void>> dead_coroutines_;
};

class Process::SleepAwaiter {
 public:
  SleepAwaiter(Process& process, Duration length) : process_(process), length_(length) {}
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
  AlarmId alarm_;
};

}  // namespace groundhog::sim
