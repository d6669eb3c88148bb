#include "sim/process.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sim/kernel.h"
#include "sim/network.h"

namespace groundhog::sim {
namespace {

void ResumeHandle(void* target, std::uint64_t argument) {
  static_cast<Kernel*>(target)->Resume(
      std::coroutine_handle<>::from_address(reinterpret_cast<void*>(argument)));
}

}  // namespace

void ProcessBody::Handle(Incoming& request) {
  request.TakeReply().Error(absl::UnimplementedError("this process takes no requests"));
}

void ProcessBody::Stop(Process& process) { process.Exit(); }

Process::Process(Kernel& kernel, Symbol name, Main main)
    : kernel_(&kernel), name_(name), main_(std::move(main)) {}

Process::~Process() = default;

void Process::Trace(TraceKind kind, Symbol peer, const Label& label, std::int64_t value) {
  kernel_->trace().Add(TraceRecord{kernel_->now(), kind, name_, peer, label, value});
}

void Process::Start() {
  if (state_ != State::kDown) return;
  kernel_->Cancel(restart_alarm_);
  restart_alarm_ = AlarmId{};
  if (!dead_bodies_.empty() || !dead_coroutines_.empty()) return StartIn(Duration{0});
  state_ = State::kRunning;
  const std::uint32_t incarnation = ++incarnation_;
  Trace(TraceKind::kStarted, Symbol(), Label(), incarnation);
  Process* const caller = kernel_->acting_;
  kernel_->ActAs(*this);
  std::unique_ptr<ProcessBody> body = main_(*this);
  kernel_->acting_ = caller;
  if (Lives(incarnation)) {
    body_ = std::move(body);
    return;
  }
  dead_bodies_.push_back(std::move(body));  // it died while it was starting
  MarkRemains();
}

void Process::StartIn(Duration length) {
  const auto start = [](void* target, std::uint64_t) { static_cast<Process*>(target)->Start(); };
  restart_alarm_ =
      kernel_->SetAlarm(After(kernel_->now(), length), Alarm{.action = start, .target = this});
}

void Process::MarkRemains() {
  if (has_remains_) return;
  has_remains_ = true;
  kernel_->with_remains_.push_back(this);
}

void Process::Die(TraceKind how, std::int64_t value) {
  Trace(how, Symbol(), Label(), value);
  deaths_.push_back(kernel_->now());
  LeaveRemains();
  MarkRemains();
  kernel_->Cancel(resume_alarm_);
  kernel_->Forget(*this);
  // What is left are the world's steps: a message that waited finds
  // out for itself that nobody is there.
  kernel_->PutBack(deferred_);
  deferred_.clear();
  kernel_->TellOfDeath(*this);
}

void Process::LeaveRemains() {
  state_ = State::kDown;
  if (body_) dead_bodies_.push_back(std::move(body_));
  for (std::uint32_t slot = 0; slot < tasks_.size(); ++slot) {
    Task& task = tasks_[slot];
    if (task.state == Task::State::kFree) continue;
    if (task.state == Task::State::kRuns && task.role == Role::kScript) kernel_->ScriptEnds();
    dead_coroutines_.push_back(std::move(task.coroutine));
    task.state = Task::State::kFree;
    free_tasks_.push_back(slot);
  }
  ended_tasks_.clear();
}

void Process::Crash(std::optional<Duration> restart_after) {
  if (state_ == State::kDown) return;
  Die(TraceKind::kCrashed, restart_after ? restart_after->count() : -1);
  if (restart_after) StartIn(*restart_after);
}

void Process::Stop() {
  if (state_ == State::kPaused) {
    const auto stop = [](void* target, std::uint64_t) { static_cast<Process*>(target)->Stop(); };
    Defer(Alarm{.action = stop, .target = this, .process = this});
    return;
  }
  if (state_ == State::kRunning && body_) body_->Stop(*this);
}

void Process::Exit() {
  if (state_ == State::kDown) return;
  Die(TraceKind::kStopped, 0);
}

void Process::Pause(Duration length) {
  if (state_ != State::kRunning) return;
  Trace(TraceKind::kPaused, Symbol(), Label(), length.count());
  state_ = State::kPaused;
  const auto resume = [](void* target, std::uint64_t) { static_cast<Process*>(target)->Resume(); };
  resume_alarm_ =
      kernel_->SetAlarm(After(kernel_->now(), length), Alarm{.action = resume, .target = this});
}

void Process::Resume() {
  Trace(TraceKind::kResumed, Symbol(), Label());
  state_ = State::kRunning;
  kernel_->PutBack(deferred_);
  deferred_.clear();
}

bool Process::Defer(const Alarm& step) {
  if (state_ != State::kPaused) return false;
  if (step.foreground) kernel_->ForegroundBegins();
  deferred_.push_back(kernel_->alarms_.Park(step));
  return true;
}

Process::TaskId Process::Spawn(Coro<void> coroutine, Role role) {
  if (state_ == State::kDown) return 0;
  if (role == Role::kScript) kernel_->ScriptBegins();
  const std::uint32_t slot = NewTaskSlot();
  Task& task = tasks_[slot];
  const TaskId id = TaskId{++task.generation} << 32 | slot;
  task.role = role;
  task.state = Task::State::kRuns;
  task.coroutine = Guard(id, std::move(coroutine));
  kernel_->Launch(task.coroutine, *this);
  return id;
}

std::uint32_t Process::NewTaskSlot() {
  if (free_tasks_.empty()) {
    tasks_.emplace_back();
    return static_cast<std::uint32_t>(tasks_.size() - 1);
  }
  const std::uint32_t slot = free_tasks_.back();
  free_tasks_.pop_back();
  return slot;
}

Coro<void> Process::Guard(TaskId id, Coro<void> coroutine) {
  std::string escaped;
  bool failed = false;
  try {
    co_await coroutine;
  } catch (const std::exception& error) {
    failed = true;
    escaped = error.what();
  } catch (...) {
    failed = true;
    escaped = "an exception that is no std::exception";
  }
  if (failed) kernel_->Report(Escaped{name_, std::move(escaped)});
  End(id);
}

Process::Task* Process::Find(TaskId id) {
  const auto slot = static_cast<std::uint32_t>(id);
  if (slot >= tasks_.size() || tasks_[slot].generation != id >> 32) return nullptr;
  return tasks_[slot].state == Task::State::kRuns ? &tasks_[slot] : nullptr;
}

void Process::End(TaskId id) {
  Task* const task = Find(id);
  if (task == nullptr) return;
  if (task->role == Role::kScript) kernel_->ScriptEnds();
  task->state = Task::State::kEnded;
  ended_tasks_.push_back(static_cast<std::uint32_t>(id));
  MarkRemains();
}

void Process::Abort(TaskId id) { End(id); }

void Process::DestroyRemains() {
  has_remains_ = false;
  // Destructors may call back into this process, so what they belong to is out of its lists first.
  // Coroutines use their body.
  for (std::size_t i = 0; i < ended_tasks_.size(); ++i) {
    Task& task = tasks_[ended_tasks_[i]];
    task.state = Task::State::kFree;
    free_tasks_.push_back(ended_tasks_[i]);
    const Coro<void> ended = std::exchange(task.coroutine, Coro<void>());
  }
  ended_tasks_.clear();
  if (dead_coroutines_.empty() && dead_bodies_.empty()) return;
  std::vector<Coro<void>> coroutines = std::exchange(dead_coroutines_, {});
  std::vector<std::unique_ptr<ProcessBody>> bodies = std::exchange(dead_bodies_, {});
  coroutines.clear();
  bodies.clear();
}

AlarmId Process::SetAlarm(Duration in, AlarmAction action, void* target, std::uint64_t argument,
                          bool foreground) {
  if (state_ == State::kDown) return AlarmId{};
  return kernel_->SetAlarm(After(kernel_->now(), in), Alarm{.action = action,
                                                            .target = target,
                                                            .argument = argument,
                                                            .process = this,
                                                            .foreground = foreground});
}

void Process::Cancel(AlarmId id) { kernel_->Cancel(id); }

void Process::SleepAwaiter::await_suspend(std::coroutine_handle<> handle) {
  alarm_ = process_.SetAlarm(length_, &ResumeHandle, &process_.kernel(),
                             reinterpret_cast<std::uint64_t>(handle.address()), foreground_);
}

}  // namespace groundhog::sim
