#include "sim/alarm_queue.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/rapidcheck.h"

namespace groundhog::sim {
namespace {

Alarm Numbered(std::uint64_t number) { return Alarm{.argument = number}; }

std::vector<std::uint64_t> PopAll(AlarmQueue& queue) {
  std::vector<std::uint64_t> popped;
  while (queue.Peek() != nullptr) {
    popped.push_back(queue.Top().argument);
    queue.Pop();
  }
  return popped;
}

TEST_CASE("alarms come by time, and those of one time in the order of setting") {
  AlarmQueue queue;
  queue.Set(FromUnixNanos(20), 1, Numbered(1));
  queue.Set(FromUnixNanos(10), 2, Numbered(2));
  queue.Set(FromUnixNanos(20), 3, Numbered(3));
  queue.Set(FromUnixNanos(10), 4, Numbered(4));
  CHECK(PopAll(queue) == std::vector<std::uint64_t>{2, 4, 1, 3});
  CHECK(queue.pending() == 0);
}

TEST_CASE("a cancelled alarm never fires, and is taken back once only") {
  AlarmQueue queue;
  const AlarmId first = queue.Set(FromUnixNanos(10), 1, Numbered(1));
  queue.Set(FromUnixNanos(20), 2, Numbered(2));
  const Alarm* cancelled = queue.Cancel(first);
  REQUIRE(cancelled != nullptr);
  CHECK(cancelled->argument == 1);
  CHECK(queue.Cancel(first) == nullptr);
  CHECK(queue.pending() == 1);
  CHECK(PopAll(queue) == std::vector<std::uint64_t>{2});
}

TEST_CASE(
    "cancelling what has fired, or what never was, does nothing to the alarm that got its place") {
  AlarmQueue queue;
  CHECK(queue.Cancel(AlarmId{}) == nullptr);
  const AlarmId fired = queue.Set(FromUnixNanos(10), 1, Numbered(1));
  CHECK(PopAll(queue).size() == 1);
  queue.Set(FromUnixNanos(20), 2, Numbered(2));
  CHECK(queue.Cancel(fired) == nullptr);
  CHECK(PopAll(queue) == std::vector<std::uint64_t>{2});
}

TEST_CASE("a thousand cancelled alarms are swept away and the others keep their order") {
  AlarmQueue queue;
  std::vector<AlarmId> ids;
  for (std::uint64_t i = 0; i < 1'100; ++i) {
    ids.push_back(
        queue.Set(FromUnixNanos(static_cast<std::int64_t>(5'000 - i)), i + 1, Numbered(i)));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i % 11 != 0) queue.Cancel(ids[i]);
  }
  CHECK(queue.pending() == 100);
  std::vector<std::uint64_t> expected;
  for (std::uint64_t i = 0; i < 100; ++i) expected.push_back(1'089 - 11 * i);
  CHECK(PopAll(queue) == expected);
}

TEST_CASE("a parked alarm has no time until it gets one, and its id stays good") {
  AlarmQueue queue;
  queue.Set(FromUnixNanos(10), 1, Numbered(1));
  REQUIRE(queue.Peek() != nullptr);
  const AlarmId first = queue.ParkTop();
  const AlarmId second = queue.Park(Numbered(2));
  const AlarmId third = queue.Park(Numbered(3));
  CHECK(queue.Peek() == nullptr);
  CHECK(queue.pending() == 3);
  CHECK(queue.Cancel(second) != nullptr);
  queue.Unpark(first, FromUnixNanos(30), 4);
  queue.Unpark(second, FromUnixNanos(30), 5);
  queue.Unpark(third, FromUnixNanos(20), 6);
  queue.Unpark(third, FromUnixNanos(50), 7);  // it has a time already
  CHECK(queue.pending() == 2);
  CHECK(PopAll(queue) == std::vector<std::uint64_t>{3, 1});
}

TEST_CASE("all alarms of one process can be taken back, waiting or parked") {
  AlarmQueue queue;
  // Only their addresses count.
  Process* const mine = reinterpret_cast<Process*>(8);
  Process* const other = reinterpret_cast<Process*>(16);
  queue.Set(FromUnixNanos(1), 1, Alarm{.argument = 1, .process = mine});
  queue.Set(FromUnixNanos(2), 2, Alarm{.argument = 2, .process = other});
  queue.Set(FromUnixNanos(3), 3, Alarm{.argument = 3, .process = mine, .foreground = false});
  queue.Park(Alarm{.argument = 4, .process = mine});
  queue.Set(FromUnixNanos(5), 5, Alarm{.argument = 5});
  CHECK(queue.CancelAllOf(*mine) == 2);
  CHECK(queue.pending() == 2);
  CHECK(PopAll(queue) == std::vector<std::uint64_t>{2, 5});
}

// The queue beside the obvious one.
class Model {
 public:
  void Set(std::int64_t time) {
    const std::uint64_t number = ++sequence_;
    const AlarmId id = queue_.Set(FromUnixNanos(time), number, Numbered(number));
    waiting_.emplace(std::pair(time, number), number);
    ids_.push_back(id);
    where_.push_back(std::pair(time, number));
  }
  void Cancel(std::size_t which) {
    if (ids_.empty()) return;
    which %= ids_.size();
    const bool was_waiting = waiting_.erase(where_[which]) + parked_.erase(which) != 0;
    const Alarm* taken_back = queue_.Cancel(ids_[which]);
    RC_ASSERT((taken_back != nullptr) == was_waiting);
    if (was_waiting) RC_ASSERT(taken_back->argument == which + 1);
  }
  void Pop() {
    if (!PeekAgrees()) return;
    RC_ASSERT(queue_.Top().argument == waiting_.begin()->second);
    queue_.Pop();
    waiting_.erase(waiting_.begin());
  }
  void Park() {
    if (!PeekAgrees()) return;
    const std::uint64_t number = waiting_.begin()->second;
    const AlarmId id = queue_.ParkTop();
    RC_ASSERT(id.slot == ids_[number - 1].slot);
    RC_ASSERT(id.generation == ids_[number - 1].generation);
    waiting_.erase(waiting_.begin());
    parked_.emplace(number - 1, number);
  }
  void UnparkOne(std::int64_t time) {
    if (parked_.empty()) return;
    const auto [which, number] = *parked_.begin();
    parked_.erase(parked_.begin());
    ids_.push_back(AlarmId{});  // keeps the numbers in step
    where_.emplace_back(-1, 0);
    const std::uint64_t sequence = ++sequence_;
    queue_.Unpark(ids_[which], FromUnixNanos(time), sequence);
    where_[which] = std::pair(time, sequence);
    waiting_.emplace(where_[which], number);
  }
  void CheckCount() const { RC_ASSERT(queue_.pending() == waiting_.size() + parked_.size()); }
  void Drain() {
    while (PeekAgrees()) Pop();
  }

 private:
  bool PeekAgrees() {
    const AlarmQueue::Head* head = queue_.Peek();
    RC_ASSERT((head == nullptr) == waiting_.empty());
    if (head == nullptr) return false;
    RC_ASSERT(ToUnixNanos(head->time) == waiting_.begin()->first.first);
    RC_ASSERT(head->sequence() == waiting_.begin()->first.second);
    return true;
  }

  AlarmQueue queue_;
  std::uint64_t sequence_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::uint64_t> waiting_;
  std::map<std::size_t, std::uint64_t> parked_;
  std::vector<AlarmId> ids_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> where_;
};

TEST_CASE("the alarm queue agrees with an ordered map", "[property]") {
  rc::prop("whatever is set, cancelled, parked and popped", [] {
    Model model;
    // Many cancellations in some cases, so that the sweep has work.
    const int cancels = *rc::gen::inRange(1, 8);
    const auto operations = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 9 + cancels), rc::gen::inRange(0, 400)));
    for (int round = 0; round < 4; ++round) {
      for (const auto& [operation, number] : operations) {
        if (operation < 5) {
          model.Set(number / 8);
        } else if (operation < 7) {
          model.Pop();
        } else if (operation == 7) {
          model.Park();
        } else if (operation == 8) {
          model.UnparkOne(number / 8);
        } else {
          model.Cancel(static_cast<std::size_t>(number));
        }
        model.CheckCount();
      }
    }
    model.Drain();
  });
}

}  // namespace
}  // namespace groundhog::sim
