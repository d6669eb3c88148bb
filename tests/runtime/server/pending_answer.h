// PendingAnswer: what a worker answers to a workflow task, and what that makes of the model.
//
// Commands are given as digits: 1, 2 a timer; 3 a short activity, 4 a long one; 5 a child; 6, 7 the
// cancel of a timer, of an activity; 8 a signal to "target"; 9 a change of the memo.
#pragma once

#include <string>
#include <vector>

#include "runtime/history/command.h"
#include "runtime/server/execution.h"
#include "tests/runtime/server/pending_model.h"

namespace groundhog::server::testing {

// The `pick`-th of these names, counted round and round, without those in `taken`;
// null if there is none.
template <class Map>
const std::string* PickName(const Map& map, int pick, const PendingNames& taken = {}) {
  std::vector<const std::string*> names;
  for (const auto& [name, value] : map) {
    if (!taken.contains(name)) names.push_back(&name);
  }
  return names.empty() ? nullptr : names[static_cast<std::size_t>(pick) % names.size()];
}

class PendingAnswer {
 public:
  // `count` makes names.
  PendingAnswer(const PendingModel& before, const PendingActivities& stored, double now, int& count)
      : after(before), before_(before), stored_(stored), now_(now), count_(count) {}

  // `pick` says which one to cancel.
  void Add(int digit, int pick);

  history::Commands commands;
  PendingModel after;
  std::vector<std::string> begun;  // children
  bool again = false;              // something will be told, so there is another task

 private:
  void AddTimer(int seconds);
  void AddActivity(bool is_short);
  void AddChild();
  void CancelSomeTimer(int pick);
  void CancelSomeActivity(int pick);

  const PendingModel& before_;
  const PendingActivities& stored_;
  double now_;
  int& count_;
  PendingNames cancelled_;
};

}  // namespace groundhog::server::testing
