#include "sim/alarm_queue.h"

#include <algorithm>

namespace groundhog::sim {
namespace {

constexpr std::size_t kArity = 4;
constexpr std::size_t kSweepFrom = 64;

}  // namespace

AlarmId AlarmQueue::Set(Time time, std::uint64_t sequence, const Alarm& alarm) {
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back(Slot{alarm});
  } else {
    slot = free_.back();
    free_.pop_back();
    slots_[slot].alarm = alarm;
  }
  const AlarmId id{slot, slots_[slot].generation};
  const Entry entry{{time, sequence}, id};
  heap_.push_back(entry);
  SiftUp(heap_.size() - 1, entry);
  return id;
}

const Alarm* AlarmQueue::Cancel(AlarmId id) {
  if (id.generation == 0 || slots_[id.slot].generation != id.generation) return nullptr;
  Free(id.slot);
  ++cancelled_;
  if (cancelled_ > kSweepFrom && cancelled_ * 2 > heap_.size()) Sweep();
  return &slots_[id.slot].alarm;
}

const AlarmQueue::Head* AlarmQueue::Peek() {
  while (!heap_.empty()) {
    if (Live(heap_.front())) return &heap_.front().head;
    PopTop();
    --cancelled_;
  }
  return nullptr;
}

Alarm AlarmQueue::Pop() {
  const std::uint32_t slot = heap_.front().id.slot;
  Free(slot);
  PopTop();
  return slots_[slot].alarm;
}

void AlarmQueue::Free(std::uint32_t slot) {
  if (++slots_[slot].generation == 0) slots_[slot].generation = 1;
  free_.push_back(slot);
}

void AlarmQueue::SiftUp(std::size_t index, const Entry& entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / kArity;
    if (!Before(entry, heap_[parent])) break;
    heap_[index] = heap_[parent];
    index = parent;
  }
  heap_[index] = entry;
}

void AlarmQueue::SiftDown(std::size_t index, const Entry& entry) {
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
  const Entry last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) SiftDown(0, last);
}

void AlarmQueue::Sweep() {
  std::erase_if(heap_, [this](const Entry& entry) { return !Live(entry); });
  std::sort(heap_.begin(), heap_.end(), Before);  // a sorted vector is a heap
  cancelled_ = 0;
}

void AlarmQueue::Clear() {
  heap_.clear();
  free_.clear();
  slots_.clear();
  cancelled_ = 0;
}

}  // namespace groundhog::sim
