// AlarmQueue: what will happen at which virtual time; a 4-ary heap with cancellation that costs nothing until the time comes.
//
// Order: by time, then by the order of setting. Cancelled entries stay in the heap and are dropped when they come up; when they are more
// than half of it, the heap is swept. Ids hold a generation, so cancelling an alarm that has fired does nothing.
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
  Process* process = nullptr;      // null: the world's
  std::uint32_t incarnation = 0;   // of the process, when it was set
  bool foreground = true;          // a simulation goes on for it
};

class AlarmQueue {
 public:
  AlarmId Set(Time time, std::uint64_t sequence, const Alarm& alarm);
  // The alarm taken back, or null if it has fired or was cancelled before.
  const Alarm* Cancel(AlarmId id);

  // The pending alarm that comes first; drops cancelled ones on the way. Null if there is none.
  struct Head {
    Time time;
    std::uint64_t sequence = 0;
  };
  const Head* Peek();
  // REQUIRES: Peek() was not null.
  Alarm Pop();

  std::size_t pending() const { return heap_.size() - cancelled_; }
  void Clear();

 private:
  struct Entry {
    Head head;
    AlarmId id;
  };
  struct Slot {
    Alarm alarm;
    std::uint32_t generation = 1;
  };
  static bool Before(const Entry& a, const Entry& b) {
    return a.head.time != b.head.time ? a.head.time < b.head.time
                                      : a.head.sequence < b.head.sequence;
  }
  bool Live(const Entry& entry) const { return slots_[entry.id.slot].generation == entry.id.generation; }
  void Free(std::uint32_t slot);
  void SiftUp(std::size_t index, const Entry& entry);
  void SiftDown(std::size_t index, const Entry& entry);
  void PopTop();
  void Sweep();

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t cancelled_ = 0;
};

}  // namespace groundhog::sim
