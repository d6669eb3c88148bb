// PendingModel: what is pending in a run, as it should be: names,
// and the seconds at which time ends them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "runtime/server/execution.h"

namespace groundhog::server::testing {

using PendingNames = std::set<std::string>;
inline constexpr double kNever = 1e9;

struct ModelActivity {
  double due = kNever;
  double ready = 0;  // when its next attempt may begin
  bool started = false;
  bool cancel_requested = false;
};

struct PendingModel {
  TaskPhase task = TaskPhase::kScheduled;
  bool news_wait = false;  // for the end of the started task
  bool open = true;
  bool cancel_requested = false;
  int signals = 0;
  std::map<std::string, ModelActivity> activities;
  std::map<std::string, double> timers;  // and when they fire
  PendingNames children;

  void News() {
    if (task == TaskPhase::kStarted) news_wait = true;
    if (task == TaskPhase::kNone) task = TaskPhase::kScheduled;
  }
  void EndTask(bool again) {
    task = std::exchange(news_wait, false) || again ? TaskPhase::kScheduled : TaskPhase::kNone;
  }
  void Close() {
    *this = PendingModel{.task = TaskPhase::kNone,
                         .open = false,
                         .cancel_requested = cancel_requested,
                         .signals = signals};
  }
  void PassTime(double now) {
    if (std::erase_if(timers, [now](const auto& timer) { return timer.second <= now; }) +
            std::erase_if(activities, [now](const auto& each) { return each.second.due <= now; }) >
        0) {
      News();
    }
  }
  // As it was when a task was handed out; what was said since is said again.
  void Reset(PendingModel then, const PendingNames& alive, double now) {
    then.signals = signals;
    std::erase_if(then.children, [&](const std::string& child) { return !alive.contains(child); });
    for (auto& [id, activity] : then.activities) {
      activity.due = activity.due == kNever ? kNever : now + 3;
      activity.ready = 0;
      activity.started = false;
    }
    then.task = TaskPhase::kScheduled;
    *this = std::move(then);
  }
};

}  // namespace groundhog::server::testing
