#include "tests/runtime/server/pending_answer.h"

#include <chrono>

#include "tests/raw/commands.h"

namespace groundhog::server::testing {

using namespace std::chrono_literals;

void PendingAnswer::Add(int digit, int pick) {
  if (digit == 1 || digit == 2) AddTimer(digit * 2);
  if (digit == 3 || digit == 4) AddActivity(digit == 3);
  if (digit == 5) AddChild();
  if (digit == 6) CancelSomeTimer(pick);
  if (digit == 7) CancelSomeActivity(pick);
  if (digit == 8) {
    commands.push_back(history::SignalExternalWorkflowExecution{
        .execution = {.workflow_id = "target"}, .signal_name = "hello"});
    again = true;
  }
  if (digit == 9) {
    commands.push_back(history::ModifyWorkflowProperties{
        .upserted_memo = {{"note", Text(std::to_string(++count_)).front()}}});
  }
}

void PendingAnswer::AddTimer(int seconds) {
  const std::string id = std::to_string(++count_);
  commands.push_back(StartTimer(id, std::chrono::seconds(seconds)));
  after.timers[id] = now_ + seconds;
}

void PendingAnswer::AddActivity(bool is_short) {
  const std::string id = std::to_string(++count_);
  history::ScheduleActivityTask activity = Activity(id, 1000s);
  if (is_short) activity.schedule_to_close_timeout = 3s;
  activity.retry_policy = history::RetryPolicy{.initial_interval = 500ms, .backoff_coefficient = 1};
  commands.emplace_back(std::move(activity));
  after.activities[id] = {.due = is_short ? now_ + 3 : kNever};
}

void PendingAnswer::AddChild() {
  const std::string id = std::to_string(++count_);
  commands.push_back(history::StartChildWorkflowExecution{
      .workflow_id = id, .workflow_type = "Child", .task_queue = "kids"});
  after.children.insert(id);
  begun.push_back(id);
  again = true;
}

void PendingAnswer::CancelSomeTimer(int pick) {
  const std::string* id = PickName(before_.timers, pick, cancelled_);
  if (id == nullptr) return;
  cancelled_.insert(*id);
  commands.push_back(CancelTimer(*id));
  after.timers.erase(*id);
}

void PendingAnswer::CancelSomeActivity(int pick) {
  const std::string* id = PickName(before_.activities, pick, cancelled_);
  if (id == nullptr || before_.activities.at(*id).cancel_requested) return;
  cancelled_.insert(*id);
  for (const auto& [event_id, activity] : stored_) {
    if (activity.scheduled->activity_id == *id) commands.push_back(CancelActivity(event_id));
  }
  ModelActivity& activity = after.activities.at(*id);
  activity.cancel_requested = true;
  if (activity.started) return;  // its worker is told
  after.activities.erase(*id);
  again = true;
}

}  // namespace groundhog::server::testing
