// TaskQueue: tasks that wait for pollers and pollers that wait for tasks: first in,
// first out on both sides.
//
//     queue.AddTask(task);                                     // or queue.AddPoll(poll)
//     while (auto match = queue.TakeMatch(is_wanted)) {…}      // match->task, match->poll
//
// A poll whose caller is gone (a broken connection) is dropped when its turn comes, and so is a
// task that nobody wants any more. Parked polls wait for ever. The queue is memory: a restarted
// server makes it anew from what is pending (SEMANTICS g).
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace groundhog::server {

// Poll has `bool awaited() const`.
template <class Task, class Poll>
class TaskQueue {
 public:
  struct Match {
    Match(Task&& the_task, Poll&& the_poll)
        : task(std::move(the_task)), poll(std::move(the_poll)) {}
    Task task;
    Poll poll;
  };

  void AddTask(Task task) { tasks_.push_back(std::move(task)); }
  void AddPoll(Poll&& poll) { polls_.push_back(std::move(poll)); }

  // The next task together with the next poll, if there are both.
  template <class IsWanted>
  std::optional<Match> TakeMatch(const IsWanted& is_wanted) {
    while (!tasks_.empty() && !is_wanted(tasks_.front())) tasks_.pop_front();
    if (tasks_.empty() || !HasPoller()) return std::nullopt;
    std::optional<Match> match(std::in_place, std::move(tasks_.front()), std::move(polls_.front()));
    tasks_.pop_front();
    polls_.pop_front();
    return match;
  }

  // Whether somebody is waiting for a task right now.
  bool HasPoller() {
    while (!polls_.empty() && !polls_.front().awaited()) polls_.pop_front();
    return !polls_.empty();
  }

  // All tasks, in order; the queue is left without.
  std::deque<Task> TakeTasks() { return std::exchange(tasks_, {}); }
  std::size_t backlog() const { return tasks_.size(); }

 private:
  std::deque<Task> tasks_;
  std::deque<Poll> polls_;
};

}  // namespace groundhog::server
