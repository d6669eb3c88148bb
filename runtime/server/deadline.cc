#include "runtime/server/deadline.h"

#include <algorithm>

namespace groundhog::server {

void DeadlineQueue::Push(const Deadline& deadline) {
  heap_.push_back(Entry{deadline, ++sequence_});
  std::push_heap(heap_.begin(), heap_.end(), Later);
}

Deadline DeadlineQueue::Pop() {
  std::pop_heap(heap_.begin(), heap_.end(), Later);
  const Deadline deadline = heap_.back().deadline;
  heap_.pop_back();
  return deadline;
}

}  // namespace groundhog::server
