// ScriptedActivity: an activity that does in each attempt what a plan says (activity_plan.h), and
// posts it on a NoticeBoard.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/activity/registration.h"
#include "scenarios/recorded/activity_plan.h"
#include "scenarios/recorded/notice_board.h"

namespace groundhog::recorded {

struct ScriptedActivity {
  std::string name = {};
  // Its plan is that of "name:argument", if there is one.
  bool key_from_argument = false;
  // What ["effect"] does and gives; without: nothing, and null.
  std::function<sim::Coro<history::Payloads>(activity::Context&, history::Payloads)> effect = {};
};

// `plans` is read at the beginning of each attempt; `board` must outlive the registration.
activity::Registration Scripted(ScriptedActivity activity,
                                std::shared_ptr<const ActivityPlans> plans, NoticeBoard& board);

}  // namespace groundhog::recorded
