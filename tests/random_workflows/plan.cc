#include "tests/random_workflows/plan.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "tests/random_workflows/interpreter.h"
#include "world/world.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using client::StartOptions;

StartOptions DrawStart(World& world, const std::string& name) {
  StartOptions start{.id = name, .task_queue = std::string(kQueue)};
  const int delay = DrawHow(world, name + "/start_delay", 3);
  if (delay == 1) start.start_delay = 2s;
  const int retry = DrawHow(world, name + "/retry", 3);
  if (retry == 1) start.retry_policy = history::RetryPolicy{.maximum_attempts = 3};
  const int timeout = DrawHow(world, name + "/timeout", 4);
  if (timeout == 1) start.run_timeout = 10s;
  if (timeout == 2) start.execution_timeout = 40s;
  if (timeout == 3) start.task_timeout = 2s;
  if (delay == 0 && DrawHow(world, name + "/cron", 6) == 5) start.cron_schedule = "@every 7s";
  if (retry == 2) {
    start.memo = Memo{{"note", "first"}};
    start.static_summary = "a program";
    start.search_attributes = SearchAttributes{KeywordKey{"CustomerId"}.ValueSet("c-1")};
  }
  return start;
}

bool Resets(const Action& action) {
  return action.deed == Deed::kReset || action.deed == Deed::kResetBase ||
         action.deed == Deed::kBatch;
}
bool EndsActivities(const Action& action) {
  return action.deed == Deed::kEndActivity || action.deed == Deed::kChangeActivity;
}

// What a client's actions would leave without end, as in Temporal. A run that a reset has made
// cannot cancel the children that another run has started: the server finds that they are not its
// own. But with TRY_CANCEL a child must end cancelled (interpreter_family.cc). And what is
// abandoned has to complete (interpreter_work.cc).
void LeaveOut(bool is_reset, bool is_ended, std::vector<Step>& steps) {
  for (Step& step : steps) {
    const bool tries = step.op == Op::kCancelledChild && step.how == kTriesToCancel;
    if (tries && is_reset) step.how = 1;
    if (step.op == Op::kAbandonedActivity && is_ended) step.op = Op::kDynamicActivity;
    LeaveOut(is_reset, is_ended, step.body);
  }
}

}  // namespace

const std::vector<std::string>& DeedNames() {
  static const std::vector<std::string> kNames = {
#define X(Name) #Name,
      GROUNDHOG_RANDOM_DEEDS(X)
#undef X
  };
  return kNames;
}

Plan DrawPlan(World& world, const std::string& name, const Surroundings& surroundings) {
  constexpr history::Duration kWaits[] = {0s, 1s, 3s, 500ms, 20s, 10ms};
  Plan plan{.start = DrawStart(world, name)};
  const int type = DrawHow(world, name + "/dialect", 5);
  plan.in_go = type == 3;
  plan.is_dynamic = type == 4;
  plan.program = DrawProgram(world, name, surroundings);
  const int count = DrawHow(world, name + "/actions", 5);
  for (int i = 0; i < count; ++i) {
    const std::string here = fmt::format("{}/action{}", name, i);
    Action action{.deed = static_cast<Deed>(world.Input(here, DeedNames()))};
    if (action.deed == Deed::kNothing) continue;
    action.how = DrawHow(world, here + "/how", 6);
    action.after = kWaits[DrawHow(world, here + "/after", 6)];
    plan.actions.push_back(action);
  }
  const auto any = [&plan](auto is) {
    return std::any_of(plan.actions.begin(), plan.actions.end(), is);
  };
  LeaveOut(any(Resets), any(EndsActivities), plan.program.steps);
  return plan;
}

}  // namespace groundhog::random_workflows
