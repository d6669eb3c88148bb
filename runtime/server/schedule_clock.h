// ScheduleClock: what the server has in memory of its schedules: their compiled specs, and when
// each acts next. Made anew from the store.
//
// The times of schedules are in the background: nobody waits for them, so a simulation does not go
// on for them (DESIGN §3.5). Once all scripts have ended, they stand still: else schedules whose
// runs overlap would keep a simulation going for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/history/compiled_spec.h"
#include "runtime/server/deadline.h"
#include "runtime/server/schedule.h"

namespace groundhog::server {

// REQUIRES: the record's spec is canonical.
class LiveSchedule {
 public:
  explicit LiveSchedule(const ScheduleRecord& record);

  bool IsOf(const ScheduleRecord& record) const { return schedule_.get() == record.schedule.get(); }
  std::optional<history::ScheduledTime> Next(Timestamp after) const {
    return spec_.Next(seed_, after);
  }
  Duration jitter() const { return spec_.jitter(); }

  // When it acts next by itself; nothing if it does not.
  std::optional<Timestamp> wake = {};

 private:
  Shared<protocol::Schedule> schedule_;
  history::CompiledSpec spec_;
  std::uint64_t seed_;
};

class ScheduleClock {
 public:
  LiveSchedule& Of(ScheduleNumber number, const ScheduleRecord& record);
  std::optional<Timestamp> WakeOf(ScheduleNumber number) const;
  void Forget(ScheduleNumber number);

 private:
  std::vector<std::unique_ptr<LiveSchedule>> live_;  // by number; null until it is asked for
};

// The next times at which a schedule acts, at most `count`; those of its limited actions only.
std::vector<Timestamp> NextActionTimes(const LiveSchedule& live, const ScheduleRecord& record,
                                       std::size_t count);
// Where to look for the next time: what was before the last update is none of the new spec's.
Timestamp NextTimesFrom(const LiveSchedule& live, const ScheduleRecord& record);

}  // namespace groundhog::server
