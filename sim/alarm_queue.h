// AlarmQueue: what will happen at which virtual time; a 4-ary heap with cancellation that costs
// nothing until the time comes.
//
// Order: by time, then by sequence number. Cancelled entries stay in the heap and are dropped when
// they come up; when they are more than half of it, the heap is swept. Ids hold a generation, so
// cancelling an alarm that has fired does nothing. An alarm may be parked: it keeps its id and can
// be cancelled, but has no time until it is put back (a paused process).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/time.h"

namespace groundhog::sim {

class Process;

struct AlarmId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  // 0: no alarm
};

// What an alarm does: a plain function on a target, so that setting one allocates nothing.
using AlarmAction = void (*)(void* target, std::uint64_t argument);

struct Alarm {
  AlarmAction action = nullptr;
  void* target = nullptr;
  std::uint64_t argument = 0;
  Process* process = nullptr;  // null: the world's
  bool foreground = true;      // a simulation goes on for it
};

class AlarmQueue {
 public:
  AlarmQueue();

  // REQUIRES: no two alarms have one sequence number, which is from 1 to 2^40 - 1.
  AlarmId Set(Time time, std::uint64_t sequence, const Alarm& alarm);
  // The alarm taken back, or null if it has fired or was cancelled before.
  const Alarm* Cancel(AlarmId id);
  // Takes back all alarms of a process. How many of them were in the foreground.
  std::size_t CancelAllOf(const Process& process);

  // The pending alarm that comes first; drops cancelled ones on the way. Null if there is none.
  struct Head {
    Time time;
    std::uint64_t key = 0;
    std::uint64_t sequence() const { return key >> kSlotBits; }
  };
  const Head* Peek();
  // REQUIRES of these three: Peek() was not null, and nothing was set or cancelled since.
  const Alarm& Top() const { return slots_[SlotOf(heap_.front())].alarm; }
  void Pop() {
    Free(SlotOf(heap_.front()));
    hole_ = true;
  }
  AlarmId ParkTop();

  // A new alarm that has no time yet.
  AlarmId Park(const Alarm& alarm);
  // Gives a parked alarm a time, unless it was cancelled.
  void Unpark(AlarmId id, Time time, std::uint64_t sequence);

  // How many alarms are waiting, parked ones included.
  std::size_t pending() const {
    return heap_.size() - cancelled_ - static_cast<std::size_t>(hole_) + parked_;
  }
  void Clear();

 private:
  // Sequence and slot share a word, so that an entry has 16 bytes and
  // the order needs no third comparison.
  static constexpr int kSlotBits = 24;
  static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

  enum class State : std::uint8_t { kFree, kQueued, kParked };
  struct alignas(64) Slot {
    Alarm alarm;
    std::uint64_t key = 0;  // of the heap entry that stands for it; 0 if none does
    std::uint32_t generation = 1;
    std::uint32_t next_free = kNoSlot;
    State state = State::kFree;
  };
  static std::uint32_t SlotOf(const Head& entry) {
    return static_cast<std::uint32_t>(entry.key & ((1U << kSlotBits) - 1));
  }
  static bool Before(const Head& a, const Head& b) {
    return a.time != b.time ? a.time < b.time : a.key < b.key;
  }
  bool Live(const Head& entry) const { return slots_[SlotOf(entry)].key == entry.key; }
  std::uint32_t NewSlot(State state);
  void AddSlot();
  void Push(std::uint32_t slot, Time time, std::uint64_t sequence);
  void Free(std::uint32_t slot);
  void TakeBack(std::uint32_t slot);
  void SweepIfWorthIt();
  void SiftUp(std::size_t index, Time time, std::uint64_t key);
  void SiftDown(Time time, std::uint64_t key);
  void PopTop();
  const Head* PeekBehindTheDropped();

  std::vector<Head> heap_;
  std::vector<Slot> slots_;
  std::uint32_t free_ = kNoSlot;  // the first of a list
  std::size_t cancelled_ = 0;     // entries of the heap that stand for nothing
  std::size_t parked_ = 0;
  // The top was popped and its place is not filled yet: who wakes up mostly goes to sleep again,
  // and that entry takes it.
  bool hole_ = false;
};

// What each wake-up goes through is inline, and entries are passed as two words: a struct that is
// stored in parts and loaded whole stalls the processor for as long as all the rest takes.

inline std::uint32_t AlarmQueue::NewSlot(State state) {
  if (free_ == kNoSlot) [[unlikely]] {
    AddSlot();
  }
  const std::uint32_t slot = free_;
  free_ = slots_[slot].next_free;
  slots_[slot].state = state;
  return slot;
}

inline void AlarmQueue::Free(std::uint32_t slot) {
  Slot& freed = slots_[slot];
  if (++freed.generation == 0) freed.generation = 1;
  freed.key = 0;
  freed.state = State::kFree;
  freed.next_free = free_;
  free_ = slot;
}

inline void AlarmQueue::Push(std::uint32_t slot, Time time, std::uint64_t sequence) {
  const std::uint64_t key = sequence << kSlotBits | slot;
  slots_[slot].key = key;
  if (hole_) {
    hole_ = false;
    SiftDown(time, key);
    return;
  }
  heap_.emplace_back();
  SiftUp(heap_.size() - 1, time, key);
}

[[gnu::always_inline]] inline AlarmId AlarmQueue::Set(Time time, std::uint64_t sequence,
                                                      const Alarm& alarm) {
  const std::uint32_t slot = NewSlot(State::kQueued);
  slots_[slot].alarm = alarm;
  const AlarmId id{slot, slots_[slot].generation};
  Push(slot, time, sequence);
  return id;
}

inline const AlarmQueue::Head* AlarmQueue::Peek() {
  if (!hole_ && !heap_.empty() && Live(heap_.front())) [[likely]] {
    return &heap_.front();
  }
  return PeekBehindTheDropped();
}

}  // namespace groundhog::sim
