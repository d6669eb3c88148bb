#include "sim/kernel.h"

#include <fmt/format.h>

#include <utility>

#include "sim/lengths.h"

namespace groundhog::sim {

Kernel::Kernel(Choices& choices, SymbolTable& symbols, Bounds bounds)
    : choices_(&choices), symbols_(&symbols), bounds_(bounds) {}

Kernel::~Kernel() { Shutdown(); }

void Kernel::Shutdown() {
  // Bodies and coroutines may still use the kernel while they go.
  for (Process& process : processes_) {
    if (process.state() != Process::State::kDown) process.Die(TraceKind::kStopped, 0);
    process.DestroyRemains();
  }
}

Process& Kernel::AddProcess(std::string_view name, Process::Main main) {
  return processes_.emplace_back(*this, symbols_->Intern(name), std::move(main));
}

AlarmId Kernel::SetAlarm(Time time, const Alarm& alarm) {
  if (alarm.foreground) ++foreground_;
  return alarms_.Set(time < now_ ? now_ : time, ++sequence_, alarm);
}

void Kernel::Cancel(AlarmId id) {
  const Alarm* cancelled = alarms_.Cancel(id);
  if (cancelled != nullptr && cancelled->foreground) --foreground_;
}

void Kernel::AfterNominalLatency(AlarmAction action, void* target, std::uint64_t argument) {
  nominal_.Push(NominalStep{now_ + kNominalLatency, ++sequence_, action, target, argument});
}

void Kernel::RunReady() {
  if (resuming_) return;  // the outer loop takes it
  resuming_ = true;
  while (!ready_.empty()) ready_.Pop().resume();
  resuming_ = false;
}

void Kernel::MoveTo(Time time) {
  ++steps_;
  if (time == now_) return;
  now_ = time;
  step_of_last_move_ = steps_;
}

void Kernel::RunNominal() {
  const NominalStep step = nominal_.Pop();
  MoveTo(step.time);
  step.action(step.target, step.argument);
}

void Kernel::RunAlarm() {
  const Time time = alarms_.Peek()->time;
  const Alarm alarm = alarms_.Pop();
  if (alarm.foreground) --foreground_;
  MoveTo(time);
  Process* process = alarm.process;
  if (process == nullptr) {
    alarm.action(alarm.target, alarm.argument);
    return;
  }
  if (alarm.incarnation != process->running_incarnation_) [[unlikely]] {
    if (alarm.incarnation == process->incarnation_) process->Defer(alarm);
    return;
  }
  trace_.Mix(static_cast<std::uint64_t>(ToUnixNanos(time)) ^ process->name_.hash());
  alarm.action(alarm.target, alarm.argument);
}

bool Kernel::Step() {
  const AlarmQueue::Head* alarm = alarms_.Peek();
  if (nominal_.empty()) {
    if (alarm == nullptr) return false;
    RunAlarm();
  } else {
    const NominalStep& step = nominal_.front();
    const bool alarm_first =
        alarm != nullptr && (alarm->time != step.time ? alarm->time < step.time
                                                      : alarm->sequence < step.sequence);
    if (alarm_first) {
      RunAlarm();
    } else {
      RunNominal();
    }
  }
  if (!with_remains_.empty()) BuryTheDead();
  return true;
}

void Kernel::BuryTheDead() {
  while (!with_remains_.empty()) {
    Process* process = with_remains_.back();
    with_remains_.pop_back();
    process->DestroyRemains();
  }
}

bool Kernel::BoundReached(SimulationEnd& end) const {
  const auto reached = [&end](std::string_view name, std::uint64_t value, std::string_view advice) {
    end.kind = SimulationEnd::Kind::kBoundReached;
    end.what = fmt::format("bound '{}' reached ({}): {}", name, value, advice);
    return true;
  };
  if (steps_ >= bounds_.steps) {
    return reached("steps", bounds_.steps, "something goes on without end, or the bound is too low");
  }
  if (steps_ - step_of_last_move_ >= bounds_.steps_at_one_time) {
    return reached("steps_at_one_time", bounds_.steps_at_one_time,
                   "virtual time stands still while steps go on: a loop without a wait");
  }
  if (alarms_.pending() + nominal_.size() >= bounds_.pending) {
    return reached("pending", bounds_.pending, "alarms and messages pile up");
  }
  if (trace_.records().size() >= bounds_.trace_records) {
    return reached("trace_records", bounds_.trace_records, "the run is too long to be recorded");
  }
  if (now_ - kEpoch >= bounds_.virtual_time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(bounds_.virtual_time);
    return reached("virtual_time", static_cast<std::uint64_t>(seconds.count()),
                   "so many virtual seconds passed and the simulation did not end");
  }
  return false;
}

SimulationEnd Kernel::Run() {
  constexpr std::uint64_t kStepsBetweenChecks = 64;
  SimulationEnd end;
  while (scripts_ > 0 || foreground_ > 0) {
    if (!Step()) {
      if (scripts_ > 0) end.kind = SimulationEnd::Kind::kStuck;
      return end;
    }
    if (steps_ % kStepsBetweenChecks == 0 && BoundReached(end)) return end;
  }
  return end;
}

}  // namespace groundhog::sim
