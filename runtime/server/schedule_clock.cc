#include "runtime/server/schedule_clock.h"

#include <algorithm>

#include "base/hash.h"

namespace groundhog::server {

LiveSchedule::LiveSchedule(const ScheduleRecord& record)
    : schedule_(record.schedule),
      spec_(history::CompiledSpec::Compile(record.schedule->spec).value()),
      seed_(HashText(record.id)) {}

LiveSchedule& ScheduleClock::Of(ScheduleNumber number, const ScheduleRecord& record) {
  if (live_.size() <= number) live_.resize(number + 1);
  std::unique_ptr<LiveSchedule>& live = live_[number];
  if (live == nullptr || !live->IsOf(record)) live = std::make_unique<LiveSchedule>(record);
  return *live;
}

std::optional<Timestamp> ScheduleClock::WakeOf(ScheduleNumber number) const {
  if (number >= live_.size() || live_[number] == nullptr) return std::nullopt;
  return live_[number]->wake;
}

void ScheduleClock::Forget(ScheduleNumber number) {
  if (number < live_.size()) live_[number] = nullptr;
}

Timestamp NextTimesFrom(const LiveSchedule& live, const ScheduleRecord& record) {
  if (!record.updated_at) return record.processed_until;
  // A time before the update may have its jitter after it.
  return std::max(record.processed_until,
                  *record.updated_at - live.jitter() - std::chrono::seconds(1));
}

std::vector<Timestamp> NextActionTimes(const LiveSchedule& live, const ScheduleRecord& record,
                                       std::size_t count) {
  std::vector<Timestamp> times;
  if (record.state.limited_actions) {
    const std::int64_t left = std::max<std::int64_t>(record.state.remaining_actions, 0);
    count = std::min(count, static_cast<std::size_t>(left));
  }
  Timestamp after = NextTimesFrom(live, record);
  while (times.size() < count) {
    const auto next = live.Next(after);
    if (!next) break;
    after = next->actual;
    if (!record.updated_at || after >= *record.updated_at) times.push_back(after);
  }
  return times;
}

}  // namespace groundhog::server
