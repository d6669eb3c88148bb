#include "runtime/client/schedule.h"

#include "runtime/client/client.h"
#include "runtime/history/user_metadata.h"

namespace groundhog::client {

protocol::ScheduleAction MakeScheduleAction(std::string type,
                                            const ScheduleWorkflowOptions& options,
                                            history::Payloads input) {
  return {
      .workflow_id = options.id,
      .workflow_type = std::move(type),
      .task_queue = options.task_queue,
      .input = std::move(input),
      .workflow_execution_timeout = options.execution_timeout,
      .workflow_run_timeout = options.run_timeout,
      .workflow_task_timeout = options.task_timeout,
      .retry_policy = options.retry_policy,
      .memo = options.memo.fields(),
      .search_attributes = options.search_attributes.fields(),
      .header = options.header.fields(),
      .user_metadata = history::MakeUserMetadata(options.static_summary, options.static_details)};
}

// ---- Client ----

sim::Coro<ScheduleHandle> Client::SendCreateSchedule(std::string id, Schedule schedule,
                                                     CreateScheduleOptions options) {
  protocol::CreateScheduleRequest create{.schedule_id = id,
                                         .schedule = std::move(schedule),
                                         .request_id = NewRequestId(),
                                         .memo = options.memo.fields(),
                                         .search_attributes = options.search_attributes.fields()};
  if (options.trigger_immediately) create.initial_patch.trigger.emplace();
  create.initial_patch.backfill = std::move(options.backfill);
  auto request = sim::MakeMessage(std::move(create));
  co_await Call(std::move(request), id);
  co_return ScheduleHandle(*this, std::move(id));
}

sim::Coro<std::vector<protocol::ScheduleListEntry>> Client::ListSchedules() {
  std::vector<protocol::ScheduleListEntry> all;
  std::string token;
  do {
    auto request = sim::MakeMessage(protocol::ListSchedulesRequest{.next_page_token = token});
    auto page = co_await Call(std::move(request), "");
    for (auto& entry : page.schedules) all.push_back(std::move(entry));
    token = std::move(page.next_page_token);
  } while (!token.empty());
  co_return all;
}

// ---- ScheduleHandle ----

sim::Coro<ScheduleDescription> ScheduleHandle::Describe() const {
  Client& client = *client_;
  const std::string id = id_;
  auto request = sim::MakeMessage(protocol::DescribeScheduleRequest{.schedule_id = id});
  co_return co_await client.Call(std::move(request), id);
}

sim::Coro<void> ScheduleHandle::Patch(protocol::SchedulePatch patch) const {
  Client& client = *client_;
  const std::string id = id_;
  auto request = sim::MakeMessage(protocol::PatchScheduleRequest{
      .schedule_id = id, .patch = std::move(patch), .request_id = client.NewRequestId()});
  co_await client.Call(std::move(request), id);
}

sim::Coro<void> ScheduleHandle::Pause(std::string note) const {
  protocol::SchedulePatch patch{.pause = std::move(note)};
  if (patch.pause.empty()) patch.pause = "Paused via Groundhog";
  return Patch(std::move(patch));
}

sim::Coro<void> ScheduleHandle::Unpause(std::string note) const {
  protocol::SchedulePatch patch{.unpause = std::move(note)};
  if (patch.unpause.empty()) patch.unpause = "Unpaused via Groundhog";
  return Patch(std::move(patch));
}

sim::Coro<void> ScheduleHandle::Trigger(ScheduleOverlapPolicy overlap) const {
  protocol::SchedulePatch patch;
  patch.trigger = protocol::TriggerImmediately{.overlap = overlap};
  return Patch(std::move(patch));
}

sim::Coro<void> ScheduleHandle::Backfill(std::vector<ScheduleBackfill> backfill) const {
  protocol::SchedulePatch patch{.backfill = std::move(backfill)};
  return Patch(std::move(patch));
}

sim::Coro<void> ScheduleHandle::SendUpdate(Updater updater) const {
  Client& client = *client_;
  const ScheduleHandle handle = *this;
  for (;;) {
    const ScheduleDescription now = co_await handle.Describe();
    std::optional<Schedule> updated = updater(now);
    if (!updated) co_return;
    auto request =
        sim::MakeMessage(protocol::UpdateScheduleRequest{.schedule_id = handle.id(),
                                                         .schedule = *std::move(updated),
                                                         .conflict_token = now.conflict_token,
                                                         .request_id = client.NewRequestId()});
    try {
      co_await client.Call(std::move(request), handle.id());
      co_return;
    } catch (const ServiceError& error) {
      if (error.status() != protocol::ScheduleConflictTokenMismatch()) throw;
    }
  }
}

sim::Coro<void> ScheduleHandle::Delete() const {
  Client& client = *client_;
  const std::string id = id_;
  auto request = sim::MakeMessage(protocol::DeleteScheduleRequest{.schedule_id = id});
  co_await client.Call(std::move(request), id);
}

sim::Coro<std::vector<history::Timestamp>> ScheduleHandle::ListMatchingTimes(
    history::Timestamp start, history::Timestamp end) const {
  Client& client = *client_;
  const std::string id = id_;
  auto request = sim::MakeMessage(protocol::ListScheduleMatchingTimesRequest{
      .schedule_id = id, .start_time = start, .end_time = end});
  auto response = co_await client.Call(std::move(request), id);
  co_return std::move(response.times);
}

}  // namespace groundhog::client
