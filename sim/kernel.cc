#include "sim/kernel.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/lengths.h"

namespace groundhog::sim {

Kernel::Kernel(Choices& choices, SymbolTable& symbols, Bounds bounds)
    : choices_(&choices),
      symbols_(&symbols),
      bounds_(bounds),
      // Some room is left for what the last step adds to it.
      end_of_time_(
          std::min(After(kEpoch, bounds.virtual_time), Time::max() - std::chrono::hours(1))) {}

Kernel::~Kernel() { Shutdown(); }

void Kernel::Shutdown() {
  if (shut_down_) return;
  shut_down_ = true;
  death_observer_ = nullptr;
  acting_ = nullptr;
  // Bodies and coroutines may still use the kernel while they go,
  // and speak of each other's processes.
  for (Process& process : processes_) process.LeaveRemains();
  for (Process& process : processes_) process.DestroyRemains();
  with_remains_.clear();
}

Process& Kernel::AddProcess(std::string_view name, Process::Main main) {
  return processes_.emplace_back(*this, symbols_->Intern(name), std::move(main));
}

void Kernel::Cancel(AlarmId id) {
  const Alarm* cancelled = alarms_.Cancel(id);
  if (cancelled != nullptr && cancelled->foreground) --foreground_;
}

void Kernel::AfterNominalLatency(AlarmAction action, void* target, std::uint64_t argument) {
  nominal_.Push(NominalStep{now_ + kNominalLatency, ++sequence_, action, target, argument});
}

void Kernel::Launch(Coro<void>& coroutine, Process& process) {
  Process* const caller = std::exchange(acting_, &process);
  coroutine.Start(*this);
  if (!resuming_) {
    resuming_ = true;
    RunReady();
    resuming_ = false;
  }
  acting_ = caller;
}

void Kernel::RunReady() {
  Process* const caller = acting_;
  std::uint64_t left = bounds_.resumptions_in_one_step;
  while (!ready_.empty()) {
    const Ready next = ready_.Pop();
    acting_ = next.process;
    next.handle.resume();
    if (--left == 0) [[unlikely]] {
      too_many_resumptions_ = true;
      CheckSoon();
      ready_.Clear();  // the simulation is over
    }
  }
  acting_ = caller;
}

void Kernel::Forget(const Process& process) {
  foreground_ -= static_cast<std::int64_t>(alarms_.CancelAllOf(process));
  for (std::size_t count = ready_.size(); count > 0; --count) {
    const Ready ready = ready_.Pop();
    if (ready.process != &process) ready_.Push(ready);
  }
}

void Kernel::PutBack(const std::vector<AlarmId>& waited) {
  for (const AlarmId id : waited) alarms_.Unpark(id, now_, ++early_sequence_);
}

void Kernel::MoveTo(Time time) {
  ++steps_;
  if (time == now_) return;
  now_ = time;
  step_of_last_move_ = steps_;
  if (time >= end_of_time_) [[unlikely]] {
    CheckSoon();
  }
}

void Kernel::RunNominal() {
  const NominalStep step = nominal_.Pop();
  MoveTo(step.time);
  acting_ = nullptr;
  step.action(step.target, step.argument);
}

void Kernel::RunAlarm(Time time) {
  MoveTo(time);
  Process* const process = alarms_.Top().process;
  acting_ = process;
  if (process != nullptr) {
    if (process->state_ == Process::State::kPaused) [[unlikely]] {
      process->deferred_.push_back(alarms_.ParkTop());
      return;
    }
    trace_.Mix(static_cast<std::uint64_t>(ToUnixNanos(time)) ^ process->name_.hash());
  }
  const Alarm& alarm = alarms_.Top();
  if (alarm.foreground) --foreground_;
  const AlarmAction action = alarm.action;
  void* const target = alarm.target;
  const std::uint64_t argument = alarm.argument;
  alarms_.Pop();
  action(target, argument);
}

bool Kernel::Step() {
  const AlarmQueue::Head* alarm = alarms_.Peek();
  if (nominal_.empty()) {
    if (alarm == nullptr) return false;
    RunAlarm(alarm->time);
  } else {
    const NominalStep& step = nominal_.front();
    const bool alarm_first =
        alarm != nullptr &&
        (alarm->time != step.time ? alarm->time < step.time : alarm->sequence() < step.sequence);
    if (alarm_first) {
      RunAlarm(alarm->time);
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
    acting_ = process;
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
    return reached("steps", bounds_.steps,
                   "something goes on without end, or the bound is too low");
  }
  if (steps_ - step_of_last_move_ >= bounds_.steps_at_one_time) {
    return reached("steps_at_one_time", bounds_.steps_at_one_time,
                   "virtual time stands still while steps go on: a loop without a wait");
  }
  if (too_many_resumptions_) {
    return reached(
        "resumptions_in_one_step", bounds_.resumptions_in_one_step,
        "coroutines wake each other up without end, and none of them waits for anything");
  }
  if (alarms_.pending() + nominal_.size() >= bounds_.pending) {
    return reached("pending", bounds_.pending, "alarms and messages pile up");
  }
  if (trace_.records().size() >= bounds_.trace_records) {
    return reached("trace_records", bounds_.trace_records, "the run is too long to be recorded");
  }
  if (now_ >= end_of_time_) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(bounds_.virtual_time);
    return reached("virtual_time", static_cast<std::uint64_t>(seconds.count()),
                   "so many virtual seconds passed and the simulation did not end");
  }
  return false;
}

SimulationEnd Kernel::Run() {
  SimulationEnd end = RunToTheEnd();
  acting_ = nullptr;  // what comes between two runs is done by nobody
  return end;
}

SimulationEnd Kernel::RunToTheEnd() {
  constexpr std::uint64_t kStepsBetweenChecks = 64;
  SimulationEnd end;
  while (scripts_ > 0 || foreground_ > 0) {
    if (!Step()) {
      if (scripts_ > 0) end.kind = SimulationEnd::Kind::kStuck;
      return end;
    }
    if (steps_ < next_check_) continue;
    if (BoundReached(end)) return end;
    next_check_ = std::min(steps_ + kStepsBetweenChecks, bounds_.steps);
  }
  return end;
}

}  // namespace groundhog::sim
