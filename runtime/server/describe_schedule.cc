// What clients ask to know of schedules: describe, list, list matching times (SEMANTICS f.12).
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/carry_on.h"
#include "runtime/server/handlers.h"
#include "runtime/server/schedule_machine.h"
#include "runtime/server/visibility.h"

namespace groundhog::server {
namespace {

constexpr std::size_t kTimesToDescribe = 10;
constexpr std::size_t kActionsToList = 5;
constexpr std::size_t kMostMatchingTimes = 1000;

protocol::ScheduleActionResult Tell(const RecentAction& action) {
  return {.scheduled_at = action.scheduled_at,
          .started_at = action.started_at,
          .workflow = ExecutionOf(*action.run),
          .status = action.status};
}

protocol::ScheduleInfo InfoOf(Engine& engine, const LiveSchedule& live,
                              const ScheduleRecord& record) {
  protocol::ScheduleInfo info{
      .num_actions = record.counts.actions,
      .num_actions_missed_catchup_window = record.counts.missed_catchup_window,
      .num_actions_skipped_overlap = record.counts.skipped_overlap,
      .num_actions_dropped = record.counts.dropped,
      .buffer_size = static_cast<std::int64_t>(record.buffered.size() + record.ready.size()),
      .next_action_times = NextActionTimes(live, record, kTimesToDescribe),
      .created_at = record.created_at,
      .last_updated_at = record.updated_at};
  for (const RecentAction& action : record.recent) info.recent_actions.push_back(Tell(action));
  for (const Shared<RunStart>& first : record.running) {
    const auto latest = LatestRunOf(engine, *first);
    if (latest && engine.IsOpen(*latest)) {
      info.running_actions.push_back(ExecutionOf(*first));
    }
  }
  return info;
}

absl::StatusOr<ScheduleNumber> FindToTell(const Engine& engine, const std::string& id) {
  if (id.empty()) return protocol::NotSetOnRequest("ScheduleId");
  const auto number = engine.durable().FindSchedule(id);
  if (!number) return protocol::ScheduleUnknown(id);
  if (engine.durable().schedule(*number) == nullptr) return protocol::ScheduleNotFound();
  return *number;
}

}  // namespace

void Handle(Engine& engine, protocol::DescribeScheduleRequest& request, sim::Reply reply) {
  const absl::StatusOr<ScheduleNumber> number = FindToTell(engine, request.schedule_id);
  if (!number.ok()) return engine.Refuse(reply, number.status());
  const ScheduleRecord& record = *engine.durable().schedule(*number);
  protocol::DescribeScheduleResponse response{
      .schedule = *record.schedule,
      .info = InfoOf(engine, engine.schedules().Of(*number, record), record),
      .memo = record.memo,
      .search_attributes = record.search_attributes,
      .conflict_token = record.conflict_token};
  response.schedule.state = record.state;
  engine.Answer(reply, std::move(response));
}

void Handle(Engine& engine, protocol::ListSchedulesRequest& request, sim::Reply reply) {
  const std::size_t size = PageSize(request.maximum_page_size);
  protocol::ListSchedulesResponse response;
  const auto& numbers = engine.durable().schedule_numbers();
  // The token is the last id of the page before.
  for (auto at = numbers.upper_bound(request.next_page_token); at != numbers.end(); ++at) {
    const auto& [id, number] = *at;
    const ScheduleRecord* record = engine.durable().schedule(number);
    if (record == nullptr) continue;
    if (response.schedules.size() == size) {
      response.next_page_token = response.schedules.back().schedule_id;
      break;
    }
    const LiveSchedule& live = engine.schedules().Of(number, *record);
    protocol::ScheduleListEntry& entry =
        response.schedules.emplace_back(protocol::ScheduleListEntry{
            .schedule_id = id,
            .spec = record->schedule->spec,
            .workflow_type = record->schedule->action.workflow_type,
            .note = record->state.note,
            .paused = record->state.paused,
            .next_action_times = NextActionTimes(live, *record, kActionsToList),
            .memo = record->memo,
            .search_attributes = record->search_attributes});
    const std::size_t count = std::min(record->recent.size(), kActionsToList);
    for (auto action = record->recent.end() - static_cast<std::ptrdiff_t>(count);
         action != record->recent.end(); ++action) {
      entry.recent_actions.push_back(Tell(*action));
    }
  }
  engine.Answer(reply, std::move(response));
}

void Handle(Engine& engine, protocol::ListScheduleMatchingTimesRequest& request, sim::Reply reply) {
  const absl::StatusOr<ScheduleNumber> number = FindToTell(engine, request.schedule_id);
  if (!number.ok()) return engine.Refuse(reply, number.status());
  const ScheduleRecord& record = *engine.durable().schedule(*number);
  const LiveSchedule& live = engine.schedules().Of(*number, record);
  protocol::ListScheduleMatchingTimesResponse response;
  auto next = live.Next(request.start_time);
  while (next && next->actual <= request.end_time && response.times.size() < kMostMatchingTimes) {
    response.times.push_back(next->actual);
    next = live.Next(next->actual);
  }
  engine.Answer(reply, std::move(response));
}

}  // namespace groundhog::server
