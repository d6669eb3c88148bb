#include "sim/ring.h"

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "tests/rapidcheck.h"

namespace groundhog::sim {
namespace {

TEST_CASE("what goes in first comes out first, also when the block grows in the middle") {
  Ring<std::unique_ptr<int>> ring;
  int pushed = 0;
  int popped = 0;
  for (int round = 1; round < 50; ++round) {
    for (int i = 0; i < round; ++i) ring.Push(std::make_unique<int>(pushed++));
    for (int i = 0; i < round / 2; ++i) CHECK(*ring.Pop() == popped++);
  }
  while (!ring.empty()) CHECK(*ring.Pop() == popped++);
  CHECK(popped == pushed);
}

TEST_CASE("a cleared ring is empty and can be used again") {
  Ring<int> ring;
  ring.Push(1);
  ring.Push(2);
  ring.Clear();
  CHECK(ring.empty());
  ring.Push(3);
  CHECK(ring.front() == 3);
  CHECK(ring.Pop() == 3);
}

TEST_CASE("a ring agrees with a deque", "[property]") {
  rc::prop("whatever is pushed and popped",
           [](const std::vector<std::pair<bool, int>>& operations) {
             Ring<int> ring;
             std::deque<int> model;
             for (int round = 0; round < 8; ++round) {
               for (const auto& [push, value] : operations) {
                 if (push || model.empty()) {
                   ring.Push(value);
                   model.push_back(value);
                 } else {
                   RC_ASSERT(ring.Pop() == model.front());
                   model.pop_front();
                 }
                 RC_ASSERT(ring.size() == model.size());
                 if (!model.empty()) RC_ASSERT(ring.front() == model.front());
               }
             }
           });
}

}  // namespace
}  // namespace groundhog::sim
