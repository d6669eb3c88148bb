// What a schedule does by itself (SEMANTICS f.12): one durable state machine, driven by its times,
// by what clients say, and by the ends of the runs that it started.
//
// A pass looks at what has ended, takes the times that have come into the buffer, lets the overlap
// policies judge it, and starts at most one run: all in one transaction. So each time is dealt with
// once, whatever crashes when: after a restart the next pass goes on from the store. Temporal's own
// scheduler is a workflow that starts runs by calls; here the call is part of the transaction, and
// nothing can tell the two apart but the moment in between.
#pragma once

#include "runtime/server/engine.h"
#include "runtime/server/schedule.h"

namespace groundhog::server {

// Does all that there is to do by now, and sets the time of the next wake.
void WakeSchedule(Engine& engine, ScheduleNumber number);
// A run is closed. If a schedule started it, that schedule is woken.
void TellSchedule(Engine& engine, const RunRecord& closed);

// Before a schedule is changed: takes the times up to now into the record, as they are by what it
// was until now.
void ElapseUntilNow(Engine& engine, ScheduleNumber number, ScheduleRecord& record);
// Whether it goes for a schedule that a time passes (schedule_clock.h).
bool TimePasses(Engine& engine);
// Takes a time into the buffer; if there is no room it is counted and gone.
void Buffer(ScheduleRecord& record, const BufferedStart& start);

// What its runs' events name as the one who acts.
std::string IdentityOf(const Engine& engine, const ScheduleRecord& record);
// The latest run of the chain that an action started; nothing if it was deleted.
std::optional<RunIndex> LatestRunOf(const Engine& engine, const RunStart& first);

}  // namespace groundhog::server
