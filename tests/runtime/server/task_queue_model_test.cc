// TaskQueue against a model of ten lines: two lists, paired from the front,
// without what is unwanted.
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "runtime/server/task_queue.h"
#include "tests/rapidcheck.h"

namespace groundhog::server {
namespace {

struct FakePoll {
  int id = 0;
  const std::set<int>* gone = nullptr;
  bool awaited() const { return gone->count(id) == 0; }
};
using Queue = TaskQueue<int, FakePoll>;

struct Model {
  std::deque<int> tasks;
  std::deque<int> polls;
  std::set<int> unwanted;  // tasks
  std::set<int> gone;      // polls
  int next = 0;

  std::vector<std::pair<int, int>> TakeAll() {
    std::vector<std::pair<int, int>> pairs;
    std::erase_if(tasks, [this](int task) { return unwanted.count(task) != 0; });
    std::erase_if(polls, [this](int poll) { return gone.count(poll) != 0; });
    for (; !tasks.empty() && !polls.empty(); tasks.pop_front(), polls.pop_front()) {
      pairs.emplace_back(tasks.front(), polls.front());
    }
    return pairs;
  }
};

struct System {
  Queue queue;
  std::set<int> unwanted;
  std::set<int> gone;
};

// 0: a task comes; 1: a poll comes; 2: the oldest task is not wanted any more; 3: a poller goes
// away; 4: all pairs are taken.
void Apply(Model& model, System& system, int action) {
  switch (action) {
    case 0:
      model.tasks.push_back(++model.next);
      system.queue.AddTask(model.next);
      return;
    case 1:
      model.polls.push_back(++model.next);
      system.queue.AddPoll(FakePoll{model.next, &system.gone});
      return;
    case 2:
      if (model.tasks.empty()) return;
      model.unwanted.insert(model.tasks.front());
      system.unwanted.insert(model.tasks.front());
      return;
    case 3:
      if (model.polls.empty()) return;
      model.gone.insert(model.polls.back());
      system.gone.insert(model.polls.back());
      return;
    default: {
      std::vector<std::pair<int, int>> taken;
      const auto wanted = [&system](int task) { return system.unwanted.count(task) == 0; };
      while (auto match = system.queue.TakeMatch(wanted)) {
        taken.emplace_back(match->task, match->poll.id);
      }
      RC_ASSERT(taken == model.TakeAll());
      return;
    }
  }
}

TEST_CASE("tasks and polls meet first in, first out", "[property]") {
  rc::prop("any sequence of comings and goings gives the pairs of the model", [] {
    const auto actions =
        *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5)).as("actions");
    Model model;
    System system;
    for (const int action : actions) Apply(model, system, action);
    Apply(model, system, 4);
    RC_ASSERT(system.queue.HasPoller() == !model.polls.empty());
  });
}

TEST_CASE("taking all tasks leaves none behind") {
  Queue queue;
  queue.AddTask(1);
  queue.AddTask(2);
  CHECK(queue.backlog() == 2);
  CHECK(queue.TakeTasks() == std::deque<int>{1, 2});
  CHECK(queue.backlog() == 0);
  const std::set<int> nobody;
  queue.AddPoll(FakePoll{3, &nobody});
  CHECK_FALSE(queue.TakeMatch([](int) { return true; }).has_value());
}

}  // namespace
}  // namespace groundhog::server
