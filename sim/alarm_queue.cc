#include "sim/alarm_queue.h"

#include <algorithm>

#include "base/check.h"

namespace groundhog::sim {
namespace {

constexpr std::size_t kArity = 4;
constexpr std::size_t kSweepFrom = 64;

}  // namespace

AlarmId AlarmQueue::Set(Time time, std::uint64_t sequence, const Alarm& alarm) {
  const std::uint32_t slot = NewSlot(alarm, State::kQueued);
  Push(slot, time, sequence);
  return AlarmId{slot, slots_[slot].generation};
}

AlarmId AlarmQueue::Park(const Alarm& alarm) {
  const std::uint32_t slot = NewSlot(alarm, State::kParked);
  ++parked_;
  return AlarmId{slot, slots_[slot].generation};
}

AlarmId AlarmQueue::ParkTop() {
  const std::uint32_t slot = SlotOf(heap_.front());
  slots_[slot].state = State::kParked;
  slots_[slot].key = 0;
  ++parked_;
  hole_ = true;
  return AlarmId{slot, slots_[slot].generation};
}

void AlarmQueue::Unpark(AlarmId id, Time time, std::uint64_t sequence) {
  Slot& slot = slots_[id.slot];
  if (slot.generation != id.generation || slot.state != State::kParked) return;
  --parked_;
  slot.state = State::kQueued;
  Push(id.slot, time, sequence);
}

const Alarm* AlarmQueue::Cancel(AlarmId id) {
  if (id.generation == 0 || slots_[id.slot].generation != id.generation) return nullptr;
  TakeBack(id.slot);
  SweepIfWorthIt();
  return &slots_[id.slot].alarm;
}

std::size_t AlarmQueue::CancelAllOf(const Process& process) {
  std::size_t foreground = 0;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    const Slot& candidate = slots_[slot];
    if (candidate.state == State::kFree || candidate.alarm.process != &process) continue;
    if (candidate.alarm.foreground) ++foreground;
    TakeBack(slot);
  }
  SweepIfWorthIt();
  return foreground;
}

const AlarmQueue::Head* AlarmQueue::Peek() {
  if (hole_) {
    hole_ = false;
    PopTop();
  }
  while (!heap_.empty()) {
    if (Live(heap_.front())) [[likely]] {
      return &heap_.front();
    }
    PopTop();
    --cancelled_;
  }
  return nullptr;
}

Alarm AlarmQueue::Pop() {
  const std::uint32_t slot = SlotOf(heap_.front());
  Free(slot);
  hole_ = true;
  return slots_[slot].alarm;
}

std::uint32_t AlarmQueue::NewSlot(const Alarm& alarm, State state) {
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    GH_CHECK(slot < (1U << kSlotBits), "too many alarms are pending at one time");
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[slot].alarm = alarm;
  slots_[slot].state = state;
  return slot;
}

void AlarmQueue::Push(std::uint32_t slot, Time time, std::uint64_t sequence) {
  const Head entry{time, sequence << kSlotBits | slot};
  slots_[slot].key = entry.key;
  if (hole_) {
    hole_ = false;
    SiftDown(0, entry);
    return;
  }
  heap_.push_back(entry);
  SiftUp(heap_.size() - 1, entry);
}

void AlarmQueue::Free(std::uint32_t slot) {
  Slot& freed = slots_[slot];
  if (++freed.generation == 0) freed.generation = 1;
  freed.key = 0;
  freed.state = State::kFree;
  free_.push_back(slot);
}

void AlarmQueue::TakeBack(std::uint32_t slot) {
  if (slots_[slot].state == State::kParked) {
    --parked_;
  } else {
    ++cancelled_;
  }
  Free(slot);
}

void AlarmQueue::SiftUp(std::size_t index, const Head& entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / kArity;
    if (!Before(entry, heap_[parent])) break;
    heap_[index] = heap_[parent];
    index = parent;
  }
  heap_[index] = entry;
}

void AlarmQueue::SiftDown(std::size_t index, const Head& entry) {
  const std::size_t size = heap_.size();
  for (;;) {
    const std::size_t first = index * kArity + 1;
    if (first >= size) break;
    std::size_t least = first;
    const std::size_t last = std::min(first + kArity, size);
    for (std::size_t child = first + 1; child < last; ++child) {
      if (Before(heap_[child], heap_[least])) least = child;
    }
    if (!Before(heap_[least], entry)) break;
    heap_[index] = heap_[least];
    index = least;
  }
  heap_[index] = entry;
}

void AlarmQueue::PopTop() {
  const Head last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) SiftDown(0, last);
}

void AlarmQueue::SweepIfWorthIt() {
  if (cancelled_ <= kSweepFrom || cancelled_ * 2 <= heap_.size()) return;
  std::erase_if(heap_, [this](const Head& entry) { return !Live(entry); });
  std::sort(heap_.begin(), heap_.end(), Before);  // a sorted vector is a heap
  cancelled_ = 0;
  hole_ = false;
}

void AlarmQueue::Clear() {
  heap_.clear();
  free_.clear();
  slots_.clear();
  cancelled_ = 0;
  parked_ = 0;
  hole_ = false;
}

}  // namespace groundhog::sim
