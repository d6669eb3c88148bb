#include "runtime/server/deadline.h"

#include <algorithm>
#include <set>
#include <vector>

#include "tests/rapidcheck.h"

namespace groundhog::server {
namespace {

Deadline At(std::int64_t nanos, EventId id) {
  return Deadline{.due = history::FromUnixNanos(nanos), .id = id};
}

TEST_CASE("deadlines come up by time, equal ones in the order in which they were set",
          "[property]") {
  rc::prop("popping is a stable sort", [] {
    const auto times = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20));
    DeadlineQueue queue;
    std::vector<Deadline> expected;
    for (const int time : times) {
      expected.push_back(At(time, static_cast<EventId>(expected.size())));
      queue.Push(expected.back());
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [](const Deadline& a, const Deadline& b) { return a.due < b.due; });
    for (const Deadline& next : expected) RC_ASSERT(queue.Pop().id == next.id);
    RC_ASSERT(queue.empty());
  });
}

TEST_CASE("sweeping drops only what means nothing, and keeps the order") {
  DeadlineQueue queue;
  const auto is_current = [](const Deadline& deadline) { return deadline.id % 10 == 0; };
  for (EventId id = 0; id < 1000; ++id) {
    queue.Push(At(5000 - id, id));
    queue.Sweep(is_current);
  }
  CHECK(queue.size() < 250);
  std::vector<EventId> current;
  while (!queue.empty()) {
    const Deadline next = queue.Pop();
    if (is_current(next)) current.push_back(next.id);
  }
  REQUIRE(current.size() == 100);
  CHECK(current.front() == 990);
  CHECK(std::is_sorted(current.rbegin(), current.rend()));
}

}  // namespace
}  // namespace groundhog::server
