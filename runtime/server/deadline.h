// Deadline: something that the server has to look at when its time has come,
// and DeadlineQueue, in which they wait.
//
// A deadline is only a reminder: when it comes up, the state of the run says whether it still means
// anything. So nothing is ever taken out of the queue early,
// and a state that was reloaded may be reminded twice.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/server/execution.h"

namespace groundhog::server {

enum class DeadlineKind : std::uint8_t {
  kWorkflowTaskStartToClose,     // id: started event id; number: attempt
  kWorkflowTaskScheduleToStart,  // of a sticky queue; id: scheduled event id; number: attempt
  kActivityTimeout,              // id: scheduled event id; number: see StampOf
  kActivityRetry,                // id: scheduled event id; number: attempt
  kTimer,                        // id: event id of TimerStarted
  kStartDelay,
  kWorkflowTimeout,
  kQueryOnStickyQueue,  // id: the query
  kQueryTimeout,        // id: the query; nobody has taken it in the time that its caller has
  kDeleteRun,           // of a closed run
  kArchiveRun,          // of a closed run
  kBatchOperation,      // id: the batch; its next operation is due
  kTaskQueueTurn,       // id: an activity queue's number; its rate limit lets another task go
  kScheduleWake,        // id: a schedule's number; it has something to do
  kScheduleTime,        // id: a schedule's number; its next time has come
  // Due at once: what the server carries on between workflows (carry_on.h); id:
  // the Initiated event.
  kStartChild,
  kTellParent,       // that the child has ended
  kTellChild,        // that the parent, which the run is, has ended
  kExternalRequest,  // a signal or cancel request to another workflow
};

constexpr bool IsBetweenWorkflows(DeadlineKind kind) {
  return kind >= DeadlineKind::kStartChild && kind <= DeadlineKind::kExternalRequest;
}

constexpr bool IsOfSchedule(DeadlineKind kind) {
  return kind == DeadlineKind::kScheduleWake || kind == DeadlineKind::kScheduleTime;
}

struct Deadline {
  Timestamp due = {};
  RunIndex run = 0;
  DeadlineKind kind = DeadlineKind::kTimer;
  std::int32_t number = 0;
  EventId id = 0;
};

// Earliest first; of equal ones the first that was pushed.
class DeadlineQueue {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  const Deadline& top() const { return heap_.front().deadline; }
  void Push(const Deadline& deadline);
  // REQUIRES: !empty()
  Deadline Pop();
  // Drops those that mean nothing any more, once they may be the greater part. So memory follows
  // what is pending, not what was.
  template <class IsCurrent>
  void Sweep(const IsCurrent& is_current) {
    if (heap_.size() < next_sweep_) return;
    std::erase_if(heap_, [&](const Entry& entry) { return !is_current(entry.deadline); });
    std::make_heap(heap_.begin(), heap_.end(), Later);
    next_sweep_ = std::max(kFirstSweep, 2 * heap_.size());
  }

 private:
  struct Entry {
    Deadline deadline;
    std::uint64_t sequence;
  };
  static bool Later(const Entry& a, const Entry& b) {
    return a.deadline.due != b.deadline.due ? a.deadline.due > b.deadline.due
                                            : a.sequence > b.sequence;
  }

  static constexpr std::size_t kFirstSweep = 64;

  std::vector<Entry> heap_;
  std::uint64_t sequence_ = 0;
  std::size_t next_sweep_ = kFirstSweep;
};

}  // namespace groundhog::server
