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
  kernel_->trace().Add(
      TraceRecord{kernel_->now(), kind, name_, peer, label, value});
}

void Process::Start() {
  if (state_ != State::kDown) return;
  kernel_->Cancel(restart_alarm_);
  restart_alarm_ = AlarmId{};
  state_ = State::kRunning;
  running_incarnation_ = ++incarnation_;
  Trace(TraceKind::kStarted, Symbol(), Label(), incarnation_);
  body_ = main_(*this);
}

void Process::MarkRemains() {
  if (has_remains_) return;
  has_remains_ = true;
  kernel_->with_remains_.push_back(this);
}

void Process::Die(TraceKind how, std::int64_t value) {
  Trace(how, Symbol(), Label(), value);
  state_ = State::kDown;
  running_incarnation_ = 0;
  if (body_) dead_bodies_.push_back(std::move(body_));
  for (Task& task : tasks_) {
    if (task.role == Role::kScript && !task.ended) kernel_->ScriptEnds();
    dead_coroutines_.push_back(std::move(task.coroutine));
  }
  tasks_.clear();
  for (const Alarm& step : deferred_) {
    if (step.foreground) kernel_->ForegroundEnds();
    // The world's steps (a message that waited) find out for themselves that nobody is there.
    if (step.process == nullptr) kernel_->SetAlarm(kernel_->now(), step);
  }
  deferred_.clear();
  kernel_->Cancel(resume_alarm_);
  MarkRemains();
  kernel_->TellOfDeath(*this);
}

void Process::Crash(std::optional<Duration> restart_after) {
  if (state_ == State::kDown) return;
  Die(TraceKind::kCrashed, restart_after ? restart_after->count() : -1);
  if (!restart_after) return;
  const auto start = [](void* target, std::uint64_t) { static_cast<Process*>(target)->Start(); };
  restart_alarm_ =
      kernel_->SetAlarm(kernel_->now() + *restart_after, Alarm{.action = start, .target = this});
}

void Process::Stop() {
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
  running_incarnation_ = 0;
  const auto resume = [](void* target, std::uint64_t) { static_cast<Process*>(target)->Resume(); };
  resume_alarm_ =
      kernel_->SetAlarm(kernel_->now() + length, Alarm{.action = resume, .target = this});
}

void Process::Resume() {
  Trace(TraceKind::kResumed, Symbol(), Label());
  state_ = State::kRunning;
  running_incarnation_ = incarnation_;
  std::vector<Alarm> deferred = std::move(deferred_);
  deferred_.clear();
  // Each becomes a step of its own again, in the old order.
  for (const Alarm& step : deferred) {
    if (step.foreground) kernel_->ForegroundEnds();
    kernel_->SetAlarm(kernel_->now(), step);
  }
}

bool Process::Defer(const Alarm& step) {
  if (state_ != State::kPaused) return false;
  if (step.foreground) kernel_->ForegroundBegins();
  deferred_.push_back(step);
  return true;
}

Process::TaskId Process::Spawn(Coro<void> coroutine, Role role) {
  const TaskId id = ++last_task_;
  if (state_ == State::kDown) return id;
  if (role == Role::kScript) kernel_->ScriptBegins();
  tasks_.push_back(Task{id, Guard(id, std::move(coroutine)), role});
  tasks_.back().coroutine.Start(*kernel_);
  kernel_->RunReady();
  return id;
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
  if (Task* task = Find(id)) End(*task);
}

Process::Task* Process::Find(TaskId id) {
  const auto found =
      std::find_if(tasks_.begin(), tasks_.end(), [id](const Task& task) { return task.id == id; });
  return found == tasks_.end() ? nullptr : &*found;
}

void Process::End(Task& task) {
  if (task.role == Role::kScript) kernel_->ScriptEnds();
  task.ended = true;
  MarkRemains();
}

void Process::Abort(TaskId id) {
  Task* task = Find(id);
  if (task == nullptr || task->ended) return;
  End(*task);
}

void Process::DestroyRemains() {
  has_remains_ = false;
  // Destructors may call back into this process, so they run on lists that nobody else sees; coroutines use their body.
  std::vector<Coro<void>> coroutines = std::move(dead_coroutines_);
  dead_coroutines_.clear();
  for (Task& task : tasks_) {
    if (task.ended) coroutines.push_back(std::move(task.coroutine));
  }
  std::erase_if(tasks_, [](const Task& task) { return task.ended; });
  std::vector<std::unique_ptr<ProcessBody>> bodies = std::move(dead_bodies_);
  dead_bodies_.clear();
  coroutines.clear();
  bodies.clear();
}

AlarmId Process::SetAlarm(Duration in, AlarmAction action, void* target, std::uint64_t argument,
                          bool foreground) {
  if (state_ == State::kDown) return AlarmId{};
  return kernel_->SetAlarm(kernel_->now() + in, Alarm{.action = action,
                                                      .target = target,
                                                      .argument = argument,
                                                      .process = this,
                                                      .incarnation = incarnation_,
                                                      .foreground = foreground});
}

void Process::Cancel(AlarmId id) { kernel_->Cancel(id); }

Process::SleepAwaiter Process::Sleep(Duration length) { return SleepAwaiter(*this, length); }

void Process::SleepAwaiter::await_suspend(std::coroutine_handle<> handle) {
  alarm_ = process_.SetAlarm(length_, &ResumeHandle, &process_.kernel(),
                             reinterpret_cast<std::uint64_t>(handle.address()));
}

}  // namespace groundhog::sim
