// What a schedule does to runs: starts them, asks them to cancel, terminates them, each in the
// transaction under way (SEMANTICS f.12; recorded schedule_overlap_cancel_other).
#pragma once

#include "runtime/history/search_attributes.h"
#include "runtime/server/engine.h"
#include "runtime/server/schedule.h"

namespace groundhog::server {

// What a run can be found by, and a schedule by its run.
inline constexpr KeywordKey kScheduledById{"TemporalScheduledById"};
inline constexpr DatetimeKey kScheduledStartTime{"TemporalScheduledStartTime"};

protocol::StartWorkflowExecutionRequest RequestFor(const Engine& engine,
                                                   const ScheduleRecord& record,
                                                   Timestamp nominal_time);
// Takes note of it in the record. Null if the workflow id may not be used.
Transition* StartScheduled(Engine& engine, ScheduleRecord& record, const BufferedStart& start);
// Null if it was asked before.
Transition* CancelScheduled(Engine& engine, Run& run, const ScheduleRecord& record);
Transition* TerminateScheduled(Engine& engine, Run& run, const ScheduleRecord& record);

}  // namespace groundhog::server
