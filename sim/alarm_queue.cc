#include "sim/alarm_queue.h"

#include <algorithm>

#include "base/check.h"

namespace groundhog::sim {
namespace {

constexpr std::size_t kArity = 4;
constexpr std::size_t kSweepFrom = 64;

}  // namespace

AlarmQueue::AlarmQueue() {
  constexpr std::size_t kUsualNumber = 64;
  heap_.reserve(kUsualNumber);
  slots_.reserve(kUsualNumber);
}

AlarmId AlarmQueue::Park(const Alarm& alarm) {
  const std::uint32_t slot = NewSlot(State::kParked);
  slots_[slot].alarm = alarm;
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

const AlarmQueue::Head* AlarmQueue::PeekBehindTheDropped() {
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

void AlarmQueue::AddSlot() {
  GH_CHECK(slots_.size() < (std::size_t{1} << kSlotBits),
           "too many alarms are pending at one time");
  free_ = static_cast<std::uint32_t>(slots_.size());
  slots_.emplace_back();
}

void AlarmQueue::TakeBack(std::uint32_t slot) {
  if (slots_[slot].state == State::kParked) {
    --parked_;
  } else {
    ++cancelled_;
  }
  Free(slot);
}

void AlarmQueue::SiftUp(std::size_t index, Time time, std::uint64_t key) {
  Head* const heap = heap_.data();
  while (index > 0) {
    const Head& parent = heap[(index - 1) / kArity];
    if (time != parent.time ? time > parent.time : key > parent.key) break;
    heap[index] = parent;
    index = (index - 1) / kArity;
  }
  heap[index].time = time;
  heap[index].key = key;
}

// Puts an entry at the top and lets it sink.
void AlarmQueue::SiftDown(Time time, std::uint64_t key) {
  Head* const heap = heap_.data();
  const std::size_t size = heap_.size();
  std::size_t index = 0;
  for (;;) {
    const std::size_t first = index * kArity + 1;
    if (first >= size) break;
    std::size_t least = first;
    const std::size_t last = std::min(first + kArity, size);
    for (std::size_t child = first + 1; child < last; ++child) {
      if (Before(heap[child], heap[least])) least = child;
    }
    const Head& smallest = heap[least];
    if (time != smallest.time ? time < smallest.time : key < smallest.key) break;
    heap[index] = smallest;
    index = least;
  }
  heap[index].time = time;
  heap[index].key = key;
}

void AlarmQueue::PopTop() {
  const Head last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) SiftDown(last.time, last.key);
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
  free_ = kNoSlot;
  slots_.clear();
  cancelled_ = 0;
  parked_ = 0;
  hole_ = false;
}

}  // namespace groundhog::sim
